import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The time in a rehearsal: the real one, until somebody moves it on. It never goes back. */
export interface RehearsalClock {
  now(): number;
  /** So much time goes by at once, for everybody who lives by this clock. Done when the bot has noticed. */
  moveOn(ms: number): Promise<void>;
}

/** What the bot is told by the process that started it. It answers each with a message of its own. */
export type ToBot =
  /** Finish what is under way: a token that is on its way would be too old where it arrives. */
  { settle: true } | { aheadMs: number };

/** What the bot signs in with is good for a year. */
const furthestMs = 300 * 86_400_000;

/** @param bot the bot's process, once there is one: it has a clock of its own, which is moved with this one */
export function rehearsalClock(bot: () => ChildProcess | undefined): RehearsalClock {
  let aheadMs = 0;
  let last: Promise<void> = Promise.resolve();

  async function tell(what: ToBot): Promise<void> {
    const child = bot();
    if (child?.connected !== true) return;
    const answered = Promise.race([once(child, 'message'), once(child, 'exit')]);
    child.send(what);
    await answered;
  }

  async function move(ms: number): Promise<void> {
    await tell({ settle: true });
    aheadMs += ms;
    // Tenant and Teams are there already: whatever the bot does next, it does with tokens of the new time.
    await tell({ aheadMs });
  }

  return {
    now: () => Date.now() + aheadMs,
    async moveOn(ms) {
      if (!(ms > 0)) throw new RangeError('Time only goes on.');
      if (aheadMs + ms > furthestMs) throw new RangeError('That is too far: start the rehearsal anew.');
      last = last.then(() => move(ms));
      await last;
    },
  };
}
