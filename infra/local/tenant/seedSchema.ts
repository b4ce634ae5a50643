import { z } from 'zod';

/**
 * The shape of a tenant file. Names are Microsoft Graph's own where Graph has them; what Graph derives (license states,
 * transitive memberships, plans, directory role objects) is left out of the file and worked out when it is asked for.
 * Everything with a default may be left out of the file.
 */
const guid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'must be a lower case GUID');
const dateTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, 'must be a UTC date and time such as 2026-03-01T08:30:00Z');
const text = z.string().nullable().default(null);
const moment = dateTime.nullable().default(null);
const flag = z.boolean().nullable().default(null);
const ids = z.array(guid).default([]);
const texts = z.array(z.string()).default([]);

export const authenticationMethodTypes = [
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

const dateTimeZone = z.strictObject({ dateTime: z.string(), timeZone: z.string() });

/** What Exchange keeps; a user without it answers 404 to every mailbox call. */
export const mailboxSchema = z.strictObject({
  userPurpose: z.enum(['user', 'linked', 'shared', 'room', 'equipment', 'others']).default('user'),
  timeZone: z.string().default('W. Europe Standard Time'),
  dateFormat: z.string().default('yyyy-MM-dd'),
  timeFormat: z.string().default('HH:mm'),
  delegateMeetingMessageDeliveryOptions: z
    .enum(['sendToDelegateAndInformationToPrincipal', 'sendToDelegateAndPrincipal', 'sendToDelegateOnly'])
    .default('sendToDelegateOnly'),
  language: z
    .strictObject({ locale: z.string(), displayName: z.string() })
    .default({ locale: 'en-US', displayName: 'English (United States)' }),
  automaticRepliesSetting: z
    .strictObject({
      status: z.enum(['disabled', 'alwaysEnabled', 'scheduled']),
      externalAudience: z.enum(['none', 'contactsOnly', 'all']),
      internalReplyMessage: z.string(),
      externalReplyMessage: z.string(),
      scheduledStartDateTime: dateTimeZone,
      scheduledEndDateTime: dateTimeZone,
    })
    .default({
      status: 'disabled',
      externalAudience: 'all',
      internalReplyMessage: '',
      externalReplyMessage: '',
      scheduledStartDateTime: { dateTime: '2026-01-01T09:00:00.0000000', timeZone: 'UTC' },
      scheduledEndDateTime: { dateTime: '2026-01-02T09:00:00.0000000', timeZone: 'UTC' },
    }),
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

export const roleAssignmentSchema = z.strictObject({
  id: z.string().min(1),
  principalId: guid,
  roleDefinitionId: guid,
  directoryScopeId: z.string().default('/'),
});

/** A user in the recycle bin and what comes back with a restore. */
export const deletedUserSchema = z.strictObject({
  deletedDateTime: dateTime,
  user: userSchema,
  memberOf: ids,
  ownerOf: ids,
  directReports: ids,
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
  organization: z.strictObject({
    displayName: z.string(),
    countryLetterCode: text,
    technicalNotificationMails: texts,
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
});

export type TenantData = z.infer<typeof tenantSchema>;
export type User = z.infer<typeof userSchema>;
export type Group = z.infer<typeof groupSchema>;
export type ServicePrincipal = z.infer<typeof servicePrincipalSchema>;
export type Sku = z.infer<typeof skuSchema>;
export type RoleDefinition = z.infer<typeof roleDefinitionSchema>;
export type RoleAssignment = z.infer<typeof roleAssignmentSchema>;
export type AuthenticationMethod = z.infer<typeof authenticationMethodSchema>;
export type DeletedUser = z.infer<typeof deletedUserSchema>;
export type Mailbox = z.infer<typeof mailboxSchema>;
