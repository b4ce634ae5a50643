import type { PartnerSubject } from '../../bot/partners/subject.ts';
import type { TenantData } from '../../infra/local/tenant/server.ts';

/** Ids of what is a partner's own here: a write that names one of them concerns the partner. */
export function ownIdsOfPartner(data: TenantData, { tenantId, accounts, domains }: PartnerSubject): string[] {
  const of = <T extends { id: string }>(list: readonly T[], isTheirs: (one: T) => boolean) =>
    list.filter(isTheirs).map(({ id }) => id);
  const apps = of(data.servicePrincipals, ({ appOwnerOrganizationId }) => appOwnerOrganizationId === tenantId);
  const principals = new Set([...accounts, ...apps]);
  return [
    ...(tenantId === null ? [] : [tenantId]),
    ...principals,
    ...of(data.roleAssignments, ({ principalId }) => principals.has(principalId)),
    ...of(data.roleEligibilities, ({ principalId }) => principals.has(principalId)),
    ...of(
      data.permissionGrants,
      ({ clientId, principalId }) => principals.has(clientId) || accounts.includes(principalId ?? ''),
    ),
    ...of(
      data.appRoleAssignments,
      ({ principalId, resourceId }) => principals.has(principalId) || principals.has(resourceId),
    ),
    ...of(data.partners.connectedOrganizations, ({ identitySources }) =>
      identitySources.some((source) =>
        'tenantId' in source ? source.tenantId === tenantId : domains.includes(source.domainName),
      ),
    ),
  ];
}

/** The tenant without the partner and what is theirs: whatever is left belongs to others. */
export function othersThanPartner(data: TenantData, subject: PartnerSubject): TenantData {
  const own = ownIdsOfPartner(data, subject);
  const theirs = (one: unknown) => own.some((id) => JSON.stringify(one).includes(`"${id}"`));
  const without = (ids: readonly string[]) => ids.filter((id) => !own.includes(id));
  const notTheirs = (mails: readonly string[]) =>
    mails.filter((mail) => !subject.domains.some((domain) => mail.endsWith(`@${domain}`)));
  const { organization, partners } = data;
  return {
    ...data,
    users: data.users.filter(({ id }) => !own.includes(id)),
    deletedUsers: data.deletedUsers.filter(({ user }) => !own.includes(user.id)),
    groups: data.groups.map((group) => ({
      ...group,
      members: without(group.members),
      owners: without(group.owners),
    })),
    applications: data.applications.map((one) => ({ ...one, owners: without(one.owners) })),
    servicePrincipals: data.servicePrincipals.filter(({ id }) => !own.includes(id)),
    roleAssignments: data.roleAssignments.filter((one) => !theirs(one)),
    roleEligibilities: data.roleEligibilities.filter((one) => !theirs(one)),
    appRoleAssignments: data.appRoleAssignments.filter((one) => !theirs(one)),
    permissionGrants: data.permissionGrants.filter((one) => !theirs(one)),
    organization: {
      ...organization,
      technicalNotificationMails: notTheirs(organization.technicalNotificationMails),
      marketingNotificationEmails: notTheirs(organization.marketingNotificationEmails),
      securityComplianceNotificationMails: notTheirs(organization.securityComplianceNotificationMails),
    },
    partners: {
      ...partners,
      crossTenantAccess: partners.crossTenantAccess.filter(({ tenantId }) => tenantId !== subject.tenantId),
      connectedOrganizations: partners.connectedOrganizations.filter(({ id }) => !own.includes(id)),
      // Policies of Signoff's own are about nobody else.
      conditionalAccess: partners.conditionalAccess.filter(({ displayName }) => !displayName.startsWith('Signoff ')),
    },
  };
}
