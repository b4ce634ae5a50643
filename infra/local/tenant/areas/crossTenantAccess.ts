import { z } from 'zod';
import { isGuid } from '../directory.ts';
import { badRequest, GraphError, notFound } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import { isRecord, type Resource } from '../odata/resource.ts';
import {
  b2bSettingSchema,
  consentSettingsSchema,
  identitySynchronizationSchema,
  inboundTrustSchema,
  type PartnerData,
} from '../partnerSchema.ts';
import type { Call, Reply, Route } from '../route.ts';

/** Cross-tenant access: what other tenants' people may do here. */
const base = '/policies/crossTenantAccessPolicy';
const context = 'policies/crossTenantAccessPolicy/partners';

type Entry = PartnerData['crossTenantAccess'][number];

const everything = (access: 'allowed' | 'blocked', target: string, targetType: string) => ({
  accessType: access,
  targets: [{ target, targetType }],
});
const setting = (access: 'allowed' | 'blocked') => ({
  usersAndGroups: everything(access, 'AllUsers', 'user'),
  applications: everything(access, 'AllApplications', 'application'),
});

/** As Microsoft delivers it: invitations are taken, shared channels are not. */
const asDelivered = {
  id: '00000000-0000-0000-0000-000000000000',
  isServiceDefault: true,
  inboundTrust: { isMfaAccepted: false, isCompliantDeviceAccepted: false, isHybridAzureADJoinedDeviceAccepted: false },
  automaticUserConsentSettings: { inboundAllowed: false, outboundAllowed: false },
  b2bCollaborationInbound: setting('allowed'),
  b2bCollaborationOutbound: setting('allowed'),
  b2bDirectConnectInbound: setting('blocked'),
  b2bDirectConnectOutbound: setting('blocked'),
};

const shownNames = [
  'tenantId',
  'isServiceProvider',
  'isInMultiTenantOrganization',
  'inboundTrust',
  'automaticUserConsentSettings',
  'b2bCollaborationInbound',
  'b2bCollaborationOutbound',
  'b2bDirectConnectInbound',
  'b2bDirectConnectOutbound',
  'tenantRestrictions',
];

/** An entry has no id but its tenant's, which no property of that name shows. */
const resource = ({ identitySynchronization: _sync, ...entry }: Entry): Resource => ({
  id: entry.tenantId,
  ...entry,
  tenantRestrictions: null,
});

const shape = { context, defaults: shownNames };

function entryOf(call: Call): Entry {
  const wanted = (call.params.tenant ?? '').toLowerCase();
  if (!isGuid(wanted)) throw badRequest(`The tenant id '${wanted}' is not valid.`, 'BadRequest');
  const found = call.data.partners.crossTenantAccess.find(({ tenantId }) => tenantId === wanted);
  if (!found) throw notFound(wanted);
  return found;
}

const change = z.strictObject({
  inboundTrust: inboundTrustSchema.nullish(),
  automaticUserConsentSettings: consentSettingsSchema.partial().nullish(),
  b2bCollaborationInbound: b2bSettingSchema.partial().nullish(),
  b2bCollaborationOutbound: b2bSettingSchema.partial().nullish(),
  b2bDirectConnectInbound: b2bSettingSchema.partial().nullish(),
  b2bDirectConnectOutbound: b2bSettingSchema.partial().nullish(),
});
const b2bNames = [
  'b2bCollaborationInbound',
  'b2bCollaborationOutbound',
  'b2bDirectConnectInbound',
  'b2bDirectConnectOutbound',
] as const;

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (!read.success)
    throw badRequest(`Invalid value for '${read.error.issues[0]?.path.join('.') ?? 'body'}'.`, 'BadRequest');
  return read.data;
}

/** Codes and texts are worded here, but that they are refused is documented. */
function apply({ data }: Call, entry: Entry, wanted: z.output<typeof change>): void {
  const { is } = data.partners;
  if (!is.inheritsByNull && Object.values(wanted).includes(null))
    throw badRequest('A setting of a partner can’t be set to null.', 'BadRequest');
  for (const name of b2bNames) {
    const { usersAndGroups, applications } = wanted[name] ?? {};
    if (wanted[name] && (usersAndGroups === undefined || applications === undefined))
      throw badRequest(`${name} takes usersAndGroups and applications.`, 'BadRequest');
    if (usersAndGroups && applications && usersAndGroups.accessType !== applications.accessType)
      if ([usersAndGroups, applications].some(({ accessType }) => accessType === 'blocked'))
        throw badRequest('Blocking all users takes blocking all applications as well, and the reverse.', 'BadRequest');
  }
  if (wanted.inboundTrust && !is.p1)
    throw new GraphError(403, 'Forbidden', 'Trust settings need Microsoft Entra ID P1.');
  Object.assign(entry, wanted);
}

