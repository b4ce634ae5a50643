/** What went wrong, told twice: `message` for the log, `say` for the person, ending in what to do. */
export class AppError extends Error {
  readonly code: string;
  readonly say: string;
  /** Worth trying again by itself, after a look at what is there. */
  readonly passing: boolean;
  /** Milliseconds to wait until then, where whoever failed said so. */
  readonly retryAfterMs: number | null;

  constructor(
    code: string,
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

/** A request that the person can put right: nothing was changed. */
export class Refusal extends AppError {
  constructor(code: string, say: string) {
    super(code, say);
    this.name = 'Refusal';
  }
}

/** The sentence for a person; anything that is not an AppError keeps its details to itself. */
export function sayOf(error: unknown): string {
  return error instanceof AppError
    ? error.say
    : 'Something went wrong inside Signoff and nothing was changed. Try again; if it stays, tell your Signoff admin.';
}
