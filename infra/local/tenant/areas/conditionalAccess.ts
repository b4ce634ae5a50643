import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { badRequest, GraphError, notFound } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import type { PartnerData } from '../partnerSchema.ts';
import { stamp } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { TenantData } from '../seedSchema.ts';

/** Conditional Access, as far as it is about people from outside. */
const base = '/identity/conditionalAccess';
const shape = { context: 'identity/conditionalAccess/policies' };

type Policy = PartnerData['conditionalAccess'][number];

const externalTypes = [
  'internalGuest',
  'b2bCollaborationGuest',
  'b2bCollaborationMember',
  'b2bDirectConnectUser',
  'otherExternalUser',
  'serviceProvider',
];
const types = z.string().refine((text) => text.split(',').every((one) => externalTypes.includes(one.trim())));
/** Without its type the tenants of a policy are not understood. */
const externalTenants = z.union([
  z.looseObject({
    '@odata.type': z.literal('#microsoft.graph.conditionalAccessEnumeratedExternalTenants'),
    membershipKind: z.literal('enumerated'),
    members: z.array(z.guid()).min(1),
  }),
  z.looseObject({
    '@odata.type': z.literal('#microsoft.graph.conditionalAccessAllExternalTenants'),
    membershipKind: z.literal('all'),
  }),
]);
const outsiders = z.looseObject({ guestOrExternalUserTypes: types, externalTenants: externalTenants.nullish() });
const users = z
  .looseObject({
    includeUsers: z.array(z.string()).nullish(),
    excludeUsers: z.array(z.string()).nullish(),
    includeGuestsOrExternalUsers: outsiders.nullish(),
    excludeGuestsOrExternalUsers: outsiders.nullish(),
  })
  .refine((one) => !one.includeGuestsOrExternalUsers || !one.includeUsers?.includes('GuestsOrExternalUsers'));
const conditions = z.looseObject({
  clientAppTypes: z.array(z.string()).min(1),
  applications: z.looseObject({}),
  users,
});
const policyBody = z.looseObject({
  displayName: z.string().min(1),
  state: z.enum(['enabled', 'disabled', 'enabledForReportingButNotEnforced']),
  conditions,
  grantControls: z.looseObject({ operator: z.enum(['OR', 'AND']), builtInControls: z.array(z.string()) }).nullish(),
});

function subject(call: Call): Policy {
  const wanted = (call.params.policy ?? '').toLowerCase();
  const found = call.data.partners.conditionalAccess.find(({ id }) => id === wanted);
  if (!found) throw notFound(wanted);
  return found;
}

const resource = (policy: Policy): Resource => ({ sessionControls: null, templateId: null, ...policy });

/** When a tenant's policies were last written: one write a second, and no word of how long to wait. */
const written = new WeakMap<TenantData, number>();

function requireMayWrite({ data, now }: Call): void {
  const { is } = data.partners;
  if (!is.p1) throw new GraphError(403, 'AccessDenied', 'Your tenant is not licensed for this feature.');
  if (is.conditionalAccessPaced && now.getTime() - (written.get(data) ?? 0) < 1000)
    throw new GraphError(429, 'TooManyRequests', 'Too many requests.');
  if (is.conditionalAccessPaced) written.set(data, now.getTime());
}

function requireNoSecurityDefaults({ data }: Call, state: string): void {
  if (data.partners.is.securityDefaults && state === 'enabled')
    throw badRequest(
      'Security Defaults is enabled in the tenant. You must disable Security defaults before enabling a Conditional Access policy.',
      'BadRequest',
    );
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (!result.success)
    throw badRequest(`1011: ${result.error.issues[0]?.path.join('.') ?? 'body'} is not valid.`, 'BadRequest');
  return result.data;
}

function add(call: Call): Reply {
  requireMayWrite(call);
  const policy = read(policyBody, call.body);
  requireNoSecurityDefaults(call, policy.state);
  const made: Policy = { ...policy, id: randomUUID(), createdDateTime: stamp(call.now), modifiedDateTime: null };
  call.data.partners.conditionalAccess.push(made);
  return entity(call, resource(made), shape, 201);
}

function patch(call: Call): Reply {
  requireMayWrite(call);
  const own = subject(call);
  const change = read(policyBody.partial(), call.body);
  requireNoSecurityDefaults(call, change.state ?? own.state);
  Object.assign(own, change, { modifiedDateTime: stamp(call.now) });
  return { status: 204 };
}

