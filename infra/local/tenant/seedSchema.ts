import { z } from 'zod';
import { delaysSchema } from './delays.ts';
import {
  appRegistrationSchema,
  deviceApprovalSchema,
  deviceSchema,
  driveSchema,
  managedDeviceSchema,
  sharePointSchema,
} from './deviceSchema.ts';
import { ediscoveryCaseSchema, ediscoverySetUpSchema } from './ediscoverySchema.ts';
import {
  accessPackageAssignmentSchema,
  accessPackageSchema,
  applicationSchema,
  appRoleAssignmentSchema,
  appRoleSchema,
  groupScheduleSchema,
  pendingRoleChangeSchema,
  permissionGrantSchema,
  premiumSchema,
  roleAssignmentSchema,
  roleEligibilitySchema,
  secretSchema,
} from './identitySchema.ts';
import { exchangeSchema, mailboxSchema } from './mailboxSchema.ts';
import { partnersSchema } from './partnerSchema.ts';
import { phoneNumberSchema, phoneOrderSchema } from './phoneSchema.ts';
import { dateTime, flag, guid, ids, moment, text, texts } from './seedFields.ts';

/**
 * The shape of a tenant file. Names are Microsoft Graph's own where Graph has them; what Graph derives (license states,
 * transitive memberships, plans, directory role objects) is left out of the file and worked out when it is asked for.
 * Everything with a default may be left out of the file.
 */

const authenticationMethodTypes = [
  'passwordAuthenticationMethod',
  'phoneAuthenticationMethod',
  'microsoftAuthenticatorAuthenticationMethod',
  'fido2AuthenticationMethod',
  'softwareOathAuthenticationMethod',
  'emailAuthenticationMethod',
  'windowsHelloForBusinessAuthenticationMethod',
  'temporaryAccessPassAuthenticationMethod',
  'platformCredentialAuthenticationMethod',
  'externalAuthenticationMethod',
] as const;

/** A sign-in method: `type` is Graph's type name, `properties` whatever Graph shows of it beside the id. */
export const authenticationMethodSchema = z.strictObject({
  type: z.enum(authenticationMethodTypes),
  id: z.string().min(1),
  isDefault: z.boolean().default(false),
  properties: z.record(z.string(), z.unknown()).default({}),
});

export const userSchema = z.strictObject({
  id: guid,
  displayName: z.string().min(1),
  givenName: text,
  surname: text,
  userPrincipalName: z.string().includes('@'),
  mail: text,
  mailNickname: text,
  proxyAddresses: texts,
  otherMails: texts,
  userType: z.enum(['Member', 'Guest']).default('Member'),
  accountEnabled: z.boolean().default(true),
  jobTitle: text,
  department: text,
  companyName: text,
  officeLocation: text,
  city: text,
  country: text,
  usageLocation: text,
  mobilePhone: text,
  businessPhones: texts,
  preferredLanguage: text,
  employeeId: text,
  employeeType: text,
  employeeHireDate: moment,
  employeeLeaveDateTime: moment,
  createdDateTime: dateTime.default('2024-01-08T08:00:00Z'),
  creationType: text,
  externalUserState: text,
  externalUserStateChangeDateTime: moment,
  identities: z
    .array(z.strictObject({ signInType: z.string(), issuer: z.string(), issuerAssignedId: z.string() }))
    .default([]),
  isResourceAccount: flag,
  isManagementRestricted: flag,
  showInAddressList: flag,
  onPremisesSyncEnabled: flag,
  onPremisesImmutableId: text,
  onPremisesLastSyncDateTime: moment,
  onPremisesDomainName: text,
  onPremisesSamAccountName: text,
  onPremisesDistinguishedName: text,
  onPremisesUserPrincipalName: text,
  /** Their mailbox is in the organization's own Exchange: online they are a mail user with its ExchangeGuid. */
  onPremisesMailbox: z.boolean().default(false),
  passwordPolicies: text,
  lastPasswordChangeDateTime: moment,
  signInSessionsValidFromDateTime: moment,
  signInActivity: z
    .strictObject({
      lastSignInDateTime: moment,
      lastSignInRequestId: text,
      lastNonInteractiveSignInDateTime: moment,
      lastNonInteractiveSignInRequestId: text,
      lastSuccessfulSignInDateTime: moment,
      lastSuccessfulSignInRequestId: text,
    })
    .nullable()
    .default(null),
  /** The manager's id. */
  manager: guid.nullable().default(null),
  /** Directly assigned licenses; those that come through groups follow from the groups' own `assignedLicenses`. */
  licenses: z
    .array(
      z.strictObject({
        skuId: guid,
        disabledPlans: ids,
        lastUpdatedDateTime: dateTime.default('2024-01-08T08:05:00Z'),
      }),
    )
    .default([]),
  authenticationMethods: z.array(authenticationMethodSchema).default([]),
  mailbox: mailboxSchema.nullable().default(null),
});

export const groupSchema = z.strictObject({
  id: guid,
  displayName: z.string().min(1),
  description: text,
  mail: text,
  mailEnabled: z.boolean().default(false),
  mailNickname: z.string().default('not-set'),
  proxyAddresses: texts,
  securityEnabled: z.boolean().default(true),
  groupTypes: z.array(z.enum(['Unified', 'DynamicMembership'])).default([]),
  visibility: z.enum(['Public', 'Private', 'HiddenMembership']).nullable().default(null),
  membershipRule: text,
  membershipRuleProcessingState: z.enum(['On', 'Paused']).nullable().default(null),
  resourceProvisioningOptions: texts,
  isAssignableToRole: flag,
  isManagementRestricted: flag,
  onPremisesSyncEnabled: flag,
  onPremisesLastSyncDateTime: moment,
  createdDateTime: dateTime.default('2023-05-02T09:00:00Z'),
  assignedLicenses: z.array(z.strictObject({ skuId: guid, disabledPlans: ids })).default([]),
  /** Ids of users, groups or service principals. */
  members: ids,
  owners: ids,
});

