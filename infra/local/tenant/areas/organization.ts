import { notFound } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import { servicePrincipalResource } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { TenantData } from '../seedSchema.ts';

const organizationResource = (data: TenantData): Resource => ({
  id: data.signoff.tenantId,
  deletedDateTime: null,
  tenantType: 'AAD',
  ...data.organization,
});

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
      if (call.params.organization?.toLowerCase() !== call.data.signoff.tenantId)
        throw notFound(call.params.organization ?? '');
      return entity(call, organizationResource(call.data), { context: 'organization' });
    },
  },
  {
    method: 'GET',
    path: '/servicePrincipals',
    answer: (call) =>
      collection(call, call.data.servicePrincipals.map(servicePrincipalResource), {
        context: 'servicePrincipals',
        directory: true,
      }),
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
