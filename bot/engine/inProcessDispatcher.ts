import pTimeout from 'p-timeout';
import { backOff, type Clock, minutes } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Db } from '../store/database.ts';
import { lastEntryAt } from '../store/journal.ts';
import {
  finishWakeup,
  moveWakeups,
  nextDueTimes,
  postponeWakeup,
  putWakeup,
  releaseWakeups,
  takeDueWakeups,
  type Wakeup,
} from '../store/wakeups.ts';
import { type Dispatcher, type Queue, queues } from './dispatcher.ts';

/** How many are worked on at a time. Each queue has its own: a step never waits behind cards that Teams does not take. */
const slots: Readonly<Record<Queue, number>> = { 'lock-out': 16, step: 16, case: 12, show: 16, watch: 1 };

const longestSleepMs = minutes(1);
/** Where something has been due for so long, and nothing of its queue was done for as long, it is not merely waiting for its turn. */
const tooLateMs = minutes(1);
/** A clock that is kept right moves by less between two looks. */
const setMs = 1000;

export interface DispatcherSettings {
  db: Db;
  clock: Clock;
  log: Log;
  /** Milliseconds that a stop waits for what is being worked on. */
  graceMs?: number;
}

/** Wake-ups are rows, so they survive; the timer only decides when to look. */
export function inProcessDispatcher({ db, clock, log, graceMs = 5000 }: DispatcherSettings): Dispatcher {
  const handlers = new Map<string, (key: string) => Promise<void>>();
  const busy = new Map<Promise<void>, string>();
  /** What was not served; it is put back by the next look. */
  let failed: { wakeup: Wakeup; at: Date }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let failedLooks = 0;
  /** By the clock that nobody sets. */
  const servedAt = new Map<string, number>();
  /** The two clocks at the last look, and when the earliest wake-up of each queue that it left is due. */
  let last: { wall: number; monotonic: number; due: readonly { queue: string; dueAt: number }[] } = {
    wall: 0,
    monotonic: 0,
    due: [],
  };

  function look(): void {
    if (!running) return;
    if (looking !== undefined) {
      lookAgain = true;
      return;
    }
    clearTimeout(timer);
    looking = lookOnce().then((sleepMs) => {
      looking = undefined;
      if (!running) return;
      timer = setTimeout(look, lookAgain && failedLooks === 0 ? 0 : sleepMs);
      lookAgain = false;
    });
  }

  /** Never the last one: whatever goes wrong, another look follows. @returns after how many milliseconds */
  async function lookOnce(): Promise<number> {
    try {
      const sleepMs = await takeAndServe();
      failedLooks = 0;
      return sleepMs;
    } catch (error) {
      log.error({ error }, 'wake-ups could not be read');
      return backOff(failedLooks++, { first: 1000, longest: 30_000 });
    }
  }

  async function takeAndServe(): Promise<number> {
    await followClock();
    for (const one of [...failed]) {
      await postponeWakeup(db, one.wakeup, one.at);
      failed = failed.filter((other) => other !== one);
    }
    let due = await nextDueTimes(db);
    const now = clock.now();
    const isDue = (queue: Queue) => due.some((one) => one.queue === queue && one.dueAt <= now.getTime());
    const rooms = queues.map(roomIn).filter(({ queue, room }) => room > 0 && isDue(queue));
    // Most looks find nothing; they cost one statement.
    if (rooms.length > 0) {
      for (const wakeup of await takeDueWakeups(db, now, rooms)) {
        const work: Promise<void> = serve(wakeup).then(() => {
          busy.delete(work);
          look();
        });
        busy.set(work, wakeup.queue);
      }
      due = await nextDueTimes(db);
    }
    const wall = clock.now().getTime();
    last = { wall, monotonic: clock.monotonic(), due };
    // What has no room is looked for when some is made.
    const next = due.filter(({ queue }) => queues.some((one) => one === queue && roomIn(one).room > 0));
    const nextAt = Math.min(...next.map(({ dueAt }) => dueAt));
    return Math.max(1, Math.min(longestSleepMs, nextAt - wall));
  }

  function roomIn(queue: Queue): { queue: Queue; room: number } {
    return { queue, room: slots[queue] - [...busy.values()].filter((one) => one === queue).length };
  }

  /** Times are kept by a clock that somebody may set back: what was due in ten seconds still is. Set ahead, it is merely early. */
  async function followClock(): Promise<void> {
    const set = clock.now().getTime() - last.wall - (clock.monotonic() - last.monotonic);
    if (set > -setMs) return;
    log.warn({ ms: set }, 'the clock was set back');
    await moveWakeups(db, set);
    last = { ...last, wall: last.wall + set };
  }

  async function serve(wakeup: Wakeup): Promise<void> {
    try {
      const handler = handlers.get(wakeup.queue);
      if (handler === undefined) throw new Error(`nobody works on ${wakeup.queue}`);
      await handler(wakeup.key);
      await finishWakeup(db, wakeup);
      servedAt.set(wakeup.queue, clock.monotonic());
    } catch (error) {
      log.error({ error, queue: wakeup.queue, key: wakeup.key }, 'a worker failed; it is called again');
      const waitMs = backOff(wakeup.failures, { first: 1000, longest: minutes(5) });
      failed.push({ wakeup, at: new Date(clock.now().getTime() + waitMs) });
    }
  }

  return {
    async wake(queue, key, { at = clock.now(), on = db } = {}) {
      await putWakeup(on, queue, key, at);
      // After the transaction, if there is one: looking needs the connection that it holds.
      setImmediate(look);
    },
    work(queue, handler) {
      handlers.set(queue, handler);
    },
    async start() {
      await releaseWakeups(db, clock.now());
      const wall = clock.now().getTime();
      // An entry of the future: the clock was set back while nobody looked.
      const noted = Math.max(wall, (await lastEntryAt(db)) ?? wall);
      last = { ...last, wall: noted, monotonic: clock.monotonic() };
      running = true;
      look();
    },
    async stop() {
      running = false;
      clearTimeout(timer);
      const over = async () => {
        await looking;
        while (busy.size > 0) await Promise.all(busy.keys());
      };
      await pTimeout(over(), {
        milliseconds: graceMs,
        fallback: () => log.warn({ left: busy.size }, 'what hangs is left to the next start'),
      });
    },
    healthy() {
      const sinceMs = clock.monotonic() - last.monotonic;
      const isServed = ({ queue, dueAt }: (typeof last.due)[number]) => {
        const idleMs = clock.monotonic() - (servedAt.get(queue) ?? Number.NEGATIVE_INFINITY);
        return Math.min(last.wall + sinceMs - dueAt, idleMs) < tooLateMs;
      };
      return running && failedLooks === 0 && last.due.every(isServed) && sinceMs < longestSleepMs + tooLateMs;
    },
  };
}