const asked = z.looseObject({
  signInIdentity: z.looseObject({
    '@odata.type': z.literal('#microsoft.graph.userSignIn'),
    userId: z.string().nullish(),
    externalTenantId: z.string().nullish(),
    externalUserType: z.string().nullish(),
  }),
  signInContext: z.looseObject({ '@odata.type': z.string() }),
  signInConditions: z.looseObject({}),
  appliedPoliciesOnly: z.boolean().nullish(),
});

/** What would happen to somebody from outside who signs in. */
function whatIf(call: Call): Reply {
  if (!call.data.partners.is.p1)
    throw new GraphError(403, 'AccessDenied', 'Your tenant is not licensed for this feature.');
  const { signInIdentity, appliedPoliciesOnly } = read(asked, call.body);
  const results = call.data.partners.conditionalAccess.map((policy) => {
    const policyApplies = policy.state === 'enabled' && isAbout(policy, signInIdentity);
    const analysisReasons = policyApplies ? 'notSet' : policy.state === 'enabled' ? 'users' : 'policyNotEnabled';
    return { ...resource(policy), policyApplies, analysisReasons };
  });
  return collection(
    call,
    results.filter(({ policyApplies }) => policyApplies || appliedPoliciesOnly !== true),
    { context: 'Collection(microsoft.graph.whatIfAnalysisResult)' },
  );
}

function isAbout(policy: Policy, who: z.output<typeof asked>['signInIdentity']): boolean {
  const read = users.safeParse(policy.conditions.users);
  if (!read.success) return false;
  const fits = (rule: z.output<typeof outsiders> | null | undefined): boolean => {
    if (!rule?.guestOrExternalUserTypes.split(',').includes(who.externalUserType ?? '')) return false;
    const tenants = rule.externalTenants;
    return !tenants || !('members' in tenants) || (tenants.members as string[]).includes(who.externalTenantId ?? '');
  };
  const { includeUsers, excludeUsers, includeGuestsOrExternalUsers, excludeGuestsOrExternalUsers } = read.data;
  const named = (list: string[] | null | undefined) => list?.includes(who.userId ?? '') ?? false;
  const included = includeUsers?.includes('All') || named(includeUsers) || fits(includeGuestsOrExternalUsers);
  return Boolean(included) && !named(excludeUsers) && !fits(excludeGuestsOrExternalUsers);
}

export const conditionalAccess: Route[] = [
  {
    method: 'GET',
    path: `${base}/policies`,
    answer: (call) => collection(call, call.data.partners.conditionalAccess.map(resource), shape),
  },
  { method: 'POST', path: `${base}/policies`, answer: add },
  { method: 'GET', path: `${base}/policies/{policy}`, answer: (call) => entity(call, resource(subject(call)), shape) },
  { method: 'PATCH', path: `${base}/policies/{policy}`, answer: patch },
  {
    method: 'DELETE',
    path: `${base}/policies/{policy}`,
    answer: (call) => {
      requireMayWrite(call);
      const { partners } = call.data;
      const gone = subject(call);
      partners.conditionalAccess = partners.conditionalAccess.filter((own) => own !== gone);
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: `${base}/namedLocations`,
    answer: (call) => {
      const shown = call.data.partners.namedLocations.map(({ id, displayName, isTrusted, ranges }) => ({
        '@odata.type': '#microsoft.graph.ipNamedLocation',
        id,
        displayName,
        createdDateTime: '2025-01-07T09:00:00Z',
        modifiedDateTime: '2025-01-07T09:00:00Z',
        isTrusted,
        ipRanges: ranges.map((cidrAddress) => ({ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress })),
      }));
      return collection(call, shown, { context: 'identity/conditionalAccess/namedLocations' });
    },
  },
  { method: 'POST', path: `${base}/evaluate`, answer: whatIf },
  {
    method: 'GET',
    path: '/policies/identitySecurityDefaultsEnforcementPolicy',
    answer: (call) => {
      const own = {
        id: '00000000-0000-0000-0000-000000000005',
        displayName: 'Security Defaults',
        description: 'Security defaults is a set of basic identity security mechanisms recommended by Microsoft.',
        isEnabled: call.data.partners.is.securityDefaults,
      };
      return entity(call, own, { context: 'policies/identitySecurityDefaultsEnforcementPolicy' });
    },
  },
];
