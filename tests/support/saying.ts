import { clouds } from '../../bot/clouds.ts';
import { inProcessDispatcher } from '../../bot/engine/inProcessDispatcher.ts';
import { createLog } from '../../bot/log.ts';
import { type Db, openDatabase } from '../../bot/store/database.ts';
import { rememberConversation } from '../../bot/store/posts.ts';
import { Connector } from '../../bot/teams/connector.ts';
import { startMessenger } from '../../bot/teams/messenger.ts';
import { type Outbox, openOutbox } from '../../bot/teams/outbox.ts';
import { documentedLimits, type Limits, paceBy, type TeamsPace } from '../../bot/teams/pacing.ts';
import type { PostContent } from '../../bot/teams/postContent.ts';
import { startTeams, type Teams } from '../../infra/local/teams/server.ts';
import { loadTenantFile } from '../../infra/local/tenant/seed.ts';
import { eventually, type JumpingClock, jumpingClock } from './clock.ts';
import { people } from './signoff.ts';

/** What speaks to one person, and nothing else of Signoff: each topic is one message in Hana's chat. */
export interface Saying extends AsyncDisposable {
  teams: Teams;
  db: Db;
  clock: JumpingClock;
  pace: TeamsPace;
  outbox: Outbox;
  /** The key of Hana's chat. */
  hana: string;
  lines: string[];
  say(topic: string, content: string | PostContent): Promise<void>;
  /** So much time goes by, and what fell due is done. */
  letPass(ms: number): Promise<void>;
  /** Waits until Teams has refused something. */
  refused(): Promise<unknown>;
  /** Waits until nothing is due. */
  idle(): Promise<unknown>;
  heard(): Promise<(string | undefined)[]>;
  /** Waits until these are what she has, after the greeting that opened the chat. */
  hears(...words: string[]): Promise<unknown>;
}

export async function startSaying({
  limits = documentedLimits,
  answerMs = 300,
}: {
  limits?: Limits;
  answerMs?: number;
} = {}): Promise<Saying> {
  const { users, signoff } = loadTenantFile();
  const hana = `user:${users.find(({ userPrincipalName }) => userPrincipalName === people.helpdesk)?.id}`;
  const { clientId, tenantId } = signoff;
  const teams = await startTeams({ botUrl: 'http://127.0.0.1:9/', clientId, tenantId, people: users, openDoor: true });
  const db = await openDatabase('file::memory:');
  const clock = jumpingClock();
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  const dispatcher = inProcessDispatcher({ db, clock, log });
  const { botConnector, login } = clouds.global;
  const pace = paceBy(limits, () => clock.monotonic());
  const door = { clientId, tenantId, serviceUrls: [teams.serviceUrl], botConnector, open: true, pace };
  const reach = { openIdUrl: teams.openIdUrl, loginUrl: login, answerMs, token: async () => '' };
  const outbox = openOutbox({ connector: new Connector({ ...door, ...reach }), db, clock, ...door });
  const said = new Map<string, PostContent>([['greeting', { text: 'hello' }]]);
  startMessenger({ db, clock, log, dispatcher }, outbox, {
    read: async (name) => {
      const content = said.get(name);
      return content === undefined
        ? null
        : {
            wanted: [{ to: hana, kind: 'notice' }],
            more: async () => [],
            sendsTo: () => true,
            showsTo: () => content,
            order: () => 0,
            speaksIn: 'channel:weather',
          };
    },
  });
  await rememberConversation(db, 'channel:weather', { serviceUrl: teams.serviceUrl }, clock.now());
  await dispatcher.start();
  const heard = async () => (await teams.messages(people.helpdesk)).map(({ text }) => text);
  const hears = (...words: string[]) =>
    eventually(`Hana has ${words}`, async () => `${await heard()}` === `${['hello', ...words]}`);
  // The chat is opened with the first message; what goes wrong in a test goes wrong with a message.
  await dispatcher.wake('show', 'greeting');
  await hears();
  return {
    teams,
    db,
    clock,
    pace,
    outbox,
    hana,
    lines,
    async say(topic, content) {
      said.set(topic, typeof content === 'string' ? { text: content } : content);
      await dispatcher.wake('show', topic);
    },
    async letPass(ms) {
      clock.jump(ms);
      // Nothing to say about this one: it only makes the dispatcher look at the clock.
      await dispatcher.wake('show', 'nothing', { at: new Date(0) });
    },
    refused: () =>
      eventually('Teams refuses', async () => lines.some((line) => line.includes('could not be delivered'))),
    idle: () =>
      eventually('nothing is due', async () => {
        const due = await db
          .selectFrom('wakeups')
          .selectAll()
          .where((is) => is.or([is('running', '=', 1), is('dueAt', '<=', clock.now().getTime())]))
          .execute();
        return due.length === 0;
      }),
    heard,
    hears,
    async [Symbol.asyncDispose]() {
      await dispatcher.stop();
      await db.destroy();
      await teams.close();
    },
  };
}
