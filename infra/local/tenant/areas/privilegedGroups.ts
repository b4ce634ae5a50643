import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { findGroup, lookUpObject } from '../directory.ts';
import { badRequest, notFound, requireGlobalCloud } from '../errors.ts';
import type { GroupSchedule } from '../identitySchema.ts';
import { collection, entity, type Shape } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import { groupResource, stamp } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import { memberResource } from '../visibility.ts';
import { requireP2 } from './privilegedRoles.ts';

/** Privileged Identity Management for Groups: who may switch a membership or an ownership on, and who has. */
const base = '/identityGovernance/privilegedAccess/group';

type Kind = 'eligibility' | 'assignment';
const listOf = { eligibility: 'groupEligibilities', assignment: 'groupActivations' } as const;
const sideOf = { member: 'members', owner: 'owners' } as const;

/** Nothing is removed sooner (learn.microsoft.com/entra/id-governance/privileged-identity-management/groups-assign-member-owner). */
const shortestMs = 5 * 60_000;

const shape = (call: Call, context: string): Shape => ({
  context: `identityGovernance/privilegedAccess/group/${context}`,
  expand: {
    group: ({ groupId }) => {
      const group = call.data.groups.find(({ id }) => id === groupId);
      return group ? groupResource(group) : null;
    },
    principal: ({ principalId }) => memberResource(call, String(principalId))[0] ?? null,
  },
});

const instance = (kind: Kind, own: GroupSchedule): Resource => ({
  id: own.id,
  groupId: own.groupId,
  principalId: own.principalId,
  accessId: own.accessId,
  memberType: 'direct',
  startDateTime: own.startDateTime,
  endDateTime: own.endDateTime,
  [`${kind}ScheduleId`]: own.id,
  ...(kind === 'assignment' ? { assignmentType: 'activated' } : {}),
});

/** Whoever left a group by another way is not in it any more. */
function held(call: Call, kind: Kind): GroupSchedule[] {
  const { groups, [listOf[kind]]: all } = call.data;
  if (kind === 'eligibility') return all;
  return all.filter(({ groupId, accessId, principalId }) =>
    groups.some((group) => group.id === groupId && group[sideOf[accessId]].includes(principalId)),
  );
}

function list(call: Call, kind: Kind): Reply {
  requireGlobalCloud(call, 'privilegedAccess');
  requireP2(call);
  if (!call.query.filter)
    throw badRequest('The required $filter on principalId or groupId is missing.', 'InvalidFilter');
  return collection(
    call,
    held(call, kind).map((own) => instance(kind, own)),
    shape(call, `${kind}ScheduleInstances`),
  );
}

const requestBody = z.strictObject({
  accessId: z.enum(['member', 'owner']),
  action: z.literal('adminRemove'),
  groupId: z.guid(),
  principalId: z.guid(),
  justification: z.string().nullish(),
});

function remove(call: Call, kind: Kind): Reply {
  requireP2(call);
  const parsed = requestBody.safeParse(call.body);
  if (!parsed.success)
    throw badRequest(`The request is not valid: ${parsed.error.issues[0]?.path.join('.') ?? ''}.`, 'InvalidRequest');
  const { accessId, groupId, principalId, action, justification = null } = parsed.data;
  if (!lookUpObject(call.data, principalId)) throw notFound(principalId);
  const group = findGroup(call.data, groupId);
  const own = held(call, kind).find(
    (one) => one.groupId === groupId && one.principalId === principalId && one.accessId === accessId,
  );
  if (!own) throw badRequest('The Role assignment does not exist.', 'RoleAssignmentDoesNotExist');
  if (call.now.getTime() - Date.parse(own.startDateTime) < shortestMs)
    throw badRequest('The Active duration is too short. Miniumum Required is 5 minutes.', 'ActiveDurationTooShort');
  const name = listOf[kind];
  call.data[name] = call.data[name].filter((one) => one !== own);
  if (kind === 'assignment') group[sideOf[accessId]] = group[sideOf[accessId]].filter((id) => id !== principalId);
  const request: Resource = {
    id: randomUUID(),
    status: 'Revoked',
    createdDateTime: stamp(call.now),
    completedDateTime: stamp(call.now),
    approvalId: null,
    customData: null,
    action,
    principalId,
    groupId,
    accessId,
    justification,
    isValidationOnly: false,
    targetScheduleId: own.id,
    scheduleInfo: null,
    createdBy: { application: null, device: null, user: { displayName: null, id: call.caller.servicePrincipalId } },
    ticketInfo: { ticketNumber: null, ticketSystem: null },
  };
  return entity(call, request, shape(call, `${kind}ScheduleRequests`), 201);
}

const routesOf = (kind: Kind): Route[] => [
  { method: 'GET', path: `${base}/${kind}ScheduleInstances`, answer: (call) => list(call, kind) },
  { method: 'POST', path: `${base}/${kind}ScheduleRequests`, answer: (call) => remove(call, kind) },
];

export const privilegedGroups: Route[] = [...routesOf('eligibility'), ...routesOf('assignment')];
