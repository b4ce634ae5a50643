import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { directGroups, findUser, lookUpObject } from '../directory.ts';
import { badRequest, GraphError, notFound } from '../errors.ts';
import type { AppRoleAssignment, PermissionGrant } from '../identitySchema.ts';
import { collection, entity } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import { stamp } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { TenantData, User } from '../seedSchema.ts';

/** Which apps a person may use (app role assignments), and what apps may do in a person's name (delegated grants). */
const subject = (call: Call): User => findUser(call.data, call.params.user ?? '');
const servicePrincipal = (data: TenantData, id: string) =>
  data.servicePrincipals.find((candidate) => candidate.id === id.toLowerCase());

export function assignmentResource(data: TenantData, assignment: AppRoleAssignment): Resource {
  const principal = lookUpObject(data, assignment.principalId);
  return {
    ...assignment,
    deletedDateTime: null,
    principalDisplayName: principal?.object.displayName ?? null,
    principalType: { user: 'User', group: 'Group', servicePrincipal: 'ServicePrincipal' }[principal?.type ?? 'user'],
    resourceDisplayName: servicePrincipal(data, assignment.resourceId)?.displayName ?? null,
  };
}

const assignments = (user: User) => ({ context: `users('${user.id}')/appRoleAssignments` });

const assignmentBody = z.strictObject({ principalId: z.guid(), resourceId: z.guid(), appRoleId: z.guid() });

function assign(call: Call): Reply {
  const user = subject(call);
  const parsed = assignmentBody.safeParse(call.body);
  if (!parsed.success || parsed.data.principalId.toLowerCase() !== user.id)
    throw badRequest("Invalid value specified for property of resource 'AppRoleAssignment'.");
  const { resourceId, appRoleId } = parsed.data;
  const app = servicePrincipal(call.data, resourceId);
  if (!app) throw notFound(resourceId);
  const isDefault = appRoleId === '00000000-0000-0000-0000-000000000000' && app.appRoles.length === 0;
  if (!isDefault && !app.appRoles.some((role) => role.id === appRoleId))
    throw badRequest(`Permission being assigned was not found on application '${app.appId}'.`);
  const isThere = call.data.appRoleAssignments.some(
    (own) => own.principalId === user.id && own.resourceId === app.id && own.appRoleId === appRoleId,
  );
  if (isThere) throw badRequest('Permission being assigned already exists on the object');
  const assignment = {
    id: Buffer.from(randomUUID() + randomUUID())
      .toString('base64url')
      .slice(0, 43),
    principalId: user.id,
    resourceId: app.id,
    appRoleId,
    createdDateTime: stamp(call.now),
  };
  call.data.appRoleAssignments.push(assignment);
  return entity(call, assignmentResource(call.data, assignment), assignments(user), 201);
}

export const grantResource = (grant: PermissionGrant): Resource => ({ ...grant });

const grantBody = z.strictObject({
  clientId: z.guid(),
  consentType: z.enum(['Principal', 'AllPrincipals']),
  principalId: z.guid().nullish(),
  resourceId: z.guid(),
  scope: z.string(),
});

function grant(call: Call): Reply {
  const parsed = grantBody.safeParse(call.body);
  if (!parsed.success || (parsed.data.consentType === 'Principal') !== Boolean(parsed.data.principalId))
    throw badRequest("Invalid value specified for property of resource 'OAuth2PermissionGrant'.");
  const { data } = call;
  const { clientId, consentType, resourceId, scope } = parsed.data;
  const principalId = parsed.data.principalId ?? null;
  for (const id of [clientId, resourceId]) if (!servicePrincipal(data, id)) throw notFound(id);
  if (principalId !== null) findUser(data, principalId);
  const isThere = data.permissionGrants.some(
    (own) => own.clientId === clientId && own.resourceId === resourceId && own.principalId === principalId,
  );
  if (isThere) throw new GraphError(409, 'Request_MultipleObjectsWithSameKeyValue', 'Permission entry already exists.');
  const id = Buffer.from(`${clientId}${resourceId}${principalId ?? ''}`.replaceAll('-', ''), 'hex').toString(
    'base64url',
  );
  const made = { id, clientId, resourceId, consentType, principalId, scope };
  data.permissionGrants.push(made);
  return entity(call, grantResource(made), { context: 'oauth2PermissionGrants' }, 201);
}

function findGrant(call: Call): PermissionGrant {
  const id = call.params.grant ?? '';
  const found = call.data.permissionGrants.find((candidate) => candidate.id === id);
  if (!found) throw notFound(id);
  return found;
}

export const appAccess: Route[] = [
  {
    method: 'GET',
    path: '/users/{user}/appRoleAssignments',
    answer: (call) => {
      const user = subject(call);
      // https://learn.microsoft.com/graph/api/user-list-approleassignments: those of the user's groups come along.
      const holders = [user.id, ...directGroups(call.data, user.id).map((group) => group.id)];
      const own = call.data.appRoleAssignments.filter((candidate) => holders.includes(candidate.principalId));
      return collection(
        call,
        own.map((assignment) => assignmentResource(call.data, assignment)),
        assignments(user),
      );
    },
  },
  { method: 'POST', path: '/users/{user}/appRoleAssignments', answer: assign },
  {
    method: 'DELETE',
    path: '/users/{user}/appRoleAssignments/{assignment}',
    answer: (call) => {
      const user = subject(call);
      const id = call.params.assignment ?? '';
      const found = call.data.appRoleAssignments.find(
        (candidate) => candidate.id === id && candidate.principalId === user.id,
      );
      if (!found) throw notFound(id);
      call.data.appRoleAssignments = call.data.appRoleAssignments.filter((candidate) => candidate !== found);
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/users/{user}/oauth2PermissionGrants',
    units: 2,
    answer: (call) => {
      const { id } = subject(call);
      const own = call.data.permissionGrants.filter((candidate) => candidate.principalId === id);
      return collection(call, own.map(grantResource), { context: 'oauth2PermissionGrants' });
    },
  },
  { method: 'POST', path: '/oauth2PermissionGrants', answer: grant },
  {
    method: 'GET',
    path: '/oauth2PermissionGrants/{grant}',
    units: 2,
    answer: (call) => entity(call, grantResource(findGrant(call)), { context: 'oauth2PermissionGrants' }),
  },
  {
    method: 'DELETE',
    path: '/oauth2PermissionGrants/{grant}',
    answer: (call) => {
      const gone = findGrant(call);
      call.data.permissionGrants = call.data.permissionGrants.filter((candidate) => candidate !== gone);
      return { status: 204 };
    },
  },
];
