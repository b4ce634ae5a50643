import { z } from 'zod';
import { backOff, sleep } from '../clock.ts';
import { failureOf } from './failure.ts';
import type { BatchAnswer, BatchCall } from './graph.ts';
import { isReferenceWithoutRef } from './path.ts';
import { longestWaitMs } from './retry.ts';

const envelope = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number().int(),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown().optional(),
    }),
  ),
});
const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    innerError: z.object({ 'request-id': z.string().optional() }).optional(),
  }),
});

/** Graph's limit. */
const most = 20;
const rounds = 5;

/**
 * Sends calls by `$batch`; the outer 200 says nothing, so each answer is read. Throttled ones are sent again together, when
 * the one that is to wait longest may be; a wait of more than some seconds is the engine's.
 */
export async function sendBatch(
  send: (body: unknown, calls: readonly BatchCall[]) => Promise<unknown>,
  calls: BatchCall[],
): Promise<BatchAnswer[]> {
  for (const { method, path } of calls) {
    if (method === 'DELETE' && isReferenceWithoutRef(path))
      throw new Error('A batched DELETE would delete the object itself');
  }
  const answers = new Map<number, BatchAnswer>();
  let open = calls.map((call, index) => ({ call, index }));
  for (let round = 1; open.length > 0 && round <= rounds; round++) {
    let wait = 0;
    const throttled: typeof open = [];
    for (let at = 0; at < open.length; at += most) {
      const part = open.slice(at, at + most);
      const answered = envelope.safeParse(
        await send(
          { requests: part.map(({ call, index }) => toRequest(call, index)) },
          part.map(({ call }) => call),
        ),
      );
      // The calls were sent: an answer that makes no sense says nothing about what was done.
      const responses = answered.success ? answered.data.responses : [];
      for (const item of part) {
        const response = responses.find(({ id }) => id === String(item.index));
        const answer = read(response, item.call);
        answers.set(item.index, answer);
        if (answer.ok || answer.failure.kind !== 'throttled') continue;
        throttled.push(item);
        const asked = answer.failure.retryAfterMs ?? backOff(round - 1, { first: 1000, longest: longestWaitMs });
        wait = Math.max(wait, asked);
      }
    }
    open = wait > longestWaitMs ? [] : throttled;
    if (open.length > 0 && round < rounds) await sleep(wait);
  }
  return calls.map((_call, index) => answers.get(index) ?? read(undefined, calls[index] as BatchCall));
}

function toRequest(call: BatchCall, index: number): Record<string, unknown> {
  const request = { id: String(index), method: call.method, url: call.path };
  return call.body === undefined
    ? request
    : { ...request, body: call.body, headers: { 'Content-Type': 'application/json' } };
}

type Response = z.output<typeof envelope>['responses'][number];

function read(
  response: Response | undefined,
  call: BatchCall,
): { ok: true } | { ok: false; failure: ReturnType<typeof failureOf> } {
  if (response !== undefined && response.status < 300) return { ok: true };
  const body = errorBody.safeParse(response?.body);
  const headers = Object.fromEntries(
    Object.entries(response?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const failure = failureOf(
    {
      status: response?.status ?? 500,
      code: body.success ? body.data.error.code : 'no-answer',
      text: body.success ? body.data.error.message : 'no answer in the batch',
      requestId:
        (body.success ? body.data.error.innerError?.['request-id'] : undefined) ?? headers['request-id'] ?? null,
      retryAfter: headers['retry-after'] ?? null,
    },
    `${call.method} in a batch`,
    false,
  );
  return { ok: false, failure };
}
