import { derivedId, directGroups, heldSkus, licenseStates, transitiveGroups } from './directory.ts';
import type { Application } from './identitySchema.ts';
import type { Resource } from './odata/resource.ts';
import type {
  DeletedUser,
  Group,
  RoleAssignment,
  RoleDefinition,
  ServicePrincipal,
  Sku,
  TenantData,
  User,
} from './seedSchema.ts';

/** https://learn.microsoft.com/graph/api/resources/user: what comes without `$select`. */
export const userDefaults = [
  'businessPhones',
  'displayName',
  'givenName',
  'id',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
] as const;

/** What `User.ReadBasic.All` alone may see. */
export const userBasics = ['id', 'displayName', 'givenName', 'surname', 'mail', 'userPrincipalName'] as const;

export const groupDefaults = [
  'id',
  'deletedDateTime',
  'classification',
  'createdDateTime',
  'description',
  'displayName',
  'expirationDateTime',
  'groupTypes',
  'isAssignableToRole',
  'mail',
  'mailEnabled',
  'mailNickname',
  'membershipRule',
  'membershipRuleProcessingState',
  'onPremisesDomainName',
  'onPremisesLastSyncDateTime',
  'onPremisesNetBiosName',
  'onPremisesSamAccountName',
  'onPremisesSecurityIdentifier',
  'onPremisesSyncEnabled',
  'preferredDataLocation',
  'preferredLanguage',
  'proxyAddresses',
  'renewedDateTime',
  'resourceBehaviorOptions',
  'resourceProvisioningOptions',
  'securityEnabled',
  'securityIdentifier',
  'theme',
  'uniqueName',
  'visibility',
  'onPremisesProvisioningErrors',
  'serviceProvisioningErrors',
] as const;

export function userResource(data: TenantData, user: User, deletedDateTime: string | null = null): Resource {
  const {
    manager: _manager,
    licenses: _licenses,
    authenticationMethods: _methods,
    mailbox: _mailbox,
    onPremisesMailbox: _onPremisesMailbox,
    ...properties
  } = user;
  const states = licenseStates(data, user);
  const assigned = new Map(
    states.map((state) => [state.skuId, { skuId: state.skuId, disabledPlans: state.disabledPlans }]),
  );
  const plans = heldSkus(data, user).flatMap((sku) => sku.servicePlans.map((plan) => ({ plan, sku })));
  return {
    ...properties,
    deletedDateTime,
    assignedLicenses: [...assigned.values()],
    licenseAssignmentStates: states,
    assignedPlans: plans.map(({ plan, sku }) => ({
      assignedDateTime: states.find((state) => state.skuId === sku.skuId)?.lastUpdatedDateTime ?? user.createdDateTime,
      capabilityStatus: 'Enabled',
      service: serviceOf(plan.servicePlanName),
      servicePlanId: plan.servicePlanId,
    })),
    passwordProfile: null,
    imAddresses: user.mail && user.userType === 'Member' ? [user.mail] : [],
    ageGroup: null,
    state: null,
    streetAddress: null,
    postalCode: null,
  };
}

function serviceOf(servicePlanName: string): string {
  const services: [string, string][] = [
    ['EXCHANGE', 'exchange'],
    ['SHAREPOINT', 'SharePoint'],
    ['TEAMS', 'TeamspaceAPI'],
    ['INTUNE', 'SCO'],
    ['AAD_PREMIUM', 'AADPremiumService'],
    ['OFFICESUBSCRIPTION', 'MicrosoftOffice'],
    ['VISIO', 'MicrosoftOffice'],
    ['PROJECT', 'MicrosoftOffice'],
    ['BI_AZURE', 'PowerBI'],
  ];
  return services.find(([beginning]) => servicePlanName.startsWith(beginning))?.[1] ?? 'ProcessSimple';
}

export function groupResource(group: Group): Resource {
  const { members: _members, owners: _owners, ...properties } = group;
  const unset = Object.fromEntries(
    groupDefaults.map((name) => [name, name.endsWith('Errors') || name.endsWith('Options') ? [] : null]),
  );
  return { ...unset, ...properties, hasMembersWithLicenseErrors: false };
}

