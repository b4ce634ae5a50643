import { z } from 'zod';
import { GraphFailure, isMissing, lacksPremium } from '../graph/failure.ts';
import { path } from '../graph/path.ts';
import { entraRoles, who } from '../partners/places.ts';
import type { ReadContext } from '../partners/step.ts';
import { definePartnerSweep } from '../partners/sweep.ts';
import { theirApps, theirPeople } from '../partners/theirs.ts';

const row = z.object({
  id: z.string(),
  principalId: z.string(),
  roleDefinitionId: z.string(),
  directoryScopeId: z.string().nullish(),
  scheduleInfo: z
    .object({ expiration: z.object({ endDateTime: z.string().nullish(), duration: z.string().nullish() }).nullish() })
    .nullish(),
});
const definition = z.object({ id: z.string(), displayName: z.string().nullish() });
const held = z.object({
  id: z.string(),
  isEligible: z.boolean(),
  principalId: z.string(),
  roleDefinitionId: z.string(),
  directoryScopeId: z.string(),
  /** When it ends by itself (ISO 8601), where it is eligible. */
  until: z.string().nullable(),
  role: z.string(),
  holder: z.string(),
});
type Held = z.output<typeof held>;

const requests = '/roleManagement/directory/roleEligibilityScheduleRequests';

/** Before their accounts are blocked: whom a role protects, nobody but a stronger one may touch. */
export const removePartnerRoles = definePartnerSweep<Held>({
  id: 'remove-partner-roles',
  title: 'Remove their directory roles',
  does: 'Takes away directory roles, held and eligible, of the partner’s guests, members and apps. Those of delegated administration end with it.',
  permissions: ['RoleManagement.ReadWrite.Directory', 'Directory.Read.All'],
  takes: { usually: 'within minutes', atMost: 15 * 60_000 },
  item: held,
  none: 'None of their people and apps holds a directory role of their own.',
  nouns: ['role', 'roles'],
  done: ['was taken away', 'were taken away'],
  find: async (context) => ({ items: await rolesOf(context) }),
  key: ({ principalId, roleDefinitionId, directoryScopeId, isEligible }) =>
    [principalId, roleDefinitionId, directoryScopeId, isEligible].join(' '),
  says: ({ holder, role, isEligible }) =>
    `${holder}, ${role}: ${isEligible ? 'eligible → not eligible' : 'held → taken away'}`,
  name: ({ holder, role }) => `${role} of ${holder}`,
  remove(one, { caseName }) {
    if (!one.isEligible) return { method: 'DELETE', path: path`/roleManagement/directory/roleAssignments/${one.id}` };
    const body = { ...assignmentOf(one), action: 'adminRemove', justification: `Removing a partner, ${caseName}` };
    return { method: 'POST', path: requests, body };
  },
  alreadyGone: (failure) =>
    isMissing(failure) ||
    (failure instanceof GraphFailure &&
      /^(PendingRoleAssignmentRequest|RoleAssignmentDoesNotExist)$/.test(failure.graphCode)),
  restore(one, { caseName, clock }) {
    if (!one.isEligible)
      return { method: 'POST', path: '/roleManagement/directory/roleAssignments', body: assignmentOf(one) };
    const now = clock.now();
    if (one.until !== null && Date.parse(one.until) <= now.getTime()) return null;
    const body = {
      ...assignmentOf(one),
      action: 'adminAssign',
      justification: `Undo of removing a partner, ${caseName}`,
      scheduleInfo: {
        startDateTime: now.toISOString(),
        expiration: one.until === null ? { type: 'noExpiration' } : { type: 'afterDateTime', endDateTime: one.until },
      },
    };
    return { method: 'POST', path: requests, body };
  },
  hand: ({ displayName }) => ({
    who: who.roleAdmin,
    ...entraRoles,
    clicks: [
      `Open each role that people or apps of ${displayName} hold.`,
      'Remove their active and eligible assignments.',
    ],
    command: null,
  }),
});

const assignmentOf = ({ principalId, roleDefinitionId, directoryScopeId }: Held) => ({
  principalId,
  roleDefinitionId,
  directoryScopeId,
});

async function rolesOf(context: ReadContext): Promise<Held[]> {
  const { graph } = context;
  const [people, apps, assigned, eligible] = await Promise.all([
    theirPeople(context),
    theirApps(context),
    graph.list('/roleManagement/directory/roleAssignments', row),
    eligibleRows(context),
  ]);
  const names = new Map([...people, ...apps].map(({ id, name }) => [id, name]));
  const theirs = [
    ...assigned.map((one) => ({ ...one, isEligible: false })),
    ...eligible.map((one) => ({ ...one, isEligible: true })),
  ].filter(({ principalId }) => names.has(principalId));
  if (theirs.length === 0) return [];
  const roles = await graph.list('/roleManagement/directory/roleDefinitions?$select=id,displayName', definition);
  return theirs
    .map(({ id, principalId, roleDefinitionId, directoryScopeId, isEligible, scheduleInfo }) => ({
      id,
      isEligible,
      principalId,
      roleDefinitionId,
      directoryScopeId: directoryScopeId ?? '/',
      until: scheduleInfo?.expiration?.endDateTime ?? null,
      role: roles.find((one) => one.id === roleDefinitionId)?.displayName ?? 'a directory role',
      holder: names.get(principalId) ?? 'somebody of theirs',
    }))
    .sort((a, b) => `${a.holder} ${a.role} ${a.id}`.localeCompare(`${b.holder} ${b.role} ${b.id}`, 'en'));
}

/** Eligible roles take Entra ID P2; a tenant without it has none. */
async function eligibleRows({ graph }: ReadContext): Promise<z.output<typeof row>[]> {
  try {
    return await graph.list('/roleManagement/directory/roleEligibilitySchedules', row);
  } catch (error) {
    if (lacksPremium(error)) return [];
    throw error;
  }
}
