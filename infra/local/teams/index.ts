import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, peopleOfTenant, startTeams } from './server.ts';

const root = join(import.meta.dirname, '../../..');
const tenantUrl = `http://127.0.0.1:${process.env.TENANT_PORT ?? 4010}`;
const botUrl = `http://127.0.0.1:${process.env.PORT ?? 3978}/api/messages`;
const { clientId, tenantId } = identity();

const teams = await startTeams({
  port: Number(process.env.TEAMS_PORT ?? 4020),
  botUrl,
  clientId,
  tenantId,
  tenantUrl,
  keyFile: join(root, 'data/local-teams.key.pem'),
  limited: true,
  people: () => peopleOfTenant(tenantUrl),
}).catch((cause: unknown) => stop(cause instanceof Error ? cause.message : String(cause)));

console.log(`Teams is open at ${teams.url}, for the bot at ${botUrl}.`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void teams.close().then(() => process.exit(0)));
}

function identity(): { clientId: string; tenantId: string } {
  const seed = process.env.TENANT_FILE || join(root, 'infra/local/tenant/contoso.json');
  const given = { clientId: process.env.CLIENT_ID, tenantId: process.env.TENANT_ID };
  const seeded = given.clientId && given.tenantId ? {} : signoffIn(seed);
  const clientId = given.clientId || seeded.clientId;
  const tenantId = given.tenantId || seeded.tenantId;
  if (typeof clientId === 'string' && typeof tenantId === 'string') return { clientId, tenantId };
  return stop(`set CLIENT_ID and TENANT_ID, or signoff.clientId and signoff.tenantId in ${seed}.`);
}

function signoffIn(seed: string): Json {
  try {
    return ((JSON.parse(readFileSync(seed, 'utf8')) as Json).signoff ?? {}) as Json;
  } catch {
    return {};
  }
}

function stop(why: string): never {
  console.error(`The local Teams can't start: ${why}`);
  process.exit(1);
}
