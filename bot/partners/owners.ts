import { z } from 'zod';
import { AppError } from '../errors.ts';
import { isDenied, isMissing } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path } from '../graph/path.ts';
import { isPrivateDomain } from './microsoft.ts';

const tenant = z.object({
  tenantId: z.string().toLowerCase(),
  displayName: z.string().nullish(),
  defaultDomainName: z.string().toLowerCase().nullish(),
});

/** Who is behind a tenant id, as far as Microsoft Entra tells. */
export interface Tenant {
  tenantId: string;
  name: string | null;
  domain: string | null;
}

/** What it takes to be told. */
export const ownersSignal = {
  name: 'whose domains are, and what tenants are called',
  permissions: ['CrossTenantInformation.ReadBasic.All'],
} as const;

/** Tells whose a domain is, and what a tenant is called: each is asked once. */
export class Owners {
  readonly #graph: GraphReader;
  readonly #ownDomains: ReadonlyMap<string, string>;
  readonly #domains = new Map<string, Promise<Tenant | null>>();
  readonly #tenants = new Map<string, Promise<Tenant>>();
  /** Why not everything could be told, in a sentence. */
  trouble: AppError | null = null;

  constructor(graph: GraphReader, own: { id: string; verifiedDomains: readonly { name: string }[] }) {
    this.#graph = graph;
    this.#ownDomains = new Map(own.verifiedDomains.map(({ name }) => [name, own.id]));
  }

  /** The tenant behind a domain, or behind the one that it is below; null when nobody is known, or the address is private. */
  async ofDomain(domain: string): Promise<Tenant | null> {
    const own = this.#ownDomains.get(domain);
    if (own !== undefined) return { tenantId: own, name: null, domain };
    if (isPrivateDomain(domain)) return null;
    const known = this.#domains.get(domain);
    if (known !== undefined) return known;
    const asked = this.#askDomain(domain);
    this.#domains.set(domain, asked);
    return asked;
  }

  async #askDomain(domain: string): Promise<Tenant | null> {
    const found = await this.#ask(path`/tenantRelationships/findTenantInformationByDomainName(domainName='${domain}')`);
    if (found !== null) {
      this.#tenants.set(found.tenantId, Promise.resolve(found));
      return found;
    }
    const [, ...above] = domain.split('.');
    return above.length < 2 || this.#isDenied() ? null : this.ofDomain(above.join('.'));
  }

  /** @returns without a name where nobody tells one */
  async named(tenantId: string): Promise<Tenant> {
    const known = this.#tenants.get(tenantId);
    if (known !== undefined) return known;
    const asked = this.#ask(path`/tenantRelationships/findTenantInformationByTenantId(tenantId='${tenantId}')`).then(
      (found) => found ?? { tenantId, name: null, domain: null },
    );
    this.#tenants.set(tenantId, asked);
    return asked;
  }

  #isDenied(): boolean {
    return isDenied(this.trouble);
  }

  /** Without a name, or whose it is, a thing is still told: what could not be asked is told beside it. */
  async #ask(where: string): Promise<Tenant | null> {
    if (this.#isDenied()) return null;
    try {
      const found = await this.#graph.read(where, tenant);
      return { tenantId: found.tenantId, name: found.displayName ?? null, domain: found.defaultDomainName ?? null };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (!isMissing(error)) this.trouble = error;
      return null;
    }
  }
}
