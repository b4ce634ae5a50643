import { randomUUID } from 'node:crypto';
import { badRequest, errorBody, GraphError } from './errors.ts';
import type { FaultKind } from './faults.ts';
import { mailboxThrottled } from './mailboxLoad.ts';
import { parseOptions } from './odata/options.ts';
import { checkPermission, demand, type PermissionCheck } from './permissions.ts';
import { redact, redactHeaders } from './redact.ts';
import { type Caller, type Match, type Method, type Reply, withoutKeyParentheses } from './route.ts';
import { settle } from './settle.ts';
import type { World } from './world.ts';

export interface GraphRequest {
  method: string;
  /** below /v1.0, with the query */
  target: string;
  headers: Record<string, string>;
  body: unknown;
  inBatch: boolean;
  startedAt: number;
  /** More requests are under way to this mailbox than Outlook allows. */
  isOverMailbox?: boolean;
}

export interface GraphAnswer extends Reply {
  headers: Record<string, string>;
  /** The connection breaks instead of the answer: before or after the effect. */
  broken: 'reset' | 'timeoutAfter' | null;
}

const isWrite = (method: string): boolean => method !== 'GET';

/** Answers one Graph request, alone or from a batch: faults, quota, permission, effect, record. */
export function answerGraph(world: World, request: GraphRequest, callerOf: () => Caller): GraphAnswer {
  const requestId = randomUUID();
  const clientRequestId = request.headers['client-request-id'] ?? requestId;
  const now = world.now();
  const [path = '', query = ''] = splitOnce(request.target, '?');
  const fault = world.faults.strike(request.method, path);
  let check: PermissionCheck = { needed: [], matched: null };
  let reply: Reply;
  let units = 1;
  try {
    const caller = callerOf();
    failBefore(fault, world.faults.active.retryAfterSeconds);
    const match = world.router(request.method, withoutKeyParentheses(path));
    units = unitsOf(match, query);
    world.quota.spend(units, isWrite(request.method), now.getTime());
    check = checkPermission(world.permissions(match.route), caller);
    demand(check);
    if (request.isOverMailbox) throw mailboxThrottled(world.faults.active.retryAfterSeconds);
    reply = perform(world, request, path, query, match, caller, now);
  } catch (error) {
    if (!(error instanceof GraphError) && !(error instanceof URIError)) throw error;
    const shown = error instanceof GraphError ? error : badRequest('The request URI is not valid.', 'BadRequest');
    reply = { status: shown.status, body: errorBody(shown, requestId, clientRequestId, now), headers: shown.headers };
  }
  const headers = {
    'request-id': requestId,
    'client-request-id': clientRequestId,
    'x-ms-resource-unit': String(units),
    ...(reply.body === undefined ? {} : { 'content-type': 'application/json;odata.metadata=minimal' }),
    ...reply.headers,
  };
  const broken = fault === 'reset' || fault === 'timeoutAfter' ? fault : null;
  // In a batch the gateway answers for the part that broke.
  if (broken && request.inBatch) {
    const gateway = new GraphError(504, 'UnknownError', '');
    reply = { status: 504, body: errorBody(gateway, requestId, clientRequestId, now) };
  }
  world.record(
    {
      method: request.method,
      path: `/v1.0${request.target}`,
      requestHeaders: redactHeaders(request.headers),
      requestBody: redact(request.body),
      status: broken && !request.inBatch ? 0 : reply.status,
      responseBody: broken && !request.inBatch ? undefined : reply.body,
      at: now.toISOString(),
      durationMs: Math.round(performance.now() - request.startedAt),
      inBatch: request.inBatch,
    },
    { requestId, ...check, fault },
  );
  return { ...reply, headers, broken };
}

function perform(
  world: World,
  request: GraphRequest,
  path: string,
  query: string,
  match: Match,
  caller: Caller,
  now: Date,
): Reply {
  const method = request.method as Method;
  const options = parseOptions(query);
  const { staleMs } = world.faults.active;
  const writes = isWrite(method);
  settle(world.data, now.getTime());
  if (writes && !isReadable(request)) throw unreadableBody();
  if (writes && staleMs > 0) world.stale.remember(world.data, path, request.body, staleMs, now.getTime());
  return match.route.answer({
    data: writes ? world.data : world.stale.dataFor(world.data, path, now.getTime()),
    method,
    path,
    params: match.params,
    query: options,
    headers: request.headers,
    body: request.body,
    caller,
    now,
    root: `${world.url}/v1.0`,
    rememberPage: (ids) => world.rememberPage(ids),
    recallPage: (token) => world.pages.get(token),
  });
}

/** A body that is no JSON arrives as text. */
const isReadable = ({ body, headers }: GraphRequest): boolean =>
  body === undefined || body === null || (typeof body !== 'string' && isJson(headers));

export const isJson = (headers: Record<string, string>): boolean =>
  /^application\/json/i.test(headers['content-type'] ?? '');

export const unreadableBody = (): GraphError =>
  badRequest(
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    'BadRequest',
  );

export function failBefore(fault: FaultKind | null, retryAfterSeconds: number): void {
  const headers = { 'retry-after': String(retryAfterSeconds) };
  if (fault === 'throttle')
    throw new GraphError(
      429,
      'TooManyRequests',
      'Too many requests. Please retry after the time in the Retry-After header.',
      headers,
    );
  if (fault === 'refuse')
    throw new GraphError(400, 'invalidRequest', 'One of the provided arguments is not acceptable.');
  if (fault === 'unavailable')
    throw new GraphError(
      503,
      'ServiceUnavailable',
      'The service is temporarily unavailable. Please retry your request.',
    );
  if (fault === 'reset') throw new GraphError(504, 'UnknownError', '');
}

function unitsOf(match: Match, query: string): number {
  const base = match.route.units ?? 1;
  const options = new URLSearchParams(query);
  const top = Number(options.get('$top') ?? 100);
  return Math.max(1, base - Number(options.has('$select')) + Number(options.has('$expand')) - Number(top < 20));
}

export function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
