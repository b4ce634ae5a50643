import { loadTenantFile, tenantFileWithPartners } from '../../infra/local/tenant/seed.ts';
import type { User } from '../../infra/local/tenant/seedSchema.ts';
import {
  createSigningKey,
  type Exchange,
  type SigningKey,
  startTenant,
  type Tenant,
  type TenantData,
} from '../../infra/local/tenant/server.ts';
import { contractViolations } from '../graph/contract.ts';

/** Every violation of every tenant of this test run; `contractHook.ts` fails the run for them. */
export const seenViolations = new Set<string>();

export interface TestTenantOptions {
  /** Whether other organizations have something in Contoso. */
  partners?: boolean;
  /** Changes the fresh copy of the seed before the tenant starts. */
  change?: (data: TenantData) => void;
  onExchange?: (exchange: Exchange) => void;
  /** false for a test that sends what Graph does not know on purpose. */
  holdsContract?: boolean;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers whose shape the contract already holds.
  body: any;
}

export interface TestTenant extends Tenant, AsyncDisposable {
  violations: string[];
  exchanges: Exchange[];
  person(name: string): User;
  groupNamed(displayName: string): TenantData['groups'][number];
  /** A token with the permissions that the app has now. */
  token(scope?: string): Promise<string>;
  /** Calls Graph below /v1.0 with such a token. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

const seeds = new Map<boolean, TenantData>();
let signingKey: SigningKey | undefined;

/** The Contoso of the seed, fresh, on a free port; every exchange is held against Microsoft's metadata. */
export async function startTestTenant(options: TestTenantOptions = {}): Promise<TestTenant> {
  const seed = seedOf(options.partners ?? false);
  signingKey ??= createSigningKey();
  const data = structuredClone(seed);
  options.change?.(data);
  const violations: string[] = [];
  const exchanges: Exchange[] = [];
  const tenant = await startTenant({
    data,
    signingKey,
    onExchange(exchange) {
      exchanges.push(exchange);
      options.onExchange?.(exchange);
      if (options.holdsContract === false) return;
      for (const violation of contractViolations(exchange)) {
        violations.push(violation);
        seenViolations.add(violation);
      }
    },
  });
  const tokens = new Map<string, string>();
  /** To sign one takes long: the same is used for a minute, as long as the app may do the same. */
  async function token(scope?: string): Promise<string> {
    const { app, signoff } = tenant.data;
    const isEnabled = tenant.data.servicePrincipals.some(
      (one) => one.id === signoff.servicePrincipalId && one.accountEnabled,
    );
    const key = `${scope} ${Math.floor(Date.now() / 60_000)} ${app.permissions.join()}`;
    const issued = (isEnabled ? tokens.get(key) : undefined) ?? (await fetchToken(tenant, scope));
    tokens.set(key, issued);
    return issued;
  }
  return {
    ...tenant,
    violations,
    exchanges,
    token,
    person: (name) =>
      found(
        tenant.data.users.find(
          (user) => user.userPrincipalName === name || user.userPrincipalName === `${name}@contoso.com`,
        ),
        name,
      ),
    groupNamed: (displayName) =>
      found(
        tenant.data.groups.find((group) => group.displayName === displayName),
        displayName,
      ),
    async call(method, path, body, headers = {}) {
      const hasBody = body !== undefined;
      const response = await fetch(`${tenant.url}/v1.0${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await token()}`,
          ...(hasBody ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        ...(hasBody ? { body: JSON.stringify(body) } : {}),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
    },
    [Symbol.asyncDispose]: () => tenant.close(),
  };
}

function seedOf(partners: boolean): TenantData {
  const seed = seeds.get(partners) ?? loadTenantFile(partners ? tenantFileWithPartners : undefined);
  seeds.set(partners, seed);
  return seed;
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`The tenant has no ${name}`);
  return value;
}

async function fetchToken(tenant: Tenant, scope = 'https://graph.microsoft.com/.default'): Promise<string> {
  const { tenantId, clientId } = tenant.data.signoff;
  const response = await fetch(`${tenant.url}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: tenant.mintAssertion(),
      scope,
    }),
  });
  const body = (await response.json()) as { access_token?: string; error_description?: string };
  if (!body.access_token) throw new Error(body.error_description ?? `no token: ${response.status}`);
  return body.access_token;
}
