/** Every kind of thing that goes wrong: what the log is searched for, and what tests and callers tell apart. */
export type ErrorCode = StartCode | MicrosoftCode | StepCode | RequestCode | DecisionCode;

/** Signoff itself can't work, or not go on. */
type StartCode =
  | 'config'
  | 'database-damaged'
  | 'database-full'
  | 'database-locked'
  | 'database-migration'
  | 'database-unusable'
  | 'sign-in'
  | 'sign-in-unavailable';

/** Microsoft 365 did not do what was asked, or answered in a way that nobody knows. */
type MicrosoftCode =
  | 'exchange-shape'
  | 'graph-ambiguous'
  | 'graph-denied'
  | 'graph-missing'
  | 'graph-refused'
  | 'graph-shape'
  | 'graph-throttled'
  | 'graph-unavailable';

/** A step can't be done, or was not. */
type StepCode =
  | 'approval-elsewhere'
  | 'held-back'
  | 'held-by-others'
  | 'managed-by-others'
  | 'not-converted'
  | 'not-held'
  | 'not-proved'
  | 'refuted'
  | 'successor-unfit'
  | 'too-many'
  | 'too-soon';

/** What somebody typed, filled in or tapped can't be taken. */
type RequestCode =
  | 'button'
  | 'empty'
  | 'formatting'
  | 'inputs'
  | 'mention'
  | 'no-case'
  | 'no-reason'
  | 'no-successor'
  | 'nobody'
  | 'not-ours'
  | 'not-yet'
  | 'place'
  | 'several'
  | 'successor'
  | 'ticket'
  | 'too-long'
  | 'typo'
  | 'unknown'
  | 'what'
  | 'which'
  | 'whom';

/** It can't be asked for, decided or done by this person, about this subject, or now. */
type DecisionCode =
  | 'already-open'
  | 'begun'
  | 'conflict'
  | 'done'
  | 'expired'
  | 'gone'
  | 'moved-on'
  | 'not-allowed'
  | 'not-as-planned'
  | 'not-yours'
  | 'own-request'
  | 'protected'
  | 'readers-unknown'
  | 'reminded'
  | 'nobody-reached'
  | 'twice';

/** What went wrong, told twice: `message` for the log, `say` for the person, ending in what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly say: string;
  /** Worth trying again by itself, after a look at what is there. */
  readonly passing: boolean;
  /** Milliseconds to wait until then, where whoever failed said so. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ErrorCode,
    say: string,
    options: { cause?: unknown; message?: string; passing?: boolean; retryAfterMs?: number | null } = {},
  ) {
    super(options.message ?? say, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.say = say;
    this.passing = options.passing ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** The record can't be kept for now: that says nothing about what was to be recorded. */
export const isDatabaseTrouble = (error: unknown): boolean =>
  error instanceof AppError && error.code.startsWith('database-');

/** A request that the person can put right: nothing was changed. */
export class Refusal extends AppError {
  /** Names cases or people that nobody else in the conversation has named: whoever asked reads it alone. */
  readonly forAskerAlone: boolean;

  constructor(code: ErrorCode, say: string, options: { forAskerAlone?: true } = {}) {
    super(code, say);
    this.name = 'Refusal';
    this.forAskerAlone = options.forAskerAlone ?? false;
  }
}

/** The sentence for a person; anything that is not an AppError keeps its details to itself. */
export function sayOf(error: unknown): string {
  return error instanceof AppError
    ? error.say
    : 'Something went wrong inside Signoff and nothing was changed. Try again; if it stays, tell your Signoff admin.';
}

/** Waits for all of them. Where several fail, the first in the order given is what is heard of, not the quickest. */
export async function together<T extends readonly unknown[]>(
  promises: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const settled = await Promise.allSettled(promises);
  const failed = settled.find((one): one is PromiseRejectedResult => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.map((one) => (one.status === 'fulfilled' ? one.value : undefined)) as unknown as T;
}
