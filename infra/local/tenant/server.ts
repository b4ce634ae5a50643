import { createServer, type Server } from 'node:http';
import type { Delays } from './delays.ts';
import type { Faults } from './faults.ts';
import type { Quota } from './quota.ts';
import { loadTenantFile } from './seed.ts';
import type { TenantData } from './seedSchema.ts';
import { send, serve } from './serve.ts';
import { createSigningKey, mintAssertion, type SigningKey } from './tokens.ts';
import { createWorld, type Exchange, type Latency, type RequestRecord } from './world.ts';

export type { Delays } from './delays.ts';
export type { Faults } from './faults.ts';
export type { TenantData } from './seedSchema.ts';
export { createSigningKey, mintAssertion, type SigningKey } from './tokens.ts';
export type { Exchange, Latency, RequestRecord } from './world.ts';

export interface Tenant {
  /** `http://127.0.0.1:port`; Graph answers below `/v1.0`. */
  url: string;
  /** The live state; what a test changes here is changed. */
  data: TenantData;
  /** Every request since the start or the last reset. */
  requests(): readonly RequestRecord[];
  setFaults(faults: Faults): void;
  clearFaults(): void;
  setLatency(latency: Partial<Latency>): void;
  /** What is left out stays as it is; the tenant file says how it begins. */
  setDelays(delays: Partial<Delays>): void;
  setQuota(quota: Quota): void;
  /** What `client_assertion` or a federated token file must hold. */
  mintAssertion(): string;
  reset(): void;
  close(): Promise<void>;
}

export interface TenantOptions {
  /** 0 = any free port. */
  port?: number;
  file?: string;
  data?: TenantData;
  onExchange?: (exchange: Exchange) => void;
  /** Making a key takes a while; many tenants of one test run may share theirs. */
  signingKey?: SigningKey;
  /** The time in the tenant; the real one unless it is given. */
  now?: () => number;
}

export async function startTenant(options: TenantOptions = {}): Promise<Tenant> {
  const world = createWorld(
    options.data ?? loadTenantFile(options.file),
    options.signingKey ?? createSigningKey(),
    options.onExchange,
    options.now,
  );
  const server = createServer((request, response) => {
    serve(world, request, response).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      if (!response.headersSent)
        send(
          response,
          500,
          {},
          { error: { code: 'InternalServerError', message: 'The local tenant failed; its console says why.' } },
        );
    });
  });
  await listen(server, options.port ?? 0);
  const address = server.address();
  world.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return {
    url: world.url,
    data: world.data,
    requests: () => world.requests,
    setFaults: (faults) => world.faults.set(faults),
    clearFaults: () => world.faults.clear(),
    setLatency: (latency) => {
      world.latency = { ms: 0, jitterMs: 0, ...latency };
    },
    setDelays: (delays) => {
      world.data.delays = { ...world.data.delays, ...delays };
    },
    setQuota: (quota) => world.quota.set(quota),
    mintAssertion: () => mintAssertion(world.data),
    reset: () => world.reset(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const listen = (server: Server, port: number) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
