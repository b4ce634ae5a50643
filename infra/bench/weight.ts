import { execFileSync, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorld } from './world.ts';

const idleMs = 3000;
const libraries = [
  'botbuilder',
  'restify',
  '@azure/identity',
  '@microsoft/microsoft-graph-client',
  'adaptivecards-templating',
  'better-sqlite3',
  'kysely',
  'zod',
  'pino',
  'jose',
];

/** An echo bot on the same libraries, as their documentation begins. */
const echo = `
import { ActivityHandler, CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import restify from 'restify';
const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
const bot = new ActivityHandler();
bot.onMessage(async (context, next) => { await context.sendActivity(context.activity.text); await next(); });
const server = restify.createServer();
server.use(restify.plugins.bodyParser());
server.post('/api/messages', async (request, response) => adapter.process(request, response, (context) => bot.run(context)));
server.listen(0, '127.0.0.1');
`;

/** What the idle process takes, what an echo bot takes, and what each library brings by itself. */
export async function weight(): Promise<string[]> {
  const ours = await (async () => {
    await using world = await startWorld(0);
    await sleep(idleMs);
    return megabytesOf(world.bot.pid);
  })();
  const bare = await running('setInterval(() => undefined, 1000)');
  const parts: string[] = [];
  for (const library of libraries) {
    const taken = (await running(`await import('${library}'); setInterval(() => undefined, 1000)`)) - bare;
    parts.push(`${library} ${taken}`);
  }
  return [
    `idle: ${ours} MB; an echo bot on the same libraries: ${await running(echo)} MB; node by itself: ${bare} MB`,
    `what a library adds to node by itself, in MB (they share parts): ${parts.join(', ')}`,
  ];
}

async function running(script: string): Promise<number> {
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], { stdio: 'ignore' });
  try {
    await sleep(idleMs);
    return megabytesOf(child.pid);
  } finally {
    child.kill();
  }
}

/** Resident memory. */
const megabytesOf = (pid: number | undefined): number =>
  Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024);
