import { sleep } from '../../bot/clock.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { connectGraph } from '../../bot/graph/microsoftGraph.ts';
import { path } from '../../bot/graph/path.ts';
import { createLog } from '../../bot/log.ts';
import type { User } from '../local/tenant/seedSchema.ts';
import { addLeavers } from './crowd.ts';
import { isWrite, startWorld, type World } from './world.ts';

const latencyMs = 100;
/** As documented for one app in a tenant with more than 500 users. */
const quota = { writesPer150s: 3000, unitsPer10s: 8000 };
const people = Number(process.env.PEOPLE ?? 1000);
const cases = Number(process.env.CASES ?? 200);
/** Taps and sentences under way at a time, and calls of the script. */
const atOnce = 16;
/** Whole cases between approval and end. */
const underWay = 60;

/** Many people locked out, and many whole cases, within Graph's quotas; beside them a straight script on the same client. */
export async function* many(): AsyncGenerator<string> {
  yield await lockOuts();
  yield await script();
  yield await wholeCases();
}

async function lockOuts(): Promise<string> {
  await using world = await startWorld(latencyMs);
  const submitted = await submit(world, addLeavers(world.tenant.data, people), 'urgent');
  const isEnd = ({ path: called, status }: World['calls'][number]) =>
    called.endsWith('/revokeSignInSessions') && status < 300;
  return await measure(world, `${people} people locked out`, async () => {
    const ended = world.answered(isEnd, people);
    await inTurn(submitted, atOnce, (caseId) => world.approver.press('approve', caseId));
    await ended;
  });
}

async function wholeCases(): Promise<string> {
  await using world = await startWorld(latencyMs);
  const submitted = await submit(world, addLeavers(world.tenant.data, cases), '');
  return await measure(world, `${cases} whole cases`, () =>
    inTurn(submitted, underWay, async (caseId) => {
      await world.approver.press('approve', caseId);
      await world.approver.toTheEnd(caseId);
    }),
  );
}

/** What somebody would write in an afternoon: three calls after one another for each person, and again whatever fails. */
async function script(): Promise<string> {
  await using world = await startWorld(latencyMs);
  const users = addLeavers(world.tenant.data, people);
  const { token, url } = await world.signIn();
  const graph = connectGraph({ url, token: async () => token, log: createLog('silent') });
  const again = async (call: () => Promise<unknown>): Promise<unknown> => {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof GraphFailure) || error.status !== 429) throw error;
      await sleep(error.retryAfterMs ?? 5000);
      return again(call);
    }
  };
  return await measure(world, `the three calls for ${people} people by a straight script`, () =>
    inTurn(users, atOnce, async ({ id }) => {
      const password = `Aa1!${crypto.randomUUID()}`;
      await again(() => graph.patch(path`/users/${id}`, { accountEnabled: false }));
      await again(() => graph.patch(path`/users/${id}`, { passwordProfile: { password } }));
      await again(() => graph.post(path`/users/${id}/revokeSignInSessions`, {}));
    }),
  );
}

async function submit({ helpdesk }: World, users: readonly User[], words: string): Promise<number[]> {
  const submitted: number[] = [];
  await inTurn(users, atOnce, async (user) => {
    const caseId = await helpdesk.offboard(user, words);
    await helpdesk.press('submit', caseId);
    submitted.push(caseId);
  });
  return submitted;
}

async function measure(world: World, what: string, work: () => Promise<void>): Promise<string> {
  world.tenant.setQuota(quota);
  const from = world.calls.length;
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  const calls = world.calls.slice(from);
  const writes = calls.filter(isWrite).length;
  const refused = calls.filter(({ status }) => status === 429).length;
  const allowed = quota.writesPer150s / 150;
  const rate = writes / seconds;
  return [
    `${what}: ${seconds.toFixed(0)} s, ${calls.length} calls, ${writes} writes = ${rate.toFixed(1)} a second, ${((100 * rate) / allowed).toFixed(0)} % of the ${allowed} that the quota gives for long`,
    `  answered 429: ${refused} (${((100 * refused) / calls.length).toFixed(2)} %)`,
  ].join('\n');
}

async function inTurn<T>(all: readonly T[], most: number, work: (one: T) => Promise<unknown>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: most }, worker));
}
