import { notFound } from '../errors.ts';
import { entity } from '../odata/answer.ts';
import type { PartnerData } from '../partnerSchema.ts';
import type { Call, Reply, Route } from '../route.ts';

/** Who is behind a domain or an id, as every tenant is told. */
const base = '/tenantRelationships';

function told(call: Call, which: (tenant: PartnerData['tenants'][number]) => boolean, asked: string): Reply {
  const found = ownAndOthers(call).find(which);
  if (!found) throw notFound(asked);
  const { tenantId, displayName, defaultDomainName, federationBrandName } = found;
  return entity(
    call,
    { id: tenantId, tenantId, displayName, defaultDomainName, federationBrandName },
    {
      context: 'microsoft.graph.tenantInformation',
      defaults: ['tenantId', 'displayName', 'defaultDomainName', 'federationBrandName'],
    },
  );
}

function ownAndOthers({ data }: Call): PartnerData['tenants'] {
  const { organization, signoff, partners } = data;
  const [first = '', ...otherDomains] = organization.verifiedDomains
    .toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault))
    .map(({ name }) => name);
  const own = { tenantId: signoff.tenantId, displayName: organization.displayName, federationBrandName: null };
  return [{ ...own, defaultDomainName: first, otherDomains }, ...partners.tenants];
}

export const tenantRelationships: Route[] = [
  {
    method: 'GET',
    path: `${base}/findTenantInformationByDomainName(domainName={domain})`,
    answer: (call) => {
      const wanted = (call.params.domain ?? '').toLowerCase();
      return told(
        call,
        ({ defaultDomainName, otherDomains }) => [defaultDomainName, ...otherDomains].includes(wanted),
        wanted,
      );
    },
  },
  {
    method: 'GET',
    path: `${base}/findTenantInformationByTenantId(tenantId={tenant})`,
    answer: (call) => {
      const wanted = (call.params.tenant ?? '').toLowerCase();
      return told(call, ({ tenantId }) => tenantId === wanted, wanted);
    },
  },
];
