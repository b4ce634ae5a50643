// First of all: whatever is loaded after it lives by the clock that is moved.
import '../chaos/clock.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../../bot/config.ts';
import type { Runtime } from '../../bot/engine/runtime.ts';
import { AppError } from '../../bot/errors.ts';
import { startSignoff } from '../../bot/index.ts';
import type { ToBot } from './rehearsalClock.ts';

/**
 * The bot of a rehearsal whose clock can be moved on, by the process that started it and by nobody else. The bot itself
 * knows nothing of it: it is handed a clock, as in its tests.
 */
const longestSettlingMs = 10_000;

let aheadMs = 0;
const clock = { now: () => new Date(), monotonic: () => performance.now() + aheadMs };
const starting = Promise.resolve().then(() => startSignoff(readConfig(), { clock }));

process.on('message', async (message: ToBot) => {
  if ('aheadMs' in message) aheadMs = message.aheadMs;
  const { runtime } = await starting;
  if ('settle' in message) await settled(runtime);
  // No case has this number: the wake-up only makes the dispatcher look at the clock.
  else await runtime.dispatcher.wake('show', 'case/0');
  process.send?.({ done: message });
});

async function settled({ db }: Runtime): Promise<void> {
  const until = performance.now() + longestSettlingMs;
  for (;;) {
    const busy = await db
      .selectFrom('wakeups')
      .select('key')
      .where((is) => is.or([is('running', '=', 1), is('dueAt', '<=', Date.now())]))
      .executeTakeFirst();
    if (busy === undefined || performance.now() > until) return;
    await sleep(20);
  }
}

try {
  const signoff = await starting;
  const stop = () => void signoff.stop().finally(() => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  process.once('disconnect', stop);
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  console.error(error.say);
  process.exit(1);
}
