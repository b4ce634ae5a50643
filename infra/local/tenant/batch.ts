import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { badRequest, errorBody, GraphError } from './errors.ts';
import { answerGraph, failBefore, type GraphAnswer, type GraphRequest, isJson, unreadableBody } from './graphCall.ts';
import { isTooMany, mailboxIn } from './mailboxLoad.ts';
import { redact, redactHeaders } from './redact.ts';
import type { Caller, Reply } from './route.ts';
import type { World } from './world.ts';

const step = z.looseObject({
  id: z.string().min(1),
  method: z.string().transform((method) => method.toUpperCase()),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).default([]),
});
const batchBody = z.looseObject({ requests: z.array(step).min(1) });
type Step = z.infer<typeof step>;

interface StepAnswer {
  id: string;
  status: number;
  headers: Record<string, string>;
  body?: unknown;
}

const most = 20;

/** The batch itself: its parts have faults, permissions and records of their own. */
export function answerBatchRequest(world: World, request: GraphRequest, callerOf: () => Caller): GraphAnswer {
  const { headers, body, startedAt } = request;
  const requestId = randomUUID();
  const clientRequestId = headers['client-request-id'] ?? requestId;
  // Faults for everything strike the parts; the whole only when it is named.
  const fault = world.faults.active.match === undefined ? null : world.faults.strike('POST', '/$batch');
  let reply: Reply;
  try {
    const caller = callerOf();
    failBefore(fault, world.faults.active.retryAfterSeconds);
    if (!isJson(headers)) throw unreadableBody();
    reply = answerBatch(world, body, caller, startedAt);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const shown = errorBody(error, requestId, clientRequestId, world.now());
    reply = { status: error.status, body: shown, headers: error.headers };
  }
  const broken = fault === 'reset' || fault === 'timeoutAfter' ? fault : null;
  world.record(
    {
      method: 'POST',
      path: '/v1.0/$batch',
      requestHeaders: redactHeaders(headers),
      requestBody: redact(body),
      status: broken ? 0 : reply.status,
      responseBody: broken ? undefined : redact(reply.body),
      at: world.now().toISOString(),
      durationMs: Math.round(performance.now() - startedAt),
      inBatch: false,
    },
    { requestId, needed: [], matched: null, fault },
  );
  const own = { 'request-id': requestId, 'client-request-id': clientRequestId, 'content-type': 'application/json' };
  return { ...reply, headers: { ...own, ...reply.headers }, broken };
}

/** https://learn.microsoft.com/graph/json-batching */
function answerBatch(world: World, body: unknown, caller: Caller, startedAt: number): Reply {
  const parsed = batchBody.safeParse(body);
  if (!parsed.success) throw badRequest('Invalid batch payload format.', 'BadRequest');
  const steps = parsed.data.requests;
  checkSteps(steps);
  const answers = new Map<string, StepAnswer>();
  const waiting = new Set(steps);
  while (waiting.size > 0) {
    const ready = [...waiting].filter((candidate) => candidate.dependsOn.every((id) => answers.has(id)));
    if (ready.length === 0) throw badRequest('The batch contains a dependency that can never be met.', 'BadRequest');
    // What waits for nothing goes out at once, and a mailbox takes only so many at once.
    const entered: string[] = [];
    for (const current of ready) {
      waiting.delete(current);
      const mailbox = mailboxIn(world.data, targetOf(current));
      if (mailbox !== undefined) entered.push(mailbox);
      const isOverMailbox = mailbox !== undefined && isTooMany(world.mailboxLoad.enter(mailbox));
      answers.set(current.id, answerStep(world, current, answers, caller, startedAt, isOverMailbox));
    }
    for (const mailbox of entered) world.mailboxLoad.leave(mailbox);
  }
  // Graph promises no order; the other way round shows who relied on one.
  return { status: 200, body: { responses: [...answers.values()].reverse() } };
}

const targetOf = ({ url }: Step): string => (url.startsWith('/') ? url : `/${url}`);

function checkSteps(steps: Step[]): void {
  if (steps.length > most)
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${most}.`, 'BadRequest');
  const ids = new Set<string>();
  for (const { id, method, url, headers, body, dependsOn } of steps) {
    if (ids.has(id)) throw badRequest(`Request Id '${id}' has to be unique in a batch.`, 'BadRequest');
    ids.add(id);
    const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
    const isBodyless = body === undefined || body === null;
    const lacks = ['POST', 'PATCH', 'PUT'].includes(method) ? isBodyless || !hasType : !isBodyless && !hasType;
    if (lacks) throw badRequest(`Write request id : ${id} does not contain Content-Type header or body.`, 'BadRequest');
    if (/^\/?\$batch/.test(url)) throw badRequest('A batch request cannot contain another batch.', 'BadRequest');
    const unknown = dependsOn.find((other) => !steps.some((candidate) => candidate.id === other));
    if (unknown) throw badRequest(`Request Id '${unknown}' in dependsOn is not in the batch.`, 'BadRequest');
  }
}

function answerStep(
  world: World,
  current: Step,
  answers: Map<string, StepAnswer>,
  caller: Caller,
  startedAt: number,
  isOverMailbox: boolean,
): StepAnswer {
  const failed = current.dependsOn.find((id) => (answers.get(id)?.status ?? 500) >= 400);
  if (failed !== undefined) {
    const error = new GraphError(424, 'FailedDependency', `The request depends on request '${failed}', which failed.`);
    const headers = { 'content-type': 'application/json' };
    return { id: current.id, status: 424, headers, body: errorBody(error, current.id, current.id, world.now()) };
  }
  const headers = Object.fromEntries(
    Object.entries(current.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const target = targetOf(current);
  const {
    status,
    headers: answered,
    body,
  } = answerGraph(
    world,
    {
      method: current.method,
      target,
      headers,
      body: current.body ?? undefined,
      inBatch: true,
      startedAt,
      isOverMailbox,
    },
    () => caller,
  );
  return body === undefined
    ? { id: current.id, status, headers: answered }
    : { id: current.id, status, headers: answered, body };
}
