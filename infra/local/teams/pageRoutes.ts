import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveAsset } from './assets.ts';
import type { Change, Conversations } from './conversations.ts';
import { readJson, sendError, sendJson } from './http.ts';
import type { Installer } from './install.ts';
import type { RateLimits } from './limits.ts';
import type { People } from './people.ts';
import type { Screens } from './screens.ts';
import type { Seats } from './seats.ts';
import {
  type ActionExecute,
  type Fault,
  type FileToSend,
  type Json,
  type Link,
  type Mention,
  type Place,
  TeamsError,
  type TeamsOptions,
} from './types.ts';
import type { Wire } from './wire.ts';

export interface PageParts {
  botName: string;
  clock: TeamsOptions['clock'];
  seats: Seats;
  screens: Screens;
  people: People;
  conversations: Conversations;
  wire: Wire;
  limits: RateLimits;
  installer: Installer;
  reset: () => void;
}

type Answering = (body: Json, query: URLSearchParams) => Promise<unknown> | unknown;

/** The page, and what it asks of this server. */
export function openPage(parts: PageParts) {
  const { clock, seats, screens, people, conversations, wire } = parts;
  const windows = new Set<ServerResponse>();
  const place = (value: unknown): Place =>
    conversations.team.channels.find((channel) => channel.place === value)?.place ?? 'personal';

  const answers: Record<string, Answering> = {
    'GET /_local/people': async (_, query) => people.search(query.get('search') ?? ''),
    'GET /_local/everyone': () => people.all(),
    'GET /_local/about': () => ({ botName: parts.botName, channels: conversations.team.channels, now: clock?.now() }),
    'GET /_local/messages': (_, query) => seats.messages(query.get('person') ?? '', place(query.get('conversation'))),
    'GET /_local/requests': () => wire.requests(),
    'POST /_local/look': async (body) => {
      await screens.look(`${body.client}/${body.seat}`, String(body.person), place(body.conversation));
    },
    'POST /_local/say': (body) =>
      seats.say(String(body.person), String(body.text ?? ''), {
        conversation: place(body.conversation),
        mentions: (body.mentions ?? []) as Mention[],
        links: (body.links ?? []) as Link[],
        files: (body.files ?? []) as FileToSend[],
        ...(body.replyTo ? { replyTo: String(body.replyTo) } : {}),
      }),
    'POST /_local/tap': (body) =>
      seats.tap(
        String(body.person),
        String(body.messageId),
        body.action as string | ActionExecute,
        {},
        place(body.conversation),
      ),
    'POST /_local/file-offer': (body) =>
      seats.answerFileOffer(
        String(body.person),
        String(body.messageId),
        body.answer === 'accept' ? 'accept' : 'decline',
      ),
    'GET /_local/app': async (_, query) => ({ installed: await parts.installer.hasApp(query.get('person') ?? '') }),
    'POST /_local/app': (body) => parts.installer.setApp(String(body.person), body.installed === true),
    'POST /_local/limits': (body) => {
      parts.limits.on = body.on === true;
    },
    'POST /_local/clock': (body) => moveOn(Number(body.ms)),
    'POST /_local/faults': (body) => wire.add(readFault(body)),
    'POST /_local/reset': () => parts.reset(),
  };

  return async (request: IncomingMessage, response: ServerResponse, address: URL): Promise<void> => {
    refuseStrangers(request, address);
    const method = request.method ?? 'GET';
    if (address.pathname === '/_local/events') return stream(request, response, address.searchParams);
    const answering = answers[`${method} ${address.pathname}`];
    if (!answering) return serveAsset(address.pathname, response);
    try {
      const body = method === 'POST' ? await readJson(request) : {};
      const answer = await answering(body, address.searchParams);
      sendJson(response, answer === undefined ? 204 : 200, answer);
    } catch (cause) {
      sendError(response, cause);
    }
  };

  /** Every window shows the new time, whichever moved it. */
  async function moveOn(ms: number): Promise<{ now: number }> {
    if (!clock) throw new TeamsError(404, 'NoClock', 'The time can’t be moved here.');
    await clock.moveOn(ms).catch((cause: unknown) => {
      throw cause instanceof RangeError ? new TeamsError(400, 'BadSyntax', cause.message) : cause;
    });
    const now = clock.now();
    for (const window of windows) window.write(`event: clock\ndata: ${JSON.stringify({ now })}\n\n`);
    return { now };
  }

  function stream(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const client = query.get('client') ?? randomUUID();
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('event: ready\ndata: {}\n\n');
    const stop = conversations.onChange((change: Change) => {
      const person = change.personId && people.byId(change.personId)?.userPrincipalName;
      const data = JSON.stringify({ kind: change.kind, conversation: change.place, person });
      response.write(`event: change\ndata: ${data}\n\n`);
    });
    windows.add(response);
    request.on('close', () => {
      stop();
      windows.delete(response);
      screens.lookAway(client);
    });
  }
}

/** A page from elsewhere must not speak for the people here, nor reach this server by another name. */
function refuseStrangers(request: IncomingMessage, address: URL): void {
  const port = address.port;
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  const origin = request.headers.origin;
  const known = names.includes(request.headers.host ?? '');
  if (!known || (origin !== undefined && !names.includes(origin.replace(/^https?:\/\//, '')))) {
    throw new TeamsError(403, 'Forbidden', 'Only this page may ask this server.');
  }
}

function readFault(body: Json): Fault {
  const kinds = ['429', '502', '412', '408', '403', '400', 'twice', 'slow', 'hangs', 'lost', 'late'];
  const kind = String(body.kind);
  if (!kinds.includes(kind)) throw new TeamsError(400, 'BadSyntax', `kind must be one of ${kinds.join(', ')}.`);
  const { retryAfterSeconds: seconds, waitMs, method } = body;
  return {
    kind: kind as Fault['kind'],
    method: method === undefined ? undefined : (String(method) as Fault['method']),
    count: Number(body.count ?? 1),
    retryAfterSeconds: seconds === undefined ? undefined : Number(seconds),
    waitMs: waitMs === undefined ? undefined : Number(waitMs),
  };
}
