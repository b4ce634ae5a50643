import { isRecord } from './odata/resource.ts';

const secrets = new Set(['password', 'client_assertion', 'client_secret', 'access_token']);

/** A copy without what nobody may read in a log. */
export function redact(content: unknown): unknown {
  if (Array.isArray(content)) return content.map(redact);
  if (!isRecord(content)) return content;
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => [name, secrets.has(name) ? '[redacted]' : redact(value)]),
  );
}

export function redactHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return headers.authorization === undefined ? { ...headers } : { ...headers, authorization: 'Bearer [redacted]' };
}
