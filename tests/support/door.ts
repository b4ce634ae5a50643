import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JWTPayload, SignJWT } from 'jose';
import { readConfig } from '../../bot/config.ts';
import { startSignoff } from '../../bot/index.ts';
import { createLog } from '../../bot/log.ts';
import { people, startWorld, type World } from './signoff.ts';

/** The channels that each key is endorsed for; the last one is not published. */
const endorsements = { teams: ['msteams'], skype: ['skype'], silent: undefined, nobody: [], foreign: ['msteams'] };
export type KeyName = keyof typeof endorsements;

/** Made once: every door of a test file has the same ones. */
const makePairs = () => {
  const names = Object.keys(endorsements) as KeyName[];
  return new Map(names.map((name) => [name, generateKeyPairSync('rsa', { modulusLength: 2048 })]));
};
let pairs: ReturnType<typeof makePairs> | undefined;

export interface Door extends AsyncDisposable {
  world: World;
  url: string;
  /** Everything that the bot logged. */
  log(): string;
  /** A message of the helpdesk, as Teams sends it; every field may be set otherwise, `undefined` leaves it out. */
  activity(change?: Record<string, unknown>): Record<string, unknown>;
  token(claims?: JWTPayload, key?: KeyName): Promise<string>;
  knock(body: unknown, headers?: Record<string, string>, method?: string): Promise<{ status: number; text: string }>;
}

/** The real bot behind its real door, whose tokens are signed by keys that the test holds. */
export async function openDoor(environment: Record<string, string> = {}): Promise<Door> {
  const world = await startWorld();
  pairs ??= makePairs();
  const keys = pairs;
  const published = [...keys].flatMap(([kid, { publicKey }]) =>
    kid === 'foreign'
      ? []
      : { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', endorsements: endorsements[kid] },
  );
  const openId = createServer((request, response) => {
    const origin = `http://127.0.0.1:${(openId.address() as AddressInfo).port}`;
    const body = request.url?.endsWith('/keys')
      ? { keys: published }
      : {
          issuer: 'https://api.botframework.com',
          jwks_uri: `${origin}/keys`,
          id_token_signing_alg_values_supported: ['RS256'],
        };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => openId.listen(0, '127.0.0.1', resolve));
  const lines: string[] = [];
  const signoff = await startSignoff(
    readConfig({
      ...world.environment,
      PORT: '0',
      DATABASE_URL: 'file::memory:',
      BOT_OPENID_URL: `http://127.0.0.1:${(openId.address() as AddressInfo).port}/openid`,
      ...environment,
    }),
    { log: createLog('info', { write: (line) => void lines.push(line) }) },
  );
  const { clientId, tenantId } = world.tenant.data.signoff;
  const url = `http://127.0.0.1:${signoff.port}/api/messages`;
  const conversation = (await world.ask(people.helpdesk, 'help')).conversationId;
  return {
    world,
    url,
    log: () => lines.join(''),
    activity: (change = {}) => ({
      type: 'message',
      id: randomUUID(),
      text: 'cases all',
      channelId: 'msteams',
      serviceUrl: world.teams.serviceUrl,
      from: { id: '29:hana', name: 'Hana Okafor', aadObjectId: world.tenant.person('hana').id },
      recipient: { id: `28:${clientId}`, name: 'Signoff' },
      conversation: { id: conversation, conversationType: 'personal', tenantId },
      channelData: { tenant: { id: tenantId } },
      ...change,
    }),
    token: (claims = {}, key = 'teams') =>
      new SignJWT({
        iss: 'https://api.botframework.com',
        aud: clientId,
        serviceurl: world.teams.serviceUrl,
        nbf: Math.floor(Date.now() / 1000) - 60,
        exp: Math.floor(Date.now() / 1000) + 3600,
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key })
        .sign(keys.get(key)?.privateKey as KeyObject),
    async knock(body, headers = {}, method = 'POST') {
      const response = await fetch(url, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    },
    async [Symbol.asyncDispose]() {
      await signoff.stop();
      openId.closeAllConnections();
      openId.close();
      await world[Symbol.asyncDispose]();
    },
  };
}
