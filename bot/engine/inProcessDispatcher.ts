import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Db } from '../store/database.ts';
import {
  finishWakeup,
  nextDueAt,
  postponeWakeup,
  putWakeup,
  releaseWakeups,
  takeDueWakeups,
  type Wakeup,
} from '../store/wakeups.ts';
import type { Dispatcher, Queue } from './dispatcher.ts';

const most = 32;
const longestSleepMs = 60_000;

/** Wake-ups are rows, so they survive; the timer only decides when to look. */
export function inProcessDispatcher({ db, clock, log }: { db: Db; clock: Clock; log: Log }): Dispatcher {
  const handlers = new Map<string, (key: string) => Promise<void>>();
  const busy = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let looking: Promise<void> | undefined;
  let lookAgain = false;

  function look(): void {
    if (!running) return;
    if (looking !== undefined) {
      lookAgain = true;
      return;
    }
    clearTimeout(timer);
    looking = takeAndServe()
      .catch((error: unknown) => log.error({ error }, 'wake-ups could not be read'))
      .finally(() => {
        looking = undefined;
        if (lookAgain) {
          lookAgain = false;
          look();
        }
      });
  }

  async function takeAndServe(): Promise<void> {
    const room = most - busy.size;
    if (room > 0) {
      for (const wakeup of await takeDueWakeups(db, clock.now(), room)) {
        const work: Promise<void> = serve(wakeup).finally(() => {
          busy.delete(work);
          look();
        });
        busy.add(work);
      }
    }
    const due = await nextDueAt(db);
    if (!running) return;
    const sleepMs = due === null ? longestSleepMs : Math.min(longestSleepMs, due - clock.now().getTime());
    timer = setTimeout(look, busy.size >= most ? longestSleepMs : Math.max(1, sleepMs));
  }

  async function serve(wakeup: Wakeup): Promise<void> {
    try {
      const handler = handlers.get(wakeup.queue);
      if (handler === undefined) throw new Error(`nobody works on ${wakeup.queue}`);
      await handler(wakeup.key);
      await finishWakeup(db, wakeup);
    } catch (error) {
      log.error({ error, queue: wakeup.queue, key: wakeup.key }, 'a worker failed; it is called again');
      const waitMs = Math.min(300_000, 1000 * 2 ** Math.min(wakeup.failures, 10));
      await postponeWakeup(db, wakeup, new Date(clock.now().getTime() + waitMs));
    }
  }

  return {
    async wake(queue: Queue, key: string, { at = clock.now(), on = db } = {}) {
      await putWakeup(on, queue, key, at);
      // After the transaction, if there is one: looking needs the connection that it holds.
      setImmediate(look);
    },
    work(queue, handler) {
      handlers.set(queue, handler);
    },
    async start() {
      await releaseWakeups(db, clock.now());
      running = true;
      look();
    },
    async stop() {
      running = false;
      clearTimeout(timer);
      await looking;
      while (busy.size > 0) await Promise.all(busy);
    },
  };
}
