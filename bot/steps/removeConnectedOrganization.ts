import { z } from 'zod';
import { path } from '../graph/path.ts';
import { connectedOrganizations } from '../partners/places.ts';
import type { ReadContext } from '../partners/step.ts';
import { definePartnerSweep, type Found } from '../partners/sweep.ts';

const source = z.looseObject({
  '@odata.type': z.string(),
  tenantId: z.string().toLowerCase().nullish(),
  domainName: z.string().toLowerCase().nullish(),
});
const connected = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  description: z.string().nullish(),
  state: z.string().nullish(),
  identitySources: z.array(source).nullish(),
});
const kept = connected.extend({ name: z.string() });
type Kept = z.output<typeof kept>;
const policy = z.object({
  displayName: z.string().nullish(),
  specificAllowedTargets: z.array(z.looseObject({ connectedOrganizationId: z.string().nullish() })).nullish(),
});

const base = '/identityGovernance/entitlementManagement';

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
    path: `${base}/connectedOrganizations`,
    body: { displayName, description, state, identitySources },
  }),
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

const nameOf = ({ tenantId, domainName }: z.output<typeof source>): string => tenantId ?? domainName ?? '';

async function findConnected({ graph, subject }: ReadContext): Promise<Found<Kept>> {
  const all = await graph.list(`${base}/connectedOrganizations`, connected);
  const theirs = all.filter(({ identitySources }) =>
    identitySources?.some(
      ({ tenantId, domainName }) =>
        (tenantId != null && tenantId === subject.tenantId) ||
        (domainName != null && subject.domains.includes(domainName)),
    ),
  );
  if (theirs.length === 0) return { items: [] };
  const policies = await graph.list(`${base}/assignmentPolicies`, policy);
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