export function servicePrincipalResource({ owners: _owners, ...principal }: ServicePrincipal): Resource {
  return {
    ...principal,
    deletedDateTime: null,
    appDisplayName: principal.displayName,
    appRoleAssignmentRequired: false,
    servicePrincipalNames: [principal.appId],
    signInAudience: 'AzureADMyOrg',
    isDisabled: null,
  };
}

export function applicationResource({ owners: _owners, ...application }: Application): Resource {
  return {
    ...application,
    deletedDateTime: null,
    description: null,
    identifierUris: [],
    isDisabled: null,
    requiredResourceAccess: [],
    tags: [],
  };
}

export function skuResource(data: TenantData, sku: Sku): Resource {
  const tenantId = data.signoff.tenantId;
  return {
    id: `${tenantId}_${sku.skuId}`,
    accountId: tenantId,
    accountName: data.organization.displayName.toLowerCase(),
    appliesTo: 'User',
    capabilityStatus: 'Enabled',
    consumedUnits: seatsTaken(data, sku.skuId),
    prepaidUnits: { enabled: sku.enabled, suspended: 0, warning: 0, lockedOut: 0 },
    skuId: sku.skuId,
    skuPartNumber: sku.skuPartNumber,
    subscriptionIds: sku.subscriptionIds,
    servicePlans: servicePlans(sku),
  };
}

const servicePlans = (sku: Sku) =>
  sku.servicePlans.map((plan) => ({ ...plan, provisioningStatus: 'Success', appliesTo: 'User' }));

export function seatsTaken(data: TenantData, skuId: string): number {
  const gives = ({ skuId: one }: { skuId: string }) => one === skuId;
  const members = new Set(
    data.groups.filter((group) => group.assignedLicenses.some(gives)).flatMap((one) => one.members),
  );
  return data.users.filter((user) => user.licenses.some(gives) || members.has(user.id)).length;
}

export const licenseDetailsResource = (user: User, sku: Sku): Resource => ({
  id: derivedId('licenseDetails', user.id, sku.skuId),
  skuId: sku.skuId,
  skuPartNumber: sku.skuPartNumber,
  servicePlans: servicePlans(sku),
});

export const roleDefinitionResource = (role: RoleDefinition): Resource => ({
  ...role,
  isEnabled: true,
  resourceScopes: ['/'],
  templateId: role.id,
  version: '1',
});

export const roleAssignmentResource = ({
  assignmentType: _type,
  endDateTime: _end,
  ...assignment
}: RoleAssignment): Resource => ({ ...assignment });

/** An activated role as it shows among a user's memberships. */
const directoryRoleResource = (data: TenantData, role: RoleDefinition): Resource => ({
  '@odata.type': '#microsoft.graph.directoryRole',
  id: derivedId('directoryRole', data.signoff.tenantId, role.id),
  deletedDateTime: null,
  description: role.description,
  displayName: role.displayName,
  roleTemplateId: role.id,
});

export function membershipResources(data: TenantData, principalId: string, transitive: boolean): Resource[] {
  const groups = transitive ? transitiveGroups(data, principalId) : directGroups(data, principalId);
  const holders = transitive ? [principalId, ...groups.map((group) => group.id)] : [principalId];
  const roles = data.roleAssignments
    .filter((assignment) => holders.includes(assignment.principalId) && assignment.directoryScopeId === '/')
    .flatMap((assignment) => data.roleDefinitions.find((role) => role.id === assignment.roleDefinitionId) ?? []);
  return [
    ...groups.map((group) => typed('group', groupResource(group))),
    ...[...new Set(roles)].map((role) => directoryRoleResource(data, role)),
  ];
}

/** A moment as Graph writes it. */
export const stamp = (moment: Date): string => `${moment.toISOString().slice(0, 19)}Z`;

export const typed = (type: string, resource: Resource): Resource => ({
  '@odata.type': `#microsoft.graph.${type}`,
  ...resource,
});

export const deletedUserResource = (data: TenantData, deleted: DeletedUser): Resource =>
  userResource(data, deleted.user, deleted.deletedDateTime);
