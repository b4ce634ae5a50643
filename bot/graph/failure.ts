import { GraphError } from '@microsoft/microsoft-graph-client';
import { AppError } from '../errors.ts';

/**
 * - `throttled`: Microsoft 365 asked us to wait; nothing was done
 * - `unavailable`: a read got no answer
 * - `ambiguous`: a write got no clear answer: it may have been done
 * - `denied`, `missing` (404), `refused`: a clear no
 */
export type FailureKind = 'throttled' | 'unavailable' | 'ambiguous' | 'denied' | 'missing' | 'refused';

/** A failed call to Microsoft Graph, translated: no body, no header, no token comes along. */
export class GraphFailure extends AppError {
  readonly kind: FailureKind;
  readonly status: number;
  /** Graph's error code, such as `Authorization_RequestDenied`. */
  readonly graphCode: string;
  /** Graph's own sentence. */
  readonly text: string;
  readonly requestId: string | null;

  constructor(fields: {
    kind: FailureKind;
    status: number;
    graphCode: string;
    text: string;
    requestId: string | null;
    retryAfterMs: number | null;
    call: string;
    cause?: unknown;
  }) {
    const { kind, status, graphCode, text, call, retryAfterMs, cause } = fields;
    super(`graph-${kind}`, sentence(kind, text), {
      message: `${call}: ${status} ${graphCode} ${text}`,
      passing: kind === 'throttled' || kind === 'unavailable' || kind === 'ambiguous',
      retryAfterMs,
      cause,
    });
    this.name = 'GraphFailure';
    this.kind = kind;
    this.status = status;
    this.graphCode = graphCode;
    this.text = text;
    this.requestId = fields.requestId;
  }
}

/** The app may not. */
export const isDenied = (error: unknown): boolean => error instanceof GraphFailure && error.kind === 'denied';

export function isMissing(error: unknown): boolean {
  return error instanceof GraphFailure && error.kind === 'missing';
}

/** Null when the app may not look. */
export async function unlessDenied<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (isDenied(error)) return null;
    throw error;
  }
}

/** Privileged Identity Management takes Entra ID P2. */
export function lacksPremium(error: unknown): boolean {
  return error instanceof GraphFailure && /PremiumLicenseRequired/.test(error.graphCode);
}

/** Other clouds than the global one lack some paths altogether. */
export function isUnknownHere(error: unknown): boolean {
  return error instanceof GraphFailure && /^Resource not found for the segment/.test(error.text);
}

function sentence(kind: FailureKind, text: string): string {
  switch (kind) {
    case 'throttled':
      return 'Microsoft 365 is busy and asked Signoff to wait. It is tried again by itself.';
    case 'unavailable':
    case 'ambiguous':
      return 'Microsoft 365 does not answer. It is tried again by itself.';
    case 'denied':
      return `Microsoft 365 refused: “${text}” Ask your Signoff admin to check the app’s permissions and directory role.`;
    case 'missing':
      return `Microsoft 365 did not find it: “${text}”`;
    case 'refused':
      return `Microsoft 365 refused: “${text}”`;
  }
}

/** @param read whether the call could not have changed anything */
export function translate(error: unknown, call: string, read: boolean): GraphFailure {
  if (error instanceof GraphFailure) return error;
  if (error instanceof GraphError && error.statusCode > 0) {
    return failureOf(
      {
        status: error.statusCode,
        code: error.code ?? 'unknown',
        text: error.message,
        requestId: error.requestId,
        retryAfter: error.headers?.get('retry-after') ?? null,
      },
      call,
      read,
    );
  }
  const text = error instanceof Error ? error.message : 'no answer';
  return new GraphFailure({
    kind: read ? 'unavailable' : 'ambiguous',
    status: 0,
    graphCode: 'no-answer',
    text,
    requestId: null,
    retryAfterMs: null,
    call,
    cause: error,
  });
}

export interface Answer {
  status: number;
  code: string;
  text: string;
  requestId: string | null;
  retryAfter: string | null;
}

export function failureOf(answer: Answer, call: string, read: boolean): GraphFailure {
  return new GraphFailure({
    kind: kindOf(answer.status, read),
    status: answer.status,
    graphCode: answer.code,
    text: answer.text === '' ? `HTTP ${answer.status}` : answer.text,
    requestId: answer.requestId,
    retryAfterMs: milliseconds(answer.retryAfter),
    call,
  });
}

function kindOf(status: number, read: boolean): FailureKind {
  if (status === 429) return 'throttled';
  if (status >= 500) return read ? 'unavailable' : 'ambiguous';
  if (status === 401 || status === 403) return 'denied';
  return status === 404 ? 'missing' : 'refused';
}

/** Retry-After is seconds or an HTTP date. */
function milliseconds(retryAfter: string | null): number | null {
  if (retryAfter === null) return null;
  const seconds = Number(retryAfter);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
