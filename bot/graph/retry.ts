import { backOff, sleep } from '../clock.ts';
import { GraphFailure } from './failure.ts';

/** Longest that a call waits for Microsoft 365 before it lets the engine do the waiting. */
export const longestWaitMs = 10_000;

/**
 * Calls again after a short wait. A throttled call was not carried out, so even a write may be sent again; without an
 * answer only a read may.
 */
export async function withRetries<T>(
  once: () => Promise<T>,
  { read, tries }: { read: boolean; tries: number },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof GraphFailure)) throw error;
      const wait = error.retryAfterMs ?? jittered(backOff(attempt - 1, { first: 500, longest: longestWaitMs }));
      const again = error.kind === 'throttled' || (read && error.kind === 'unavailable');
      if (!again || attempt >= tries || wait > longestWaitMs) throw error;
      await sleep(wait);
    }
  }
}

/** What was refused at the same time does not come back at the same time. */
const jittered = (ms: number): number => ms * (0.75 + Math.random() / 2);
