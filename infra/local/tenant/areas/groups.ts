import { directGroups, findGroup, findUser, lookUpObject, transitiveMemberIds } from '../directory.ts';
import { badRequest, denied, notFound, onPremisesMastered } from '../errors.ts';
import { collection, countOf, entity, type Shape } from '../odata/answer.ts';
import { isRecord, type Resource } from '../odata/resource.ts';
import { can } from '../privileges.ts';
import { groupDefaults, groupResource, userDefaults } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { Group } from '../seedSchema.ts';
import { memberResource, showsMembers } from '../visibility.ts';
import { moveToRecycleBin } from './deletedItems.ts';

const subject = (call: Call): Group => findGroup(call.data, call.params.group ?? '');
const objects: Shape = { context: 'directoryObjects', directory: true, relation: true };
const castToUsers: Shape = { context: 'users', defaults: userDefaults, directory: true, relation: true };
const groupsShape: Shape = { context: 'groups', defaults: groupDefaults, directory: true };

const people = (call: Call, ids: string[]): Resource[] =>
  ids
    .flatMap((id) => memberResource(call, id))
    .filter((resource) => resource['@odata.type'] === '#microsoft.graph.user')
    .map(({ '@odata.type': _type, ...rest }) => ({ ...rest, id: rest.id }));

type Side = 'members' | 'owners';

const seen = (call: Call, side: Side): string[] =>
  side === 'owners' || showsMembers(call, subject(call)) ? subject(call)[side] : [];

/** The rules that stand before every change of members or owners. */
function checkChangeable(call: Call, group: Group, side: Side): void {
  if (group.isAssignableToRole === true && !can(call, 'RoleManagement.ReadWrite.Directory')) throw denied();
  if (group.onPremisesSyncEnabled === true) throw onPremisesMastered();
  if (side === 'members' && group.groupTypes.includes('DynamicMembership')) throw denied();
  if (group.mailEnabled && !group.groupTypes.includes('Unified'))
    throw badRequest('Cannot Update a mail-enabled security groups and or distribution list.');
}

/** What `@odata.id` of a `$ref` body names. */
export function referencedId(call: Call): string {
  const reference = isRecord(call.body) ? call.body['@odata.id'] : undefined;
  const id =
    typeof reference === 'string'
      ? /\/(?:users|directoryObjects|groups|servicePrincipals)[/(]'?([^/()']+)'?\)?$/i.exec(reference)?.[1]
      : undefined;
  if (!id) throw badRequest("The request body must contain '@odata.id' with the URI of a directory object.");
  return decodeURIComponent(id);
}

function add(call: Call, side: Side): Reply {
  const group = subject(call);
  const id = referencedId(call);
  const added = lookUpObject(call.data, id);
  if (!added) throw notFound(id);
  checkChangeable(call, group, side);
  if (side === 'owners' && added.type === 'group')
    throw badRequest("The specified object type can't be an owner of a group.");
  if (group[side].includes(added.object.id))
    throw badRequest(
      `One or more added object references already exist for the following modified properties: '${side}'.`,
    );
  group[side].push(added.object.id);
  return { status: 204 };
}

/** Service principals count in role-assignable groups alone (https://github.com/microsoftgraph/msgraph-metadata/issues/653). */
function leavesNobody(call: Call, group: Group, leaving: string): boolean {
  const others = group.owners.filter((owner) => owner !== leaving);
  if (group.isAssignableToRole === true) return others.length === 0;
  return !others.some((owner) => call.data.users.some((user) => user.id === owner));
}

function remove(call: Call, side: Side): Reply {
  const group = subject(call);
  const id = (call.params.object ?? '').toLowerCase();
  checkChangeable(call, group, side);
  if (!lookUpObject(call.data, id)) throw notFound(id);
  if (!group[side].includes(id))
    throw badRequest(
      `One or more removed object references do not exist for the following modified properties: '${side}'.`,
    );
  if (side === 'owners' && leavesNobody(call, group, id))
    throw badRequest('The group must have at least one owner, hence this owner cannot be removed.');
  group[side] = group[side].filter((member) => member !== id);
  return { status: 204 };
}

/** Without `/$ref` Graph deletes the object itself, not the membership. */
function deleteObjectBehind(call: Call, side: Side): Reply {
  const group = subject(call);
  const id = (call.params.object ?? '').toLowerCase();
  if (!group[side].includes(id)) throw notFound(id);
  if (!can(call, 'User.DeleteRestore.All', 'User.ReadWrite.All')) throw denied();
  moveToRecycleBin(call, findUser(call.data, id));
  return { status: 204 };
}

const references = (side: Side): Route[] => [
  {
    method: 'GET',
    path: `/groups/{group}/${side}`,
    units: side === 'members' ? 3 : 1,
    answer: (call) =>
      collection(
        call,
        seen(call, side).flatMap((id) => memberResource(call, id)),
        objects,
      ),
  },
  {
    method: 'GET',
    path: `/groups/{group}/${side}/microsoft.graph.user`,
    units: side === 'members' ? 3 : 1,
    answer: (call) => collection(call, people(call, seen(call, side)), castToUsers),
  },
  {
    method: 'GET',
    path: `/groups/{group}/${side}/$count`,
    permissionsOf: `/groups/{id}/${side}`,
    answer: (call) =>
      countOf(
        call,
        seen(call, side).flatMap((id) => memberResource(call, id)),
      ),
  },
  { method: 'POST', path: `/groups/{group}/${side}/$ref`, answer: (call) => add(call, side) },
  { method: 'DELETE', path: `/groups/{group}/${side}/{object}/$ref`, answer: (call) => remove(call, side) },
  { method: 'DELETE', path: `/groups/{group}/${side}/{object}`, answer: (call) => deleteObjectBehind(call, side) },
];

const transitive = (call: Call): string[] =>
  showsMembers(call, subject(call)) ? transitiveMemberIds(call.data, subject(call)) : [];

export const groups: Route[] = [
  {
    method: 'GET',
    path: '/groups',
    answer: (call) => collection(call, call.data.groups.map(groupResource), groupsShape),
  },
  { method: 'GET', path: '/groups/{group}', answer: (call) => entity(call, groupResource(subject(call)), groupsShape) },
  ...references('members'),
  ...references('owners'),
  {
    method: 'GET',
    path: '/groups/{group}/memberOf',
    answer: (call) =>
      collection(
        call,
        directGroups(call.data, subject(call).id).flatMap((group) => memberResource(call, group.id)),
        objects,
      ),
  },
  {
    method: 'GET',
    path: '/groups/{group}/transitiveMembers',
    units: 5,
    answer: (call) =>
      collection(
        call,
        transitive(call).flatMap((id) => memberResource(call, id)),
        objects,
      ),
  },
  {
    method: 'GET',
    path: '/groups/{group}/transitiveMembers/microsoft.graph.user',
    units: 5,
    answer: (call) => collection(call, people(call, transitive(call)), castToUsers),
  },
];
