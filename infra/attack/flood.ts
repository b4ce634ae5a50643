import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Report } from './report.ts';
import type { Json, World } from './world.ts';

export interface FloodOrder {
  url: string;
  requests: number;
  concurrency: number;
  seed: number;
  /** What strangers bring; empty for nothing. */
  tokens: string[];
}

export interface FloodResult {
  statuses: Record<string, number>;
  leaks: string[];
}

export interface Limits {
  requests: number;
  concurrency: number;
  seed: number;
  /** Milliseconds that 99 of 100 genuine requests may take. */
  p99: number;
  /** Megabytes that the bot may grow by. */
  memory: number;
}

const genuineEveryMs = 50;
/** Teams takes no more answers in one chat: 60 in 30 seconds. */
const chatEveryMs = 600;

/** Strangers as many as are asked for, while those who work with Signoff go on working from the same address. */
export async function flood(world: World, limits: Limits, report: Report): Promise<void> {
  const { requests, concurrency, seed } = limits;
  const order = { url: world.url, requests, concurrency, seed, tokens: await strangersTokens(world) };
  const chats = await openChats(world);
  const quiet = await genuineWhile(world, chats, sleep(2_500));
  await crowd({ ...order, requests: Math.min(requests, 5_000) });
  const before = await world.memory();

  const began = Date.now();
  const flooding = crowd(order);
  const during = await genuineWhile(world, chats, flooding);
  const { statuses, leaks } = await flooding;
  const seconds = (Date.now() - began) / 1000;
  const after = await world.memory();

  const rate = Math.round(requests / seconds);
  console.log(`The crowd: ${requests} strangers in ${seconds.toFixed(1)} s (${rate}/s), ${concurrency} at a time`);
  console.log(`  they were answered ${words(statuses)}`);
  console.log(`  genuine, nobody else there: ${inMs(quiet)}`);
  console.log(`  genuine, in the crowd:      ${inMs(during)}`);
  console.log(
    `  memory of the bot: ${before.live} MB in use before, ${after.live} MB after (${before.resident} and ${after.resident} MB of the machine’s)`,
  );

  const others = Object.keys(statuses).filter((status) => !['401', '429'].includes(status));
  if (others.length > 0) report.found('the crowd', `some were answered ${others.join(', ')}`);
  for (const leak of leaks) report.found('the crowd', leak);
  if (during.refused.length > 0)
    report.found('genuine requests', `${during.refused.length} were refused: ${during.refused[0]}`);
  if (during.times.length < 10) report.found('the crowd', 'it was over before anything could be measured');
  if (percentile(during.times, 99) > limits.p99) report.found('genuine requests', `p99 is over ${limits.p99} ms`);
  if (after.live - before.live > limits.memory) report.found('memory', `it grew by more than ${limits.memory} MB`);
}

/** Nothing, garbage, and what looks genuine until its signature is looked at. */
async function strangersTokens(world: World): Promise<string[]> {
  const [header, payload] = (await world.keys.sign({})).split('.');
  return [
    '',
    '',
    'a.b.c',
    `${header}.${payload}.${Buffer.alloc(256, 7).toString('base64url')}`,
    await world.keys.sign({}, 'foreign'),
    await world.keys.sign({}, 'silent'),
    await world.keys.sign({ aud: 'other' }),
    await world.keys.sign({ exp: 1 }),
  ];
}

async function crowd(order: FloodOrder): Promise<FloodResult> {
  const worker = new Worker(new URL('./floodWorker.ts', import.meta.url), { workerData: order });
  const failed = once(worker, 'error').then(([error]) => Promise.reject(error));
  const [result] = await Promise.race([once(worker, 'message'), failed]);
  return result as FloodResult;
}

interface Genuine {
  times: number[];
  /** Answers that were none. */
  refused: string[];
}

/** Where each of those who work with Signoff talks to it: in one chat nobody is answered so often. */
async function openChats({ tenant, teams, activity }: World): Promise<Json[]> {
  const groups = tenant.data.groups.filter(({ displayName }) => displayName.startsWith('Signoff '));
  const ids = new Set(groups.flatMap(({ members }) => members));
  const staff = tenant.data.users.filter((one) => ids.has(one.id) && one.accountEnabled && one.userType === 'Member');
  return Promise.all(
    staff.map(async ({ id, userPrincipalName, displayName }) => {
      await teams.open(userPrincipalName);
      const { conversationId } = await teams.waitFor(userPrincipalName, ({ from }) => from.bot, 20_000);
      const conversation = { ...(activity().conversation as Json), id: conversationId };
      return { from: { id: `29:${id}`, name: displayName, aadObjectId: id }, conversation };
    }),
  );
}

/** One genuine request every so often, whatever became of the last, until something is over. */
async function genuineWhile(world: World, chats: readonly Json[], until: Promise<unknown>): Promise<Genuine> {
  const found: Genuine = { times: [], refused: [] };
  const asking: Promise<void>[] = [];
  const ask = async () => {
    const chat = chats[asking.length % chats.length];
    const began = performance.now();
    const { status } = await world.deliver(world.activity({ text: 'cases', ...chat }));
    found.times.push(performance.now() - began);
    if (status !== 200) found.refused.push(`HTTP ${status}`);
  };
  const timer = setInterval(
    () => asking.push(ask().catch((error) => void found.refused.push(String(error)))),
    Math.max(genuineEveryMs, chatEveryMs / chats.length),
  );
  await until;
  clearInterval(timer);
  await Promise.all(asking);
  return found;
}

function percentile(times: readonly number[], of: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * of) / 100))] ?? Number.POSITIVE_INFINITY;
}

const inMs = ({ times }: Genuine): string =>
  `p50 ${percentile(times, 50).toFixed(1)} ms, p99 ${percentile(times, 99).toFixed(1)} ms, ${times.length} requests`;

const words = (statuses: Record<string, number>): string =>
  Object.entries(statuses)
    .map(([status, times]) => `${status}: ${times}`)
    .join(', ');
