import type { TenantData } from '../seedSchema.ts';

const recipientManagement = ['Mail Recipients', 'Mail Recipient Creation', 'Distribution Groups', 'Recipient Policies'];
const organizationManagement = [
  ...recipientManagement,
  'Legal Hold',
  'User Options',
  'View-Only Recipients',
  'Security Group Creation and Membership',
  'Role Management',
  'View-Only Configuration',
];

/** Role groups and the management roles in them; https://learn.microsoft.com/exchange/permissions-exo/permissions-exo */
const roleGroups: Record<string, readonly string[]> = {
  'Organization Management': organizationManagement,
  'Exchange Administrator': organizationManagement,
  'Recipient Management': recipientManagement,
  'Exchange Recipient Administrator': recipientManagement,
  'View-Only Organization Management': ['View-Only Recipients', 'View-Only Configuration'],
};

/** Directory roles that count in Exchange, by template id. */
const directoryRoles: Record<string, string> = {
  '62e90394-69f5-4237-9190-012177145e10': 'Organization Management',
  '29232cdf-9323-42fd-ade2-1d097af3e4de': 'Exchange Administrator',
  '31392ffb-586c-42d1-9346-e59415a2cc4e': 'Exchange Recipient Administrator',
  'f2ef992c-3afb-46b9-b7cf-a126ee74c451': 'View-Only Organization Management',
};

/** The management roles that an app has: through a directory role, and those given in Exchange itself. */
export function managementRoles(data: TenantData, servicePrincipalId: string): Set<string> {
  const held = data.roleAssignments
    .filter(({ principalId, directoryScopeId }) => principalId === servicePrincipalId && directoryScopeId === '/')
    .flatMap(({ roleDefinitionId }) => directoryRoles[roleDefinitionId] ?? []);
  return new Set([...held, ...data.exchange.roles].flatMap((name) => roleGroups[name] ?? [name]));
}
