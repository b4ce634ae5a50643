import { randomUUID } from 'node:crypto';
import { badRequest, notFound } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import { connectedOrganizationSchema, type PartnerData } from '../partnerSchema.ts';
import { stamp } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';

/** Organizations whose people may ask for access packages. */
const base = '/identityGovernance/entitlementManagement';
const shape = { context: 'identityGovernance/entitlementManagement/connectedOrganizations' };

type Connected = PartnerData['connectedOrganizations'][number];

const resource = (own: Connected): Resource => ({ ...own, modifiedDateTime: own.createdDateTime });

function subject(call: Call): Connected {
  const wanted = (call.params.organization ?? '').toLowerCase();
  const found = call.data.partners.connectedOrganizations.find(({ id }) => id === wanted);
  if (!found) throw notFound(wanted);
  return found;
}

function add(call: Call): Reply {
  const read = connectedOrganizationSchema.omit({ id: true, createdDateTime: true }).safeParse(call.body);
  if (!read.success) throw badRequest('The connected organization is not valid.', 'BadRequest');
  const made = { id: randomUUID(), createdDateTime: stamp(call.now), ...read.data };
  call.data.partners.connectedOrganizations.push(made);
  return entity(call, resource(made), shape, 201);
}

export const connectedOrganizations: Route[] = [
  {
    method: 'GET',
    path: `${base}/connectedOrganizations`,
    answer: (call) => collection(call, call.data.partners.connectedOrganizations.map(resource), shape),
  },
  { method: 'POST', path: `${base}/connectedOrganizations`, answer: add },
  {
    method: 'GET',
    path: `${base}/connectedOrganizations/{organization}`,
    answer: (call) => entity(call, resource(subject(call)), shape),
  },
  {
    method: 'DELETE',
    path: `${base}/connectedOrganizations/{organization}`,
    answer: (call) => {
      const { partners } = call.data;
      const gone = subject(call);
      partners.connectedOrganizations = partners.connectedOrganizations.filter((own) => own !== gone);
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: `${base}/assignmentPolicies`,
    answer: (call) => {
      const shown = call.data.partners.assignmentPolicies.map(({ id, displayName, connectedOrganizationIds }) => ({
        id,
        displayName,
        description: null,
        allowedTargetScope: 'specificConnectedOrganizationUsers',
        specificAllowedTargets: connectedOrganizationIds.map((connectedOrganizationId) => ({
          '@odata.type': '#microsoft.graph.connectedOrganizationMembers',
          connectedOrganizationId,
          description: null,
        })),
      }));
      return collection(call, shown, { context: 'identityGovernance/entitlementManagement/assignmentPolicies' });
    },
  },
];
