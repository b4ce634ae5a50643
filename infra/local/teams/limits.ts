import { TeamsError } from './types.ts';

interface Window {
  count: number;
  ms: number;
}

const windows = (...pairs: [count: number, seconds: number][]): readonly Window[] =>
  pairs.map(([count, seconds]) => ({ count, ms: seconds * 1000 }));

/** What Microsoft documents for one bot: writing and reading in one thread, and everything in one tenant. */
const limits = {
  write: windows([7, 1], [8, 2], [60, 30], [1800, 3600]),
  read: windows([14, 1], [16, 2], [120, 30], [3600, 3600]),
  app: windows([50, 1]),
} as const;
type Kind = keyof typeof limits;

/** Counts the bot's calls, and refuses those that are too many, as long as it is switched on. */
export class RateLimits {
  on: boolean;
  readonly #now: () => number;
  readonly #calls = new Map<string, number[]>();

  constructor(on: boolean, now: () => number) {
    this.on = on;
    this.#now = now;
  }

  /** @throws TeamsError 429 that says when to come again; a refused call does not count */
  check(kind: Exclude<Kind, 'app'>, thread: string): void {
    if (!this.on) return;
    const counted = [this.#count('app', ''), this.#count(kind, thread)];
    const waitMs = Math.max(...counted.map(({ waitMs }) => waitMs));
    if (waitMs > 0)
      throw new TeamsError(429, 'TooManyRequests', 'API calls quota exceeded.', Math.max(1, Math.ceil(waitMs / 1000)));
    for (const { calls } of counted) calls.push(this.#now());
  }

  clear(): void {
    this.#calls.clear();
  }

  #count(kind: Kind, thread: string): { calls: number[]; waitMs: number } {
    const key = `${kind} ${thread}`;
    const now = this.#now();
    const longest = Math.max(...limits[kind].map(({ ms }) => ms));
    const calls = (this.#calls.get(key) ?? []).filter((at) => now - at < longest);
    this.#calls.set(key, calls);
    const waits = limits[kind].map(({ count, ms }) => {
      // The one that has to leave the window before another may come.
      const blocking = calls[calls.length - count];
      return blocking === undefined ? 0 : blocking + ms - now;
    });
    return { calls, waitMs: Math.max(0, ...waits) };
  }
}
