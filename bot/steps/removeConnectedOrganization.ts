import { z } from 'zod';
import { GraphFailure } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path } from '../graph/path.ts';
import { assignmentPolicy, connectedOrganization, entitlements } from '../partners/connected.ts';
import { connectedOrganizations } from '../partners/places.ts';
import type { ReadContext } from '../partners/step.ts';
import { definePartnerSweep, type Found } from '../partners/sweep.ts';

const kept = connectedOrganization.extend({
  description: z.string().nullish(),
  state: z.string().nullish(),
  name: z.string(),
});
const connected = kept.omit({ name: true });
type Kept = z.output<typeof kept>;

export const removeConnectedOrganization = definePartnerSweep<Kept>({
  id: 'remove-connected-organization',
  title: 'Remove the connected organization',
  does: 'Removes the partner from the organizations whose people may ask for access packages.',
  permissions: ['EntitlementManagement.ReadWrite.All'],
  item: kept,
  none: 'They are no connected organization.',
  nouns: ['connected organization', 'connected organizations'],
  done: ['was removed', 'were removed'],
  find: findConnected,
  key: ({ identitySources }) => (identitySources ?? []).map(nameOf).sort().join(' '),
  says: ({ name }) => `Connected organization “${name}”: there → removed`,
  name: ({ name }) => `“${name}”`,
  remove: ({ id }) => ({
    method: 'DELETE',
    path: path`/identityGovernance/entitlementManagement/connectedOrganizations/${id}`,
  }),
  restore: ({ displayName, description, state, identitySources }) => ({
    method: 'POST',
    path: `${entitlements}/connectedOrganizations`,
    body: { displayName, description, state, identitySources },
  }),
  backAnew:
    'It is made again with a new id and without its sponsors: add them, and name it anew in the policies that named the old one.',
  hand: ({ displayName }) => ({
    who: 'somebody with the role Identity Governance Administrator',
    ...connectedOrganizations,
    clicks: [
      `Open ${displayName}. See in which policies of access packages it is named, and take it out there.`,
      'Delete, then Yes.',
    ],
    command: null,
  }),
});

const nameOf = ({ tenantId, domainName }: NonNullable<Kept['identitySources']>[number]): string =>
  tenantId ?? domainName ?? '';

/** A tenant without Entra ID Governance has none. */
async function connectedIn(graph: GraphReader): Promise<z.output<typeof connected>[]> {
  try {
    return await graph.list(`${entitlements}/connectedOrganizations`, connected);
  } catch (error) {
    if (error instanceof GraphFailure && error.graphCode === 'NoLicense') return [];
    throw error;
  }
}

async function findConnected({ graph, subject }: ReadContext): Promise<Found<Kept>> {
  const all = await connectedIn(graph);
  const theirs = all.filter(({ identitySources }) =>
    identitySources?.some(
      ({ tenantId, domainName }) =>
        (tenantId != null && tenantId === subject.tenantId) ||
        (domainName != null && subject.domains.includes(domainName)),
    ),
  );
  if (theirs.length === 0) return { items: [] };
  const policies = await graph.list(`${entitlements}/assignmentPolicies`, assignmentPolicy);
  const naming = policies.filter(({ specificAllowedTargets }) =>
    specificAllowedTargets?.some(({ connectedOrganizationId: id }) => theirs.some((one) => one.id === id)),
  );
  return {
    items: theirs.map((one) => ({ ...one, name: one.displayName ?? 'without a name' })),
    leaves: naming.map(
      ({ displayName }) =>
        `The policy “${displayName ?? 'without a name'}” names it: take it out of the policy in the Entra admin center, or Microsoft 365 may refuse.`,
    ),
  };
}
