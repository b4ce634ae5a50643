import { z } from 'zod';
import { dateTime, flag, guid, moment, text, texts } from './seedFields.ts';

/** Other organizations, and what they hold here. Names are Microsoft Graph's own where Graph has them. */

/** A tenant in the world outside, as whoever asks for a domain or an id is told of it. */
const outsideTenantSchema = z.strictObject({
  tenantId: guid,
  displayName: z.string().min(1),
  defaultDomainName: z.string().min(1),
  /** Verified there besides. */
  otherDomains: texts,
  federationBrandName: text,
});

const accessSchema = z.strictObject({
  accessType: z.enum(['allowed', 'blocked']),
  targets: z.array(z.strictObject({ target: z.string().min(1), targetType: z.enum(['user', 'group', 'application']) })),
});

/** Who and which apps, each a list that is allowed or blocked. */
export const b2bSettingSchema = z.strictObject({ usersAndGroups: accessSchema, applications: accessSchema });
export const inboundTrustSchema = z.strictObject({
  isMfaAccepted: z.boolean(),
  isCompliantDeviceAccepted: z.boolean(),
  isHybridAzureADJoinedDeviceAccepted: z.boolean(),
});
export const consentSettingsSchema = z.strictObject({ inboundAllowed: flag, outboundAllowed: flag });

const b2b = b2bSettingSchema.nullable().default(null);

export const identitySynchronizationSchema = z.strictObject({
  displayName: text,
  userSyncInbound: z.strictObject({ isSyncAllowed: z.boolean() }),
});

/** Null is what the default says. */
const crossTenantEntrySchema = z.strictObject({
  tenantId: guid,
  isServiceProvider: flag,
  isInMultiTenantOrganization: z.boolean().default(false),
  inboundTrust: inboundTrustSchema.nullable().default(null),
  automaticUserConsentSettings: consentSettingsSchema.prefault({}),
  b2bCollaborationInbound: b2b,
  b2bCollaborationOutbound: b2b,
  b2bDirectConnectInbound: b2b,
  b2bDirectConnectOutbound: b2b,
  identitySynchronization: identitySynchronizationSchema.nullable().default(null),
});

/** A relationship with a service provider, which no customer sees in Graph: its groups and their roles show. */
const delegatedAdminSchema = z.strictObject({
  id: z.string().min(1),
  tenantId: guid,
  displayName: z.string(),
  groups: z.array(z.strictObject({ id: guid, displayName: z.string(), roleDefinitionIds: z.array(guid) })),
  /** Somebody ended it in the Microsoft 365 admin center; its groups lose their roles at once, the entry goes later. */
  endedAt: moment,
});

/** Delegated administration of a customer: in this tenant, where it is the service provider. */
const customerRelationshipSchema = z.strictObject({
  id: z.string().min(1),
  displayName: z.string(),
  status: z.enum([
    'created',
    'approvalPending',
    'active',
    'terminationRequested',
    'terminating',
    'terminated',
    'expired',
  ]),
  endDateTime: dateTime,
  customer: z.strictObject({ tenantId: guid, displayName: z.string() }),
  roleDefinitionIds: z.array(guid),
  /** When its end was asked for. */
  terminatedAt: moment,
});

const subscriptionSchema = z.strictObject({
  id: guid,
  commerceSubscriptionId: guid,
  createdDateTime: dateTime,
  isTrial: z.boolean().default(false),
  nextLifecycleDateTime: moment,
  /** Null = bought from Microsoft. */
  ownerTenantId: guid.nullable().default(null),
  ownerType: z.string().default('User'),
  skuId: guid,
  skuPartNumber: z.string(),
  status: z.enum(['Enabled', 'Warning', 'Suspended', 'Deleted', 'LockedOut']).default('Enabled'),
  totalLicenses: z.int().min(0),
});

const identitySourceSchema = z.discriminatedUnion('@odata.type', [
  z.strictObject({
    '@odata.type': z.literal('#microsoft.graph.azureActiveDirectoryTenant'),
    displayName: z.string(),
    tenantId: guid,
  }),
  z.strictObject({
    '@odata.type': z.literal('#microsoft.graph.domainIdentitySource'),
    displayName: z.string(),
    domainName: z.string(),
  }),
]);

