import { z } from 'zod';
import type { Access } from './access.ts';
import { GraphFailure, isMissing } from './failure.ts';
import type { Graph, GraphReader } from './graph.ts';
import { path } from './path.ts';

/** What decides whether an app may change who is in a group. */
export const membershipRules = z.object({
  groupTypes: z.array(z.string()),
  mailEnabled: z.boolean().nullable(),
  securityEnabled: z.boolean().nullable(),
  onPremisesSyncEnabled: z.boolean().nullish(),
  isAssignableToRole: z.boolean().nullish(),
});

/** A distribution list or a mail-enabled security group: only Exchange changes who is in it. */
export const isList = (one: { mailEnabled: boolean | null; groupTypes: readonly string[] }): boolean =>
  one.mailEnabled === true && !one.groupTypes.includes('Unified');

const mayChangeRoleGroups = 'RoleManagement.ReadWrite.Directory';

/** Why the app can't take somebody out of the group and who can, to follow the group's name; null when it can. */
export function whyNotRemovable(one: z.output<typeof membershipRules>, { permissions }: Access): string | null {
  if (one.groupTypes.includes('DynamicMembership')) return 'is a dynamic group: its rule decides who is in it.';
  if (one.onPremisesSyncEnabled) return 'comes from the on-premises directory: remove the person there.';
  if (isList(one)) {
    return `is a ${one.securityEnabled ? 'mail-enabled security group' : 'distribution list'}: remove the person in the Exchange admin center.`;
  }
  if (one.isAssignableToRole && !permissions.has(mayChangeRoleGroups)) {
    return `gives directory roles: Signoff lacks the permission ${mayChangeRoleGroups}; remove the person in the Entra admin center.`;
  }
  return null;
}

/** Graph says in two ways that somebody is not a member. */
export function alreadyOut(failure: Error): boolean {
  return (
    failure instanceof GraphFailure &&
    (failure.kind === 'missing' || /object references do not exist/.test(failure.text))
  );
}

/** As Graph says of a member or an owner who is one already. */
export function alreadyThere(failure: Error): boolean {
  return failure instanceof GraphFailure && /object references already exist/.test(failure.text);
}

/** Whether a group was deleted meanwhile: then there is nothing to be in or to own. */
export async function isGone(graph: GraphReader, groupId: string): Promise<boolean> {
  return (await graph.find(path`/groups/${groupId}?$select=id`, z.object({ id: z.string() }))) === null;
}

/** Puts somebody into groups; being in one already is fine, and so is a group that was deleted meanwhile. */
export async function joinGroups(graph: Graph, memberId: string, groupIds: string[]): Promise<void> {
  const body = graph.reference(path`/directoryObjects/${memberId}`);
  const answers = await graph.batch(
    groupIds.map((id) => ({ method: 'POST', path: path`/groups/${id}/members/$ref`, body })),
  );
  for (const [index, answer] of answers.entries()) {
    if (answer.ok || alreadyThere(answer.failure)) continue;
    if (!isMissing(answer.failure) || !(await isGone(graph, groupIds[index] ?? ''))) throw answer.failure;
  }
}

/** Does it, unless Graph says that there is nothing left to do. */
export async function harmless(known: (failure: Error) => boolean, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof GraphFailure) || !known(error)) throw error;
  }
}
