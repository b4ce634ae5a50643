import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { GraphError } from '../errors.ts';
import type { FaultKind } from '../faults.ts';
import { type GraphAnswer, type GraphRequest, isJson, splitOnce } from '../graphCall.ts';
import { exchangeAudiences } from '../oauth.ts';
import { redact, redactHeaders } from '../redact.ts';
import type { Caller, Reply } from '../route.ts';
import { settle } from '../settle.ts';
import type { World } from '../world.ts';
import { type Cmdlet, namedParameters, type Row, type Work } from './cmdlet.ts';
import { ExchangeError, exchangeErrorBody, forbidden, refused } from './errors.ts';
import { everyCmdlet } from './index.ts';
import { lookUpRecipients } from './recipients.ts';
import { managementRoles } from './rights.ts';

const permission = 'Exchange.ManageAsApp';
const command = z.object({
  CmdletInput: z.object({
    CmdletName: z.string(),
    Parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
});

/**
 * One cmdlet over Exchange Online's admin API: `POST /adminapi/{beta|v1.0}/{tenant}/InvokeCommand`.
 * `target` is the whole path here. Answered alone; Graph's batches don't reach it.
 */
export function answerExchange(world: World, request: GraphRequest): GraphAnswer {
  const requestId = randomUUID();
  const now = world.now();
  const parsed = command.safeParse(request.body);
  const name = parsed.success ? parsed.data.CmdletInput.CmdletName : '';
  const fault = world.faults.strike(request.method, `/InvokeCommand/${name}`);
  let matched: string | null = null;
  let reply: Reply;
  try {
    const caller = callerOf(world, request.headers.authorization);
    matched = permission;
    failBefore(fault, world.faults.active.retryAfterSeconds);
    checkAddress(world, request);
    if (!parsed.success || !isJson(request.headers))
      throw new ExchangeError(
        400,
        'BadRequest',
        'The request body must hold CmdletInput with CmdletName and Parameters.',
      );
    settle(world.data, now.getTime());
    reply = invoke(world, request, caller, name, parsed.data.CmdletInput.Parameters ?? {}, now);
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    reply = { status: error.status, body: exchangeErrorBody(error), headers: error.headers };
  }
  const broken = fault === 'reset' || fault === 'timeoutAfter' ? fault : null;
  world.record(
    {
      method: request.method,
      path: request.target,
      requestHeaders: redactHeaders(request.headers),
      requestBody: redact(request.body),
      status: broken ? 0 : reply.status,
      responseBody: broken ? undefined : reply.body,
      at: now.toISOString(),
      durationMs: Math.round(performance.now() - request.startedAt),
      inBatch: false,
    },
    { requestId, needed: [permission], matched, fault, anchor: request.headers['x-anchormailbox'] ?? null },
  );
  const own = { 'request-id': requestId, 'content-type': 'application/json;odata.metadata=minimal' };
  return { ...reply, headers: { ...own, ...reply.headers }, broken };
}

function callerOf(world: World, authorization: string | undefined): Caller {
  try {
    const caller = world.authority.callerOf(authorization, exchangeAudiences);
    if (caller.permissions.has(permission)) return caller;
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new ExchangeError(401, error.code, error.message, undefined, error.headers);
  }
  throw new ExchangeError(401, 'Unauthorized', `The token carries no ${permission}.`);
}

function failBefore(fault: FaultKind | null, retryAfterSeconds: number): void {
  if (fault === 'throttle')
    throw new ExchangeError(429, 'TooManyRequests', 'Too many requests were sent.', undefined, {
      'retry-after': String(retryAfterSeconds),
    });
  if (fault === 'unavailable')
    throw new ExchangeError(503, 'ServiceUnavailable', 'The server is too busy to answer now. Try again later.');
  if (fault === 'reset') throw new ExchangeError(504, 'GatewayTimeout', '');
}

function checkAddress(world: World, { method, target }: GraphRequest): void {
  const [path] = splitOnce(target, '?');
  const [, tenant = ''] = /^\/adminapi\/(?:beta|v1\.0)\/([^/]+)\/InvokeCommand$/i.exec(path) ?? [];
  if (tenant === '') throw new ExchangeError(404, 'NotFound', `Resource not found for '${path}'.`);
  if (method !== 'POST') throw new ExchangeError(405, 'MethodNotAllowed', 'The method is not allowed.');
  const { signoff, organization } = world.data;
  const own = [signoff.tenantId, ...organization.verifiedDomains.map((domain) => domain.name)];
  if (!own.includes(decodeURIComponent(tenant).toLowerCase()))
    throw new ExchangeError(403, 'Forbidden', `The token is not for the organization '${tenant}'.`);
}

function invoke(world: World, request: GraphRequest, caller: Caller, name: string, sent: Row, now: Date): Reply {
  const roles = managementRoles(world.data, caller.servicePrincipalId);
  if (roles.size === 0)
    throw forbidden(
      `The role assigned to application ${caller.appId} isn't supported in this scenario. Please check online documentation for assigning correct Directory Roles to Azure AD Application for EXO App-Only Authentication.`,
    );
  const cmdlet = everyCmdlet.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (!cmdlet)
    throw refused(
      `The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program.`,
      'System.Management.Automation.CommandNotFoundException',
    );
  const parameters = namedParameters(cmdlet, sent);
  checkRights(cmdlet, parameters, roles);
  const warnings: string[] = [];
  const data = dataFor(world, cmdlet, parameters, now);
  const work: Work = { data, now, by: caller.appId, roles, warn: (text) => warnings.push(text) };
  const rows = cmdlet.invoke(work, parameters);
  return { status: 200, body: page(world, request, rows, warnings) };
}

function checkRights(cmdlet: Cmdlet, parameters: Row, roles: ReadonlySet<string>): void {
  const asked = Object.keys(parameters);
  const special = asked.flatMap((parameter) => {
    const role = cmdlet.parameterRoles[parameter];
    return role && !roles.has(role) ? [{ parameter, role }] : [];
  });
  if (special[0])
    throw forbidden(`The parameter '${special[0].parameter}' needs the management role '${special[0].role}'.`);
  if (!cmdlet.roles.some((role) => roles.has(role)))
    throw forbidden(`The cmdlet '${cmdlet.name}' needs one of the management roles '${cmdlet.roles.join("', '")}'.`);
}

/** A write remembers the old state of whoever it names; a read of the same ones may show it. */
function dataFor(world: World, cmdlet: Cmdlet, parameters: Row, now: Date): World['data'] {
  const named = Object.values(parameters).flatMap((value) =>
    typeof value === 'string' && value !== ''
      ? lookUpRecipients(world.data, value.split('\\')[0] ?? '').map(({ object }) => object.id)
      : [],
  );
  const path = `/${named.join('/')}`;
  const { staleMs } = world.faults.active;
  if (!cmdlet.writes) return world.stale.dataFor(world.data, path, now.getTime());
  if (staleMs > 0) world.stale.remember(world.data, path, null, staleMs, now.getTime());
  return world.data;
}

const largestPage = 1000;

/** `Prefer: odata.maxpagesize`; the next page is the same POST to `@odata.nextLink`. */
function page(world: World, request: GraphRequest, rows: Row[], warnings: string[]): Row {
  const [path, query] = splitOnce(request.target, '?');
  const options = new URLSearchParams(query);
  const size = Math.min(
    Number(/odata\.maxpagesize=(\d+)/i.exec(request.headers.prefer ?? '')?.[1] ?? largestPage),
    largestPage,
  );
  const start = Number(options.get('$skiptoken') ?? 0);
  const wanted = options.get('$select')?.split(',');
  const shown = rows
    .slice(start, start + size)
    .map((row) => (wanted ? Object.fromEntries(Object.entries(row).filter(([name]) => wanted.includes(name))) : row));
  const body: Row = { '@odata.context': `${world.url}/adminapi/$metadata#Collection(Exchange.GenericHashTable)` };
  if (start + size < rows.length) {
    options.set('$skiptoken', String(start + size));
    body['@odata.nextLink'] = `${world.url}${path}?${options}`;
  }
  return { ...body, '@adminapi.warnings': warnings, value: shown };
}
