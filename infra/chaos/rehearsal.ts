import { join } from 'node:path';
import { localEnvironment } from '../local/environment.ts';
import { freePort } from '../local/freePort.ts';
import { startTeams, type Teams } from '../local/teams/server.ts';
import { loadTenantFile, tenantFileWithPartners } from '../local/tenant/seed.ts';
import { createSigningKey, type Exchange, startTenant, type Tenant, type TenantData } from '../local/tenant/server.ts';
import { type Supervised, superviseBot } from './bot.ts';
import { shiftClock } from './clock.ts';
import { type Disk, openDisk } from './disk.ts';
import type { Random } from './random.ts';

/** A local Microsoft 365, a local Teams and the bot between them, with what can be done to each. */
export interface Rehearsal {
  tenant: Tenant;
  teams: Teams;
  bot: Supervised;
  disk: Disk;
  /** The tenant as it was at the start. */
  before: TenantData;
  database: string;
  /** When anything last went over the wire or into the bot's log, by the real clock. */
  lastActivity(): number;
  /** Lets time go by for everybody at once, as if all had slept; the bot is ended and started again. */
  skip(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** What is called while requests are under way: before they are answered. */
export interface Watch {
  onWrite(): void;
  onMessage(): void;
}

const signingKey = createSigningKey();
const seed = loadTenantFile(tenantFileWithPartners);

export async function startRehearsal(random: Random, watch: Watch): Promise<Rehearsal> {
  const data = structuredClone(seed);
  // Waits of hours in the real service; here as short as the steps still notice.
  data.delays = {
    pimMs: 100,
    deviceMs: 400,
    holdMs: 100,
    exportMs: 400,
    estimateMs: 100,
    conversionMs: 200,
    phoneMs: 200,
    syncMs: 500,
    dynamicMs: 500,
    providerEntryMs: 500,
    partnerSyncMs: 500,
    relationshipMs: 500,
    logMs: 0,
  };
  data.partners.is.logsPaced = false;
  // Nobody else owns it: a step would wait for people to find somebody.
  const successor = data.users.find(({ userPrincipalName }) => userPrincipalName === 'luca@contoso.com');
  for (const one of data.applications)
    if (one.displayName === 'Backup Connector' && successor !== undefined) one.owners.push(successor.id);
  let lastWire = performance.now();
  const tenant = await startTenant({
    data,
    signingKey,
    onExchange(exchange) {
      lastWire = performance.now();
      if (isWrite(exchange)) watch.onWrite();
    },
  });
  const { clientId, tenantId } = tenant.data.signoff;
  const port = await freePort();
  const teams = await startTeams({
    botUrl: `http://127.0.0.1:${port}/api/messages`,
    clientId,
    tenantId,
    tenantUrl: tenant.url,
    people: async () => tenant.data.users,
    invokeTimeoutMs: 8000,
    onRequest({ from, method, path, status }) {
      lastWire = performance.now();
      if (from === 'bot' && status < 300 && method !== 'GET' && path.includes('/activities')) watch.onMessage();
    },
  });
  const disk = openDisk();
  const database = join(disk.folder, 'signoff.db');
  const environment = {
    ...localEnvironment(tenant.data, { tenantUrl: tenant.url, teamsUrl: teams.url, port }, disk.folder),
    DATABASE_URL: `file:${database}`,
  };
  const bot = superviseBot(environment, () => random.between(20, 400));
  let aheadMs = 0;
  return {
    tenant,
    teams,
    bot,
    disk,
    before: structuredClone(data),
    database,
    lastActivity: () => Math.max(lastWire, bot.lastSpoke),
    async skip(ms) {
      await bot.stop();
      // What Teams kept waiting has waited long enough by then.
      teams.clearFaults();
      aheadMs += ms;
      shiftClock(aheadMs);
      bot.shiftClock(aheadMs);
      await bot.start();
    },
    async close() {
      await bot.stop();
      await teams.close();
      await tenant.close();
      disk.remove();
      shiftClock(0);
    },
  };
}

const reading = /^\/v1\.0\/(\$batch|.*(checkMember|getMember)\w+$)/;

/** Only what changed something: the effect is there, and the bot has not heard of it. */
function isWrite({ method, path, status, requestBody }: Exchange): boolean {
  if (method === 'GET' || path.includes('/oauth2/')) return false;
  const cmdlet = /"CmdletName":"([^"]+)"/.exec(JSON.stringify(requestBody ?? ''))?.[1] ?? '';
  return (status < 300 || status === 0) && !reading.test(path) && !cmdlet.startsWith('Get-');
}
