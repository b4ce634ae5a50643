import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerBatch } from './batch.ts';
import { badRequest, errorBody, GraphError } from './errors.ts';
import type { Faults } from './faults.ts';
import { answerGraph, type GraphAnswer, splitOnce } from './graphCall.ts';
import { answerLocal } from './localControls.ts';
import type { Quota } from './quota.ts';
import { redact, redactHeaders } from './redact.ts';
import { loadTenantFile } from './seed.ts';
import type { TenantData } from './seedSchema.ts';
import { createSigningKey, mintAssertion, type SigningKey } from './tokens.ts';
import { createWorld, type Exchange, type Latency, type RequestRecord, type World } from './world.ts';

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
}

export async function startTenant(options: TenantOptions = {}): Promise<Tenant> {
  const world = createWorld(
    options.data ?? loadTenantFile(options.file),
    options.signingKey ?? createSigningKey(),
    options.onExchange,
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

async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = performance.now();
  const method = request.method ?? 'GET';
  const target = request.url ?? '/';
  const [path, query] = splitOnce(target, '?');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const text = await readBody(request);

  if (path.startsWith('/_local/')) {
    if (!isLoopback(request.socket.remoteAddress))
      return send(response, 403, {}, { message: 'Only from this machine.' });
    const reply = answerLocal(
      world,
      method,
      path,
      new URLSearchParams(query),
      text === '' ? undefined : parseJson(text),
    );
    return send(response, reply.status, {}, reply.body);
  }
  await sleep(world.latency.ms + Math.random() * world.latency.jitterMs);
  const form = new URLSearchParams(text);
  const authority = world.authority.answer(method, path, form);
  if (authority) {
    const exchange = {
      method,
      path: target,
      requestHeaders: redactHeaders(headers),
      requestBody: redact(Object.fromEntries(form)),
      inBatch: false,
    };
    const times = { at: world.now().toISOString(), durationMs: Math.round(performance.now() - startedAt) };
    world.record(
      { ...exchange, status: authority.status, responseBody: redact(authority.body), ...times },
      { requestId: randomUUID(), needed: [], matched: null, fault: null },
    );
    return send(response, authority.status, {}, authority.body);
  }
  if (!path.startsWith('/v1.0/'))
    return send(
      response,
      404,
      {},
      { error: { code: 'BadRequest', message: `Invalid version: ${path.split('/')[1] ?? ''}` } },
    );
  const below = target.slice('/v1.0'.length);
  const callerOf = () => world.authority.callerOf(headers.authorization);
  const body = text === '' ? undefined : parseJson(text);
  const answer =
    below === '/$batch' && method === 'POST'
      ? batch(world, headers, body, callerOf, startedAt)
      : answerGraph(world, { method, target: below, headers, body, inBatch: false, startedAt }, callerOf);
  if (answer.broken === 'timeoutAfter') await sleep(world.faults.active.hangMs);
  if (answer.broken) return void request.socket.destroy();
  send(response, answer.status, answer.headers, answer.body);
}

function batch(
  world: World,
  headers: Record<string, string>,
  body: unknown,
  callerOf: () => ReturnType<World['authority']['callerOf']>,
  startedAt: number,
): GraphAnswer {
  const requestId = randomUUID();
  const clientRequestId = headers['client-request-id'] ?? requestId;
  let status = 200;
  let content: unknown;
  try {
    if (!/^application\/json/i.test(headers['content-type'] ?? ''))
      throw badRequest(
        'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
        'BadRequest',
      );
    content = answerBatch(world, body, callerOf(), startedAt).body;
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    status = error.status;
    content = errorBody(error, requestId, clientRequestId, world.now());
  }
  world.record(
    {
      method: 'POST',
      path: '/v1.0/$batch',
      requestHeaders: redactHeaders(headers),
      requestBody: redact(body),
      status,
      responseBody: content,
      at: world.now().toISOString(),
      durationMs: Math.round(performance.now() - startedAt),
      inBatch: false,
    },
    { requestId, needed: [], matched: null, fault: null },
  );
  return {
    status,
    body: content,
    headers: { 'request-id': requestId, 'client-request-id': clientRequestId, 'content-type': 'application/json' },
    broken: null,
  };
}

const largestBody = 4 * 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > largestBody) throw new Error('Request body too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What is no JSON stays text, which no route accepts as a body. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const isLoopback = (address: string | undefined): boolean =>
  address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1';

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: unknown): void {
  const isText = headers['content-type'] === 'text/plain';
  const content = body === undefined ? '' : isText ? String(body) : JSON.stringify(body);
  response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers });
  response.end(content);
}
