import { z } from 'zod';
import type { Reading } from '../engine/subject.ts';
import { lightRoles } from '../graph/access.ts';
import { listOfType } from '../graph/directoryObjects.ts';
import { readEligibleRoles } from '../graph/eligibleRoles.ts';
import { unlessDenied } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import { allGroupsOf } from '../graph/groups.ts';
import { path, quoted } from '../graph/path.ts';
import { canSeeEligibleGroups, readEligibleGroups, readPrivilegedGroup } from '../graph/privilegedGroups.ts';
import type { Subject } from './person.ts';

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

type Privileges = Pick<Subject, 'roles' | 'strongRoles' | 'guarded' | 'privileges'> & {
  /** Role template ids that are held now, directly or through a group. */
  held: ReadonlySet<string>;
};

/**
 * Roles held and eligible, directly and through role-assignable groups. Belonging to or owning such a group is a
 * privilege by itself, and so is a place in Signoff's own groups: whoever owns one decides who approves.
 */
export async function privilegesOf({ graph, untouchable }: Reading, id: string): Promise<Privileges> {
  const rolesOf = (principalId: string) =>
    Promise.all([assignmentsOf(graph, `principalId eq ${quoted(principalId)}`), readEligibleRoles(graph, principalId)]);
  const [own, memberOf, ownedObjects, reachable] = await Promise.all([
    rolesOf(id),
    allGroupsOf(graph, id),
    listOfType(graph, 'group', path`/users/${id}/ownedObjects`, group),
    reachableGroups(graph, id),
  ]);
  const joined = roleGroups(memberOf);
  const owned = roleGroups(ownedObjects);
  const joinable = roleGroups(reachable?.filter(({ accessId }) => accessId === 'member') ?? []);
  const ownable = roleGroups(reachable?.filter(({ accessId }) => accessId === 'owner') ?? []);
  const through = [...new Set([joined, owned, joinable, ownable].flatMap((groups) => [...groups.keys()]))];
  const all = [own, ...(await Promise.all(through.map(rolesOf)))];
  const found = [
    ...all.flatMap(([assigned]) => assigned.map((one) => ({ ...one, isHeld: true }))),
    ...all.flatMap(([, eligible]) => (eligible ?? []).map((one) => ({ ...one, isHeld: false }))),
  ].map(({ principalId, roleDefinitionId, roleDefinition, isHeld: holds }) => {
    const isIn = principalId === id || joined.has(principalId);
    const isHeld = holds && (isIn || owned.has(principalId));
    const way = [
      isHeld ? '' : 'eligible',
      joined.has(principalId) ? `through “${joined.get(principalId)}”` : '',
      !isIn && joinable.has(principalId) ? `through “${joinable.get(principalId)}”` : '',
      // Who owns a group can let themselves in, but does not hold its roles yet.
      !isIn && !joinable.has(principalId) ? `as owner of “${owned.get(principalId) ?? ownable.get(principalId)}”` : '',
    ].filter(Boolean);
    const name = roleDefinition?.displayName ?? 'a directory role';
    return {
      roleDefinitionId,
      words: way.length === 0 ? name : `${name} (${way.join(', ')})`,
      isHeld,
      // What they could only join makes Microsoft 365 refuse nothing, and holds nothing back.
      isOwn: isIn,
    };
  });
  const held = new Set(found.filter((one) => one.isHeld && one.isOwn).map(({ roleDefinitionId }) => roleDefinitionId));
  const strong = found.filter((one) => one.isOwn && !lightRoles.has(one.roleDefinitionId));
  const strongRoles = inOrder(strong.map(({ words }) => words));
  const throughGroups = joined.size + owned.size > 0;
  const isOfSignoff = (one: { id: string }) => untouchable.groups.includes(one.id.toLowerCase());
  const ofSignoff = [...memberOf, ...ownedObjects].some(isOfSignoff);
  return {
    held,
    roles: inOrder(found.map(({ words }) => words)),
    strongRoles,
    guarded: throughGroups || strong.some(({ isHeld }) => isHeld),
    privileges: [
      strongRoles.length > 0 || throughGroups || joinable.size + ownable.size > 0
        ? 'Holds privileged rights, or can get at them.'
        : '',
      ofSignoff ? 'Belongs to the groups that decide who may use Signoff.' : '',
      !ofSignoff && reachable?.some(isOfSignoff) ? 'Could join the groups that decide who may use Signoff.' : '',
      all.some(([, eligible]) => eligible === null)
        ? 'Signoff may not see which roles they could activate (it lacks the permission RoleEligibilitySchedule.Read.Directory).'
        : '',
      reachable === null
        ? `Signoff may not see which groups they could join by themselves (it lacks the permission ${canSeeEligibleGroups}).`
        : '',
    ].filter(Boolean),
  };
}

/** Groups that they could switch themselves into, or the ownership of; null when the app may not look. */
const reachableGroups = (graph: GraphReader, id: string) =>
  unlessDenied(async () =>
    Promise.all(
      (await readEligibleGroups(graph, id)).map(async ({ groupId, accessId }) => ({
        ...((await readPrivilegedGroup(graph, groupId)) ?? { id: groupId }),
        accessId,
      })),
    ),
  );

const inOrder = (words: string[]): string[] => [...new Set(words)].sort();

/** Names of the role-assignable ones by id. */
const roleGroups = (groups: z.output<typeof group>[]): Map<string, string> =>
  new Map(
    groups.filter(({ isAssignableToRole }) => isAssignableToRole).map(({ id, displayName }) => [id, displayName ?? id]),
  );

export const assignmentsOf = (graph: GraphReader, filter: string) =>
  graph.list(path`/roleManagement/directory/roleAssignments?$filter=${filter}&$expand=roleDefinition`, assignment);
