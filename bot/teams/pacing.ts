/** So many calls, and no more, within any stretch of so many milliseconds. */
interface Limit {
  most: number;
  ms: number;
}

export interface Limits {
  /** Of one bot in one conversation. */
  thread: readonly Limit[];
  /** Of the app in the tenant. */
  app: readonly Limit[];
  /** Part of either that edits leave to whatever somebody waits for. */
  keptFromEdits: number;
}

/**
 * What Microsoft documents (learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit). The stretches are longer by
 * what a call may take, since Teams counts it when it comes there.
 */
export const documentedLimits: Limits = {
  thread: [
    { most: 7, ms: 1050 },
    { most: 8, ms: 2050 },
    { most: 60, ms: 30_500 },
    { most: 1800, ms: 3_605_000 },
  ],
  app: [{ most: 50, ms: 1050 }],
  keptFromEdits: 0.2,
};

/** A call to the Bot Connector, as its limits see it. */
export interface Call {
  /** The conversation's id; null where it goes to none. */
  thread: string | null;
  /** Changes a message that is there: nobody waits for it. */
  edit: boolean;
}

/** Lets calls go as fast as Teams takes them, and no faster: one for everything that calls in the bot's name. */
export interface TeamsPace {
  /** Waits for room; whatever is no edit goes first, and one conversation does not hold up another. @throws whatever `run` throws */
  turn<T>(call: Call, run: () => Promise<T>): Promise<T>;
  /** Milliseconds until the call would have room; 0 where it has. */
  roomIn(call: Call): number;
  /**
   * As `roomIn`, for what does not wait but comes back then: each is given a moment of its own, or all would come at once.
   * @param what is the same when it comes back
   */
  comeBackIn(call: Call, what: string): number;
  /** Teams said that it takes nothing there for so many milliseconds. */
  close(call: Call, ms: number): void;
}

interface Waiting {
  call: Call;
  go: () => void;
}

/** A conversation in which nothing was said for as long is forgotten once there are more than this. */
const mostThreads = 500;

export function paceBy(limits: Limits, now: () => number = () => performance.now()): TeamsPace {
  const app = new Recent(limits.app, limits.keptFromEdits);
  const threads = new Map<string, Recent>();
  const urgent: Waiting[] = [];
  const edits: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;

  function threadOf({ thread }: Call): Recent | null {
    if (thread === null) return null;
    const known = threads.get(thread);
    if (known !== undefined) return known;
    if (threads.size >= mostThreads) for (const [id, one] of threads) if (one.isIdle(now())) threads.delete(id);
    const made = new Recent(limits.thread, limits.keptFromEdits);
    threads.set(thread, made);
    return made;
  }

  const roomIn = (call: Call): number =>
    Math.max(app.roomIn(call.edit, now()), threadOf(call)?.roomIn(call.edit, now()) ?? 0);

  function look(): void {
    clearTimeout(timer);
    timer = undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const queue of [urgent, edits]) {
      /** What comes later in a conversation does not overtake what waits there. */
      const held = new Set<string | null>();
      for (const one of [...queue]) {
        if (held.has(one.call.thread)) continue;
        const waitMs = roomIn(one.call);
        if (waitMs > 0) {
          held.add(one.call.thread);
          soonest = Math.min(soonest, waitMs);
          continue;
        }
        queue.splice(queue.indexOf(one), 1);
        take(one.call);
        one.go();
      }
    }
    // What waits for its turn must not keep a process alive that was told to end.
    if (soonest < Number.POSITIVE_INFINITY) timer = setTimeout(look, soonest).unref();
  }

  function take(call: Call): void {
    app.add(now());
    threadOf(call)?.add(now());
  }

  const isAhead = (call: Call): boolean =>
    (call.edit ? [...urgent, ...edits] : urgent).some((one) => one.call.thread === call.thread);

  return {
    roomIn,
    async turn(call, run) {
      if (isAhead(call) || roomIn(call) > 0) {
        await new Promise<void>((go) => {
          (call.edit ? edits : urgent).push({ call, go });
          look();
        });
      } else take(call);
      return run();
    },
    comeBackIn(call, what) {
      const waitMs = roomIn(call);
      const at = threadOf(call) ?? app;
      return waitMs === 0 ? at.forget(what) : at.promise(what, waitMs, now());
    },
    close(call, ms) {
      (threadOf(call) ?? app).close(now() + ms);
    },
  };
}

/** The calls of the longest stretch, and until when nothing may follow. */
class Recent {
  readonly #limits: readonly Limit[];
  readonly #keptFromEdits: number;
  #times: number[] = [];
  #closedUntil = 0;
  /** What comes back, and when. */
  readonly #promised = new Map<string, number>();

  constructor(limits: readonly Limit[], keptFromEdits: number) {
    this.#limits = limits;
    this.#keptFromEdits = keptFromEdits;
  }

  add(at: number): void {
    this.#times.push(at);
    const most = Math.max(...this.#limits.map((one) => one.most));
    if (this.#times.length > 2 * most) this.#times = this.#times.slice(-most);
  }

  /** Milliseconds until one more is within every limit. */
  roomIn(edit: boolean, now: number): number {
    const waits = this.#limits.map((limit) => this.#waitFor(limit, edit, now));
    return Math.max(0, Math.ceil(this.#closedUntil - now), ...waits.map(Math.ceil));
  }

  #waitFor({ most, ms }: Limit, edit: boolean, now: number): number {
    const oldest = this.#times.at(-this.#share(most, edit));
    return oldest === undefined ? 0 : oldest + ms - now;
  }

  /** @returns after how many milliseconds, at least `waitMs`, it may come back */
  promise(what: string, waitMs: number, now: number): number {
    for (const [one, at] of this.#promised) if (at <= now) this.#promised.delete(one);
    const known = this.#promised.get(what);
    if (known !== undefined) return Math.ceil(known - now);
    const [tightest] = this.#limits.toSorted((a, b) => this.#waitFor(b, true, now) - this.#waitFor(a, true, now));
    const apartMs = tightest === undefined ? 0 : tightest.ms / this.#share(tightest.most, true);
    const at = Math.max(now + waitMs, Math.max(0, ...this.#promised.values()) + apartMs);
    this.#promised.set(what, at);
    return Math.ceil(at - now);
  }

  /** It has come. */
  forget(what: string): 0 {
    this.#promised.delete(what);
    return 0;
  }

  close(until: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, until);
  }

  isIdle(now: number): boolean {
    const longest = Math.max(...this.#limits.map(({ ms }) => ms));
    return (this.#times.at(-1) ?? 0) + longest < now && this.#closedUntil < now;
  }

  #share(most: number, edit: boolean): number {
    return edit ? Math.max(1, Math.floor(most * (1 - this.#keptFromEdits))) : most;
  }
}
