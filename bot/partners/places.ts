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

/** Roles that people need there, in Microsoft's words. */
export const who = {
  globalAdmin: 'somebody with the role Global Administrator',
  securityAdmin: 'somebody with the role Security Administrator',
  conditionalAccessAdmin: 'somebody with the role Conditional Access Administrator',
  billingAdmin: 'somebody with the role Billing Administrator',
  userAdmin: 'somebody with the role User Administrator',
  appAdmin: 'somebody with the role Cloud Application Administrator',
  roleAdmin: 'somebody with the role Privileged Role Administrator',
  owner: 'somebody who is responsible for it in your organization',
} as const;
