import { Agent, type IncomingMessage, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import type { FloodOrder, FloodResult } from './flood.ts';
import { randomFrom } from './random.ts';
import { leaks } from './report.ts';

/** A crowd of strangers, in a thread of its own: what it takes must not be taken for the bot’s slowness. */
const { url, requests, concurrency, seed, tokens } = workerData as FloodOrder;
const random = randomFrom(seed);
const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
const bodies = ['', '{', '{"type":"message"}', `{"type":"message","text":"${'x'.repeat(90_000)}"}`];
const result: FloodResult = { statuses: {}, leaks: [] };
let left = requests;

const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const count = (status: string) => {
  result.statuses[status] = (result.statuses[status] ?? 0) + 1;
};

async function knock(): Promise<void> {
  const token = pick(tokens);
  // Most of a crowd sends little; now and then somebody sends all that is allowed.
  const body = random() < 0.9 ? pick(bodies.slice(0, 3)) : pick(bodies);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(token !== '' && { authorization: `Bearer ${token}` }),
  };
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url, { method: 'POST', agent, headers }, resolve).once('error', reject).end(body);
    });
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    count(String(answer.statusCode));
    const leak = leaks({ headers: answer.rawHeaders.join(' '), text });
    if (leak !== null && result.leaks.length < 5) result.leaks.push(leak);
  } catch (error) {
    count(error instanceof Error && 'code' in error ? String(error.code) : 'no answer');
  }
}

await Promise.all(
  Array.from({ length: concurrency }, async () => {
    while (left-- > 0) await knock();
  }),
);
agent.destroy();
parentPort?.postMessage(result);