const made = (tenantId: string): Entry => ({
  tenantId,
  isServiceProvider: null,
  isInMultiTenantOrganization: false,
  inboundTrust: null,
  automaticUserConsentSettings: { inboundAllowed: null, outboundAllowed: null },
  b2bCollaborationInbound: null,
  b2bCollaborationOutbound: null,
  b2bDirectConnectInbound: null,
  b2bDirectConnectOutbound: null,
  identitySynchronization: null,
});

function add(call: Call): Reply {
  const { tenantId, ...settings } = read(change.extend({ tenantId: z.guid() }), call.body);
  const { partners, signoff } = call.data;
  if (tenantId === signoff.tenantId) throw badRequest('The tenant can’t be a partner of itself.', 'BadRequest');
  if (partners.crossTenantAccess.some((entry) => entry.tenantId === tenantId))
    throw new GraphError(409, 'Conflict', 'A conflicting object with the same tenantId is present in the directory.');
  const entry = made(tenantId);
  apply(call, entry, settings);
  partners.crossTenantAccess.push(entry);
  return entity(call, resource(entry), shape, 201);
}

/** The portal refuses; only Microsoft's own app may. */
const byMicrosoftAlone = () => new GraphError(403, 'Forbidden', 'The policy of a service provider can’t be changed.');

function patch(call: Call): Reply {
  const entry = entryOf(call);
  if (entry.isServiceProvider && !call.data.partners.is.providerEntryChangeable) throw byMicrosoftAlone();
  apply(call, entry, read(change, call.body));
  return { status: 204 };
}

function remove(call: Call): Reply {
  const entry = entryOf(call);
  if (entry.isServiceProvider) throw byMicrosoftAlone();
  if (entry.identitySynchronization)
    throw badRequest('The user synchronization policy of the partner must be deleted first.', 'BadRequest');
  call.data.partners.crossTenantAccess = call.data.partners.crossTenantAccess.filter((own) => own !== entry);
  return { status: 204 };
}

const syncPath = `${base}/partners/{tenant}/identitySynchronization`;

function putSync(call: Call): Reply {
  const { userSyncInbound, displayName = null } = read(
    identitySynchronizationSchema.extend({ displayName: z.string().nullish() }),
    call.body,
  );
  entryOf(call).identitySynchronization = { displayName, userSyncInbound };
  return { status: 204 };
}

function syncOf(call: Call) {
  const { identitySynchronization } = entryOf(call);
  if (!identitySynchronization) throw notFound('identitySynchronization');
  return identitySynchronization;
}

export const crossTenantAccess: Route[] = [
  {
    method: 'GET',
    path: `${base}/default`,
    answer: (call) => entity(call, asDelivered, { context: 'policies/crossTenantAccessPolicy/default' }),
  },
  {
    method: 'GET',
    path: `${base}/partners`,
    answer: (call) => collection(call, call.data.partners.crossTenantAccess.map(resource), shape),
  },
  { method: 'POST', path: `${base}/partners`, answer: add },
  { method: 'GET', path: `${base}/partners/{tenant}`, answer: (call) => entity(call, resource(entryOf(call)), shape) },
  { method: 'PATCH', path: `${base}/partners/{tenant}`, answer: patch },
  { method: 'DELETE', path: `${base}/partners/{tenant}`, answer: remove },
  {
    method: 'GET',
    path: syncPath,
    answer: (call) => {
      const { tenantId } = entryOf(call);
      return entity(
        call,
        { id: tenantId, tenantId, ...syncOf(call) },
        {
          context: `${context}('${tenantId}')/identitySynchronization`,
          defaults: ['tenantId', 'displayName', 'userSyncInbound'],
        },
      );
    },
  },
  { method: 'PUT', path: syncPath, answer: putSync },
  {
    method: 'PATCH',
    path: syncPath,
    answer: (call) => {
      const { displayName } = syncOf(call);
      return putSync({ ...call, body: { displayName, ...(isRecord(call.body) && call.body) } });
    },
  },
  {
    method: 'DELETE',
    path: syncPath,
    answer: (call) => {
      syncOf(call);
      entryOf(call).identitySynchronization = null;
      return { status: 204 };
    },
  },
];
