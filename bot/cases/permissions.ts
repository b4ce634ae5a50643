/** What Signoff needs whatever the playbook: to look people up, their privileges, and who belongs to its own groups. */
export const basePermissions = ['Directory.Read.All'] as const;

/** Does without, and then shows less: the last sign-in on the plan card. */
export const optionalPermissions = ['AuditLog.Read.All'] as const;
