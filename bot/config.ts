import { z } from 'zod';
import { AppError } from './errors.ts';

const guid = z.guid().transform((id) => id.toLowerCase());
const url = z.url().transform((text) => text.replace(/\/+$/, ''));
const empty = (value: unknown) => (value === '' ? undefined : value);

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
  BREAK_GLASS_IDS: z.preprocess(
    (value) => empty(value) ?? '',
    z
      .string()
      .transform((text) =>
        text
          .split(',')
          .map((id) => id.trim())
          .filter(Boolean),
      )
      .pipe(z.array(guid)),
  ),
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
  if (!read.success) {
    throw misconfigured(read.error.issues.map((issue) => `${issue.path.join('.')}: ${explain(issue)}`));
  }
  const config = read.data;
  const problems: string[] = [];
  const addresses = Object.entries(microsoftHosts) as [keyof typeof microsoftHosts, RegExp][];
  const elsewhere = addresses.filter(([name, microsoft]) => {
    const { protocol, hostname } = new URL(config[name]);
    return protocol !== 'https:' || !microsoft.test(hostname);
  });
  for (const [name] of elsewhere) {
    if (!isLoopback(new URL(config[name]).hostname))
      problems.push(`${name}: must be Microsoft's address, or a loopback one for a rehearsal`);
  }
  if (elsewhere.length > 0 && !isLoopback(config.HOST)) {
    problems.push(
      `HOST: a rehearsal (${elsewhere.map(([name]) => name).join(', ')} is not Microsoft's) must listen on loopback`,
    );
  }
  if (elsewhere.length > 0 && elsewhere.length < addresses.length && config.DOOR === 'teams') {
    const real = addresses.filter((one) => !elsewhere.includes(one)).map(([name]) => name);
    problems.push(`${real.join(', ')}: a rehearsal may not mix Microsoft's addresses with local ones`);
  }
  for (const address of config.SERVICE_URLS) {
    const { protocol, hostname } = new URL(address);
    if (protocol !== 'https:' && !isLoopback(hostname)) problems.push(`SERVICE_URLS: ${hostname} must be https`);
  }
  if (config.DOOR === 'open') {
    if (!isLoopback(config.HOST)) problems.push('DOOR=open: the bot must listen on loopback (HOST)');
    if (!isLoopback(new URL(config.GRAPH_URL).hostname))
      problems.push('DOOR=open: GRAPH_URL must be a local tenant, never Microsoft Graph');
  }
  if (problems.length > 0) throw misconfigured(problems);
  return config;
}

function explain(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_type' && /undefined/.test(issue.message) ? 'is missing' : issue.message;
}

function misconfigured(problems: string[]): AppError {
  return new AppError(
    'config',
    `Signoff can't start. Put these settings right and start again:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
  );
}
