import { tenAtATime } from '../graph/inParts.ts';
import type { Fact, Finding } from './finding.ts';
import { isMicrosoft, isPrivateDomain, isSupportRole } from './microsoft.ts';
import { noNotes, type PartnerNotes } from './notes.ts';
import type { Owners, Tenant } from './owners.ts';
import type { Own } from './sight.ts';

/** Another organization, with all that it holds here. */
export interface Partner {
  /** Its tenant id, or its domain where nobody knows of a tenant. */
  key: string;
  tenantId: string | null;
  name: string;
  /** Those that it showed up with, its main one first. */
  domains: string[];
  facts: Fact[];
  /** Other tenants that are the same partner, as an admin says: each is removed by itself. */
  joined: Partner[];
}

/** What was found, with whose it is: null where an address is nobody’s but its own. */
export interface Attributed {
  finding: Finding;
  owner: Tenant | null;
}

/** Says of each whose it is. */
export async function attribute(owners: Owners, findings: readonly Finding[]): Promise<Attributed[]> {
  const ownerOf = async ({ of }: Finding): Promise<Tenant | null> => {
    if ('named' in of || 'everybody' in of) return null;
    return 'tenantId' in of ? owners.named(of.tenantId) : owners.ofDomain(of.domain);
  };
  return tenAtATime(findings, async (finding) => ({ finding, owner: await ownerOf(finding) }));
}

/** What is left out of the list, and why. */
export interface LeftOut {
  /** People whose address tells no organization. */
  privatePeople: number;
  /** Those of one’s own multitenant organization. */
  ownOrganizations: Tenant[];
}

/** Puts together what belongs to one tenant. Microsoft, one’s own tenant and one’s own organizations are never among them. */
export function partnersOf(
  found: readonly Attributed[],
  own: Own,
  notes: PartnerNotes = noNotes,
): { partners: Partner[]; leftOut: LeftOut } {
  const partners = new Map<string, Partner>();
  const ownOrganizations = found.flatMap(({ finding, owner }) =>
    finding.what === 'entry' && finding.isOwnOrganization && owner !== null ? owner : [],
  );
  const ours = new Set([own.id, ...ownOrganizations.map(({ tenantId }) => tenantId)]);
  let privatePeople = 0;
  for (const { finding, owner } of found) {
    if ('named' in finding.of || 'everybody' in finding.of) continue;
    const domain = 'domain' in finding.of ? finding.of.domain : null;
    const key = owner?.tenantId ?? (domain === null || isPrivateDomain(domain) ? null : domain);
    if (key === null) {
      if (finding.what === 'person' && !notes.people.has(finding.id)) privatePeople++;
      continue;
    }
    if (owner !== null && (ours.has(owner.tenantId) || isMicrosoft(owner.tenantId))) continue;
    const partner = partners.get(key) ?? begin(key, owner);
    partners.set(key, partner);
    const { of: _of, ...fact } = finding;
    partner.facts.push(fact);
    if (domain !== null && !partner.domains.includes(domain)) partner.domains.push(domain);
  }
  const all = [...partners.values()].filter(({ facts }) => !isSupport(facts));
  placePeople(found, all, notes);
  placeLocations(found, all);
  for (const { finding } of found) {
    const { of, ...fact } = finding;
    if ('everybody' in of) for (const { facts } of all) facts.push(fact);
  }
  all.sort((a, b) => reachOf(b) - reachOf(a) || a.name.localeCompare(b.name, 'en'));
  return { partners: joinedIn(all, notes), leftOut: { privatePeople, ownOrganizations } };
}

function begin(key: string, owner: Tenant | null): Partner {
  const domains = owner?.domain ? [owner.domain] : owner === null ? [key] : [];
  return {
    key,
    tenantId: owner?.tenantId ?? null,
    name: owner?.name ?? domains[0] ?? key,
    domains,
    facts: [],
    joined: [],
  };
}

export type FactOf<What extends Fact['what']> = Extract<Fact, { what: What }>;

export const factsOf = <What extends Fact['what']>({ facts }: Pick<Partner, 'facts'>, what: What): FactOf<What>[] =>
  facts.filter((fact): fact is FactOf<What> => fact.what === what);

/** Microsoft Support comes in with a role of its own, whatever tenant it comes from. */
function isSupport(facts: readonly Fact[]): boolean {
  const roles = factsOf({ facts: [...facts] }, 'role').filter(({ how }) => how === 'delegated');
  return roles.length > 0 && roles.every(({ role }) => isSupportRole(role));
}

/** An address that tells no organization, of somebody whom an admin knows. */
function placePeople(found: readonly Attributed[], partners: readonly Partner[], { people }: PartnerNotes): void {
  for (const { finding } of found) {
    if (finding.what !== 'person') continue;
    const { of: _of, ...fact } = finding;
    partners.find(({ key }) => key === people.get(finding.id))?.facts.push(fact);
  }
}

/** Tenants that an admin says are one partner stand together, as long as both are there. */
function joinedIn(partners: readonly Partner[], { joined }: PartnerNotes): Partner[] {
  return partners.filter((one) => {
    const main = partners.find(({ key }) => key === joined.get(one.key));
    main?.joined.push(one);
    return main === undefined;
  });
}

const shortestName = 4;

/** Addresses tell no organization, but people name places after them. */
function placeLocations(found: readonly Attributed[], partners: readonly Partner[]): void {
  for (const { finding } of found) {
    if (!('named' in finding.of)) continue;
    const words = finding.of.named.toLowerCase();
    const { of: _of, ...fact } = finding;
    const owner = partners.find(({ name }) => name.length >= shortestName && words.includes(name.toLowerCase()));
    owner?.facts.push(fact);
  }
}

export const isProvider = (partner: Partner): boolean =>
  factsOf(partner, 'entry').some((entry) => entry.isProvider) ||
  factsOf(partner, 'role').some(({ how }) => how === 'delegated');

/** Nothing but apps that people of ours may use: a publisher, as far as anybody can see. */
export const isOnlyPublisher = ({ facts }: Partner): boolean =>
  facts.every((fact) => fact.what === 'default' || (fact.what === 'app' && fact.mayDo.length === 0));

/** Only for the order of a list: who can do most comes first. */
function reachOf(partner: Partner): number {
  const has = (what: Fact['what'], points: number) => (factsOf(partner, what).length > 0 ? points : 0);
  return (
    (isProvider(partner) ? 1000 : 0) +
    has('role', 500) +
    has('subscription', 200) +
    (factsOf(partner, 'app').some(({ mayDo }) => mayDo.length > 0) ? 100 : 0) +
    has('key', 100) +
    has('synchronization', 50) +
    has('connected', 20) +
    has('channel', 20) +
    has('exclusion', 20) +
    has('contact', 10) +
    Math.min(factsOf(partner, 'person').length, 9) +
    (isOnlyPublisher(partner) ? 0 : 5)
  );
}
