import { z } from 'zod';
import { AppError } from './errors.ts';

const guid = z.guid().transform((id) => id.toLowerCase());
const url = z.url().transform((text) => text.replace(/\/+$/, ''));
const empty = (value: unknown) => (value === '' ? undefined : value);
const listOf = <T extends z.ZodType<unknown, string>>(item: T) =>
  z.preprocess(
    (value) => empty(value) ?? '',
    z
      .string()
      .transform((text) =>
        text
          .split(',')
          .map((one) => one.trim())
          .filter(Boolean),
      )
      .pipe(z.array(item)),
  );

const schema = z.object({
  HOST: z.preprocess(empty, z.string().default('127.0.0.1')),
  PORT: z.preprocess(empty, z.coerce.number().int().min(0).max(65535).default(3978)),
  GRAPH_URL: z.preprocess(empty, url.default('https://graph.microsoft.com')),
  EXCHANGE_URL: z.preprocess(empty, url.default('https://outlook.office365.com')),
  LOGIN_URL: z.preprocess(empty, url.default('https://login.microsoftonline.com')),
  BOT_OPENID_URL: z.preprocess(empty, url.default('https://login.botframework.com/v1/.well-known/openidconfiguration')),
  SERVICE_URLS: z.preprocess(
    empty,
    z
      .string()
      .default('https://smba.trafficmanager.net/')
      .transform((text) => text.split(',').map((one) => one.trim()))
      .pipe(z.array(z.url()).min(1)),
  ),
  TENANT_ID: guid,
  CLIENT_ID: guid,
  CLIENT_CERTIFICATE_PATH: z.preprocess(empty, z.string().optional()),
  AZURE_FEDERATED_TOKEN_FILE: z.preprocess(empty, z.string().optional()),
  DATABASE_URL: z.preprocess(empty, z.string().startsWith('file:').default('file:./data/signoff.db')),
  HELPDESK_GROUP_ID: guid,
  APPROVER_GROUP_ID: guid,
  ADMIN_GROUP_ID: guid,
  BREAK_GLASS_IDS: listOf(guid),
  GUESTS_MAY: listOf(z.enum(['helpdesk', 'approver', 'admin'])),
  EXCHANGE: z.preprocess(empty, z.enum(['auto', 'on', 'off']).default('auto')),
  DOOR: z.preprocess(empty, z.enum(['teams', 'open']).default('teams')),
  LOG_LEVEL: z.preprocess(empty, z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')),
});

export type Config = Readonly<z.output<typeof schema>>;

/** What each address must be outside a rehearsal: anything else is accepted only between loopback addresses. */
const microsoftHosts = {
  GRAPH_URL:
    /^(graph\.microsoft\.com|graph\.microsoft\.us|dod-graph\.microsoft\.us|microsoftgraph\.chinacloudapi\.cn)$/,
  EXCHANGE_URL: /^outlook\.(office365\.com|office365\.us)$/,
  LOGIN_URL: /^login\.(microsoftonline\.com|microsoftonline\.us|chinacloudapi\.cn)$/,
  BOT_OPENID_URL: /^login\.botframework\.(com|azure\.us)$/,
} as const;

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Reads the environment once and reports every mistake at once. @throws AppError `config` */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const read = schema.safeParse(env);
  const issues = read.success ? [] : read.error.issues;
  const problems = issues.map((issue) => `${issue.path.join('.')}: ${explain(issue)}`);
  // What is right by itself is held against the rest, also when something else is wrong.
  problems.push(...contradictions(read.success ? read.data : whatCanBeRead(env)));
  if (!read.success || problems.length > 0) throw misconfigured(problems);
  return read.data;
}

function whatCanBeRead(env: Record<string, string | undefined>): Partial<Config> {
  const each = Object.entries(schema.shape).map(([name, one]) => [name, one.safeParse(env[name]).data]);
  return Object.fromEntries(each.filter(([, value]) => value !== undefined));
}

function contradictions(config: Partial<Config>): string[] {
  const problems: string[] = [];
  const addresses = Object.keys(microsoftHosts) as (keyof typeof microsoftHosts)[];
  const given = addresses.flatMap((name) => {
    const address = config[name];
    return address === undefined ? [] : [{ name, address: new URL(address) }];
  });
  const elsewhere = given.filter(
    ({ name, address }) => address.protocol !== 'https:' || !microsoftHosts[name].test(address.hostname),
  );
  for (const { name, address } of elsewhere) {
    if (!isLoopback(address.hostname))
      problems.push(`${name}: must be Microsoft's address, or a loopback one for a rehearsal`);
  }
  const listensOn = config.HOST;
  const exposed = listensOn !== undefined && !isLoopback(listensOn);
  if (elsewhere.length > 0 && exposed) {
    problems.push(
      `HOST: a rehearsal (${elsewhere.map(({ name }) => name).join(', ')} is not Microsoft's) must listen on loopback`,
    );
  }
  if (elsewhere.length > 0 && elsewhere.length < given.length && config.DOOR === 'teams') {
    const real = given.filter((one) => !elsewhere.includes(one)).map(({ name }) => name);
    problems.push(`${real.join(', ')}: a rehearsal may not mix Microsoft's addresses with local ones`);
  }
  for (const address of config.SERVICE_URLS ?? []) {
    const { protocol, hostname } = new URL(address);
    if (protocol !== 'https:' && !isLoopback(hostname)) problems.push(`SERVICE_URLS: ${hostname} must be https`);
  }
  if (config.DOOR === 'open') {
    if (exposed) problems.push('DOOR=open: the bot must listen on loopback (HOST)');
    if (config.GRAPH_URL !== undefined && !isLoopback(new URL(config.GRAPH_URL).hostname))
      problems.push('DOOR=open: GRAPH_URL must be a local tenant, never Microsoft Graph');
  }
  return problems;
}

function explain(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  return /undefined/.test(issue.message) ? 'is missing' : 'is not a number';
}

function misconfigured(problems: string[]): AppError {
  return new AppError(
    'config',
    `Signoff can't start. Put these settings right and start again:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
  );
}
