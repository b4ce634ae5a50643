import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { localEnvironment } from './environment.ts';
import { rehearsalClock } from './rehearsalClock.ts';
import { startTeams } from './teams/server.ts';
import type { Teams } from './teams/types.ts';
import { type Exchange, startTenant, type Tenant, type TenantData } from './tenant/server.ts';

export interface RehearsalOptions {
  /** For what is written besides the database: the bot's log, and what it signs in with. */
  folder: string;
  port: number;
  databaseUrl: string;
  tenantPort?: number;
  tenantFile?: string;
  teamsPort?: number;
  /** Keeps the key that Teams signs with. */
  teamsKeyFile?: string;
  /** User principal names of those to whom the bot can't write until they install its app. */
  withoutApp?: string[];
  /** Whether the team is that of those who have a role in Signoff, in place of everybody. */
  teamOfStaff?: boolean;
  /** Whether Teams holds the bot to its rate limits. */
  limited?: boolean;
  /** Whether the page can move the time on. The bot is then started a little differently. */
  movesOn?: boolean;
  /** Settings of the bot besides. */
  environment?: Record<string, string>;
  /** Hears of each call to the tenant. */
  onExchange?: (exchange: Exchange) => void;
}

export interface Rehearsal {
  tenant: Tenant;
  teams: Teams;
  bot: ChildProcess;
  log: string;
}

const root = join(import.meta.dirname, '../..');

/** A local Microsoft 365, a local Teams and the real bot in a process of its own, which listens when this returns. */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const { folder, port, databaseUrl, tenantPort = 0, tenantFile, teamsPort = 0, teamsKeyFile, onExchange } = options;
  let child: ChildProcess | undefined;
  const clock = options.movesOn ? rehearsalClock(() => child) : undefined;
  mkdirSync(folder, { recursive: true });
  const tenant = await startTenant({
    port: tenantPort,
    ...(tenantFile !== undefined && { file: tenantFile }),
    ...(onExchange !== undefined && { onExchange }),
    ...(clock !== undefined && { now: clock.now }),
  });
  const { clientId, tenantId } = tenant.data.signoff;
  const teams = await startTeams({
    port: teamsPort,
    botUrl: `http://127.0.0.1:${port}/api/messages`,
    clientId,
    tenantId,
    tenantUrl: tenant.url,
    clock,
    withoutApp: options.withoutApp ?? [],
    limited: options.limited ?? false,
    people: async () => tenant.data.users,
    ...(options.teamOfStaff && { team: staffOf(tenant.data) }),
    ...(teamsKeyFile !== undefined && { keyFile: teamsKeyFile }),
  });
  const log = join(folder, 'signoff.log');
  const entry = clock ? 'infra/local/rehearsedBot.ts' : 'bot/index.ts';
  const bot = spawn(process.execPath, [join(root, entry)], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      ...localEnvironment(tenant.data, { tenantUrl: tenant.url, teamsUrl: teams.url, port }, folder),
      ...options.environment,
    },
    stdio: ['ignore', openSync(log, 'w'), 'inherit', ...(clock ? (['ipc'] as const) : [])],
  });
  child = bot;
  await listening(bot, port);
  return { tenant, teams, bot, log };
}

function staffOf({ groups, users, signoff }: TenantData): string[] {
  const ids = [signoff.helpdeskGroupId, signoff.approverGroupId, signoff.adminGroupId];
  const staff = new Set(groups.filter(({ id }) => ids.includes(id)).flatMap(({ members }) => members));
  return users.flatMap(({ id, userPrincipalName }) => (staff.has(id) ? userPrincipalName : []));
}

async function listening(bot: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 150 && bot.exitCode === null; tries++) {
    const up = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  bot.kill();
  throw new Error('The bot did not start.');
}
