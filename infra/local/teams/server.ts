import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Apps } from './apps.ts';
import { BotClient } from './botClient.ts';
import { openConnector } from './connector.ts';
import { Conversations } from './conversations.ts';
import { openDoor } from './door.ts';
import { openDriver } from './driver.ts';
import { Files } from './files.ts';
import { readBody, readJson, sendError, sendJson } from './http.ts';
import { openInstaller } from './install.ts';
import { CONNECTOR_ISSUER, openKeys } from './keys.ts';
import { RateLimits } from './limits.ts';
import { openPage } from './pageRoutes.ts';
import { openPeople } from './people.ts';
import { Screens } from './screens.ts';
import { Seats } from './seats.ts';
import { type Json, type Teams, TeamsError, type TeamsOptions } from './types.ts';
import { Wire } from './wire.ts';

export { peopleOfTenant } from './people.ts';
export * from './types.ts';

const OPEN_ID_PATH = '/openid/.well-known/openidconfiguration';

/** Starts a local Teams on 127.0.0.1 with one team and a personal chat for everyone. */
export async function startTeams(options: TeamsOptions): Promise<Teams> {
  const signedAt = () => options.clock?.now() ?? Date.now();
  const now = options.now ?? signedAt;
  const { clientId, tenantId } = options;
  const keys = openKeys(options.keyFile, signedAt);
  const wire = new Wire(now, options.onRequest);
  const people = openPeople(options.people, clientId, options.tenantUrl);
  const conversations = new Conversations(clientId, tenantId, now);
  const apps = new Apps(options.withoutApp);
  const limits = new RateLimits(options.limited ?? false, now);
  const files = new Files(() => url);
  const address = {
    botUrl: options.botUrl,
    serviceUrl: () => `${url}/`,
    clientId,
    tenantId,
    botName: options.botName ?? 'Signoff',
    invokeTimeoutMs: options.invokeTimeoutMs ?? 15_000,
  };
  const bot = new BotClient(address, keys, people, conversations, wire, now);
  const screens = new Screens(bot, people, conversations, apps, options.team, now);
  const seats = new Seats(bot, people, conversations, files, screens, apps);
  const installer = openInstaller(bot, people, conversations, apps);
  const door = openDoor({ clientId, tenantUrl: options.tenantUrl, open: options.openDoor ?? false, signedAt });
  const connector = openConnector({
    clientId,
    tenantId,
    team: options.team,
    conversations,
    people,
    screens,
    wire,
    apps,
    limits,
    door,
  });
  const { clock } = options;
  const page = openPage({
    botName: address.botName,
    clock,
    seats,
    screens,
    people,
    conversations,
    wire,
    limits,
    installer,
    reset,
  });
  let url = '';

  function reset(): void {
    // People played by a test leave; a page stays open and looks at what is empty now.
    screens.lookAway('player');
    conversations.clear();
    wire.clear();
    limits.clear();
    apps.reset();
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
    if (/^\/v3\/(conversations|teams)(\/|$)/.test(path)) {
      return connect(request, response, method, address);
    }
    if (path.startsWith('/_files/')) return file(request, response, method, path);
    return page(request, response, address);
  }

  async function connect(request: IncomingMessage, response: ServerResponse, method: string, address: URL) {
    const [what = '', ...segments] = address.pathname.split('/').slice(2).map(decodeURIComponent);
    const record = (status: number, body: unknown) =>
      wire.record('bot', method, decodeURIComponent(address.pathname), status, body);
    let body: Json | undefined;
    try {
      body = await readJson(request);
      await wire.delay();
      const { authorization } = request.headers;
      const answer = await connector({ method, what, segments, query: address.searchParams, authorization, body });
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
    channelId: conversations.team.channelAt('channel').id,
    channelIdOf: (place) => conversations.team.channelAt(place).id,
    ...openDriver(seats, screens, people, conversations, installer),
    limit: (on) => {
      limits.on = on;
    },
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
