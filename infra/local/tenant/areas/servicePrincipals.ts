import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { badRequest, notFound } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import { stamp } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { ServicePrincipal } from '../seedSchema.ts';
import { assignmentResource, grantResource } from './appAccess.ts';

/** What apps may do, and who may use them: the sides that `appAccess.ts` does not show. */
function subject(call: Call): ServicePrincipal {
  const wanted = (call.params.principal ?? '').toLowerCase();
  const found = call.data.servicePrincipals.find(({ id }) => id === wanted);
  if (!found) throw notFound(wanted);
  return found;
}

const enabled = z.strictObject({ accountEnabled: z.boolean() });
const assignmentBody = z.strictObject({ principalId: z.guid(), resourceId: z.guid(), appRoleId: z.guid() });
const contextOf = ({ id }: ServicePrincipal, list: string) => ({ context: `servicePrincipals('${id}')/${list}` });

function listOf(call: Call, side: 'principalId' | 'resourceId', list: string): Reply {
  const own = subject(call);
  const shown = call.data.appRoleAssignments
    .filter((assignment) => assignment[side] === own.id)
    .map((assignment) => assignmentResource(call.data, assignment));
  return collection(call, shown, contextOf(own, list));
}

function assign(call: Call): Reply {
  const own = subject(call);
  const read = assignmentBody.safeParse(call.body);
  if (!read.success || read.data.principalId !== own.id)
    throw badRequest('One or more properties are invalid: principalId.', 'Request_BadRequest');
  const made = { id: randomUUID(), ...read.data, createdDateTime: stamp(call.now) };
  if (call.data.appRoleAssignments.some((one) => one.principalId === own.id && one.appRoleId === made.appRoleId))
    throw badRequest('Permission being assigned already exists on the object', 'Request_BadRequest');
  call.data.appRoleAssignments.push(made);
  return entity(call, assignmentResource(call.data, made), contextOf(own, 'appRoleAssignments'), 201);
}

function unassign(call: Call): Reply {
  const own = subject(call);
  const id = call.params.assignment ?? '';
  const found = call.data.appRoleAssignments.find((one) => one.id === id && one.principalId === own.id);
  if (!found) throw notFound(id);
  call.data.appRoleAssignments = call.data.appRoleAssignments.filter((one) => one !== found);
  return { status: 204 };
}

export const servicePrincipals: Route[] = [
  {
    method: 'PATCH',
    path: '/servicePrincipals/{principal}',
    answer: (call) => {
      const read = enabled.safeParse(call.body);
      if (!read.success) throw badRequest('Only accountEnabled is changed here.');
      subject(call).accountEnabled = read.data.accountEnabled;
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/servicePrincipals/{principal}/appRoleAssignments',
    answer: (call) => listOf(call, 'principalId', 'appRoleAssignments'),
  },
  { method: 'POST', path: '/servicePrincipals/{principal}/appRoleAssignments', answer: assign },
  { method: 'DELETE', path: '/servicePrincipals/{principal}/appRoleAssignments/{assignment}', answer: unassign },
  {
    method: 'GET',
    path: '/servicePrincipals/{principal}/appRoleAssignedTo',
    answer: (call) => listOf(call, 'resourceId', 'appRoleAssignedTo'),
  },
  {
    method: 'GET',
    path: '/servicePrincipals/{principal}/oauth2PermissionGrants',
    answer: (call) => {
      const { id } = subject(call);
      const own = call.data.permissionGrants.filter(({ clientId }) => clientId === id);
      return collection(call, own.map(grantResource), { context: 'oauth2PermissionGrants' });
    },
  },
  {
    method: 'GET',
    path: '/oauth2PermissionGrants',
    answer: (call) =>
      collection(call, call.data.permissionGrants.map(grantResource), { context: 'oauth2PermissionGrants' }),
  },
];
