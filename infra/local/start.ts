import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startRehearsal } from './rehearsal.ts';
import { TenantFileError, tenantFileWithPartners } from './tenant/seed.ts';

/** The rehearsal: a local Microsoft 365, a local Teams and the real bot, started together. */
const folder = join(import.meta.dirname, '../../data/local');

try {
  // The tenant and the chats begin anew with each start, so the cases must too.
  const database = join(folder, 'signoff.db');
  if (!process.env.DATABASE_URL) for (const end of ['', '-wal', '-shm']) rmSync(`${database}${end}`, { force: true });
  const { teams, bot, log } = await startRehearsal({
    folder,
    port: Number(process.env.PORT || 3978),
    databaseUrl: process.env.DATABASE_URL || `file:${database}`,
    tenantPort: Number(process.env.TENANT_PORT || 4010),
    tenantFile: process.env.TENANT_FILE || tenantFileWithPartners,
    teamsPort: Number(process.env.TEAMS_PORT || 4020),
    movesOn: true,
    limited: true,
    withoutApp: ['omar@contoso.com'],
    teamOfStaff: true,
  });
  bot.once('exit', (code) => process.exit(code ?? 1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => bot.kill(signal));
  console.log(`Signoff is ready: open ${teams.url} in a browser. (The bot's log: ${log})`);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

function explain(error: unknown): string {
  if (error instanceof TenantFileError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    const { port: taken } = error as Error & { port?: number };
    return `Port ${taken ?? ''} is taken. Stop what uses it, or set PORT, TENANT_PORT or TEAMS_PORT to another.`;
  }
  return error instanceof Error ? error.message : String(error);
}
