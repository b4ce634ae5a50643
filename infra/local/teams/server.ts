import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BotClient } from './botClient.ts';
import { openConnector } from './connector.ts';
import { Conversations } from './conversations.ts';
import { openDoor } from './door.ts';
import { openDriver } from './driver.ts';
import { Files } from './files.ts';
import { readBody, readJson, sendError, sendJson } from './http.ts';
import { CONNECTOR_ISSUER, openKeys } from './keys.ts';
import { openPage } from './pageRoutes.ts';
import { openPeople } from './people.ts';
import { Screens } from './screens.ts';
import { Seats } from './seats.ts';
import { type Json, type Teams, TeamsError, type TeamsOptions } from './types.ts';
import { Wire } from './wire.ts';

export { peopleOfTenant } from './people.ts';
export * from './types.ts';

const OPEN_ID_PATH = '/openid/.well-known/openidconfiguration';

/** Starts a local Teams on 127.0.0.1 with one channel and a personal chat for everyone. */
export async function startTeams(options: TeamsOptions): Promise<Teams> {
  const now = options.now ?? Date.now;
  const { clientId, tenantId } = options;
  const keys = openKeys(options.keyFile);
  const wire = new Wire(options.onRequest);
  const people = openPeople(options.people, clientId, options.tenantUrl);
  const conversations = new Conversations(clientId, tenantId, now);
  const files = new Files(() => url);
  const address = {
    botUrl: options.botUrl,
    serviceUrl: () => `${url}/`,
    clientId,
    tenantId,
    botName: options.botName ?? 'Signoff',
    invokeTimeoutMs: options.invokeTimeoutMs ?? 15_000,
  };
  const bot = new BotClient(address, keys, people, conversations, wire);
  const screens = new Screens(bot, people, conversations, now);
  const seats = new Seats(bot, people, conversations, files, screens);
  const door = openDoor({ clientId, tenantUrl: options.tenantUrl, open: options.openDoor ?? false });
  const connector = openConnector({
    clientId,
    tenantId,
    team: options.team,
    conversations,
    people,
    screens,
    wire,
    door,
  });
  const page = openPage({ botName: address.botName, seats, screens, people, conversations, wire, reset });
  let url = '';

  function reset(): void {
    // People played by a test leave; a page stays open and looks at what is empty now.
    screens.lookAway('player');
    conversations.clear();
    wire.clear();
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const address = new URL(request.url ?? '/', url);
    const path = address.pathname;
    if (path === OPEN_ID_PATH) {
      return sendJson(response, 200, {
        issuer: CONNECTOR_ISSUER,
        jwks_uri: `${url}/openid/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
      });
    }
    if (path === '/openid/keys') return sendJson(response, 200, keys.jwks);
    if (path === '/v3/conversations' || path.startsWith('/v3/conversations/')) {
      return connect(request, response, method, address);
    }
    if (path.startsWith('/_files/')) return file(request, response, method, path);
    return page(request, response, address);
  }

  async function connect(request: IncomingMessage, response: ServerResponse, method: string, address: URL) {
    const segments = address.pathname.split('/').slice(3).map(decodeURIComponent);
    const record = (status: number, body: unknown) =>
      wire.record('bot', method, decodeURIComponent(address.pathname), status, body);
    let body: Json | undefined;
    try {
      body = await readJson(request);
      await wire.delay();
      const { authorization } = request.headers;
      const answer = await connector({ method, segments, query: address.searchParams, authorization, body });
      record(answer.status, body);
      if (await wire.holdBack()) request.socket.destroy();
      else sendJson(response, answer.status, answer.body);
    } catch (cause) {
      record(sendError(response, cause), body);
    }
  }

  async function file(request: IncomingMessage, response: ServerResponse, method: string, path: string): Promise<void> {
    const id = path.split('/')[2] ?? '';
    const kept = files.read(id);
    if (!kept) throw new TeamsError(404, 'itemNotFound', 'The file is gone.');
    if (method === 'PUT') {
      files.write(id, await readBody(request));
      return sendJson(response, 201, { id, name: kept.name });
    }
    const name = encodeURIComponent(kept.name);
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
    });
    response.end(kept.bytes);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((cause) => {
      if (!response.headersSent) sendError(response, cause);
      else response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    serviceUrl: `${url}/`,
    openIdUrl: `${url}${OPEN_ID_PATH}`,
    channelId: conversations.channelId,
    ...openDriver(seats, screens, people, conversations),
    faults: (fault) => wire.add(fault),
    clearFaults: () => wire.clearFaults(),
    requests: () => wire.requests(),
    reset,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await screens.settled();
    },
  };
}
