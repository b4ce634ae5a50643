import { derivedId } from './directory.ts';
import type { Resource } from './odata/resource.ts';
import type { TenantData } from './seedSchema.ts';

/** Microsoft's own: they carry service providers' access, and this one goes with the last of them. */
const delegatedAdminApp = 'a3475900-ccec-4a69-98f5-a65cd5dc5306';

/** Groups of service providers, those with a role here and those that had one. */
export function foreignGroups({ partners }: TenantData): { id: string; displayName: string; tenantId: string }[] {
  const now = partners.delegatedAdmin.flatMap(({ tenantId, groups }) =>
    groups.map(({ id, displayName }) => ({ id, displayName, tenantId })),
  );
  return [...now, ...partners.remoteGroups.filter(({ id }) => now.every((group) => group.id !== id))];
}

/** One row a role and group of a service provider. */
export const foreignRoleAssignments = ({ partners }: TenantData): Resource[] =>
  partners.delegatedAdmin
    .filter(({ endedAt }) => endedAt === null)
    .flatMap(({ id: relationship, tenantId, groups }) =>
      groups.flatMap((group) =>
        group.roleDefinitionIds.map((roleDefinitionId) => ({
          id: derivedId('foreignRole', relationship, group.id, roleDefinitionId),
          principalId: group.id,
          principalOrganizationId: tenantId,
          roleDefinitionId,
          directoryScopeId: '/',
        })),
      ),
    );

/** Before every request: what ended relationships and other tenants' synchronization bring about. */
export function settlePartners(data: TenantData, now: number): void {
  settleEnds(data, now);
  settleSynchronization(data, now);
}

/** The entry of a service provider goes with its last relationship, a while later. */
function settleEnds(data: TenantData, now: number): void {
  const { partners, delays } = data;
  const isOver = (endedAt: string | null) => endedAt !== null && Date.parse(endedAt) + delays.providerEntryMs <= now;
  const over = partners.delegatedAdmin.filter(({ endedAt }) => isOver(endedAt));
  if (over.length === 0) return;
  partners.delegatedAdmin = partners.delegatedAdmin.filter((own) => !over.includes(own));
  for (const { tenantId, groups } of over) {
    partners.remoteGroups.push(...groups.map(({ id, displayName }) => ({ id, displayName, tenantId })));
    if (partners.delegatedAdmin.some((own) => own.tenantId === tenantId)) continue;
    if (partners.is.blockGoesWithEntry)
      partners.crossTenantAccess = partners.crossTenantAccess.filter((entry) => entry.tenantId !== tenantId);
    for (const entry of partners.crossTenantAccess) if (entry.tenantId === tenantId) entry.isServiceProvider = false;
  }
  if (partners.delegatedAdmin.length === 0)
    data.servicePrincipals = data.servicePrincipals.filter(({ appId }) => appId !== delegatedAdminApp);
}

/** Whoever is deleted here while their own tenant still synchronizes them is made again, with another id. */
function settleSynchronization(data: TenantData, now: number): void {
  const syncing = data.partners.crossTenantAccess.filter(
    (one) => one.identitySynchronization?.userSyncInbound.isSyncAllowed,
  );
  if (syncing.length === 0) return;
  const domains = data.partners.tenants
    .filter(({ tenantId }) => syncing.some((entry) => entry.tenantId === tenantId))
    .flatMap(({ defaultDomainName, otherDomains }) => [defaultDomainName, ...otherDomains]);
  for (const { user, deletedDateTime } of data.deletedUsers) {
    const isTheirs = user.creationType === null && domains.includes(user.mail?.split('@')[1]?.toLowerCase() ?? '');
    const isDue = Date.parse(deletedDateTime) + data.delays.partnerSyncMs <= now;
    if (!isTheirs || !isDue || data.users.some((own) => own.userPrincipalName === user.userPrincipalName)) continue;
    data.users.push({ ...structuredClone(user), id: derivedId('synchronized', user.id), accountEnabled: true });
  }
}
