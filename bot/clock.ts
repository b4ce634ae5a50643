export interface Clock {
  now(): Date;
  /** Milliseconds since some moment; setting the clock does not change them. For how long something takes or lasts. */
  monotonic(): number;
}

export const systemClock: Clock = { now: () => new Date(), monotonic: () => performance.now() };

const format = new Intl.DateTimeFormat('en-US', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
});

/** For people: "Nov 20, 2026, 14:05 UTC". Takes a Date or an ISO 8601 text. */
export function inWords(when: Date | string): string {
  return `${format.format(new Date(when))} UTC`;
}

const dayFormat = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' });

/** For people: "Nov 20, 2026". */
export const dayInWords = (when: Date): string => dayFormat.format(when);

export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;
export const days = (n: number): number => n * 86_400_000;

/**
 * Microsoft 365 notes moments by the second. Waits until what happens next is noted as later than `noted` (ISO 8601,
 * read from there), where that was only just now.
 */
export async function laterThan(noted: string | null | undefined): Promise<void> {
  if (noted != null && Math.abs(Date.now() - Date.parse(noted)) < minutes(1)) await sleep(1100);
}

/** The beginning of the second: whatever happened from `moment` on is noted as this or later. */
export const wholeSecond = (moment: Date): number => Math.floor(moment.getTime() / 1000) * 1000;

/** Milliseconds between looks; together longer than Microsoft 365 mostly goes on showing what was there before. */
const looks = [500, 1000, 1500, 2000];

/**
 * Looks for several seconds whether something has come about: after a call whose answer was lost, it may have and not be
 * seen yet. Null when it has not.
 */
export async function seenSoon<T>(look: () => Promise<T | null>): Promise<T | null> {
  for (const waitMs of looks) {
    const seen = await look();
    if (seen !== null) return seen;
    await sleep(waitMs);
  }
  return look();
}

/**
 * How long to wait before the next try: twice as long each time.
 * @param tries how many have failed before
 * @param asked what Microsoft 365 asked for; no wait is shorter
 */
export function backOff(
  tries: number,
  { first, longest, asked }: { first: number; longest: number; asked?: number | null | undefined },
): number {
  return Math.max(asked ?? 0, Math.min(longest, first * 2 ** Math.min(tries, 30)));
}

export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
