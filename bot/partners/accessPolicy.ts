import { z } from 'zod';
import { GraphFailure } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import type { PartnerSubject } from './subject.ts';

/** The policy of Conditional Access that keeps one tenant's people out. */

export const policiesPath = '/identity/conditionalAccess/policies';

/** Everybody from there but whoever has an account of ours. One text: Graph takes no list. */
const kinds = [
  'b2bCollaborationGuest',
  'b2bCollaborationMember',
  'b2bDirectConnectUser',
  'otherExternalUser',
  'serviceProvider',
];

/** Names are not unique in Graph; this one is ours. */
export const policyName = (caseName: string, { displayName }: PartnerSubject): string =>
  `Signoff ${caseName}: block ${displayName}`.slice(0, 250);

export const policyOf = (name: string, tenantId: string) => ({
  displayName: name,
  state: 'enabled',
  conditions: {
    clientAppTypes: ['all'],
    applications: { includeApplications: ['All'] },
    users: {
      includeGuestsOrExternalUsers: {
        guestOrExternalUserTypes: kinds.join(','),
        externalTenants: {
          // Without its type, Graph doesn't understand the list.
          '@odata.type': '#microsoft.graph.conditionalAccessEnumeratedExternalTenants',
          membershipKind: 'enumerated',
          members: [tenantId],
        },
      },
    },
  },
  grantControls: { operator: 'OR', builtInControls: ['block'] },
});

const external = z
  .looseObject({
    guestOrExternalUserTypes: z.string().nullish(),
    externalTenants: z.looseObject({ members: z.array(z.string().toLowerCase()).nullish() }).nullish(),
  })
  .nullish();
const named = z.object({ id: z.string(), displayName: z.string().nullish() });
const policySchema = named.extend({
  state: z.string().nullish(),
  conditions: z.looseObject({
    applications: z.looseObject({ includeApplications: z.array(z.string()).nullish() }).nullish(),
    users: z.looseObject({ includeGuestsOrExternalUsers: external, excludeGuestsOrExternalUsers: external }).nullish(),
  }),
  grantControls: z.looseObject({ builtInControls: z.array(z.string()).nullish() }).nullish(),
});
type AccessPolicy = z.output<typeof policySchema>;

export const readPolicies = (graph: GraphReader): Promise<AccessPolicy[]> => graph.list(policiesPath, policySchema);

export const findPolicies = async (graph: GraphReader, name: string): Promise<AccessPolicy[]> =>
  (await readPolicies(graph)).filter(({ displayName }) => displayName === name);

/** Whether it says what was sent: whoever changed it since may have left a way in. */
export function blocks({ state, conditions, grantControls }: AccessPolicy, tenantId: string): boolean {
  const { includeGuestsOrExternalUsers: of, excludeGuestsOrExternalUsers: but } = conditions.users ?? {};
  const types = (of?.guestOrExternalUserTypes ?? '').split(',').map((type) => type.trim());
  return (
    state === 'enabled' &&
    kinds.every((kind) => types.includes(kind)) &&
    of?.externalTenants?.members?.includes(tenantId) === true &&
    !but &&
    conditions.applications?.includeApplications?.includes('All') === true &&
    grantControls?.builtInControls?.includes('block') === true
  );
}

const judged = z.object({ id: z.string(), policyApplies: z.boolean().nullish() });
const judgements = z.object({ value: z.array(judged) });

/**
 * What-If: whether the policy would hold up a technician of theirs, and a guest.
 * @returns null where Graph can't tell
 */
export async function holdsUp(graph: GraphReader, policyId: string, tenantId: string): Promise<boolean | null> {
  try {
    // One after the other: Conditional Access takes one request a second.
    for (const externalUserType of ['serviceProvider', 'b2bCollaborationGuest']) {
      const { value } = await graph.ask(
        '/identity/conditionalAccess/evaluate',
        question(tenantId, externalUserType),
        judgements,
      );
      if (!value.some(({ id, policyApplies }) => id === policyId && policyApplies === true)) return false;
    }
    return true;
  } catch (error) {
    // The policy says what it should; only that it was tried is not known then.
    if (error instanceof GraphFailure && error.kind === 'refused') return null;
    throw error;
  }
}

/** https://learn.microsoft.com/graph/api/conditionalaccessroot-evaluate */
const question = (externalTenantId: string, externalUserType: string) => ({
  signInIdentity: { '@odata.type': '#microsoft.graph.userSignIn', externalTenantId, externalUserType },
  signInContext: {
    '@odata.type': '#microsoft.graph.applicationContext',
    // Office 365: the policy is about every app.
    includeApplications: ['67ad5377-2d78-4ac2-a867-6300cda00e85'],
  },
  signInConditions: {},
  appliedPoliciesOnly: true,
});
