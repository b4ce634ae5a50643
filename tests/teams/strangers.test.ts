import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { isAllowed } from '../../bot/teams/door.ts';
import { openDoor } from '../support/door.ts';

const { ToBotFromBotOrEmulatorTokenValidationParameters: remembered } = createRequire(import.meta.url)(
  'botframework-connector/lib/auth/tokenValidationParameters',
) as { ToBotFromBotOrEmulatorTokenValidationParameters: { issuer: string[] } };

describe('a crowd before the door', () => {
  it('of a thousand strangers, each of another tenant, is neither remembered nor served', async () => {
    await using door = await openDoor();
    const known = remembered.issuer.length;
    const calls = door.world.tenant.requests().length;
    const statuses = new Map<number, number>();
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, async () => {
          const tid = randomUUID();
          const token = unsigned({
            tid,
            iss: `https://sts.windows.net/${tid}/`,
            aud: door.world.tenant.data.signoff.clientId,
            exp: Math.floor(Date.now() / 1000) + 600,
          });
          return door.knock(door.activity(), { authorization: `Bearer ${token}` });
        }),
      );
      for (const { status, text } of answers) {
        assert.equal(text, '');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }
    assert.equal(remembered.issuer.length, known);
    assert.equal(door.world.tenant.requests().length, calls);
    assert.deepEqual([...statuses.keys()].sort(), [401, 429]);
    assert.ok((statuses.get(429) ?? 0) > (statuses.get(401) ?? 0), JSON.stringify([...statuses]));
    const lines = door.log().split('turned away').length - 1;
    assert.equal(lines, statuses.get(401), 'the log can’t be filled');
  });

  it('does not keep out anybody who comes from the same address', async () => {
    await using door = await openDoor();
    const authorization = `Bearer ${await door.token()}`;
    const crowd = Promise.all(Array.from({ length: 1000 }, () => door.knock(door.activity())));
    for (let round = 0; round < 200; round++)
      assert.equal((await door.knock(door.activity({ type: 'typing' }), { authorization })).status, 200);
    assert.ok((await crowd).some(({ status }) => status === 429));
    assert.equal((await door.knock(door.activity(), { authorization })).status, 200);
  });

  const unsigned = (claims: Record<string, unknown>) =>
    [{ alg: 'RS256', typ: 'JWT', kid: 'any' }, claims, 'signature']
      .map((part) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'))
      .join('.');
});

describe('the open door of a rehearsal', () => {
  it('asks for no token, and still for an activity of this tenant', async () => {
    await using door = await openDoor({ DOOR: 'open' });
    const tap = {
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action: { type: 'Action.Execute', verb: 'none' } },
    };
    const answer = await door.knock(door.activity(tap));
    assert.equal(answer.status, 200);
    assert.match(answer.text, /not one that Signoff can use/);
    for (const change of [
      { channelId: 'webchat' },
      { serviceUrl: 'https://evil.example/' },
      { channelData: { tenant: { id: randomUUID() } } },
      { from: { id: '1' } },
    ])
      assert.equal((await door.knock(door.activity(change))).status, 403);
  });
});

describe('keys of the Bot Connector that can’t be had', () => {
  it('let nobody in, and tell Teams to try again', async () => {
    await using door = await openDoor({ BOT_OPENID_URL: 'http://127.0.0.1:9/' });
    const answer = await door.knock(door.activity(), { authorization: `Bearer ${await door.token()}` });
    assert.deepEqual(answer, { status: 500, text: '' });
    assert.match(door.log(), /the token could not be looked at/);
    assert.equal((await door.knock(door.activity())).status, 401, 'a stranger is one all the same');
  });
});

describe('an address of the Bot Connector', () => {
  const list = ['https://smba.trafficmanager.net/', 'https://teams.example/amer/'];
  for (const address of [
    'https://smba.trafficmanager.net',
    'https://smba.trafficmanager.net/',
    'https://SMBA.trafficmanager.net/emea/7d3c9a54/',
    'https://smba.trafficmanager.net:443/emea',
    'https://teams.example/amer',
    'https://teams.example/amer/v3/conversations',
  ]) {
    it(`is ${address}`, () => assert.ok(isAllowed(list, address)));
  }
  for (const address of [
    '',
    'smba.trafficmanager.net',
    'http://smba.trafficmanager.net/',
    'https://smba.trafficmanager.net.evil.example/',
    'https://smba.trafficmanager.netevil.example/',
    'https://smba.trafficmanager.net@evil.example/',
    'https://bot@smba.trafficmanager.net/',
    'https://:secret@smba.trafficmanager.net/',
    'https://evil.example/smba.trafficmanager.net/',
    'https://evil.example/?https://smba.trafficmanager.net/',
    'https://evil.example\\smba.trafficmanager.net/',
    'https://smba.trafficmanager.net:8443/',
    'https://sub.smba.trafficmanager.net/',
    'https://teams.example/',
    'https://teams.example/americas/',
    'https://teams.example/amer/../admin/',
    'https://teams.example/%61mer/',
  ]) {
    it(`is not “${address}”`, () => assert.ok(!isAllowed(list, address)));
  }
});
