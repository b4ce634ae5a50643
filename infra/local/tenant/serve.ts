import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerBatchRequest } from './batch.ts';
import { answerExchange } from './exchangeOnline/invokeCommand.ts';
import { answerGraph, type GraphAnswer, splitOnce } from './graphCall.ts';
import { answerLocal } from './localControls.ts';
import { isTooMany, mailboxIn } from './mailboxLoad.ts';
import { redact, redactHeaders } from './redact.ts';
import type { World } from './world.ts';

interface Incoming {
  method: string;
  /** with the query */
  target: string;
  headers: Record<string, string>;
  text: string;
  startedAt: number;
}

/** One HTTP request: a control, the authority, Graph, or Exchange Online. */
export async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = performance.now();
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const incoming: Incoming = {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers,
    text: await readBody(request),
    startedAt,
  };
  const [path] = splitOnce(incoming.target, '?');
  if (path.startsWith('/_local/')) return control(world, incoming, request, response);
  const wait = () => sleep(world.latency.ms + Math.random() * world.latency.jitterMs);
  if (path.startsWith('/v1.0/')) return graph(world, incoming, wait, request, response);
  await wait();
  if (path.startsWith('/adminapi/')) return exchange(world, incoming, request, response);
  authority(world, incoming, response);
}

function control(world: World, incoming: Incoming, request: IncomingMessage, response: ServerResponse): void {
  const { method, target, headers, text } = incoming;
  // A page of some other site may know the port; its browser says where the page is from.
  const sites = [`http://${headers.host ?? ''}`, headers.origin ?? 'http://127.0.0.1'];
  if (!isLoopback(request.socket.remoteAddress) || !sites.every(isLocalSite)) {
    send(response, 403, {}, { message: 'Only from this machine.' });
    return;
  }
  const [path, query] = splitOnce(target, '?');
  const reply = answerLocal(world, method, path, new URLSearchParams(query), text === '' ? undefined : parseJson(text));
  send(response, reply.status, {}, reply.body);
}

function authority(
  world: World,
  { method, target, headers, text, startedAt }: Incoming,
  response: ServerResponse,
): void {
  const [path] = splitOnce(target, '?');
  const form = new URLSearchParams(text);
  const answer = world.authority.answer(method, path, form);
  if (!answer) {
    const message = `Invalid version: ${path.split('/')[1] ?? ''}`;
    send(response, 404, {}, { error: { code: 'BadRequest', message } });
    return;
  }
  world.record(
    {
      method,
      path: target,
      requestHeaders: redactHeaders(headers),
      requestBody: redact(Object.fromEntries(form)),
      status: answer.status,
      responseBody: redact(answer.body),
      at: world.now().toISOString(),
      durationMs: Math.round(performance.now() - startedAt),
      inBatch: false,
    },
    { requestId: randomUUID(), needed: [], matched: null, fault: null },
  );
  send(response, answer.status, {}, answer.body);
}

async function graph(
  world: World,
  { method, target: full, headers, text, startedAt }: Incoming,
  wait: () => Promise<void>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = full.slice('/v1.0'.length);
  const body = text === '' ? undefined : parseJson(text);
  const callerOf = () => world.authority.callerOf(headers.authorization);
  const mailbox = mailboxIn(world.data, target);
  const isOverMailbox = mailbox !== undefined && isTooMany(world.mailboxLoad.enter(mailbox));
  try {
    await wait();
    const call = { method, target, headers, body, inBatch: false, startedAt, isOverMailbox };
    const isBatch = method === 'POST' && target === '/$batch';
    const answer = isBatch ? answerBatchRequest(world, call, callerOf) : answerGraph(world, call, callerOf);
    await deliver(world, answer, request, response);
  } finally {
    if (mailbox !== undefined) world.mailboxLoad.leave(mailbox);
  }
}

async function exchange(
  world: World,
  { method, target, headers, text, startedAt }: Incoming,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = text === '' ? undefined : parseJson(text);
  const answer = answerExchange(world, { method, target, headers, body, inBatch: false, startedAt });
  await deliver(world, answer, request, response);
}

async function deliver(
  world: World,
  answer: GraphAnswer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (answer.broken === 'timeoutAfter') await sleep(world.faults.active.hangMs);
  if (answer.broken) request.socket.destroy();
  else send(response, answer.status, answer.headers, answer.body);
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

const isLocalSite = (site: string): boolean =>
  URL.canParse(site) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(site).hostname);

export function send(response: ServerResponse, status: number, headers: Record<string, string>, body: unknown): void {
  const isText = headers['content-type'] === 'text/plain';
  const content = body === undefined ? '' : isText ? String(body) : JSON.stringify(body);
  response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers });
  response.end(content);
}
