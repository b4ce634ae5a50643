import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { lookUpObject } from '../directory.ts';
import { badRequest, notFound } from '../errors.ts';
import type { PendingRoleChange, RoleEligibility } from '../identitySchema.ts';
import { collection, entity, type Shape } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import { roleDefinitionResource, stamp } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { RoleAssignment } from '../seedSchema.ts';
import { isSameRole, settle } from '../settle.ts';
import { memberResource } from '../visibility.ts';
import { refuseToRemoveLastGlobalAdministrator } from './directoryRoles.ts';

/** Privileged Identity Management: eligible and active roles as schedules, changed by requests. */
const base = '/roleManagement/directory';

type Kind = PendingRoleChange['kind'];
const segmentOf = { eligible: 'roleEligibilitySchedule', active: 'roleAssignmentSchedule' } as const;

/** The code is what public scripts look for; where it stands and its text are not verified. */
export function requireP2(call: Call): void {
  if (!call.data.premium.p2)
    throw badRequest(
      'The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.',
      'AadPremiumLicenseRequired',
    );
}

const scheduleInfo = (startDateTime: string | null, endDateTime: string | null | undefined) => ({
  startDateTime,
  recurrence: null,
  expiration: endDateTime
    ? { type: 'afterDateTime', endDateTime, duration: null }
    : { type: 'noExpiration', endDateTime: null, duration: null },
});

function scheduleResource(kind: Kind, own: RoleEligibility | RoleAssignment): Resource {
  const created = 'createdDateTime' in own ? own.createdDateTime : null;
  return {
    id: own.id,
    principalId: own.principalId,
    roleDefinitionId: own.roleDefinitionId,
    directoryScopeId: own.directoryScopeId,
    appScopeId: null,
    createdUsing: own.id,
    createdDateTime: created,
    modifiedDateTime: null,
    status: 'Provisioned',
    memberType: 'Direct',
    scheduleInfo: scheduleInfo(created, own.endDateTime),
    ...(kind === 'active' ? { assignmentType: ('assignmentType' in own && own.assignmentType) || 'Assigned' } : {}),
  };
}

const held = (call: Call, kind: Kind): (RoleEligibility | RoleAssignment)[] =>
  kind === 'eligible' ? call.data.roleEligibilities : call.data.roleAssignments;

const shape = (call: Call, context: string): Shape => ({
  context: `roleManagement/directory/${context}`,
  expand: {
    roleDefinition: ({ roleDefinitionId }) => {
      const role = call.data.roleDefinitions.find((candidate) => candidate.id === roleDefinitionId);
      return role ? roleDefinitionResource(role) : null;
    },
    principal: ({ principalId }) => memberResource(call, String(principalId))[0] ?? null,
  },
});

const requestBody = z.strictObject({
  action: z.enum(['adminAssign', 'adminRemove']),
  principalId: z.guid(),
  roleDefinitionId: z.guid(),
  directoryScopeId: z.string().startsWith('/').default('/'),
  appScopeId: z.null().optional(),
  justification: z.string().nullish(),
  isValidationOnly: z.boolean().nullish(),
  targetScheduleId: z.string().nullish(),
  ticketInfo: z.looseObject({}).nullish(),
  scheduleInfo: z.looseObject({ expiration: z.looseObject({ endDateTime: z.string().nullish() }).nullish() }).nullish(),
});

function requestChange(call: Call, kind: Kind): Reply {
  requireP2(call);
  const parsed = requestBody.safeParse(call.body);
  if (!parsed.success)
    throw badRequest(`The request is not valid: ${parsed.error.issues[0]?.path.join('.') ?? ''}.`, 'InvalidRequest');
  const { data, now } = call;
  const { action, principalId, roleDefinitionId, directoryScopeId, justification, isValidationOnly } = parsed.data;
  if (!lookUpObject(data, principalId)) throw notFound(principalId);
  if (!data.roleDefinitions.some((role) => role.id === roleDefinitionId)) throw notFound(roleDefinitionId);
  const change: PendingRoleChange = {
    dueAt: now.getTime() + data.delays.pimMs,
    kind,
    action,
    principalId,
    roleDefinitionId,
    directoryScopeId,
    endDateTime: parsed.data.scheduleInfo?.expiration?.endDateTime ?? null,
  };
  checkChange(call, change);
  const id = randomUUID();
  if (isValidationOnly !== true) {
    data.pendingRoleChanges.push(change);
    settle(data, now.getTime());
  }
  const request: Resource = {
    id,
    status: action === 'adminRemove' ? 'Revoked' : 'Provisioned',
    createdDateTime: stamp(now),
    completedDateTime: stamp(now),
    approvalId: null,
    customData: null,
    action,
    principalId,
    roleDefinitionId,
    directoryScopeId,
    appScopeId: null,
    isValidationOnly: isValidationOnly ?? false,
    targetScheduleId: action === 'adminRemove' ? null : id,
    justification: justification ?? null,
    scheduleInfo: action === 'adminRemove' ? null : scheduleInfo(stamp(now), change.endDateTime),
    createdBy: { application: null, device: null, user: { displayName: null, id: call.caller.servicePrincipalId } },
    ticketInfo: { ticketNumber: null, ticketSystem: null },
  };
  return entity(call, request, shape(call, `${segmentOf[kind]}Requests`), 201);
}

function checkChange(call: Call, change: PendingRoleChange): void {
  const own = held(call, change.kind).find((candidate) => isSameRole(candidate, change));
  if (call.data.pendingRoleChanges.some((other) => other.kind === change.kind && isSameRole(other, change)))
    throw badRequest('There is already an existing pending Role assignment request.', 'PendingRoleAssignmentRequest');
  if (change.action === 'adminAssign' && own)
    throw badRequest('The Role assignment already exists.', 'RoleAssignmentExists');
  if (change.action === 'adminRemove' && !own)
    throw badRequest('The Role assignment does not exist.', 'RoleAssignmentDoesNotExist');
  if (change.action === 'adminRemove' && change.kind === 'active')
    refuseToRemoveLastGlobalAdministrator(call.data, change);
}

function routesOf(kind: Kind): Route[] {
  const segment = segmentOf[kind];
  return [
    {
      method: 'GET',
      path: `${base}/${segment}s`,
      answer: (call) => {
        requireP2(call);
        return collection(
          call,
          held(call, kind).map((own) => scheduleResource(kind, own)),
          shape(call, `${segment}s`),
        );
      },
    },
    { method: 'POST', path: `${base}/${segment}Requests`, answer: (call) => requestChange(call, kind) },
  ];
}

export const privilegedRoles: Route[] = [...routesOf('eligible'), ...routesOf('active')];
