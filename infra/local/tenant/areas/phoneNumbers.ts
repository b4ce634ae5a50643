import { z } from 'zod';
import { derivedId, lookUpUser } from '../directory.ts';
import { badRequest, notFound, requireGlobalCloud } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import type { PhoneNumber } from '../phoneSchema.ts';
import { stamp } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import { settle } from '../settle.ts';

/** Numbers in Teams: an order is taken at once (202) and carried out after `delays.phoneMs`. */
const base = '/admin/teams/telephoneNumberManagement';
const context = 'admin/teams/telephoneNumberManagement';

const numberResource = (own: PhoneNumber): Resource => ({
  id: derivedId('phone', own.telephoneNumber),
  telephoneNumber: own.telephoneNumber,
  operatorId: null,
  numberType: own.numberType,
  activationState: 'activated',
  capabilities: ['userAssignment'],
  locationId: own.locationId,
  civicAddressId: null,
  networkSiteId: null,
  assignmentTargetId: own.assignmentTargetId,
  assignmentCategory: own.assignmentTargetId === null ? null : own.assignmentCategory,
  assignmentStatus: own.assignmentTargetId === null ? 'unassigned' : 'userAssigned',
  portInStatus: null,
  isoCountryCode: own.isoCountryCode,
  city: own.city,
  numberSource: own.numberSource,
  supportedCustomerActions: [],
  reverseNumberLookupOptions: [],
});

/** An operation is known by what was ordered and when it is due, and goes on being known afterwards. */
const operationId = (telephoneNumber: string, dueAt: number): string =>
  Buffer.from(JSON.stringify([telephoneNumber, dueAt])).toString('base64url');
const operation = z.tuple([z.string(), z.number()]);

function operationResource(call: Call): Resource {
  const id = call.params.operation ?? '';
  const [telephoneNumber, dueAt] = operation.parse(JSON.parse(Buffer.from(id, 'base64url').toString('utf8')));
  const status = dueAt <= call.now.getTime() ? 'succeeded' : 'running';
  const resourceLocation = `${base}/numberAssignments/${derivedId('phone', telephoneNumber)}`;
  return {
    id,
    createdDateTime: stamp(new Date(dueAt - call.data.delays.phoneMs)),
    status,
    numbers: [{ resourceLocation, status, statusDetail: null }],
  };
}
const numberType = z.enum(['directRouting', 'callingPlan', 'operatorConnect']);
const unassigned = z.strictObject({ telephoneNumber: z.string(), numberType });
const assigned = unassigned.extend({
  assignmentTargetId: z.guid(),
  assignmentCategory: z.enum(['primary', 'private', 'alternate']).optional(),
  locationId: z.guid().nullish(),
});

function order(call: Call, assign: boolean): Reply {
  const parsed = (assign ? assigned : unassigned).safeParse(call.body);
  if (!parsed.success) throw badRequest(`The order is not valid: ${parsed.error.issues[0]?.path.join('.') ?? ''}.`);
  const target = assign ? assigned.parse(call.body) : null;
  const own = call.data.phoneNumbers.find((one) => one.telephoneNumber === parsed.data.telephoneNumber);
  if (!own || own.numberType !== parsed.data.numberType) throw notFound(parsed.data.telephoneNumber);
  if (target !== null && !lookUpUser(call.data, target.assignmentTargetId)) throw notFound(target.assignmentTargetId);
  const dueAt = call.now.getTime() + call.data.delays.phoneMs;
  if (target !== null)
    Object.assign(own, {
      assignmentCategory: target.assignmentCategory ?? 'primary',
      locationId: target.locationId ?? null,
    });
  call.data.phoneOrders.push({
    telephoneNumber: own.telephoneNumber,
    assignmentTargetId: target?.assignmentTargetId ?? null,
    dueAt,
  });
  settle(call.data, call.now.getTime());
  return {
    status: 202,
    headers: { location: `${call.root}${base}/operations('${operationId(own.telephoneNumber, dueAt)}')` },
  };
}

export const phoneNumbers: Route[] = [
  {
    method: 'GET',
    path: `${base}/numberAssignments`,
    answer: (call) => {
      requireGlobalCloud(call, 'telephoneNumberManagement');
      const { filter } = call.query;
      if (filter && /\b(id|city)\b/.test(JSON.stringify(filter))) throw badRequest('Filter is not supported.');
      return collection(call, call.data.phoneNumbers.map(numberResource), { context: `${context}/numberAssignments` });
    },
  },
  { method: 'POST', path: `${base}/numberAssignments/assignNumber`, answer: (call) => order(call, true) },
  { method: 'POST', path: `${base}/numberAssignments/unassignNumber`, answer: (call) => order(call, false) },
  {
    method: 'GET',
    path: `${base}/operations/{operation}`,
    answer: (call) => entity(call, operationResource(call), { context: `${context}/operations` }),
  },
];
