import { z } from 'zod';
import { badRequest, notFound, unsupportedQuery } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import { servicePrincipalResource } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { TenantData } from '../seedSchema.ts';

const organizationResource = ({ signoff, organization }: TenantData): Resource => ({
  id: signoff.tenantId,
  deletedDateTime: null,
  tenantType: 'AAD',
  ...organization,
});

const mails = z.array(z.string()).optional();
/** Each list is replaced whole. */
const contacts = z.strictObject({
  technicalNotificationMails: mails,
  marketingNotificationEmails: mails,
  securityComplianceNotificationMails: mails,
  securityComplianceNotificationPhones: mails,
  privacyProfile: z
    .strictObject({ contactEmail: z.string().nullable(), statementUrl: z.string().nullable() })
    .optional(),
});

function ownId(call: Call): void {
  const wanted = call.params.organization ?? '';
  if (wanted.toLowerCase() !== call.data.signoff.tenantId) throw notFound(wanted);
}

/** https://learn.microsoft.com/graph/aad-advanced-queries: an id of another tenant, without quotes. */
function checkOwnerFilter({ query, headers }: Call): void {
  const filter = query.raw.find(([name]) => name.toLowerCase() === '$filter')?.[1] ?? '';
  if (!/appOwnerOrganizationId/i.test(filter)) return;
  if (/appOwnerOrganizationId\s+(eq|ne)\s+'/i.test(filter))
    throw badRequest('Invalid filter clause: A binary operator with incompatible types was detected.', 'BadRequest');
  if (headers.consistencylevel?.toLowerCase() !== 'eventual' || !query.count)
    throw unsupportedQuery(
      "Unsupported or invalid query filter clause specified for property 'appOwnerOrganizationId' of resource 'ServicePrincipal'.",
    );
}

function principal(call: Call, key: 'id' | 'appId', wanted = ''): Reply {
  const found = call.data.servicePrincipals.find((candidate) => candidate[key] === wanted.toLowerCase());
  if (!found) throw notFound(wanted);
  return entity(call, servicePrincipalResource(found), { context: 'servicePrincipals' });
}

export const organization: Route[] = [
  {
    method: 'GET',
    path: '/organization',
    answer: (call) => collection(call, [organizationResource(call.data)], { context: 'organization' }),
  },
  {
    method: 'GET',
    path: '/organization/{organization}',
    answer: (call) => {
      ownId(call);
      return entity(call, organizationResource(call.data), { context: 'organization' });
    },
  },
  {
    method: 'PATCH',
    path: '/organization/{organization}',
    answer: (call) => {
      ownId(call);
      const read = contacts.safeParse(call.body);
      if (!read.success) throw badRequest('One or more properties of the organization are not valid.');
      Object.assign(call.data.organization, read.data);
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/servicePrincipals',
    answer: (call) => {
      checkOwnerFilter(call);
      return collection(call, call.data.servicePrincipals.map(servicePrincipalResource), {
        context: 'servicePrincipals',
        directory: true,
      });
    },
  },
  {
    method: 'GET',
    path: '/servicePrincipals/{principal}',
    answer: (call) => principal(call, 'id', call.params.principal),
  },
  {
    method: 'GET',
    path: '/servicePrincipals(appId={appId})',
    answer: (call) => principal(call, 'appId', call.params.appId),
  },
];
