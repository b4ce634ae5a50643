import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Json, TeamsError } from './types.ts';

const LARGEST_BODY_BYTES = 5 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LARGEST_BODY_BYTES) throw new TeamsError(413, 'MessageSizeTooBig', 'Message size too large.');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export async function readJson(request: IncomingMessage): Promise<Json> {
  const text = (await readBody(request)).toString();
  if (text === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Json;
  } catch {
    // Said below, for every body that is no object.
  }
  throw new TeamsError(400, 'BadSyntax', 'The body is not a JSON object.');
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

export function sendError(response: ServerResponse, cause: unknown): number {
  const error =
    cause instanceof TeamsError
      ? cause
      : new TeamsError(500, 'ServiceError', cause instanceof Error ? cause.message : String(cause));
  if (error.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(error.retryAfterSeconds));
  sendJson(response, error.status, { error: { code: error.code, message: error.message } });
  return error.status;
}
