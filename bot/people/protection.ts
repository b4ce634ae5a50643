import { z } from 'zod';
import type { Reading } from '../engine/subject.ts';
import { Refusal } from '../errors.ts';
import { type Access, directoryRole, lightRoles } from '../graph/access.ts';
import { listOfType } from '../graph/directoryObjects.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path, quoted } from '../graph/path.ts';
import type { Subject } from './person.ts';

const person = z.object({
  id: z.string(),
  displayName: z.string().nullable(),
  userPrincipalName: z.string(),
  mail: z.string().nullable(),
});
const account = person.extend({
  jobTitle: z.string().nullish(),
  department: z.string().nullish(),
  accountEnabled: z.boolean(),
  userType: z.string().nullish(),
  onPremisesSyncEnabled: z.boolean().nullish(),
  manager: person.partial({ mail: true }).nullish(),
});
const select = Object.keys(account.omit({ manager: true }).shape).join(',');
const assignment = z.object({
  principalId: z.string(),
  roleDefinitionId: z.string(),
  roleDefinition: z.object({ displayName: z.string().nullable() }).nullish(),
});
const group = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  isAssignableToRole: z.boolean().nullish(),
});

/** Reads a person with their privileges. @throws Refusal when they may never be offboarded, with the reason. */
export async function readPerson(reading: Reading, id: string, requesterId: string): Promise<Subject> {
  const { graph, untouchable } = reading;
  if (id === requesterId)
    throw new Refusal('protected', 'You can’t offboard yourself. Ask a colleague of the helpdesk.');
  if (untouchable.accounts.includes(id)) {
    throw new Refusal(
      'protected',
      'This is a break-glass account: it must be there when everything else is locked. Signoff never touches it.',
    );
  }
  const access = await reading.readAccess();
  if (id === access.ownId || id === access.clientId)
    throw new Refusal('protected', 'This is Signoff’s own identity. Signoff can’t remove itself.');

  const user = await graph.find(
    path`/users/${id}?$select=${select}&$expand=manager($select=id,displayName,userPrincipalName,mail)`,
    account,
  );
  if (user === null) throw new Refusal('gone', 'This account is no longer in the directory.');
  const { roles, ids, throughGroups } = await privilegesOf(graph, id);
  if (
    ids.has(directoryRole.globalAdministrator) &&
    user.accountEnabled &&
    !(await hasAnotherGlobalAdministrator(graph, id))
  ) {
    throw new Refusal(
      'protected',
      `${user.displayName} is the last Global Administrator. Make somebody else one first.`,
    );
  }
  return {
    ...named(user),
    jobTitle: user.jobTitle ?? null,
    department: user.department ?? null,
    accountEnabled: user.accountEnabled,
    lastSignIn: await lastSignInOf(graph, id, access),
    guest: user.userType === 'Guest',
    synced: user.onPremisesSyncEnabled === true,
    manager: user.manager ? named(user.manager) : null,
    roles,
    privileged: throughGroups || [...ids].some((role) => !lightRoles.has(role)),
  };
}

function named(user: {
  id: string;
  displayName: string | null;
  userPrincipalName: string;
  mail?: string | null | undefined;
}) {
  const { id, displayName, userPrincipalName, mail } = user;
  return { id: id.toLowerCase(), displayName: displayName ?? userPrincipalName, userPrincipalName, mail: mail ?? null };
}

const activity = z.object({ signInActivity: z.object({ lastSignInDateTime: z.string().nullish() }).nullish() });

/** Good to know, but no reason to stop: it takes a permission of its own, and a tenant with Entra ID P1. */
async function lastSignInOf(graph: GraphReader, id: string, { permissions }: Access): Promise<string | null> {
  if (!permissions.has('AuditLog.Read.All')) return null;
  try {
    const { signInActivity } = await graph.read(path`/users/${id}?$select=signInActivity`, activity);
    return signInActivity?.lastSignInDateTime ?? null;
  } catch (error) {
    if (error instanceof GraphFailure && error.kind === 'denied') return null;
    throw error;
  }
}

/** Roles held directly and through role-assignable groups; belonging to or owning such a group is a privilege by itself. */
async function privilegesOf(
  graph: GraphReader,
  id: string,
): Promise<{ roles: string[]; ids: Set<string>; throughGroups: boolean }> {
  const [memberOf, ownedObjects] = await Promise.all([
    listOfType(
      graph,
      'group',
      `${path`/users/${id}/transitiveMemberOf`}?$select=id,displayName,isAssignableToRole&$top=999`,
      group,
    ),
    listOfType(graph, 'group', path`/users/${id}/ownedObjects`, group),
  ]);
  const joined = roleGroups(memberOf);
  const owned = roleGroups(ownedObjects);
  const found = (
    await Promise.all(
      [...new Set([id, ...joined.keys(), ...owned.keys()])].map((principalId) =>
        assignmentsOf(graph, `principalId eq ${quoted(principalId)}`),
      ),
    )
  ).flat();
  const names = found.map(({ principalId, roleDefinition }) => {
    const role = roleDefinition?.displayName ?? 'a directory role';
    if (joined.has(principalId)) return `${role} (through “${joined.get(principalId)}”)`;
    return owned.has(principalId) ? `${role} (as owner of “${owned.get(principalId)}”)` : role;
  });
  // Who owns a group can let themselves in, but does not hold its roles yet.
  const held = found.filter(({ principalId }) => principalId === id || joined.has(principalId));
  return {
    roles: [...new Set(names)].sort(),
    ids: new Set(held.map(({ roleDefinitionId }) => roleDefinitionId)),
    throughGroups: joined.size + owned.size > 0,
  };
}

/** Names of the role-assignable ones by id. */
const roleGroups = (groups: z.output<typeof group>[]): Map<string, string> =>
  new Map(
    groups.filter(({ isAssignableToRole }) => isAssignableToRole).map(({ id, displayName }) => [id, displayName ?? id]),
  );

const assignmentsOf = (graph: GraphReader, filter: string) =>
  graph.list(path`/roleManagement/directory/roleAssignments?$filter=${filter}&$expand=roleDefinition`, assignment);

async function hasAnotherGlobalAdministrator(graph: GraphReader, id: string): Promise<boolean> {
  const holders = await assignmentsOf(graph, `roleDefinitionId eq ${quoted(directoryRole.globalAdministrator)}`);
  for (const { principalId } of holders) {
    if (principalId === id) continue;
    const people = await graph.find(path`/users/${principalId}?$select=id,accountEnabled`, enabled);
    if (people?.accountEnabled) return true;
    if (people === null && (await hasEnabledMember(graph, principalId, id))) return true;
  }
  return false;
}

const enabled = z.object({ id: z.string(), accountEnabled: z.boolean().nullish() });

/** The holder may be a group; a service principal that holds the role is no person who can let others in. */
async function hasEnabledMember(graph: GraphReader, groupId: string, besides: string): Promise<boolean> {
  if ((await graph.find(path`/groups/${groupId}?$select=id`, z.object({ id: z.string() }))) === null) return false;
  const members = await listOfType(
    graph,
    'user',
    path`/groups/${groupId}/transitiveMembers?$select=id,accountEnabled`,
    enabled,
  );
  return members.some((one) => one.accountEnabled && one.id !== besides);
}
