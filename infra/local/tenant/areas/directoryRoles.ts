import { z } from 'zod';
import { derivedId, lookUpObject } from '../directory.ts';
import { badRequest, GraphError, notFound } from '../errors.ts';
import { collection, entity, type Shape } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import { foreignRoleAssignments } from '../partners.ts';
import { roleAssignmentResource, roleDefinitionResource } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { RoleAssignment, TenantData } from '../seedSchema.ts';
import { isSameRole } from '../settle.ts';
import { memberResource } from '../visibility.ts';

const base = '/roleManagement/directory';
const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10';

/** That it is refused is documented for PIM; code and text are worded here. */
export function refuseToRemoveLastGlobalAdministrator(
  data: TenantData,
  leaving: Pick<RoleAssignment, 'principalId' | 'roleDefinitionId' | 'directoryScopeId'>,
): void {
  if (leaving.roleDefinitionId !== globalAdministrator || leaving.directoryScopeId !== '/') return;
  const isPerson = (id: string) =>
    data.users.some((user) => user.id === id) ||
    data.groups.some((group) => group.id === id && group.members.length > 0);
  const others = data.roleAssignments.filter(
    (own) =>
      own.roleDefinitionId === globalAdministrator &&
      own.directoryScopeId === '/' &&
      !isSameRole(own, leaving) &&
      isPerson(own.principalId),
  );
  if (others.length === 0) throw badRequest('The last active Global Administrator of a tenant cannot be removed.');
}

function shape(call: Call): Shape {
  const assignment = (id: string) => call.data.roleAssignments.find((candidate) => candidate.id === id);
  return {
    context: 'roleManagement/directory/roleAssignments',
    expand: {
      roleDefinition: ({ roleDefinitionId }) => {
        const role = call.data.roleDefinitions.find((candidate) => candidate.id === roleDefinitionId);
        return role ? roleDefinitionResource(role) : null;
      },
      principal: ({ id }) => memberResource(call, assignment(id)?.principalId ?? '')[0] ?? null,
    },
  };
}

function subject(call: Call): RoleAssignment {
  const id = call.params.assignment ?? '';
  const assignment = call.data.roleAssignments.find((candidate) => candidate.id === id);
  if (!assignment) throw notFound(id);
  return assignment;
}

/** With those of service providers' groups, which belong to other tenants. */
function everyAssignment({ data, query }: Call): Resource[] {
  const foreign = foreignRoleAssignments(data);
  const isHeavy = query.filter === undefined && query.expand.some(({ property }) => property === 'principal');
  if (isHeavy && foreign.length > 0 && data.partners.is.rolesThrottledWithPrincipals)
    throw new GraphError(429, 'TooManyRequests', 'Too many requests.', { 'retry-after': '60' });
  const own = data.roleAssignments.map((assignment) => ({
    ...roleAssignmentResource(assignment),
    id: assignment.id,
    principalOrganizationId: data.signoff.tenantId,
  }));
  return [...own, ...foreign];
}

const grant = z.strictObject({
  '@odata.type': z.string().optional(),
  principalId: z.guid(),
  roleDefinitionId: z.guid(),
  directoryScopeId: z.string().startsWith('/'),
});

function assign(call: Call): Reply {
  const parsed = grant.safeParse(call.body);
  if (!parsed.success)
    throw badRequest(
      `Invalid value specified for property '${parsed.error.issues[0]?.path.join('.') ?? ''}' of resource 'RoleAssignment'.`,
    );
  const { principalId, roleDefinitionId, directoryScopeId } = parsed.data;
  if (!lookUpObject(call.data, principalId)) throw notFound(principalId);
  if (!call.data.roleDefinitions.some((role) => role.id === roleDefinitionId)) throw notFound(roleDefinitionId);
  const id = derivedId('roleAssignment', principalId, roleDefinitionId, directoryScopeId);
  const isThere = call.data.roleAssignments.some(
    (own) =>
      own.principalId === principalId &&
      own.roleDefinitionId === roleDefinitionId &&
      own.directoryScopeId === directoryScopeId,
  );
  if (isThere)
    throw badRequest(
      'A conflicting object with one or more of the specified property values is present in the directory.',
    );
  const assignment = { id, principalId, roleDefinitionId, directoryScopeId };
  call.data.roleAssignments.push(assignment);
  return entity(call, roleAssignmentResource(assignment), shape(call), 201);
}

export const directoryRoles: Route[] = [
  {
    method: 'GET',
    path: `${base}/roleAssignments`,
    answer: (call) => collection(call, everyAssignment(call), shape(call)),
  },
  { method: 'POST', path: `${base}/roleAssignments`, answer: assign },
  {
    method: 'GET',
    path: `${base}/roleAssignments/{assignment}`,
    answer: (call) => entity(call, roleAssignmentResource(subject(call)), shape(call)),
  },
  {
    method: 'DELETE',
    path: `${base}/roleAssignments/{assignment}`,
    answer: (call) => {
      const assignment = subject(call);
      refuseToRemoveLastGlobalAdministrator(call.data, assignment);
      call.data.roleAssignments = call.data.roleAssignments.filter((candidate) => candidate !== assignment);
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: `${base}/roleDefinitions`,
    answer: (call) =>
      collection(call, call.data.roleDefinitions.map(roleDefinitionResource), {
        context: 'roleManagement/directory/roleDefinitions',
      }),
  },
  {
    method: 'GET',
    path: `${base}/roleDefinitions/{role}`,
    answer: (call) => {
      const role = call.data.roleDefinitions.find((candidate) => candidate.id === call.params.role);
      if (!role) throw notFound(call.params.role ?? '');
      return entity(call, roleDefinitionResource(role), { context: 'roleManagement/directory/roleDefinitions' });
    },
  },
];
