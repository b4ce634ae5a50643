import { z } from 'zod';
import { findUser, isGuid, transitiveGroups } from '../directory.ts';
import { badRequest, GraphError, notFound } from '../errors.ts';
import { collection, countOf, entity, type Shape, value } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import { can } from '../privileges.ts';
import {
  applicationResource,
  groupResource,
  membershipResources,
  servicePrincipalResource,
  stamp,
  typed,
  userDefaults,
} from '../resources.ts';
import type { Call, Route } from '../route.ts';
import type { User } from '../seedSchema.ts';
import { seenMemberships, showsMembers, visibleUser } from '../visibility.ts';
import { moveToRecycleBin } from './deletedItems.ts';
import { updateUser } from './userUpdate.ts';

const managerOf = (call: Call, user: User): Resource | null => {
  const manager = call.data.users.find((candidate) => candidate.id === user.manager);
  return manager ? typed('user', visibleUser(call, manager)) : null;
};

const shape = (call: Call, context = 'users'): Shape => ({
  context,
  defaults: userDefaults,
  directory: true,
  expand: { manager: (resource) => managerOf(call, findUser(call.data, resource.id)) },
});

const directoryObjects: Shape = { context: 'directoryObjects', directory: true, relation: true };
const castToGroups: Shape = { context: 'groups', directory: true, relation: true };

function checkSignInActivity(call: Call): void {
  if (!call.query.select?.some((name) => name.toLowerCase() === 'signinactivity')) return;
  if (!can(call, 'AuditLog.Read.All'))
    throw new GraphError(
      403,
      'Authentication_MSGraphPermissionMissing',
      'Calling principal does not have required MSGraph permissions AuditLog.Read.All',
    );
  if (call.params.user !== undefined && !isGuid(call.params.user))
    throw badRequest('Get By Key only supports UserId and the key has to be a valid Guid', 'BadRequest');
}

/** Signs in elsewhere, whatever `userType` says. */
const isExternal = ({ userPrincipalName, identities }: User): boolean =>
  userPrincipalName.includes('#EXT#') || identities.some(({ signInType }) => signInType === 'federated');

const allUsers = (call: Call): Resource[] => call.data.users.map((user) => visibleUser(call, user));
const subject = (call: Call): User => findUser(call.data, call.params.user ?? '');

const groupIds = z.strictObject({ groupIds: z.array(z.string()) });

function checkMemberGroups(call: Call) {
  const parsed = groupIds.safeParse(call.body);
  if (!parsed.success || parsed.data.groupIds.some((id) => !isGuid(id)))
    throw badRequest("Invalid value specified for property 'groupIds' of resource 'User'.");
  if (parsed.data.groupIds.length > 20) throw badRequest("The maximum allowed number of values for 'groupIds' is 20.");
  const groups = transitiveGroups(call.data, subject(call).id).filter((group) => showsMembers(call, group));
  const held = new Set(groups.map((group) => group.id));
  return value(
    call,
    'Collection(Edm.String)',
    parsed.data.groupIds.map((id) => id.toLowerCase()).filter((id) => held.has(id)),
  );
}

function ownedObjects(call: Call): Resource[] {
  const { id } = subject(call);
  const { groups, applications, servicePrincipals } = call.data;
  const isOwned = ({ owners }: { owners: string[] }) => owners.includes(id);
  return [
    ...groups.filter(isOwned).map((group) => typed('group', groupResource(group))),
    ...applications.filter(isOwned).map((application) => typed('application', applicationResource(application))),
    ...servicePrincipals
      .filter(isOwned)
      .map((principal) => typed('servicePrincipal', servicePrincipalResource(principal))),
  ];
}

const onlyGroups = (resources: Resource[]): Resource[] =>
  resources.filter((resource) => resource['@odata.type'] === '#microsoft.graph.group');
const untyped = ({ '@odata.type': _type, ...rest }: Resource): Resource => ({ ...rest, id: rest.id });

function membershipRoutes(segment: string, transitive: boolean): Route[] {
  const held = (call: Call) => seenMemberships(call, membershipResources(call.data, subject(call).id, transitive));
  return [
    {
      method: 'GET',
      path: `/users/{user}/${segment}`,
      units: 2,
      answer: (call) => collection(call, held(call), directoryObjects),
    },
    {
      method: 'GET',
      path: `/users/{user}/${segment}/microsoft.graph.group`,
      units: 2,
      answer: (call) => collection(call, onlyGroups(held(call)).map(untyped), castToGroups),
    },
  ];
}

export const users: Route[] = [
  {
    method: 'GET',
    path: '/users',
    units: 2,
    answer: (call) => {
      checkSignInActivity(call);
      return collection(call, allUsers(call), shape(call));
    },
  },
  { method: 'GET', path: '/users/$count', permissionsOf: '/users', answer: (call) => countOf(call, allUsers(call)) },
  {
    method: 'GET',
    path: '/users/{user}',
    answer: (call) => {
      checkSignInActivity(call);
      return entity(call, visibleUser(call, subject(call)), shape(call));
    },
  },
  {
    method: 'PATCH',
    path: '/users/{user}',
    answer: (call) => {
      updateUser(call, subject(call));
      return { status: 204 };
    },
  },
  {
    method: 'DELETE',
    path: '/users/{user}',
    answer: (call) => {
      moveToRecycleBin(call, subject(call));
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/users/{user}/manager',
    answer: (call) => {
      const manager = managerOf(call, subject(call));
      if (!manager) throw notFound('manager');
      return entity(call, manager, { context: 'directoryObjects', defaults: userDefaults });
    },
  },
  {
    method: 'GET',
    path: '/users/{user}/directReports',
    answer: (call) => {
      const { id } = subject(call);
      const reports = call.data.users
        .filter((user) => user.manager === id)
        .map((user) => typed('user', visibleUser(call, user)));
      return collection(call, reports, { ...directoryObjects, defaults: userDefaults });
    },
  },
  {
    method: 'POST',
    path: '/users/{user}/revokeSignInSessions',
    answer: (call) => {
      const user = subject(call);
      if (!isExternal(user)) user.signInSessionsValidFromDateTime = stamp(call.now);
      return value(call, 'Edm.Boolean', true);
    },
  },
  { method: 'POST', path: '/users/{user}/checkMemberGroups', answer: checkMemberGroups },
  ...membershipRoutes('memberOf', false),
  ...membershipRoutes('transitiveMemberOf', true),
  {
    method: 'GET',
    path: '/users/{user}/ownedObjects',
    units: 2,
    answer: (call) => collection(call, ownedObjects(call), directoryObjects),
  },
  {
    method: 'GET',
    path: '/users/{user}/ownedObjects/microsoft.graph.group',
    units: 2,
    answer: (call) => collection(call, onlyGroups(ownedObjects(call)).map(untyped), castToGroups),
  },
];
