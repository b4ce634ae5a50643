import assert from 'node:assert/strict';
import { clouds } from '../../bot/clouds.ts';
import { type Db, openDatabase } from '../../bot/store/database.ts';
import { readPosts, rememberConversation } from '../../bot/store/posts.ts';
import { Connector } from '../../bot/teams/connector.ts';
import { openOutbox } from '../../bot/teams/outbox.ts';
import { documentedLimits, paceBy } from '../../bot/teams/pacing.ts';
import { eventually, jumpingClock } from '../support/clock.ts';
import { startSaying } from '../support/saying.ts';
import { type ScriptedAnswer, type ScriptedServer, startScript } from '../support/scriptedServer.ts';

const ids = { clientId: '11111111-1111-4111-8111-111111111111', tenantId: '22222222-2222-4222-8222-222222222222' };
const content = { text: 'hello' };
const nothing = async () => undefined;

describe('a call to the Bot Connector', () => {
  let db: Db;
  let server: ScriptedServer;
  let answer: () => ScriptedAnswer;
  const pace = () => paceBy(documentedLimits);
  let used: ReturnType<typeof pace>;

  beforeEach(async () => {
    answer = () => ({ body: { id: '1' } });
    server = await startScript(() => answer());
    db = await openDatabase('file::memory:');
    used = pace();
    for (const chat of ['known', 'other'])
      await rememberConversation(
        db,
        `user:${chat}`,
        { conversation: { id: chat }, serviceUrl: `${server.url}/teams/`, channelId: 'msteams', bot: { id: 'bot' } },
        new Date(),
      );
  });
  afterEach(async () => {
    await db.destroy();
    await server[Symbol.asyncDispose]();
  });

  /** @param answerMs what Teams may take */
  function speaking(answerMs: number, token: () => Promise<string> = async () => 'token') {
    const { botConnector, login } = clouds.global;
    const door = { ...ids, botConnector, serviceUrls: [`${server.url}/teams/`], open: false, pace: used };
    const reach = { openIdUrl: server.url, loginUrl: login, answerMs, token };
    return openOutbox({ connector: new Connector({ ...door, ...reach }), db, clock: jumpingClock(), ...door });
  }

  const told: [string, (outbox: ReturnType<typeof speaking>) => Promise<unknown>, string][] = [
    ['a message', (outbox) => outbox.send('user:known', 'user:known', content, nothing), 'POST'],
    ['an edit', (outbox) => outbox.edit('user:known', '1', content), 'PUT'],
    ['the opening of a chat', (outbox) => outbox.send('user:new', 'user:known', content, nothing), 'POST'],
  ];
  for (const [what, say, method] of told) {
    it(`is cut when Teams takes too long, and made once: ${what}`, async () => {
      answer = () => ({ silent: true });
      await assert.rejects(say(speaking(100)), /^Error: Teams did not answer within 0\.1 s$/);
      await eventually('it is cut', async () => server.requests[0]?.cut);
      assert.deepEqual(
        server.requests.map((one) => one.method),
        [method],
      );
    });

    it(`is not begun while Microsoft Entra gives no token: ${what}`, async () => {
      const forEver = speaking(50, () => new Promise(() => {}));
      await assert.rejects(say(forEver), /: Microsoft Entra did not answer within 0\.05 s$/);
      assert.deepEqual(server.requests, []);
    });
  }

  const asked: [string, () => Record<string, string>, number, number][] = [
    ['in seconds', () => ({ 'retry-after': '600' }), 590_000, 600_000],
    ['by a date', () => ({ 'retry-after': new Date(Date.now() + 600_000).toUTCString() }), 500_000, 600_000],
    ['without a time', () => ({}), 0, 1000],
  ];
  for (const [how, headers, least, longest] of asked) {
    it(`is not made again before Teams wants it, and goes on elsewhere: ${how}`, async () => {
      answer = () => ({ status: 429, headers: headers(), body: { error: { code: 'TooManyRequests' } } });
      const outbox = speaking(5000);
      await assert.rejects(outbox.edit('user:known', '1', content), { statusCode: 429 });
      assert.equal(server.requests.length, 1);
      const waitMs = await outbox.comeBackIn('user:known', true, 'x');
      // To the millisecond that a clock rounds by.
      assert.ok(waitMs >= least && waitMs <= longest + 1, `${waitMs}`);
      assert.equal(await outbox.comeBackIn('user:other', true, 'x'), 0);
      answer = () => ({ body: { id: '2' } });
      assert.deepEqual(await outbox.send('user:other', 'user:other', content, nothing), {
        activityId: '2',
        conversationId: 'other',
      });
    });
  }

  it('is on record before it leaves, and only then', async () => {
    const outbox = speaking(5000);
    const order: string[] = [];
    answer = () => {
      order.push('left');
      return { body: { id: '1' } };
    };
    await outbox.send('user:known', 'user:known', content, async () => void order.push('noted'));
    assert.deepEqual(order, ['noted', 'left']);
    const unsaid = outbox.send('user:known', 'user:known', content, async () => Promise.reject(new Error('no record')));
    await assert.rejects(unsaid, /no record/);
    assert.deepEqual(order, ['noted', 'left']);
  });
});

describe('a card that is too large for Teams', () => {
  const card = (letters: number) => ({
    card: {
      summary: 'OFF-1: the plan.',
      content: {
        type: 'AdaptiveCard' as const,
        version: '1.5' as const,
        body: [{ type: 'TextBlock', text: 'x'.repeat(letters) }],
      },
    },
  });
  const instead = 'OFF-1: the plan. Teams does not take the card: it is too large. Tell your Signoff admin.';

  it('is tried once, said in a sentence, and tried again when it has changed', async () => {
    await using saying = await startSaying();
    await saying.say('plan', card(200_000));
    await saying.hears(instead);
    const sent = () => saying.teams.requests().filter(({ from }) => from === 'bot').length;
    const before = sent();
    for (let day = 0; day < 3; day++) {
      await saying.say('plan', card(200_000));
      await saying.letPass(86_400_000);
      await saying.idle();
    }
    assert.equal(sent(), before);
    assert.equal(saying.lines.filter((line) => line.includes('a message is too large')).length, 1);
    await saying.say('plan', card(100));
    await saying.hears('');
    assert.equal(sent(), before + 1);
    await eventually('it is on record', async () => (await readPosts(saying.db, 'plan')).every((one) => !one.sending));
    assert.deepEqual(
      (await readPosts(saying.db, 'plan')).map(({ doubts }) => doubts),
      [0],
    );
  });

  it('takes the place of one that was not', async () => {
    await using saying = await startSaying();
    await saying.say('plan', card(100));
    await saying.hears('');
    await saying.say('plan', card(200_000));
    await saying.hears(instead);
  });
});
