import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { localEnvironment } from './environment.ts';
import { startTenant } from './tenant/server.ts';

/**
 * Starts the bot and Microsoft's Agents Playground, which sends no token: the door is open, on loopback, before a local
 * tenant. The Playground is a tool of Microsoft's with terms of its own, so it is run by npx, which asks before it gets it,
 * and is no dependency. By itself it would listen to the whole network.
 */
const root = join(import.meta.dirname, '../..');
const folder = join(root, 'data/playground');
const { values } = parseArgs({ options: { port: { type: 'string', default: '56150' } } });
const playgroundPort = Number(values.port);
if (!Number.isInteger(playgroundPort) || playgroundPort < 1 || playgroundPort > 65_535) {
  console.error('Say which port the Playground is to have: npm run playground -- --port 56150');
  process.exit(1);
}
const port = Number(process.env.PORT || 3978);
mkdirSync(folder, { recursive: true });

const tenant = await startTenant({ port: Number(process.env.TENANT_PORT || 4010) });
const { signoff, users } = tenant.data;
const seats = [
  'hana@contoso.com',
  'arno@contoso.com',
  'priya@contoso.com',
  'omar@contoso.com',
  'tess@contoso.com',
  'jane@contoso.com',
].map((upn, index) => {
  const person = users.find(({ userPrincipalName }) => userPrincipalName === upn);
  if (person === undefined) throw new Error(`The tenant has no ${upn}`);
  const [givenName = '', ...rest] = person.displayName.split(' ');
  return {
    id: `29:seat-${index}`,
    name: person.displayName,
    userPrincipleName: upn,
    aadObjectId: person.id,
    givenName,
    surname: rest.join(' '),
    email: upn,
  };
});
const [currentUser, ...others] = seats;
// JSON is YAML. The Playground wants one current user and exactly five others, with ids that Teams could have.
const settings = {
  version: '0.1.1',
  tenantId: signoff.tenantId,
  bot: { id: signoff.clientId, name: 'Signoff' },
  currentUser,
  users: others,
  personalChat: { id: 'personal-chat' },
  groupChat: { id: 'group-chat', name: 'Helpdesk' },
  team: {
    id: 'team',
    name: 'IT',
    aadGroupId: signoff.helpdeskGroupId,
    channels: [{ id: 'channel', name: 'Offboarding' }],
  },
};
writeFileSync(join(folder, '.m365agentsplayground.yml'), JSON.stringify(settings, null, 2));

const environment = localEnvironment(
  tenant.data,
  { tenantUrl: tenant.url, teamsUrl: `http://localhost:${playgroundPort}`, port },
  folder,
);
const bot = spawn(process.execPath, [join(root, 'bot/index.ts')], {
  env: {
    ...process.env,
    ...environment,
    DOOR: 'open',
    DATABASE_URL: `file:${join(folder, `signoff-${process.pid}.db`)}`,
  },
  stdio: 'inherit',
});
const botUrl = `http://127.0.0.1:${port}/api/messages`;
const playground = spawn(
  'npx',
  [
    '@microsoft/m365agentsplayground@0.2.28',
    ...['-e', botUrl, '-c', 'msteams', '-p', String(playgroundPort), '--disable-telemetry'],
  ],
  {
    // It reads its settings from the folder that it is started in.
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'loopbackOnly.ts'))}` },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  },
);
const parts = [bot, playground];
const end = (signal?: NodeJS.Signals) => {
  for (const part of parts) part.kill(signal);
};
for (const part of parts) {
  part.once('exit', (code) => {
    end();
    process.exit(code ?? 1);
  });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(signal));
console.log(`The Playground opens at http://localhost:${playgroundPort}, for this machine alone.`);
