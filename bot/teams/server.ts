import type { Server } from 'node:http';
import type { Activity } from 'botbuilder';
import { AuthenticationError } from 'botframework-connector';
import restify, { type Next, type Request, type Response } from 'restify';
import { sleep } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Connector } from './connector.ts';
import { type DoorSettings, gate } from './door.ts';
import type { Turn } from './teamsBot.ts';
import { tokenReader } from './token.ts';

/** Teams' own limit for a message. */
const largestBodyBytes = 100 * 1024;
/** The Bot Connector sends what it has at once; whoever is slower than this is cut off. */
const patience = { headersTimeout: 3_000, requestTimeout: 6_500, connectionsCheckingInterval: 500 };
/**
 * Azure's front ends give up a connection that nobody uses after 4 minutes. Were it closed here before that, a tap that is
 * just on its way would be lost.
 */
const keepAliveTimeout = 250_000;
/** Refusals of one address a second that are told and logged one by one. Whoever is let in is never counted. */
const mostRefusals = 20;
/** What the next ones wait for their answer: no line can then ask more often than twenty times a second. */
const slowedMs = 50;

export interface ServerSettings {
  host: string;
  port: number;
  door: DoorSettings;
  connector: Connector;
  turn: Turn;
  /** Whether what is due is being done. */
  healthy(): boolean;
  log: Log;
}

/** What the library throws for a signature that does not fit, beside errors of its own. */
const isTokenError = (error: unknown): boolean =>
  error instanceof Error && ['JsonWebTokenError', 'TokenExpiredError', 'NotBeforeError'].includes(error.name);

/**
 * Listens for the Bot Connector. An answer to anybody else is a bare status. The order is what keeps strangers cheap: first
 * the headers, then the token, and only then a body is read.
 */
export async function listen({
  host,
  port,
  door,
  connector,
  turn,
  healthy,
  log,
}: ServerSettings): Promise<{ port: number; close(): Promise<void> }> {
  // Its own log has a line for every stranger that is turned away: that is for nobody to read, or to fill a disk with.
  const quiet = log.child({}, { level: log.level === 'silent' ? 'silent' : 'error' });
  const server = restify.createServer({ name: '', ignoreTrailingSlash: true, log: quiet as never });
  const readToken = tokenReader(door);
  const signedFor = new WeakMap<Request, string>();
  const isOneTooMany = refusalCounter();

  async function turnAway(
    request: Request,
    response: Response,
    status: number,
    why: string,
    error?: unknown,
  ): Promise<void> {
    const tooMany = isOneTooMany(request.socket.remoteAddress ?? '');
    if (tooMany) await sleep(slowedMs);
    else log[status === 500 ? 'error' : 'warn']({ why, status, ...(error !== undefined && { error }) }, 'turned away');
    // Nobody who is turned away keeps a connection.
    response.header('connection', 'close');
    response.send(tooMany ? 429 : status);
  }

  async function lookAtHeaders(request: Request, response: Response): Promise<boolean> {
    const refuse = async (status: number, why: string, error?: unknown) => {
      await turnAway(request, response, status, why, error);
      return false;
    };
    // restify's reader ends the process on a broken gzip stream, and writes an upload to the disk of whoever is asked.
    if (request.contentType() !== 'application/json' || request.header('content-encoding') !== undefined)
      return refuse(415, 'not plain JSON');
    if (declaredBytes(request) > largestBodyBytes) return refuse(413, 'too large');
    if (door.open) return true;
    try {
      const token = await readToken(request.header('authorization'));
      if ('why' in token) return refuse(401, token.why);
      signedFor.set(request, token.serviceUrl);
      return true;
    } catch (error) {
      return refuse(500, 'the token could not be looked at', error);
    }
  }

  server.get('/healthz', async (_request: Request, response: Response) => {
    const ok = healthy();
    response.send(ok ? 200 : 503, { ok });
  });
  server.post(
    '/api/messages',
    (request: Request, response: Response, next: Next) => {
      void lookAtHeaders(request, response).then((mayGoOn) => next(mayGoOn ? undefined : false));
    },
    restify.plugins.bodyParser({ mapParams: false, maxBodySize: largestBodyBytes }),
    async (request: Request, response: Response) => {
      const why = gate(door, signedFor.get(request) ?? null, request.body);
      if (why !== null) return turnAway(request, response, 403, why);
      try {
        const answer = await connector.handle(request.header('authorization') ?? '', request.body as Activity, turn);
        response.send(answer?.status ?? 200, answer?.body);
      } catch (error) {
        const status = error instanceof AuthenticationError || isTokenError(error) ? 401 : 500;
        log[status === 401 ? 'warn' : 'error']({ error, status }, 'a request failed');
        response.send(status);
      }
    },
  );
  // Library errors (too large, not JSON) leave as a bare status, too: their texts tell of the inside.
  server.on(
    'restifyError',
    (_request: Request, response: Response, error: { statusCode?: number }, done: () => void) => {
      response.send(error.statusCode ?? 500);
      done();
    },
  );
  const http = Object.assign(server.server as Server, patience, { keepAliveTimeout });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const address = http.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      http.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** NaN where the length is not told beforehand. */
const declaredBytes = (request: Request): number => Number(request.header('content-length'));

/** Says whether an address was refused too often in this second. Nothing is kept for longer than that. */
function refusalCounter(): (address: string) => boolean {
  let second = 0;
  let refused = new Map<string, number>();
  return (address) => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) {
      second = now;
      refused = new Map();
    }
    const times = (refused.get(address) ?? 0) + 1;
    refused.set(address, times);
    return times > mostRefusals;
  };
}
