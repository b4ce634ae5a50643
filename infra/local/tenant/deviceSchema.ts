import { z } from 'zod';
import { dateTime, flag, guid, ids, moment, text } from './seedFields.ts';

/** A device in Microsoft Entra ID. */
export const deviceSchema = z.strictObject({
  id: guid,
  deviceId: guid,
  displayName: z.string().min(1),
  accountEnabled: z.boolean().default(true),
  operatingSystem: z.string(),
  operatingSystemVersion: text,
  manufacturer: text,
  model: text,
  trustType: z.enum(['AzureAd', 'ServerAd', 'Workplace']),
  deviceOwnership: z.enum(['company', 'personal', 'unknown']).nullable().default(null),
  managementType: text,
  profileType: z.string().default('RegisteredDevice'),
  isManaged: flag,
  isCompliant: flag,
  isManagementRestricted: flag,
  onPremisesSyncEnabled: flag,
  registrationDateTime: dateTime.default('2025-01-13T08:30:00Z'),
  approximateLastSignInDateTime: moment,
  /** Users; `/users/{id}/ownedDevices` and `/registeredDevices` follow. */
  registeredOwners: ids,
  registeredUsers: ids,
});

const actionResult = z.strictObject({
  actionName: z.string(),
  actionState: z.enum(['none', 'pending', 'canceled', 'active', 'done', 'failed', 'notSupported']),
  startDateTime: dateTime,
  lastUpdatedDateTime: dateTime,
});

/** A device in Intune. */
export const managedDeviceSchema = z.strictObject({
  id: guid,
  userId: guid,
  deviceName: z.string().min(1),
  operatingSystem: z.string(),
  osVersion: text,
  managedDeviceOwnerType: z.enum(['company', 'personal', 'unknown']),
  managementState: z
    .enum([
      'managed',
      'retirePending',
      'retireFailed',
      'wipePending',
      'wipeFailed',
      'unhealthy',
      'deletePending',
      'retireIssued',
      'wipeIssued',
      'wipeCanceled',
      'retireCanceled',
      'discovered',
    ])
    .nullable()
    .default('managed'),
  complianceState: z
    .enum(['unknown', 'compliant', 'noncompliant', 'conflict', 'error', 'inGracePeriod', 'configManager'])
    .default('compliant'),
  deviceEnrollmentType: z.string().default('unknown'),
  managementAgent: z.string().default('mdm'),
  /** `deviceId` of the device in Microsoft Entra ID. */
  azureADDeviceId: guid,
  enrolledDateTime: dateTime.default('2025-01-13T08:45:00Z'),
  lastSyncDateTime: dateTime.default('2026-11-19T17:20:00Z'),
  manufacturer: text,
  model: text,
  serialNumber: text,
  isEncrypted: z.boolean().default(true),
  deviceActionResults: z.array(actionResult).default([]),
  /** When the device hears of its retirement or wipe; null = never, as one that is switched off. */
  actionIssuedAt: z.number().nullable().default(null),
  actionDoneAt: z.number().nullable().default(null),
});

/** An app under an app protection policy, on a phone that may be nobody's but the person's. */
export const appRegistrationSchema = z.strictObject({
  id: z.string().min(1),
  userId: guid,
  deviceTag: z.string().min(1),
  deviceName: z.string(),
  deviceType: z.string().default('iPhone'),
  platform: z.enum(['ios', 'android']).default('ios'),
  /** Bundle or package. */
  appId: z.string(),
  applicationVersion: z.string().default('5.2640'),
  managementSdkVersion: z.string().default('20.4'),
  platformVersion: z.string().default('19.1'),
  createdDateTime: dateTime.default('2025-06-02T08:00:00Z'),
  lastSyncDateTime: dateTime.default('2026-11-19T17:20:00Z'),
  version: z.string().default('1'),
  operations: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        displayName: z.string(),
        state: z.string(),
        lastModifiedDateTime: dateTime,
        version: z.string().default('1'),
      }),
    )
    .default([]),
});

/** What Multi Admin Approval was asked for. */
export const deviceApprovalSchema = z.strictObject({
  code: guid,
  deviceId: guid,
  action: z.enum(['retire', 'wipe']),
  status: z.enum(['needsApproval', 'approved', 'rejected', 'completed']),
});

const driveGrant = z.strictObject({
  id: z.string().min(1),
  userId: guid,
  roles: z.array(z.enum(['read', 'write', 'owner'])),
});

/** A person's OneDrive; it outlives the account by the retention period. */
export const driveSchema = z.strictObject({
  id: z.string().min(1),
  ownerId: guid,
  rootId: z.string().min(1),
  usedBytes: z.int().min(0),
  totalBytes: z
    .int()
    .min(0)
    .default(1024 ** 4),
  deletedBytes: z.int().min(0).default(0),
  childCount: z.int().min(0).default(0),
  createdDateTime: dateTime.default('2024-01-08T09:00:00Z'),
  lastModifiedDateTime: dateTime.default('2026-11-18T16:05:00Z'),
  /** Who has been given the whole of it, beside the owner. */
  grants: z.array(driveGrant).default([]),
});

export const sharePointSchema = z.strictObject({
  /** Without a SharePoint plan in any subscription there are no drives. */
  licensed: z.boolean().default(true),
  deletedUserPersonalSiteRetentionPeriodInDays: z.int().min(30).max(3650).default(30),
  personalSiteDefaultStorageLimitInMB: z.int().default(1048576),
  sharingCapability: z
    .enum(['disabled', 'externalUserSharingOnly', 'externalUserAndGuestSharing', 'existingExternalUserSharingOnly'])
    .default('externalUserSharingOnly'),
});

export type Device = z.infer<typeof deviceSchema>;
export type ManagedDevice = z.infer<typeof managedDeviceSchema>;
export type AppRegistration = z.infer<typeof appRegistrationSchema>;
export type Drive = z.infer<typeof driveSchema>;
