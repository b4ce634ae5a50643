import type { TestTenant } from '../support/tenant.ts';

type Sample = [method: string, path: string, body?: unknown];

/** One call of every route about other organizations, in a Contoso that has some. */
export function samplesOfPartners(tenant: TestTenant): Sample[] {
  const { data } = tenant;
  data.app.permissions.push(
    'Policy.ReadWrite.CrossTenantAccess',
    'Policy.ReadWrite.ConditionalAccess',
    'Policy.Read.ConditionalAccess',
    'EntitlementManagement.ReadWrite.All',
    'Organization.ReadWrite.All',
    'RemoteTenantGroups.Read.All',
    'DelegatedAdminRelationship.ReadWrite.All',
  );
  data.partners.customerRelationships.push(activeWith('Adatum'));
  return [
    ...crossTenantAccess(tenant),
    ...conditionalAccess(tenant),
    ...apps(tenant),
    ...others(tenant),
    ['GET', `/tenantRelationships/findTenantInformationByDomainName(domainName='relecloud.com')`],
    ['GET', `/tenantRelationships/findTenantInformationByTenantId(tenantId='${tenantNamed(tenant, 'Relecloud')}')`],
    ['GET', `/directory/subscriptions?$select=skuId,ownerTenantId,status,totalLicenses,nextLifecycleDateTime`],
    ['GET', '/directory/remoteTenantGroups'],
    ['GET', '/tenantRelationships/delegatedAdminRelationships?$top=300'],
    ['GET', '/tenantRelationships/delegatedAdminRelationships/with-adatum'],
    ['POST', '/tenantRelationships/delegatedAdminRelationships/with-adatum/requests', { action: 'terminate' }],
    [
      'GET',
      `/auditLogs/signIns?$filter=createdDateTime ge 2026-11-01T00:00:00Z and appId eq '${data.servicePrincipals[0]!.appId}'`,
    ],
    ['GET', `/auditLogs/signIns`],
    ['GET', `/auditLogs/directoryAudits?$filter=activityDateTime ge 2026-11-01T00:00:00Z`],
  ];
}

