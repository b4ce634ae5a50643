import type { Page } from '../clouds.ts';

/** Where a person does by hand what the app does not. */
type Place = { where: string; page: Page };

export const partnerRelationships: Place = {
  where: 'the Microsoft 365 admin center, Settings, Partner relationships',
  page: { center: 'microsoft365', path: '#/partners' },
};
export const subscriptions: Place = {
  where: 'the Microsoft 365 admin center, Billing, Your products',
  page: { center: 'microsoft365', path: '#/subscriptions' },
};
export const entraRoles: Place = {
  where: 'the Entra admin center, Roles and administrators',
  page: { center: 'entra', path: '#view/Microsoft_AAD_IAM/RolesManagementMenuBlade/~/AllRoles' },
};
export const crossTenantSettings: Place = {
  where: 'the Entra admin center, External Identities, Cross-tenant access settings',
  page: {
    center: 'entra',
    path: '#view/Microsoft_AAD_IAM/CompanyRelationshipsMenuBlade/~/CrossTenantAccessSettings',
  },
};
export const conditionalAccessPolicies: Place = {
  where: 'the Entra admin center, Conditional Access',
  page: { center: 'entra', path: '#view/Microsoft_AAD_ConditionalAccess/ConditionalAccessBlade/~/Policies' },
};

export const entraUsers: Place = {
  where: 'the Entra admin center, Users',
  page: { center: 'entra', path: '#view/Microsoft_AAD_UsersAndTenants/UserManagementMenuBlade/~/AllUsers' },
};
export const enterpriseApps: Place = {
  where: 'the Entra admin center, Enterprise applications',
  page: { center: 'entra', path: '#view/Microsoft_AAD_IAM/StartboardApplicationsMenuBlade/~/AppAppsPreview' },
};
export const entraGroups: Place = {
  where: 'the Entra admin center, Groups',
  page: { center: 'entra', path: '#view/Microsoft_AAD_IAM/GroupsManagementMenuBlade/~/AllGroups' },
};
export const appRegistrations: Place = {
  where: 'the Entra admin center, App registrations',
  page: { center: 'entra', path: '#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade' },
};
export const connectedOrganizations: Place = {
  where: 'the Entra admin center, Identity Governance, Connected organizations',
  page: { center: 'entra', path: '#view/Microsoft_AAD_ERM/DashboardBlade/~/elmEntitlement' },
};
export const organizationProfile: Place = {
  where: 'the Microsoft 365 admin center, Settings, Org settings, Organization profile',
  page: { center: 'microsoft365', path: '#/Settings/OrganizationProfile' },
};
export const exchangeMailFlow: Place = {
  where: 'the Exchange admin center',
  page: { center: 'exchange', path: '#/connectors' },
};

export const domains: Place = {
  where: 'the Microsoft 365 admin center, Domains',
  page: { center: 'microsoft365', path: '#/Domains' },
};
export const azureSubscriptions: Place = {
  where: 'the Azure portal, Subscriptions',
  page: { center: 'azure', path: '#view/Microsoft_Azure_Billing/SubscriptionsBladeV2' },
};
export const sharePointSharing: Place = {
  where: 'the Microsoft 365 admin center, SharePoint',
  page: { center: 'microsoft365', path: '#/homepage' },
};
/** Roles that people need there, in Microsoft's words. */
export const who = {
  globalAdmin: 'somebody with the role Global Administrator',
  securityAdmin: 'somebody with the role Security Administrator',
  conditionalAccessAdmin: 'somebody with the role Conditional Access Administrator',
  billingAdmin: 'somebody with the role Billing Administrator',
  userAdmin: 'somebody with the role User Administrator',
  groupsAdmin: 'somebody with the role Groups Administrator',
  appAdmin: 'somebody with the role Cloud Application Administrator',
  roleAdmin: 'somebody with the role Privileged Role Administrator',
  owner: 'somebody who is responsible for it in your organization',
} as const;
