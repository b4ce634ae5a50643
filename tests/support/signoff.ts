import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../bot/config.ts';
import { type Parts, startSignoff } from '../../bot/index.ts';
import { createLog } from '../../bot/log.ts';
import { localEnvironment } from '../../infra/local/environment.ts';
import { openKeys } from '../../infra/local/teams/keys.ts';
import { type SeatMessage, startTeams, type Teams } from '../../infra/local/teams/server.ts';
import { teamsKeyFile } from './teamsKey.ts';
import { startTestTenant, type TestTenant, type TestTenantOptions } from './tenant.ts';

export const people = {
  helpdesk: 'hana@contoso.com',
  approver: 'arno@contoso.com',
  second: 'priya@contoso.com',
  admin: 'omar@contoso.com',
  outsider: 'tess@contoso.com',
  jane: 'jane@contoso.com',
} as const;

/** Those who work with Signoff, and somebody besides: nobody whom a case is about. */
export const itTeam: string[] = [
  people.helpdesk,
  people.approver,
  people.second,
  people.admin,
  people.outsider,
  'sofia@contoso.com',
];

const firstPort = 20_000 + 1000 * Number(process.env.MOCHA_WORKER_ID ?? 0);
let ports = 0;

export type Signoff = Awaited<ReturnType<typeof startSignoff>>;

export interface World extends AsyncDisposable {
  tenant: TestTenant;
  teams: Teams;
  signoff: Signoff;
  /** Stops the bot and starts it again on the same database. */
  restart(parts?: Parts): Promise<void>;
  /** The newest message from Signoff in somebody's chat whose card has all these words in it. */
  card(person: string, ...words: string[]): Promise<SeatMessage>;
  /** Types, and waits for the answer. */
  ask(person: string, text: string): Promise<SeatMessage>;
  environment: Record<string, string>;
  /** What Teams would sign a request with, for a test that sends what no Teams would. */
  teamsToken(): Promise<string>;
}

/** No test cuts the power: a disk that each decision waits for would only make them slow. */
const inMemory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Robots work on more cases in one chat than Teams would take; its pace has tests of its own. */
const unlimited = [{ most: 10_000, ms: 1000 }];

/** The whole product on free ports: tenant, Teams, bot, a database in a new folder. */
export async function startWorld(
  options: TestTenantOptions & {
    log?: string;
    parts?: (tenant: TestTenant) => Parts;
    notInTeams?: string[];
    /** Who is in the team; everybody but guests, unless it is said. Whoever opens the channel joins. */
    team?: string[];
    /** Settings besides those of the rehearsal. */
    environment?: Record<string, string>;
    /** Whether everybody has Signoff since today only, and is greeted. */
    newcomers?: boolean;
    /** Bot Connectors that are allowed besides, and named first. */
    serviceUrlsBefore?: string[];
  } = {},
): Promise<World> {
  const folder = mkdtempSync(join(inMemory, 'signoff-'));
  const tenant = await startTestTenant(options);
  const { clientId, tenantId } = tenant.data.signoff;
  const address = { botUrl: 'http://127.0.0.1:0' };
  const port = await freePort();
  address.botUrl = `http://127.0.0.1:${port}/api/messages`;
  const teams = await startTeams({
    botUrl: address.botUrl,
    clientId,
    tenantId,
    tenantUrl: tenant.url,
    keyFile: teamsKeyFile,
    ...(options.team && { team: options.team }),
    // Until they open Teams themselves, nobody can write to these.
    people: async () =>
      tenant.data.users.filter(({ userPrincipalName }) => !options.notInTeams?.includes(userPrincipalName)),
  });
  const environment = {
    ...localEnvironment(tenant.data, { tenantUrl: tenant.url, teamsUrl: teams.url, port }, folder),
    DATABASE_URL: `file:${join(folder, 'signoff.db')}`,
    ...(options.serviceUrlsBefore && { SERVICE_URLS: [...options.serviceUrlsBefore, teams.serviceUrl].join(',') }),
    ...options.environment,
  };
  const start = (parts: Parts = {}) =>
    startSignoff(readConfig(environment), {
      log: createLog(options.log ?? process.env.LOG_LEVEL ?? 'silent'),
      teamsLimits: { thread: unlimited, app: unlimited, keptFromEdits: 0 },
      ...options.parts?.(tenant),
      ...parts,
    });
  let signoff = await start();
  if (!options.newcomers) await haveBeenGreeted(signoff, teams, tenant);
  const world: World = {
    tenant,
    teams,
    get signoff() {
      return signoff;
    },
    environment,
    teamsToken: () => openKeys(teamsKeyFile).token(clientId, teams.serviceUrl),
    async restart(parts) {
      await signoff.stop();
      signoff = await start(parts);
    },
    card: (person, ...words) =>
      teams.waitFor(
        person,
        (message) =>
          message.from.bot && words.every((word) => JSON.stringify([message.card, message.text]).includes(word)),
        30_000,
      ),
    async ask(person, text) {
      const before = new Set((await teams.messages(person)).map(({ id }) => id));
      await teams.say(person, text);
      return teams.waitFor(person, (message) => message.from.bot && !before.has(message.id));
    },
    async [Symbol.asyncDispose]() {
      await signoff.stop();
      await teams.close();
      await tenant.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

/** They have had Signoff for long: a greeting is no answer to what they say. */
async function haveBeenGreeted({ runtime }: Signoff, { channelId }: Teams, { data }: TestTenant): Promise<void> {
  const chats = [...data.users.map(({ id }) => `user:${id}`), `channel:${channelId}`];
  const post = { topic: 'welcome', kind: 'welcome', copy: 0, activityId: 'long ago', conversationId: 'there' };
  const rest = { shownHash: null, sending: 0, doubts: 0, againAt: null, failures: 0, unreachable: 0 };
  await runtime.db
    .insertInto('posts')
    .values(chats.map((toKey) => ({ ...post, ...rest, toKey })))
    .execute();
}

/**
 * A port that the bot can have though it is named before it listens. Each process that runs tests takes its own, below those
 * that the system gives away.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + (ports++ % 1000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
