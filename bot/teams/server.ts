import type { Server } from 'node:http';
import type { Activity } from 'botbuilder';
import { AuthenticationError } from 'botframework-connector';
import restify, { type Next, type Request, type Response } from 'restify';
import type { Log } from '../log.ts';
import type { Connector } from './connector.ts';
import { type DoorSettings, gate } from './door.ts';
import type { Turn } from './teamsBot.ts';

/** Teams' own limit for a message is 100 KB. */
const largestBodyBytes = 256 * 1024;

export interface ServerSettings {
  host: string;
  port: number;
  door: DoorSettings;
  connector: Connector;
  turn: Turn;
  /** Whether what is due is being done. */
  healthy(): boolean;
  log: Log;
  /** Requests a second from one address, and how many at once. The Bot Connector is a handful of addresses. */
  rate?: { rate: number; burst: number };
}

/**
 * Before the body is read: restify's reader ends the process on a broken gzip stream, and writes an upload to the disk of
 * whoever is asked, both before the door has looked at who sends it. The Bot Connector sends neither.
 */
function onlyPlainJson(request: Request, response: Response, next: Next): void {
  const plain = request.contentType() === 'application/json' && request.header('content-encoding') === undefined;
  if (!plain) response.send(415);
  next(plain ? undefined : false);
}

/** What the library throws for a signature that does not fit, beside errors of its own. */
const isTokenError = (error: unknown): boolean =>
  error instanceof Error && ['JsonWebTokenError', 'TokenExpiredError', 'NotBeforeError'].includes(error.name);

/** Listens for the Bot Connector. An answer to anybody else is a bare status. */
export async function listen({
  host,
  port,
  door,
  connector,
  turn,
  healthy,
  log,
  rate = { rate: 50, burst: 100 },
}: ServerSettings): Promise<{ port: number; close(): Promise<void> }> {
  // Its own log has a line for every stranger that is turned away: that is for nobody to read, or to fill a disk with.
  const quiet = log.child({}, { level: log.level === 'silent' ? 'silent' : 'error' });
  const server = restify.createServer({ name: '', ignoreTrailingSlash: true, log: quiet as never });
  server.get('/healthz', async (_request: Request, response: Response) => {
    const ok = healthy();
    response.send(ok ? 200 : 503, { ok });
  });
  server.post(
    '/api/messages',
    restify.plugins.throttle({ ...rate, ip: true }),
    onlyPlainJson,
    restify.plugins.bodyParser({ mapParams: false, maxBodySize: largestBodyBytes }),
    async (request: Request, response: Response) => {
      const authorization = request.header('authorization');
      const shut = gate(door, authorization, request.body);
      if (shut !== null) {
        log.warn({ why: shut.why, status: shut.status }, 'turned away at the door');
        response.send(shut.status);
        return;
      }
      try {
        const answer = await connector.handle(authorization ?? '', request.body as Activity, turn);
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
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const http = server.server as Server;
  const address = http.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      http.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
