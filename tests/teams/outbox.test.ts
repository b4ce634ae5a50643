import assert from 'node:assert/strict';
import { inProcessDispatcher } from '../../bot/engine/inProcessDispatcher.ts';
import { createLog } from '../../bot/log.ts';
import { type Db, openDatabase } from '../../bot/store/database.ts';
import { readPosts, rememberConversation } from '../../bot/store/posts.ts';
import { Connector } from '../../bot/teams/connector.ts';
import { startMessenger } from '../../bot/teams/messenger.ts';
import { openOutbox } from '../../bot/teams/outbox.ts';
import { startTeams, type Teams } from '../../infra/local/teams/server.ts';
import { loadTenantFile } from '../../infra/local/tenant/seed.ts';
import { eventually, type JumpingClock, jumpingClock } from '../support/clock.ts';
import { people } from '../support/signoff.ts';

const topic = 'weather/today';
const greeting = 'weather/greeting';
const answerMs = 300;

describe('what is said in Teams', () => {
  let teams: Teams;
  let db: Db;
  let clock: JumpingClock;
  let dispatcher: ReturnType<typeof inProcessDispatcher>;
  let says = 'one';

  beforeEach(async () => {
    const { users, signoff } = loadTenantFile();
    const hana = users.find(({ userPrincipalName }) => userPrincipalName === people.helpdesk)!.id;
    const { clientId, tenantId } = signoff;
    teams = await startTeams({ botUrl: 'http://127.0.0.1:9/', clientId, tenantId, people: users, openDoor: true });
    db = await openDatabase('file::memory:');
    clock = jumpingClock();
    says = 'one';
    const log = createLog('silent');
    dispatcher = inProcessDispatcher({ db, clock, log });
    const door = { clientId, tenantId, serviceUrls: [teams.serviceUrl], open: true };
    const connector = new Connector({ ...door, openIdUrl: teams.openIdUrl, token: async () => '' });
    const outbox = openOutbox({ connector, db, clock, clientId, tenantId, answerMs });
    startMessenger({ db, clock, log, dispatcher }, outbox, {
      read: async (name) =>
        name === topic || name === greeting
          ? {
              wanted: [{ to: `user:${hana}`, kind: 'notice' }],
              more: async () => [],
              sendsTo: () => true,
              showsTo: () => ({ text: name === greeting ? 'hello' : says }),
              order: () => 0,
              speaksIn: 'channel:weather',
            }
          : null,
    });
    await rememberConversation(db, 'channel:weather', { serviceUrl: teams.serviceUrl }, clock.now());
    await dispatcher.start();
    // The chat is opened with the first message; what goes wrong below goes wrong with a message.
    await dispatcher.wake('show', greeting);
    await hears();
  });
  afterEach(async () => {
    await dispatcher.stop();
    await db.destroy();
    await teams.close();
  });

  const say = async (words: string) => {
    says = words;
    await dispatcher.wake('show', topic);
  };
  const heard = async () => (await teams.messages(people.helpdesk)).map(({ text }) => text);
  const hears = (...words: string[]) =>
    eventually(`Hana has ${words}`, async () => `${await heard()}` === `${['hello', ...words]}`);

  it('is one message, which is kept up to date', async () => {
    await say('one');
    await hears('one');
    await say('two');
    await hears('two');
  });

  it('is followed when it was given up and came late: both messages are kept up to date from then on', async () => {
    teams.faults({ kind: 'hangs', count: 1, waitMs: 2500 });
    await say('one');
    // Given up, and so sent again; then Teams says that the first had gone out.
    await hears('one', 'one');
    await eventually('both are known', async () => {
      const posts = await readPosts(db, topic);
      return posts.length === 2 && posts.every(({ activityId }) => activityId !== null);
    });
    await say('two');
    await hears('two', 'two');
  });

  for (const [when, meanwhile] of [
    ['when an older edit may have come through after it', []],
    ['also when something else was said meanwhile', ['four']],
  ] as const)
    it(`is said once more ${when}`, async () => {
      const last = meanwhile.at(-1) ?? 'three';
      await say('one');
      await hears('one');
      teams.faults({ kind: 'slow', count: 1, waitMs: 5000 });
      await say('two');
      await eventually('it is given up', async () => (await readPosts(db, topic)).some(({ failures }) => failures > 0));
      for (const words of ['three', ...meanwhile]) {
        await say(words);
        await hears(words);
      }
      await hears('two');
      clock.jump(60_000);
      // Nothing to say about this one: it only makes the dispatcher look at the clock.
      await dispatcher.wake('show', 'weather/yesterday', { at: new Date(0) });
      await hears(last);
      await eventually('it is on record', async () =>
        (await readPosts(db, topic)).every(({ againAt }) => againAt === null),
      );
    });

  it('is tried again by nobody but Signoff: a broken connection leaves a doubt on record', async () => {
    teams.faults({ kind: 'lost', count: 1 });
    await say('one');
    await hears('one', 'one');
    assert.deepEqual(
      (await readPosts(db, topic)).map(({ doubts }) => doubts),
      [1],
    );
  });
});
