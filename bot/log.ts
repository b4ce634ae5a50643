import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** One JSON line per happening. Secrets never get here; the redaction is the second fence. */
export function createLog(level: string, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['password', 'passwordProfile', 'token', 'authorization', '*.password', '*.passwordProfile', '*.token'],
      serializers: { error: describeError },
    },
    destination ?? pino.destination(1),
  );
}

/** Name, code, message and the first lines of the stack: bodies and headers that libraries hang on errors stay out. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    code: typeof code === 'string' ? code : undefined,
    message: error.message,
    stack: error.stack?.split('\n').slice(1, 6).join('\n'),
    cause: error.cause instanceof Error ? { name: error.cause.name, message: error.cause.message } : undefined,
  };
}
