import { z } from 'zod';
import { dateTime, guid, ids, moment, text } from './seedFields.ts';

/** What the tenant has bought beyond directory and mail. */
export const premiumSchema = z.strictObject({
  /** Microsoft Entra ID P2 (or Governance): without it PIM answers 400. */
  p2: z.boolean().default(true),
  intune: z.boolean().default(true),
  /** As in April 2024 (microsoft-graph-explorer-v4 #3125): lists of devices come whole, whatever the filter. */
  deviceFilterIgnored: z.boolean().default(false),
  /** Intune's Multi Admin Approval: nothing happens to a device before a second administrator has agreed in Intune. */
  multiAdminApproval: z.boolean().default(false),
  /** How many more orders Intune takes today; null = more than anybody gives. */
  deviceOrdersLeft: z.int().min(0).nullable().default(null),
  /** False as in the clouds of governments and of China. */
  globalCloud: z.boolean().default(true),
});

export const roleAssignmentSchema = z.strictObject({
  id: z.string().min(1),
  principalId: guid,
  roleDefinitionId: guid,
  directoryScopeId: z.string().default('/'),
  /** `Activated` = a person with an eligible role switched it on; where left out, `Assigned`. */
  assignmentType: z.enum(['Assigned', 'Activated']).optional(),
  endDateTime: dateTime.nullable().optional(),
});

/** An eligible role; active ones are role assignments. */
export const roleEligibilitySchema = z.strictObject({
  id: z.string().min(1),
  principalId: guid,
  roleDefinitionId: guid,
  directoryScopeId: z.string().default('/'),
  createdDateTime: dateTime.default('2025-02-03T09:00:00Z'),
  endDateTime: moment,
});

/** A membership or ownership that somebody may switch on by themselves, or has; then they are in the group as well. */
export const groupScheduleSchema = z.strictObject({
  id: z.string().min(1),
  principalId: guid,
  groupId: guid,
  accessId: z.enum(['member', 'owner']).default('member'),
  startDateTime: dateTime.default('2025-02-03T09:00:00Z'),
  endDateTime: moment,
});

/** A role change that was asked for and has not happened yet. */
export const pendingRoleChangeSchema = z.strictObject({
  dueAt: z.number(),
  kind: z.enum(['eligible', 'active']),
  action: z.enum(['adminAssign', 'adminRemove']),
  principalId: guid,
  roleDefinitionId: guid,
  directoryScopeId: z.string(),
  endDateTime: moment,
});

export const appRoleSchema = z.strictObject({
  id: guid,
  displayName: z.string(),
  description: z.string().default(''),
  value: text,
  isEnabled: z.boolean().default(true),
  allowedMemberTypes: z.array(z.enum(['User', 'Application'])).default(['User']),
});

/** A secret, of which nobody is shown more than its beginning. */
export const secretSchema = z.strictObject({
  keyId: guid,
  displayName: text,
  hint: text,
  startDateTime: dateTime.default('2026-01-12T09:00:00Z'),
  endDateTime: dateTime.default('2027-01-12T09:00:00Z'),
});

/** An app registration. */
export const applicationSchema = z.strictObject({
  id: guid,
  appId: guid,
  displayName: z.string().min(1),
  createdDateTime: dateTime.default('2024-05-14T09:00:00Z'),
  signInAudience: z.string().default('AzureADMyOrg'),
  publisherDomain: text,
  passwordCredentials: z.array(secretSchema).default([]),
  /** Ids of users or service principals. */
  owners: ids,
});

export const appRoleAssignmentSchema = z.strictObject({
  id: z.string().min(1),
  /** A user, or a group whose direct members get the app. */
  principalId: guid,
  /** The app's service principal. */
  resourceId: guid,
  /** All zeros: the app has no roles of its own. */
  appRoleId: guid.default('00000000-0000-0000-0000-000000000000'),
  createdDateTime: dateTime.default('2024-03-04T10:00:00Z'),
});

export const permissionGrantSchema = z.strictObject({
  id: z.string().min(1),
  /** Service principals: who may act, and on what. */
  clientId: guid,
  resourceId: guid,
  consentType: z.enum(['Principal', 'AllPrincipals']).default('Principal'),
  principalId: guid.nullable().default(null),
  scope: z.string(),
});

export const accessPackageSchema = z.strictObject({
  id: guid,
  displayName: z.string().min(1),
  description: z.string().default(''),
  createdDateTime: dateTime.default('2024-02-01T09:00:00Z'),
});

export const accessPackageAssignmentSchema = z.strictObject({
  id: guid,
  accessPackageId: guid,
  /** The user who has the package. */
  targetId: guid,
  state: z.enum(['delivering', 'partiallyDelivered', 'delivered', 'expired', 'deliveryFailed']).default('delivered'),
  status: z.string().default('Delivered'),
  assignedDateTime: dateTime.default('2025-09-01T08:00:00Z'),
  endDateTime: moment,
  expiredDateTime: moment,
});

export type RoleEligibility = z.infer<typeof roleEligibilitySchema>;
export type PendingRoleChange = z.infer<typeof pendingRoleChangeSchema>;
export type GroupSchedule = z.infer<typeof groupScheduleSchema>;
export type Application = z.infer<typeof applicationSchema>;
export type AppRoleAssignment = z.infer<typeof appRoleAssignmentSchema>;
export type PermissionGrant = z.infer<typeof permissionGrantSchema>;
export type AccessPackageAssignment = z.infer<typeof accessPackageAssignmentSchema>;
export type RoleAssignment = z.infer<typeof roleAssignmentSchema>;
