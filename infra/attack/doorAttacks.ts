import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Random, shuffled } from './random.ts';
import { leaks, type Report } from './report.ts';
import type { Answer, Json, World } from './world.ts';

interface Knock {
  name: string;
  /** Any of these; everything else is a finding. */
  statuses: readonly number[];
  send(world: World): Promise<Answer>;
}

const now = () => Math.floor(Date.now() / 1000);
const bearer = async (token: string | Promise<string>) => ({ authorization: `Bearer ${await token}` });
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const claiming = (name: string, claims: (world: World) => Json): Knock => ({
  name,
  statuses: [401, 429],
  send: async (world) => world.knock(world.activity(), await bearer(world.keys.sign(claims(world)))),
});

const signedBy = (name: string, key: 'skype' | 'silent' | 'nobody' | 'foreign'): Knock => ({
  name,
  statuses: [401, 429],
  send: async (world) => world.knock(world.activity(), await bearer(world.keys.sign({}, key))),
});

/** A genuine token, and something else in the activity. */
const sending = (name: string, change: (world: World) => Json): Knock => ({
  name,
  statuses: [403, 429],
  send: (world) => world.deliver(world.activity(change(world))),
});

const bare = (name: string, headers: Record<string, string>, body?: string, statuses = [401, 429]): Knock => ({
  name,
  statuses,
  send: (world) => world.knock(body ?? world.activity(), headers),
});

const malformed = (name: string, body: string): Knock => ({
  name,
  statuses: [400, 403, 429],
  send: async (world) => world.knock(body, await bearer(world.keys.sign({}))),
});

