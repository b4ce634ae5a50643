import pTimeout from 'p-timeout';
import { AppError, Refusal } from '../errors.ts';
import type { Log } from '../log.ts';

/** Teams gives up on a tap after ten seconds, and the rest takes time as well; what is answered later is known the next time. */
const longestMs = 2500;

/** Somebody waits for who reads the approvals channel. @throws Refusal where Teams does not tell in time */
export async function inTime<T>(look: Promise<T>, log: Log): Promise<T> {
  try {
    return await pTimeout(look, { milliseconds: longestMs });
  } catch (error) {
    // Microsoft 365’s silence has words of its own.
    if (error instanceof AppError) throw error;
    log.warn({ error }, 'Teams does not say who reads the approvals channel');
    throw new Refusal(
      'readers-unknown',
      'Teams does not say at the moment who reads the approvals channel, so nothing was done. Try again in a minute.',
    );
  }
}
