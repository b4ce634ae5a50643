import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { localEnvironment } from './environment.ts';
import { startTeams } from './teams/server.ts';
import { defaultTenantFile, TenantFileError } from './tenant/seed.ts';
import { startTenant } from './tenant/server.ts';

/** The rehearsal: a local Microsoft 365, a local Teams and the real bot, started together. */
const root = join(import.meta.dirname, '../..');
const folder = join(root, 'data/local');
const port = Number(process.env.PORT || 3978);

try {
  mkdirSync(folder, { recursive: true });
  const tenant = await startTenant({
    port: Number(process.env.TENANT_PORT || 4010),
    file: process.env.TENANT_FILE || defaultTenantFile,
  });
  const { clientId, tenantId } = tenant.data.signoff;
  const teams = await startTeams({
    port: Number(process.env.TEAMS_PORT || 4020),
    botUrl: `http://127.0.0.1:${port}/api/messages`,
    clientId,
    tenantId,
    tenantUrl: tenant.url,
    people: async () => tenant.data.users,
  });
  // The tenant and the chats begin anew with each start, so the cases must too.
  const database = join(folder, 'signoff.db');
  if (!process.env.DATABASE_URL) for (const end of ['', '-wal', '-shm']) rmSync(`${database}${end}`, { force: true });
  const log = join(folder, 'signoff.log');
  const bot = spawn(process.execPath, [join(root, 'bot/index.ts')], {
    env: {
      ...process.env,
      DATABASE_URL: process.env.DATABASE_URL || `file:${database}`,
      ...localEnvironment(tenant.data, { tenantUrl: tenant.url, teamsUrl: teams.url, port }, folder),
    },
    stdio: ['ignore', openSync(log, 'w'), 'inherit'],
  });
  bot.once('exit', (code) => process.exit(code ?? 1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => bot.kill(signal));
  await listening(bot);
  console.log(`Signoff is ready: open ${teams.url} in a browser. (The bot's log: ${log})`);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

async function listening(bot: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 150 && bot.exitCode === null; tries++) {
    const up = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('The bot did not start.');
}

function explain(error: unknown): string {
  if (error instanceof TenantFileError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    const { port: taken } = error as Error & { port?: number };
    return `Port ${taken ?? ''} is taken. Stop what uses it, or set PORT, TENANT_PORT or TEAMS_PORT to another.`;
  }
  return error instanceof Error ? error.message : String(error);
}