const knocks: Knock[] = [
  bare('no token', {}),
  bare('another scheme', { authorization: 'Basic aGFuYTpoYW5h' }),
  bare('garbage for a token', { authorization: 'Bearer a.b.c' }),
  bare('an endless token', { authorization: `Bearer ${'a'.repeat(8000)}.b.c` }),
  {
    name: 'a token without a signature',
    statuses: [401, 429],
    async send(world) {
      const [, payload] = (await world.keys.sign({})).split('.');
      return world.knock(world.activity(), await bearer(`${encoded({ alg: 'none', typ: 'JWT' })}.${payload}.AA`));
    },
  },
  {
    name: 'a token signed with the published key as a password',
    statuses: [401, 429],
    async send(world) {
      const [, payload] = (await world.keys.sign({})).split('.');
      const header = encoded({ alg: 'HS256', typ: 'JWT', kid: 'teams' });
      return world.knock(world.activity(), await bearer(`${header}.${payload}.${encoded('teams')}`));
    },
  },
  {
    name: 'a token whose claims were changed',
    statuses: [401, 429],
    async send(world) {
      const [header, payload = '', signature] = (await world.keys.sign({})).split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
      return world.knock(
        world.activity(),
        await bearer(`${header}.${encoded({ ...claims, exp: now() + 9e6 })}.${signature}`),
      );
    },
  },
  {
    name: 'a token whose signature was changed',
    statuses: [401, 429],
    async send(world) {
      const [header, payload, signature = ''] = (await world.keys.sign({})).split('.');
      return world.knock(world.activity(), await bearer(`${header}.${payload}.${[...signature].reverse().join('')}`));
    },
  },
  claiming('a token for another bot', () => ({ aud: randomUUID() })),
  claiming('a token for two', (world) => ({ aud: [world.tenant.data.signoff.clientId, 'other'] })),
  claiming('a token of another issuer', () => ({ iss: `https://sts.windows.net/${randomUUID()}/` })),
  claiming('a token of Entra for the app itself', (world) => ({
    iss: `https://login.microsoftonline.com/${world.tenant.data.signoff.tenantId}/v2.0`,
    azp: world.tenant.data.signoff.clientId,
    ver: '2.0',
  })),
  claiming('an expired token', () => ({ nbf: now() - 7200, exp: now() - 3600 })),
  claiming('a token of tomorrow', () => ({ nbf: now() + 86_400, exp: now() + 90_000 })),
  claiming('a token that never expires', () => ({ exp: undefined })),
  claiming('a token without a service address', () => ({ serviceurl: undefined })),
  signedBy('a key of another channel', 'skype'),
  signedBy('a key of no channel', 'nobody'),
  signedBy('a key that says nothing of channels', 'silent'),
  signedBy('a key that nobody published', 'foreign'),
  sending('another tenant', () => ({ channelData: { tenant: { id: randomUUID() } } })),
  sending('no tenant', () => ({ channelData: {} })),
  sending('a conversation of another tenant', () => ({
    conversation: { id: 'a:1', conversationType: 'personal', tenantId: randomUUID() },
  })),
  sending('another channel', () => ({ channelId: 'webchat' })),
  sending('another service address', () => ({ serviceUrl: 'https://smba.trafficmanager.net/' })),
  sending('no service address', () => ({ serviceUrl: undefined })),
  sending('nobody of the directory', () => ({ from: { id: '29:1', name: 'Hana' } })),
  sending('a person by name', () => ({ from: { id: '29:1', aadObjectId: 'hana@contoso.com' } })),
  {
    name: 'a service address of the attacker, in the token too',
    statuses: [403, 429],
    async send(world) {
      const serviceUrl = 'https://evil.example/';
      return world.knock(world.activity({ serviceUrl }), await bearer(world.keys.sign({ serviceurl: serviceUrl })));
    },
  },
  malformed('what is not JSON', 'cases all'),
  malformed('half an object', '{"type":"message",'),
  malformed('a list', '[[[[[[[[]]]]]]]]'),
  malformed('a number', '1e999'),
  malformed('nothing', ''),
  malformed('deep nesting', '['.repeat(40_000) + ']'.repeat(40_000)),
  malformed('a prototype', '{"__proto__":{"type":"message","channelId":"msteams"}}'),
  bare('a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'text=cases', [415, 429]),
  bare('an upload', { 'content-type': 'multipart/form-data; boundary=x' }, '--x\r\n\r\ny\r\n--x--', [415, 429]),
  bare('a zip that is none', { 'content-encoding': 'gzip' }, 'garbage', [415, 429]),
  {
    name: 'a bomb in a zip',
    statuses: [415, 429],
    send: async (world) =>
      world.knock(gzipSync('0'.repeat(20_000_000)), {
        'content-encoding': 'gzip',
        ...(await bearer(world.keys.sign({}))),
      } as unknown as Record<string, string>),
  },
  {
    name: 'a body of 101 KB',
    statuses: [413, 429],
    send: (world) => world.deliver(world.activity({ text: 'x'.repeat(101 * 1024) })),
  },
];

/** Whatever is sent to the door that is not Teams’. */
export async function attackDoor(world: World, random: Random, report: Report): Promise<void> {
  const last = () => [world.tenant.requests().at(-1), world.teams.requests().at(-1)];
  const before = last();
  for (const { name, statuses, send } of shuffled(knocks, random)) {
    report.tried();
    try {
      const answer = await send(world);
      if (!statuses.includes(answer.status)) report.found(name, `it was answered ${answer.status}`);
      const leak = leaks(answer);
      if (leak !== null) report.found(name, leak);
    } catch (error) {
      report.found(name, `it got no answer: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (last().some((request, index) => request !== before[index]))
    report.found('the door', 'something reached Microsoft 365 or Teams');
  await attackSlowly(world, report);
  report.close('The door');
}

/** Lines that drip: each must be cut off in time. */
async function attackSlowly(world: World, report: Report): Promise<void> {
  const head = (token: string) =>
    `POST /api/messages HTTP/1.1\r\nhost: bot\r\ncontent-type: application/json\r\n${token}content-length: 5000\r\n\r\n`;
  const genuine = head(`authorization: Bearer ${await world.keys.sign({})}\r\n`);
  const lines = {
    'headers that drip': 'POST /api/messages HTTP/1.1\r\nx:',
    'a body that drips': genuine,
    'a stranger’s body that drips': head(''),
  };
  await Promise.all(
    Object.entries(lines).map(async ([name, bytes]) => {
      report.tried();
      const ms = await heldOpen(world, bytes);
      if (ms > 8_000) report.found(name, `it held a line for ${ms} ms`);
    }),
  );
}

function heldOpen(world: World, bytes: string): Promise<number> {
  const began = Date.now();
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1');
  socket.write(bytes);
  const drip = setInterval(() => socket.write(' '), 200);
  const patience = setTimeout(() => socket.destroy(), 15_000);
  return new Promise((resolve) => {
    socket.on('data', () => undefined);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(drip);
      clearTimeout(patience);
      resolve(Date.now() - began);
    });
  });
}
