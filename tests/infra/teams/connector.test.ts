import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { startTeams, type Teams } from '../../../infra/local/teams/server.ts';
import { ARNO, attached, CLIENT_ID, card, HANA, people, TENANT_ID } from './tinyBot.ts';

const BOT = 'http://127.0.0.1:9/api/messages';
const text = (words: string) => ({ type: 'message', text: words });

describe('The Bot Connector of the local Teams', () => {
  let teams: Teams;
  let token: string;

  const ask = async (method: string, path: string, body?: unknown, authorization = `Bearer ${token}`) => {
    const answer = await fetch(`${teams.url}/v3/conversations${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const read = await answer.text();
    return { status: answer.status, headers: answer.headers, body: read ? JSON.parse(read) : undefined };
  };
  const begin = async (id: string) =>
    (await ask('POST', '', { members: [{ id }], tenantId: TENANT_ID, isGroup: false })).body.id as string;
  const at = (id: string, rest = '') => `/${encodeURIComponent(id)}${rest}`;

  before(async () => {
    token = new UnsecuredJWT({ appid: CLIENT_ID }).setAudience('https://api.botframework.com').encode();
    teams = await startTeams({ botUrl: BOT, clientId: CLIENT_ID, tenantId: TENANT_ID, people });
  });
  after(() => teams.close());
  afterEach(() => teams.reset());

  it('begins a personal chat with a known person only', async () => {
    const byObjectId = await begin(people[0]!.id);
    assert.match(byObjectId, /^a:/);
    assert.equal(await begin(await teams.mri(HANA)), byObjectId);
    const stranger = await ask('POST', '', { members: [{ id: '11111111-1111-4111-8111-111111111111' }] });
    assert.deepEqual([stranger.status, stranger.body.error.code], [403, 'ForbiddenOperationException']);
    const elsewhere = await ask('POST', '', { members: [{ id: people[0]!.id }], tenantId: 'another' });
    assert.equal(elsewhere.status, 403);
  });

  it('asks for a token of the Bot Connector', async () => {
    assert.equal((await ask('POST', '', {}, '')).status, 401);
    assert.equal((await ask('POST', '', {}, 'Bearer nonsense')).status, 401);
    const graph = new UnsecuredJWT({}).setAudience('https://graph.microsoft.com').encode();
    assert.equal((await ask('POST', '', {}, `Bearer ${graph}`)).status, 401);
  });

  it('edits what the bot wrote and nothing else', async () => {
    const { id } = await teams.say(ARNO, 'mine');
    const chat = await begin(people[1]!.id);
    assert.equal((await ask('PUT', at(chat, `/activities/${id}`), text('yours'))).status, 403);
    assert.equal((await ask('DELETE', at(chat, `/activities/${id}`))).status, 403);
    const sent = await ask('POST', at(chat, '/activities'), text('hello'));
    assert.equal((await ask('PUT', at(chat, `/activities/${sent.body.id}`), text('bye'))).status, 200);
    assert.equal((await teams.messages(ARNO)).at(-1)?.text, 'bye');
    assert.equal((await ask('DELETE', at(chat, `/activities/${sent.body.id}`))).status, 200);
    assert.equal((await ask('PUT', at(chat, `/activities/${sent.body.id}`), text('again'))).status, 404);
  });

  it('keeps a channel in threads', async () => {
    const created = await ask('POST', '', {
      isGroup: true,
      channelData: { channel: { id: teams.channelId } },
      activity: { type: 'message', attachments: [attached(card('A plan'))] },
    });
    assert.equal(created.body.id, `${teams.channelId};messageid=${created.body.activityId}`);
    await ask('POST', at(created.body.id, '/activities'), text('in the thread'));
    await ask('POST', at(teams.channelId, '/activities'), text('a new thread'));
    const [first, second, third] = await teams.messages(HANA, 'channel');
    assert.equal(second?.threadId, first?.id);
    assert.equal(third?.threadId, third?.id);
  });

  it('tells who is in a conversation', async () => {
    const chat = await begin(people[0]!.id);
    const members = await ask('GET', at(chat, '/members'));
    assert.deepEqual(
      members.body.map((each: { email: string }) => each.email),
      [HANA],
    );
    assert.equal((await ask('GET', at(chat, `/members/${people[1]!.id}`))).status, 404);
    const byMri = await ask('GET', at(teams.channelId, `/members/${encodeURIComponent(await teams.mri(ARNO))}`));
    assert.equal(byMri.body.aadObjectId, people[1]!.id);
    assert.equal((await ask('GET', at('19:nowhere@thread.tacv2', '/members'))).status, 404);
  });

  it('fails as often as it is told to, and writes down what was asked', async () => {
    const chat = await begin(people[0]!.id);
    await fetch(`${teams.url}/_local/faults`, {
      method: 'POST',
      body: JSON.stringify({ kind: '429', count: 1, retryAfterSeconds: 7 }),
    });
    const refused = await ask('POST', at(chat, '/activities'), text('hello'));
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '7']);
    assert.equal((await ask('POST', at(chat, '/activities'), text('hello'))).status, 201);
    const seen = (await (await fetch(`${teams.url}/_local/requests`)).json()) as { status: number }[];
    assert.deepEqual(seen.map((each) => each.status).slice(-2), [429, 201]);
  });

  it('turns pages from elsewhere away', async () => {
    const answer = await fetch(`${teams.url}/_local/say`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    assert.equal(answer.status, 403);
  });

  it('says on the message that the bot could not be reached', async () => {
    const said = await teams.say(HANA, 'anybody?');
    assert.equal(said.delivered, false);
    assert.match((await teams.messages(HANA))[0]?.undelivered ?? '', /Signoff did not take this message/);
  });

  it('does not hand a channel message to a bot that it does not mention', async () => {
    const said = await teams.say(HANA, 'just between us', { conversation: 'channel' });
    assert.equal(said.delivered, false);
    assert.equal(teams.requests().filter((each) => JSON.stringify(each.body).includes('between us')).length, 0);
  });
});

describe('The Bot Connector beside a tenant', () => {
  let tenant: Server;
  let teams: Teams;
  let sign: (claims: Record<string, unknown>) => Promise<string>;

  before(async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'tenant', alg: 'RS256', use: 'sig' };
    tenant = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.url?.startsWith('/discovery') ? { keys: [jwk] } : { value: people }));
    });
    await new Promise<void>((resolve) => tenant.listen(0, '127.0.0.1', resolve));
    const tenantUrl = `http://127.0.0.1:${(tenant.address() as AddressInfo).port}`;
    teams = await startTeams({ botUrl: BOT, clientId: CLIENT_ID, tenantId: TENANT_ID, people, tenantUrl });
    sign = (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'tenant' })
        .setAudience('https://api.botframework.com')
        .setExpirationTime('1h')
        .sign(privateKey);
  });
  after(async () => {
    await teams.close();
    tenant.closeAllConnections();
    tenant.close();
  });

  const begin = async (token: string) => {
    const answer = await fetch(`${teams.url}/v3/conversations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ members: [{ id: people[0]!.id }] }),
    });
    return answer.status;
  };

  it("takes only tokens that the tenant signed, and only this bot's", async () => {
    assert.equal(await begin(await sign({ appid: CLIENT_ID })), 201);
    assert.equal(await begin(await sign({ appid: 'another' })), 403);
    const unsigned = new UnsecuredJWT({}).setAudience('https://api.botframework.com').encode();
    assert.equal(await begin(unsigned), 401);
  });

  it('asks the tenant when somebody searches for people', async () => {
    const found = (await (await fetch(`${teams.url}/_local/people?search=ja`)).json()) as unknown[];
    assert.equal(found.length, people.length);
  });
});
