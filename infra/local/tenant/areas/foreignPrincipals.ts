import { z } from 'zod';
import { badRequest } from '../errors.ts';
import { collection } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import { foreignGroups } from '../partners.ts';
import type { Call, Route } from '../route.ts';
import { memberResource } from '../visibility.ts';
import { requireP2 } from './privilegedRoles.ts';

/** Who holds something here though they are of another tenant, and the names that go with ids. */
const asked = z.strictObject({ ids: z.array(z.guid()).min(1).max(1000), types: z.array(z.string()).optional() });
const partnerReference = 'directoryObjectPartnerReference';

function named(call: Call): Resource[] {
  const read = asked.safeParse(call.body);
  if (!read.success) throw badRequest("Invalid value specified for property 'ids'.");
  const { ids, types } = read.data;
  const isWanted = (type: string) => types === undefined || types.includes(type) || types.includes('directoryObject');
  // A group of another tenant is told of to whoever asks for such references by name.
  const foreign = types?.includes(partnerReference) ? foreignGroups(call.data) : [];
  return ids.flatMap((id) => {
    const own = memberResource(call, id).filter((one) => isWanted(String(one['@odata.type']).split('.').at(-1) ?? ''));
    const other = foreign.find((group) => group.id === id);
    return [...own, ...(other === undefined ? [] : [reference(call, other)])];
  });
}

const reference = ({ data }: Call, { id, displayName, tenantId }: ReturnType<typeof foreignGroups>[number]) => ({
  '@odata.type': `#microsoft.graph.${partnerReference}`,
  id,
  deletedDateTime: null,
  description: null,
  displayName: data.partners.is.foreignGroupsNamed ? displayName : null,
  externalPartnerTenantId: tenantId,
  objectType: 'Group',
});

export const foreignPrincipals: Route[] = [
  {
    method: 'POST',
    path: '/directoryObjects/getByIds',
    answer: (call) => collection(call, named(call), { context: 'directoryObjects' }),
  },
  {
    method: 'GET',
    path: '/roleManagement/directory/roleEligibilityScheduleInstances',
    answer: (call) => {
      requireP2(call);
      const shown = call.data.roleEligibilities.map((own) => ({
        id: own.id,
        principalId: own.principalId,
        roleDefinitionId: own.roleDefinitionId,
        directoryScopeId: own.directoryScopeId,
        appScopeId: null,
        startDateTime: own.createdDateTime,
        endDateTime: own.endDateTime,
        memberType: 'Direct',
        roleEligibilityScheduleId: own.id,
      }));
      return collection(call, shown, { context: 'roleManagement/directory/roleEligibilityScheduleInstances' });
    },
  },
  {
    method: 'GET',
    path: '/directory/remoteTenantGroups',
    answer: (call) => {
      const shown = foreignGroups(call.data).map((group) => {
        const tenant = call.data.partners.tenants.find(({ tenantId }) => tenantId === group.tenantId);
        return {
          id: group.id,
          deletedDateTime: null,
          remoteGroupId: group.id,
          remoteGroupDisplayName: group.displayName,
          remoteTenantId: group.tenantId,
          remoteTenantDisplayName: tenant?.displayName ?? null,
          remoteTenantPrimaryDomain: tenant?.defaultDomainName ?? null,
        };
      });
      return collection(call, shown, { context: 'directory/remoteTenantGroups' });
    },
  },
];