export const connectedOrganizationSchema = z.strictObject({
  id: guid,
  displayName: z.string(),
  description: text,
  createdDateTime: dateTime,
  state: z.enum(['configured', 'proposed']).default('configured'),
  identitySources: z.array(identitySourceSchema),
});

const channelSchema = z.strictObject({
  id: z.string().min(1),
  /** The id of the group behind the team. */
  teamId: guid,
  displayName: z.string(),
  createdDateTime: dateTime.default('2025-03-10T09:00:00Z'),
  membershipType: z.enum(['standard', 'private', 'shared']).default('shared'),
  sharedWithTeams: z
    .array(
      z.strictObject({ id: guid, displayName: z.string(), tenantId: guid, isHostTeam: z.boolean().default(false) }),
    )
    .default([]),
  members: z
    .array(
      z.strictObject({
        id: z.string(),
        displayName: z.string(),
        email: text,
        userId: guid,
        tenantId: guid,
        roles: texts,
      }),
    )
    .default([]),
});

/** A policy of Conditional Access is kept as Graph was given it. */
const conditionalAccessPolicySchema = z.looseObject({
  id: guid,
  displayName: z.string(),
  state: z.enum(['enabled', 'disabled', 'enabledForReportingButNotEnforced']),
  createdDateTime: dateTime,
  modifiedDateTime: moment,
  conditions: z.looseObject({}),
});

const federatedCredentialSchema = z.strictObject({
  id: guid,
  /** The app registration's object id. */
  applicationId: guid,
  name: z.string(),
  issuer: z.string(),
  subject: z.string(),
  audiences: texts,
});

const domainFederationSchema = z.strictObject({
  id: guid,
  domain: z.string(),
  displayName: z.string(),
  issuerUri: z.string(),
  passiveSignInUri: z.string(),
});

/** An entry of the logs, as Graph shows it. */
const logEntrySchema = z.looseObject({ id: z.string().min(1) });

export const partnersSchema = z.strictObject({
  tenants: z.array(outsideTenantSchema).default([]),
  crossTenantAccess: z.array(crossTenantEntrySchema).default([]),
  delegatedAdmin: z.array(delegatedAdminSchema).default([]),
  /** Groups of partners that were given roles once: Graph remembers them. */
  remoteGroups: z.array(z.strictObject({ id: guid, displayName: z.string(), tenantId: guid })).default([]),
  customerRelationships: z.array(customerRelationshipSchema).default([]),
  subscriptions: z.array(subscriptionSchema).default([]),
  connectedOrganizations: z.array(connectedOrganizationSchema).default([]),
  assignmentPolicies: z
    .array(z.strictObject({ id: guid, displayName: z.string(), connectedOrganizationIds: z.array(guid) }))
    .default([]),
  channels: z.array(channelSchema).default([]),
  conditionalAccess: z.array(conditionalAccessPolicySchema).default([]),
  namedLocations: z
    .array(z.strictObject({ id: guid, displayName: z.string(), isTrusted: z.boolean(), ranges: texts }))
    .default([]),
  federatedCredentials: z.array(federatedCredentialSchema).default([]),
  domainFederations: z.array(domainFederationSchema).default([]),
  signIns: z.array(logEntrySchema).default([]),
  directoryAudits: z.array(logEntrySchema).default([]),
  /** What no page tells for sure, and what a tenant has or lacks. */
  is: z
    .strictObject({
      /** Microsoft Entra ID P1: Conditional Access and sign-in logs. */
      p1: z.boolean().default(true),
      securityDefaults: z.boolean().default(false),
      /** A list of roles with their principals is throttled. */
      rolesThrottledWithPrincipals: z.boolean().default(true),
      /** Writing policies of Conditional Access faster than one a second is refused. */
      conditionalAccessPaced: z.boolean().default(false),
      /** Logs take five requests in ten seconds. */
      logsPaced: z.boolean().default(true),
      /** Whether anybody but Microsoft may change what the entry of a service provider says of guests. */
      providerEntryChangeable: z.boolean().default(true),
      /** Whether the whole entry goes with the last relationship, or what says that it is one alone. */
      blockGoesWithEntry: z.boolean().default(true),
      /** Whether a setting of a partner goes back to the default by null. */
      inheritsByNull: z.boolean().default(true),
      /** Whether Graph shows `displayName` and tenant of partners' groups. */
      foreignGroupsNamed: z.boolean().default(true),
    })
    .prefault({}),
});

export type PartnerData = z.infer<typeof partnersSchema>;
