import { randomUUID } from 'node:crypto';
import { badRequest, notFound } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import type { PartnerData } from '../partnerSchema.ts';
import { stamp } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';

/**
 * Customers that this tenant administers, as the service provider (learn.microsoft.com/graph/api/resources/
 * delegatedadminrelationship). It is ended by a request, only while it is active, and ends a while later.
 */
const base = '/tenantRelationships/delegatedAdminRelationships';
const shape = { context: 'tenantRelationships/delegatedAdminRelationships' };

type Own = PartnerData['customerRelationships'][number];

function settled(call: Call, own: Own): Own {
  if (own.terminatedAt === null) return own;
  const sinceMs = call.now.getTime() - Date.parse(own.terminatedAt);
  const { relationshipMs } = call.data.delays;
  own.status =
    sinceMs >= relationshipMs ? 'terminated' : sinceMs * 2 >= relationshipMs ? 'terminating' : 'terminationRequested';
  return own;
}

const resource = (call: Call, own: Own): Resource => {
  const { id, displayName, status, endDateTime, customer, roleDefinitionIds } = settled(call, own);
  return {
    '@odata.etag': `W/"${id} ${status}"`,
    id,
    displayName,
    status,
    endDateTime,
    customer,
    accessDetails: { unifiedRoles: roleDefinitionIds.map((roleDefinitionId) => ({ roleDefinitionId })) },
  };
};

function subject(call: Call): Own {
  const wanted = call.params.relationship ?? '';
  const found = call.data.partners.customerRelationships.find(({ id }) => id === wanted);
  if (!found) throw notFound(wanted);
  return settled(call, found);
}

function request(call: Call): Reply {
  const own = subject(call);
  const { action } = (call.body ?? {}) as { action?: unknown };
  if (action !== 'terminate') throw badRequest('The action is not supported.', 'badRequest');
  if (own.status !== 'active') throw badRequest(`The relationship is ${own.status}, not active.`, 'badRequest');
  own.terminatedAt = stamp(call.now);
  own.status = 'terminationRequested';
  const made = { id: randomUUID(), action, status: 'created', createdDateTime: stamp(call.now) };
  return entity(call, made, { context: `${shape.context}('${own.id}')/requests` }, 201);
}

export const delegatedAdminRelationships: Route[] = [
  {
    method: 'GET',
    path: base,
    answer: (call) =>
      collection(
        call,
        call.data.partners.customerRelationships.map((own) => resource(call, own)),
        shape,
      ),
  },
  {
    method: 'GET',
    path: `${base}/{relationship}`,
    answer: (call) => entity(call, resource(call, subject(call)), shape),
  },
  { method: 'POST', path: `${base}/{relationship}/requests`, answer: request },
];
