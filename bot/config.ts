import { z } from 'zod';
import { type Cloud, type CloudName, cloudNames, clouds } from './clouds.ts';
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
  CLOUD: z.preprocess(empty, z.enum(cloudNames).default('global')),
  GRAPH_URL: z.preprocess(empty, url.optional()),
  EXCHANGE_URL: z.preprocess(empty, url.optional()),
  LOGIN_URL: z.preprocess(empty, url.optional()),
  BOT_OPENID_URL: z.preprocess(empty, url.optional()),
  SERVICE_URLS: z.preprocess(
    empty,
    z
      .string()
      .transform((text) => text.split(',').map((one) => one.trim()))
      .pipe(z.array(z.url()).min(1))
      .optional(),
  ),
  TENANT_ID: guid,
  CLIENT_ID: guid,
  CLIENT_CERTIFICATE_PATH: z.preprocess(empty, z.string().optional()),
  MANAGED_IDENTITY_CLIENT_ID: z.preprocess(empty, guid.optional()),
  AZURE_FEDERATED_TOKEN_FILE: z.preprocess(empty, z.string().optional()),
  DATABASE_URL: z.preprocess(empty, z.string().startsWith('file:').default('file:./data/signoff.db')),
  HELPDESK_GROUP_ID: guid,
  APPROVER_GROUP_ID: guid,
  ADMIN_GROUP_ID: guid,
  BREAK_GLASS_IDS: listOf(guid),
  GUESTS_MAY: listOf(z.enum(['helpdesk', 'approver', 'admin'])),
  CONFIRM: z.preprocess(empty, z.enum(['stage', 'once']).default('stage')),
  REQUIRE_TICKET: z.preprocess(empty, z.string().default('off').transform(readPattern)),
  EXCHANGE: z.preprocess(empty, z.enum(['auto', 'on', 'off']).optional()),
  DOOR: z.preprocess(empty, z.enum(['teams', 'open']).default('teams')),
  LOG_LEVEL: z.preprocess(empty, z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')),
});

/** `off`, `on`, or a regular expression that the whole of a ticket number must fit. */
function readPattern(rule: string, issues: z.core.$RefinementCtx): 'off' | 'on' | RegExp {
  if (rule === 'off' || rule === 'on') return rule;
  try {
    return new RegExp(`^(?:${rule})$`, 'u');
  } catch {
    issues.addIssue('must be off, on, or a regular expression');
    return 'on';
  }
}

type Read = z.output<typeof schema>;
/** What is as the cloud has it, unless it is set by itself. */
interface Usual {
  GRAPH_URL: string;
  EXCHANGE_URL: string;
  LOGIN_URL: string;
  BOT_OPENID_URL: string;
  SERVICE_URLS: readonly string[];
  EXCHANGE: 'auto' | 'on' | 'off';
}
export type Config = Readonly<Omit<Read, keyof Usual> & Usual>;

const usualIn = (cloud: Cloud): Usual => ({
  GRAPH_URL: cloud.graph,
  EXCHANGE_URL: cloud.exchange,
  LOGIN_URL: cloud.login,
  BOT_OPENID_URL: cloud.botOpenId,
  SERVICE_URLS: cloud.serviceUrls,
  EXCHANGE: cloud.exchangeOverRest ? 'auto' : 'off',
});

/** What must be Microsoft's own address in the cloud outside a rehearsal: anything else is accepted only between loopback addresses. */
const addresses = ['GRAPH_URL', 'EXCHANGE_URL', 'LOGIN_URL', 'BOT_OPENID_URL'] as const;
const hostIn = (cloud: CloudName, name: (typeof addresses)[number]): string =>
  new URL(usualIn(clouds[cloud])[name]).hostname;

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Reads the environment once and reports every mistake at once. @throws AppError `config` */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const read = schema.safeParse(env);
  const issues = read.success ? [] : read.error.issues;
  const problems = issues.map((issue) => `${issue.path.join('.')}: ${explain(issue)}`);
  // What is right by itself is held against the rest, also when something else is wrong.
  problems.push(...contradictions(whatCanBeRead(env)));
  if (!read.success || problems.length > 0) throw misconfigured(problems);
  return { ...read.data, ...usualIn(clouds[read.data.CLOUD]), ...whatIsSet(read.data) };
}

const whatIsSet = (read: Partial<Read>): Partial<Usual> =>
  Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));

function whatCanBeRead(env: Record<string, string | undefined>): Partial<Config> {
  const each = Object.entries(schema.shape).map(([name, one]) => ({ name, read: one.safeParse(env[name]) }));
  const right = each.filter(({ read }) => read.success).map(({ name, read }) => [name, read.data]);
  const found = Object.fromEntries(right) as Partial<Read>;
  if (found.CLOUD === undefined) return found as Partial<Config>;
  const unset = Object.entries(usualIn(clouds[found.CLOUD])).filter(
    ([name]) => name in found && found[name as keyof Usual] === undefined,
  );
  return { ...found, ...Object.fromEntries(unset) } as Partial<Config>;
}

function contradictions(config: Partial<Config>): string[] {
  const problems: string[] = [];
  const { CLOUD: cloud } = config;
  // In a cloud that nobody knows no address is right or wrong.
  const given = addresses.flatMap((name) => {
    const address = config[name];
    return address === undefined || cloud === undefined ? [] : [{ name, address: new URL(address), cloud }];
  });
  const elsewhere = given.filter(
    ({ name, address, cloud: here }) => address.protocol !== 'https:' || address.hostname !== hostIn(here, name),
  );
  for (const { name, address, cloud: here } of elsewhere) {
    if (isLoopback(address.hostname)) continue;
    const home = cloudNames.find((one) => hostIn(one, name) === address.hostname && one !== here);
    problems.push(
      `${name}: must be Microsoft's address in the cloud ${here} (CLOUD${home === undefined ? '' : `; this one is in ${home}`}), or a loopback one for a rehearsal`,
    );
  }
  const listensOn = config.HOST;
  const exposed = listensOn !== undefined && !isLoopback(listensOn);
  if (elsewhere.length > 0 && exposed) {
    problems.push(
      `HOST: a rehearsal (${elsewhere.map(({ name }) => name).join(', ')} is not Microsoft's) must listen on loopback`,
    );
  }
  const local = given.filter(({ address }) => isLoopback(address.hostname));
  if (local.length > 0 && local.length < given.length && config.DOOR === 'teams') {
    const real = given.filter((one) => !local.includes(one)).map(({ name }) => name);
    problems.push(`${real.join(', ')}: a rehearsal may not mix Microsoft's addresses with local ones`);
  }
  for (const address of config.SERVICE_URLS ?? []) {
    const { protocol, hostname } = new URL(address);
    if (protocol !== 'https:' && !isLoopback(hostname)) problems.push(`SERVICE_URLS: ${hostname} must be https`);
  }
  if (config.MANAGED_IDENTITY_CLIENT_ID !== undefined && config.CLIENT_CERTIFICATE_PATH !== undefined)
    problems.push('MANAGED_IDENTITY_CLIENT_ID: the app signs in by it or by CLIENT_CERTIFICATE_PATH; set one of them');
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
