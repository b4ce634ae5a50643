/** What Signoff needs whatever the playbook: to look people up, their privileges, and who belongs to its own groups. */
export const basePermissions = [
  'Directory.Read.All',
  'PrivilegedEligibilitySchedule.Read.AzureADGroup',
  'RoleEligibilitySchedule.Read.Directory',
] as const;

/** Does without, and then shows less: the last sign-in, how long files are kept, access packages, hidden groups, roles in Intune. */
export const optionalPermissions = [
  'AuditLog.Read.All',
  'DeviceManagementRBAC.Read.All',
  'EntitlementManagement.Read.All',
  'Member.Read.Hidden',
  'SharePointTenantSettings.Read.All',
] as const;

/** Of Office 365 Exchange Online, not of Graph; it takes the directory role Exchange Administrator, or a role group of Exchange's, as well. */
export const exchangePermissions = ['Exchange.ManageAsApp'] as const;
