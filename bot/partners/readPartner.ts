import { z } from 'zod';
import type { Reading } from '../engine/subject.ts';
import { Refusal, together } from '../errors.ts';
import { unlessDenied } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path, quoted } from '../graph/path.ts';
import { isMicrosoft, isSupportRole } from './microsoft.ts';
import { noteNames } from './notes.ts';
import { Owners, type Tenant } from './owners.ts';
import { attribute } from './partner.ts';
import { Sight } from './sight.ts';
import { contacts } from './signals/commerce.ts';
import { crossTenantAccess } from './signals/crossTenantAccess.ts';
import { people } from './signals/people.ts';
import { roles } from './signals/roles.ts';
import type { PartnerSubject } from './subject.ts';

/** Those that tell who a partner is. */
const telling = [crossTenantAccess, roles, people, contacts];

/**
 * Reads another organization anew. One that holds nothing any more is still read: that is what its case is for.
 * @param key its tenant id, or its domain where nobody knows of a tenant
 * @throws Refusal when it may not be removed, with the reason
 */
export async function readPartner(reading: Reading, key: string, requesterId: string): Promise<PartnerSubject> {
  const { graph } = reading;
  const sight = await Sight.begin(graph);
  const owners = new Owners(graph, sight.own);
  const isTenant = z.guid().safeParse(key).success;
  const [tenant, found, containment] = await together([
    isTenant ? owners.named(key) : Promise.resolve(null),
    together(telling.map(async (signal) => attribute(owners, await signal.read(sight)))),
    containmentOf(graph),
  ]);
  const theirs = found.flat().filter(({ finding, owner }) => keyOf(finding.of, owner) === key);
  const facts = theirs.map(({ finding }) => finding);
  refuseOwn(sight.own, key, facts);
  const domains = domainsOf(key, tenant, facts);
  const byAddress = await accountsWith(graph, domains);
  const named = [...(await reading.settings(noteNames.people))].flatMap(([id, of]) => (of === key ? id : [])).sort();
  const ofPeople = facts.flatMap((one) => (one.what === 'person' ? one.id : []));
  const accounts = [...new Set([...ofPeople, ...byAddress, ...named])];
  if (accounts.includes(requesterId))
    throw new Refusal('protected', 'Your own account is one of this organization’s. Ask a colleague to remove it.');
  return {
    id: key,
    displayName: tenant?.name ?? domains[0] ?? key,
    tenantId: tenant?.tenantId ?? null,
    domains,
    isProvider: facts.some((one) =>
      one.what === 'entry' ? one.isProvider : one.what === 'role' && one.how === 'delegated',
    ),
    containment,
    accounts: accounts.sort(),
    named,
  };
}

/** @throws Refusal for whoever is one of theirs: others let them in again */
export async function readPartnerBack(
  _reading: Reading,
  noted: PartnerSubject,
  requesterId: string,
): Promise<PartnerSubject> {
  if (noted.accounts.includes(requesterId))
    throw new Refusal('protected', 'Your own account is one of this organization’s. Ask a colleague.');
  return noted;
}

type Found = Awaited<ReturnType<typeof attribute>>[number];

const keyOf = (of: Found['finding']['of'], owner: Tenant | null): string | null =>
  owner?.tenantId ?? ('domain' in of ? of.domain : null);

/** @throws Refusal for whatever is not another organization’s */
function refuseOwn(own: { id: string; verifiedDomains: { name: string }[] }, key: string, facts: Found['finding'][]) {
  if (key === own.id || own.verifiedDomains.some(({ name }) => name === key))
    throw new Refusal('protected', 'That is your own organization.');
  if (facts.some((one) => one.what === 'entry' && one.isOwnOrganization))
    throw new Refusal('protected', 'That is of your own multitenant organization, and no partner.');
  const delegated = facts.flatMap((one) => (one.what === 'role' && one.how === 'delegated' ? one.role : []));
  if (isMicrosoft(key) || (delegated.length > 0 && delegated.every(isSupportRole)))
    throw new Refusal(
      'protected',
      'Microsoft’s own tenants and apps belong to the service, and are never among partners.',
    );
}

function domainsOf(key: string, tenant: Tenant | null, facts: Found['finding'][]): string[] {
  const main = tenant === null ? key : tenant.domain;
  const shown = facts.flatMap(({ of }) => ('domain' in of ? of.domain : [])).sort();
  return [...new Set([...(main === null ? [] : [main]), ...shown])];
}

const account = z.object({ id: z.string().toLowerCase() });

/** Whoever writes from there, whatever kind of account it is: also one that somebody made for them here. */
async function accountsWith(graph: GraphReader, domains: readonly string[]): Promise<string[]> {
  const found = await together(
    domains.map((domain) => {
      const ending = quoted(`@${domain}`);
      const filter = `endsWith(mail,${ending}) or otherMails/any(m:endsWith(m,${ending}))`;
      return graph.list(path`/users?$filter=${filter}&$select=id&$count=true&$top=${999}`, account, { eventual: true });
    }),
  );
  return found.flat().map(({ id }) => id);
}

const defaults = z.object({ isEnabled: z.boolean() });
const sku = z.object({
  capabilityStatus: z.string().nullish(),
  servicePlans: z.array(z.object({ servicePlanId: z.string().toLowerCase() })).nullish(),
});

/** Microsoft Entra ID P1 and P2 (learn.microsoft.com/entra/identity/users/licensing-service-plan-reference). */
const premium: readonly string[] = ['41781fb2-bc02-4b7c-bd55-b576c07bb09d', 'eec0eb4f-6444-4f95-aba0-50c24d67f998'];

/** Conditional Access takes Entra ID P1, and excludes security defaults. */
async function containmentOf(graph: GraphReader): Promise<PartnerSubject['containment']> {
  const [usual, skus] = await together([
    unlessDenied(() => graph.read('/policies/identitySecurityDefaultsEnforcementPolicy', defaults)),
    graph.list('/subscribedSkus?$select=capabilityStatus,servicePlans', sku),
  ]);
  const isLicensed = skus.some(
    ({ capabilityStatus, servicePlans }) =>
      ['Enabled', 'Warning'].includes(capabilityStatus ?? '') &&
      servicePlans?.some(({ servicePlanId }) => premium.includes(servicePlanId)),
  );
  if (!isLicensed) return 'no-license';
  if (usual === null) return 'not-known';
  return usual.isEnabled ? 'security-defaults' : 'possible';
}