export const servicePrincipalSchema = z.strictObject({
  id: guid,
  appId: guid,
  displayName: z.string().min(1),
  accountEnabled: z.boolean().default(true),
  appOwnerOrganizationId: guid.nullable().default(null),
  servicePrincipalType: z.string().default('Application'),
  tags: texts,
  appRoles: z.array(appRoleSchema).default([]),
  passwordCredentials: z.array(secretSchema).default([]),
  /** Ids of users or service principals. */
  owners: ids,
});

export const skuSchema = z.strictObject({
  skuId: guid,
  skuPartNumber: z.string(),
  /** Seats bought; the seats taken follow from who holds the license. */
  enabled: z.int().min(0),
  subscriptionIds: ids,
  servicePlans: z.array(z.strictObject({ servicePlanId: guid, servicePlanName: z.string() })),
});

export const roleDefinitionSchema = z.strictObject({
  id: guid,
  displayName: z.string(),
  description: z.string(),
  isBuiltIn: z.boolean().default(true),
});

/** A user in the recycle bin and what comes back with a restore. */
export const deletedUserSchema = z.strictObject({
  deletedDateTime: dateTime,
  user: userSchema,
  memberOf: ids,
  ownerOf: ids,
  directReports: ids,
  /** The mailbox was on hold, and is kept without an account. */
  inactiveMailbox: z.boolean().default(false),
});

export const tenantSchema = z.strictObject({
  /** Who Signoff is in this tenant and which groups say who may do what. */
  signoff: z.strictObject({
    tenantId: guid,
    clientId: guid,
    servicePrincipalId: guid,
    helpdeskGroupId: guid,
    approverGroupId: guid,
    adminGroupId: guid,
    breakGlassIds: ids,
  }),
  /** The application permissions that the bot's token carries in `roles`. */
  app: z.strictObject({ permissions: z.array(z.string()) }),
  /** What Exchange Online lets the app do, and the first day of its calendars. */
  exchange: exchangeSchema.prefault({}),
  organization: z.strictObject({
    displayName: z.string(),
    countryLetterCode: text,
    technicalNotificationMails: texts,
    marketingNotificationEmails: texts,
    securityComplianceNotificationMails: texts,
    securityComplianceNotificationPhones: texts,
    privacyProfile: z.strictObject({ contactEmail: text, statementUrl: text }).nullable().default(null),
    /** Set where the organization is a partner of Microsoft itself. */
    partnerTenantType: text,
    createdDateTime: dateTime,
    verifiedDomains: z.array(
      z.strictObject({
        name: z.string(),
        type: z.string(),
        capabilities: z.string(),
        isDefault: z.boolean(),
        isInitial: z.boolean(),
      }),
    ),
  }),
  subscribedSkus: z.array(skuSchema).default([]),
  roleDefinitions: z.array(roleDefinitionSchema).default([]),
  roleAssignments: z.array(roleAssignmentSchema).default([]),
  servicePrincipals: z.array(servicePrincipalSchema).default([]),
  users: z.array(userSchema),
  groups: z.array(groupSchema).default([]),
  deletedUsers: z.array(deletedUserSchema).default([]),
  premium: premiumSchema.prefault({}),
  delays: delaysSchema.prefault({}),
  roleEligibilities: z.array(roleEligibilitySchema).default([]),
  pendingRoleChanges: z.array(pendingRoleChangeSchema).default([]),
  /** Privileged Identity Management for Groups: who may switch a place in a group on, and who has. */
  groupEligibilities: z.array(groupScheduleSchema).default([]),
  groupActivations: z.array(groupScheduleSchema).default([]),
  devices: z.array(deviceSchema).default([]),
  deviceApprovals: z.array(deviceApprovalSchema).default([]),
  appRegistrations: z.array(appRegistrationSchema).default([]),
  managedDevices: z.array(managedDeviceSchema).default([]),
  /** Intune's own roles; members are ids of groups. */
  intuneRoleAssignments: z.array(z.strictObject({ id: guid, displayName: z.string(), members: ids })).default([]),
  applications: z.array(applicationSchema).default([]),
  appRoleAssignments: z.array(appRoleAssignmentSchema).default([]),
  permissionGrants: z.array(permissionGrantSchema).default([]),
  accessPackages: z.array(accessPackageSchema).default([]),
  accessPackageAssignments: z.array(accessPackageAssignmentSchema).default([]),
  phoneNumbers: z.array(phoneNumberSchema).default([]),
  phoneOrders: z.array(phoneOrderSchema).default([]),
  drives: z.array(driveSchema).default([]),
  sharePoint: sharePointSchema.prefault({}),
  ediscovery: ediscoverySetUpSchema.prefault({}),
  ediscoveryCases: z.array(ediscoveryCaseSchema).default([]),
  /** Other organizations, and what they hold here. */
  partners: partnersSchema.prefault({}),
});

export type TenantData = z.infer<typeof tenantSchema>;
export type User = z.infer<typeof userSchema>;
export type Group = z.infer<typeof groupSchema>;
export type ServicePrincipal = z.infer<typeof servicePrincipalSchema>;
export type Sku = z.infer<typeof skuSchema>;
export type RoleDefinition = z.infer<typeof roleDefinitionSchema>;
export type AuthenticationMethod = z.infer<typeof authenticationMethodSchema>;
export type DeletedUser = z.infer<typeof deletedUserSchema>;
export type { RoleAssignment } from './identitySchema.ts';
export type { InboxRule, Mailbox, Meeting } from './mailboxSchema.ts';
