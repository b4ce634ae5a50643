import { createHash, randomUUID } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { everyRoute } from './areas/index.ts';
import { createFaults, type FaultInjector, type FaultKind } from './faults.ts';
import { createMailboxLoad, type MailboxLoad } from './mailboxLoad.ts';
import { type Authority, createAuthority } from './oauth.ts';
import { type Permissions, readPermissions } from './permissions.ts';
import { createQuota, type QuotaMeter } from './quota.ts';
import { createRouter, type Router } from './route.ts';
import type { TenantData } from './seedSchema.ts';
import { createStaleReads, type StaleReads } from './staleReads.ts';
import type { SigningKey } from './tokens.ts';

/** One request and its answer; each request of a batch is one of its own. Secrets are redacted. */
export interface Exchange {
  method: string;
  /** with query, no host, e.g. /v1.0/users/x */
  path: string;
  requestHeaders: Record<string, string>;
  requestBody: unknown;
  status: number;
  responseBody: unknown;
  at: string;
  durationMs: number;
  inBatch: boolean;
}

/** One line of `GET /_local/requests`. */
export interface RequestRecord {
  number: number;
  at: string;
  method: string;
  path: string;
  status: number;
  ms: number;
  inBatch: boolean;
  requestId: string;
  /** Any one of these permissions would have been enough. */
  needed: string[];
  /** The one that the token carried. */
  matched: string | null;
  fault: FaultKind | null;
  /** Calls of Exchange Online only: the mailbox that routes the call, null where the header was missing. */
  anchor?: string | null;
  requestBody: unknown;
}

export interface Latency {
  ms: number;
  jitterMs: number;
}

/** Everything of one running tenant. */
export interface World {
  data: TenantData;
  /** `http://127.0.0.1:port` */
  url: string;
  now: () => Date;
  authority: Authority;
  router: Router;
  permissions: Permissions;
  faults: FaultInjector;
  quota: QuotaMeter;
  stale: StaleReads;
  mailboxLoad: MailboxLoad;
  latency: Latency;
  requests: RequestRecord[];
  pages: Map<string, string[]>;
  record(exchange: Exchange, more: Pick<RequestRecord, 'requestId' | 'needed' | 'matched' | 'fault' | 'anchor'>): void;
  rememberPage(ids: string[]): string;
  reset(): void;
}

const keptRequests = 5000;
const keptPages = 1000;

export function createWorld(
  seed: TenantData,
  key: SigningKey,
  onExchange?: (exchange: Exchange) => void,
  now: () => number = Date.now,
): World {
  const kept = serialize(seed);
  const data: TenantData = deserialize(kept);
  let count = 0;
  const world: World = {
    data,
    url: '',
    now: () => new Date(now()),
    authority: createAuthority(
      data,
      key,
      () => world.url.replace('http://', 'https://'),
      () => world.now(),
    ),
    router: createRouter(everyRoute),
    permissions: readPermissions(),
    faults: createFaults(),
    quota: createQuota(),
    stale: createStaleReads(),
    mailboxLoad: createMailboxLoad(),
    latency: { ms: 0, jitterMs: 0 },
    requests: [],
    pages: new Map(),
    record(exchange, more) {
      count += 1;
      const { method, path, status, at, durationMs: ms, inBatch, requestBody } = exchange;
      world.requests.push({ number: count, at, method, path, status, ms, inBatch, ...more, requestBody });
      if (world.requests.length > keptRequests) world.requests.shift();
      onExchange?.(exchange);
    },
    rememberPage(ids) {
      const token = createHash('sha256').update(`${randomUUID()}`).digest('base64url');
      world.pages.set(token, ids);
      const oldest = world.pages.keys().next();
      if (world.pages.size > keptPages && !oldest.done) world.pages.delete(oldest.value);
      return token;
    },
    reset() {
      // In place, so that whoever holds the data goes on seeing the live state.
      Object.assign(data, deserialize(kept));
      world.faults.clear();
      world.quota.set({});
      world.stale.clear();
      world.latency = { ms: 0, jitterMs: 0 };
      world.requests.length = 0;
      world.pages.clear();
    },
  };
  return world;
}
