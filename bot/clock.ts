export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

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

export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;

export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