/** Delegated administration of a customer, in a Contoso that is a service provider. */
export const activeWith = (customer: string, tenantId = '7b1c6a5e-2f0d-4c59-9d3a-5e8f1a2b3c4d') => ({
  id: `with-${customer.toLowerCase().replaceAll(' ', '-')}`,
  displayName: `Care for ${customer}`,
  status: 'active' as const,
  endDateTime: '2027-06-30T00:00:00Z',
  customer: { tenantId, displayName: customer },
  roleDefinitionIds: ['729827e3-9c14-49f7-bb1b-9608f156bbb8', 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'],
  terminatedAt: null,
});

export const tenantNamed = ({ data }: TestTenant, name: string): string => {
  const found = data.partners.tenants.find(({ displayName }) => displayName === name);
  if (!found) throw new Error(`There is no tenant ${name}`);
  return found.tenantId;
};

export const blocked = {
  usersAndGroups: { accessType: 'blocked', targets: [{ target: 'AllUsers', targetType: 'user' }] },
  applications: { accessType: 'blocked', targets: [{ target: 'AllApplications', targetType: 'application' }] },
};

function crossTenantAccess(tenant: TestTenant): Sample[] {
  const base = '/policies/crossTenantAccessPolicy';
  const trey = `${base}/partners/${tenantNamed(tenant, 'Trey Research')}`;
  const sync = { userSyncInbound: { isSyncAllowed: false } };
  return [
    ['GET', `${base}/default`],
    ['GET', `${base}/partners?$select=tenantId,isServiceProvider`],
    ['GET', `${base}/partners`],
    ['POST', `${base}/partners`, { tenantId: tenantNamed(tenant, 'VanArsdel'), b2bCollaborationInbound: blocked }],
    ['GET', trey],
    [
      'PATCH',
      trey,
      {
        b2bCollaborationInbound: blocked,
        b2bDirectConnectInbound: blocked,
        automaticUserConsentSettings: { inboundAllowed: false },
        inboundTrust: {
          isMfaAccepted: false,
          isCompliantDeviceAccepted: false,
          isHybridAzureADJoinedDeviceAccepted: false,
        },
      },
    ],
    ['GET', `${trey}/identitySynchronization`],
    ['PATCH', `${trey}/identitySynchronization`, sync],
    ['PUT', `${trey}/identitySynchronization`, { displayName: 'Trey Research', ...sync }],
    ['DELETE', `${trey}/identitySynchronization`],
    ['DELETE', trey],
  ];
}

/** What blocks everybody of a tenant, as it is sent. */
export const blockOf = (tenantId: string) => ({
  displayName: 'Block',
  state: 'enabled',
  conditions: {
    clientAppTypes: ['all'],
    applications: { includeApplications: ['All'] },
    users: {
      includeGuestsOrExternalUsers: {
        guestOrExternalUserTypes:
          'b2bCollaborationGuest,b2bCollaborationMember,b2bDirectConnectUser,otherExternalUser,serviceProvider',
        externalTenants: {
          '@odata.type': '#microsoft.graph.conditionalAccessEnumeratedExternalTenants',
          membershipKind: 'enumerated',
          members: [tenantId],
        },
      },
    },
  },
  grantControls: { operator: 'OR', builtInControls: ['block'] },
});

export const whatIf = (tenantId: string) => ({
  signInIdentity: {
    '@odata.type': '#microsoft.graph.userSignIn',
    externalTenantId: tenantId,
    externalUserType: 'serviceProvider',
  },
  signInContext: {
    '@odata.type': '#microsoft.graph.applicationContext',
    includeApplications: ['00000003-0000-0ff1-ce00-000000000000'],
  },
  signInConditions: { clientAppType: 'browser' },
  appliedPoliciesOnly: true,
});

function conditionalAccess(tenant: TestTenant): Sample[] {
  const base = '/identity/conditionalAccess';
  const [own] = tenant.data.partners.conditionalAccess;
  const relecloud = tenantNamed(tenant, 'Relecloud');
  return [
    ['GET', `${base}/policies?$select=id,displayName,state,conditions`],
    ['POST', `${base}/policies`, blockOf(relecloud)],
    ['POST', `${base}/evaluate`, whatIf(relecloud)],
    ['GET', `${base}/policies/${own!.id}`],
    ['PATCH', `${base}/policies/${own!.id}`, { state: 'disabled' }],
    ['DELETE', `${base}/policies/${own!.id}`],
    ['GET', `${base}/namedLocations`],
    ['GET', '/policies/identitySecurityDefaultsEnforcementPolicy'],
  ];
}

function apps({ data }: TestTenant): Sample[] {
  const backup = data.servicePrincipals.find(({ displayName }) => displayName === 'Relecloud Backup')!;
  const [held, ...rest] = data.appRoleAssignments.filter(({ principalId }) => principalId === backup.id);
  const { resourceId, appRoleId } = held!;
  const one = `/servicePrincipals/${backup.id}`;
  return [
    ['GET', `/servicePrincipals?$filter=appOwnerOrganizationId eq ${backup.appOwnerOrganizationId}&$count=true`],
    ['PATCH', one, { accountEnabled: false }],
    ['GET', `${one}/appRoleAssignments`],
    ['DELETE', `${one}/appRoleAssignments/${held!.id}`],
    ['POST', `${one}/appRoleAssignments`, { principalId: backup.id, resourceId, appRoleId }],
    ['GET', `${one}/appRoleAssignedTo?$top=${rest.length}`],
    ['GET', `${one}/oauth2PermissionGrants`],
    ['GET', '/oauth2PermissionGrants'],
    ['GET', '/applications?$select=id,appId,displayName&$expand=owners($select=id)'],
    ['GET', `/applications/${data.applications.at(-1)!.id}/federatedIdentityCredentials`],
    ['GET', '/domains'],
    ['GET', '/domains/contoso.com/federationConfiguration'],
  ];
}

function others({ data }: TestTenant): Sample[] {
  const governance = '/identityGovernance/entitlementManagement';
  const [trey] = data.partners.connectedOrganizations;
  const [channel] = data.partners.channels;
  const { id: _id, createdDateTime: _at, ...connected } = trey!;
  const [relationship] = data.partners.delegatedAdmin;
  const [role] = data.roleAssignments;
  data.partners.domainFederations.push({
    id: '00000000-0000-4000-8000-000000000001',
    domain: 'contoso.com',
    displayName: 'Relecloud',
    issuerUri: 'http://sso.relecloud.com/adfs/services/trust',
    passiveSignInUri: 'https://sso.relecloud.com/adfs/ls/',
  });
  const shared = `/teams/${channel!.teamId}/channels`;
  return [
    ['GET', '/roleManagement/directory/roleAssignments'],
    ['GET', '/roleManagement/directory/roleEligibilityScheduleInstances'],
    [
      'POST',
      '/directoryObjects/getByIds',
      {
        ids: [relationship!.groups[0]!.id, role!.principalId],
        types: ['user', 'directoryObjectPartnerReference'],
      },
    ],
    ['GET', `${governance}/connectedOrganizations`],
    ['POST', `${governance}/connectedOrganizations`, connected],
    ['GET', `${governance}/connectedOrganizations/${trey!.id}`],
    ['GET', `${governance}/assignmentPolicies`],
    ['DELETE', `${governance}/connectedOrganizations/${trey!.id}`],
    ['GET', `${shared}?$filter=membershipType eq 'shared'`],
    ['GET', `${shared}/${channel!.id}/sharedWithTeams`],
    ['GET', `${shared}/${channel!.id}/allMembers`],
    ['PATCH', `/organization/${data.signoff.tenantId}`, { technicalNotificationMails: [] }],
  ];
}
