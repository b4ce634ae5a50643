import type { Clock } from '../../bot/clock.ts';
import type { World } from './signoff.ts';

/** A clock that goes as ours does, and jumps when it is told to. */
export interface JumpingClock extends Clock {
  /** So much time goes by. */
  jump(ms: number): void;
  /** Somebody sets the clock, ahead or (below zero) back; no time goes by. */
  set(ms: number): void;
}

export function jumpingClock(): JumpingClock {
  let passed = 0;
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + passed + ahead),
    monotonic: () => performance.now() + passed,
    jump(ms) {
      passed += ms;
    },
    set(ms) {
      ahead += ms;
    },
  };
}

/** Lets the time pass for the bot: whatever fell due meanwhile is done now. */
export async function letPass(world: World, clock: JumpingClock, ms: number): Promise<void> {
  clock.jump(ms);
  // No case has this number: the wake-up only makes the dispatcher look at the clock.
  await world.signoff.runtime.dispatcher.wake('show', 'case/0');
}

/** Waits until the bot has nothing to do before the next time that it set itself. */
export async function idle(world: World, clock: Clock): Promise<void> {
  await eventually('nothing is due', async () => {
    const due = await world.signoff.runtime.db
      .selectFrom('wakeups')
      .selectAll()
      .where((is) => is.or([is('running', '=', 1), is('dueAt', '<=', clock.now().getTime())]))
      .execute();
    return due.length === 0;
  });
}

/** Looking takes the time of those who are waited for. */
const longestPauseMs = 80;

/** Waits for something to be so. @throws with `what` when it is not so in time */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false | null>,
  timeoutMs = 30_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const found = await look();
    if (found !== undefined && found !== false && found !== null) return found;
    if (Date.now() > until) throw new Error(`It did not come about in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
