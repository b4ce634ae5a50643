import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Answers } from '../graph/answers.ts';
import { failureOf, GraphFailure, isMissing, translate } from '../graph/failure.ts';
import { withRetries } from '../graph/retry.ts';
import type { Log } from '../log.ts';

export interface ExchangeSettings {
  /** `https://outlook.office365.com` */
  url: string;
  tenantId: string;
  token: () => Promise<string>;
  log: Log;
  timeoutMs?: number;
}

const answer = z.object({ value: z.array(z.unknown()).default([]), '@odata.nextLink': z.string().optional() });
const refusal = z.object({
  error: z.object({
    code: z.string().default('unknown'),
    message: z.string().default(''),
    details: z.array(z.object({ message: z.string() })).optional(),
    innererror: z.object({ internalexception: z.object({ message: z.string() }).optional() }).optional(),
  }),
});
const tries = 4;

type Parameters = Record<string, unknown>;

export interface Cmdlets {
  /** @returns what comes out of the pipe, every page of it. @throws GraphFailure, as Graph does */
  invoke(cmdlet: string, parameters: Parameters): Promise<unknown[]>;
  /** As `invoke`, but nothing where what is asked for is not there. */
  find<T>(cmdlet: string, parameters: Parameters, schema: z.ZodType<T>): Promise<T[]>;
  /** A change; what is already so is fine. */
  ensure(cmdlet: string, parameters: Parameters, already: RegExp): Promise<void>;
}

/**
 * Exchange Online's cmdlets over REST, as Microsoft's own PowerShell module calls them. Microsoft supports the module,
 * not this address by itself: everything that knows it is in this file.
 * @param answers of one look, which is to read each thing once
 */
export function cmdletsOver(settings: ExchangeSettings, answers?: Answers): Cmdlets {
  const { url, tenantId, token, log, timeoutMs = 60_000 } = settings;
  // Every organization has this mailbox: as an app’s calls are routed that are made for no mailbox of its own.
  const anchor = `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${tenantId}`;

  async function once(
    address: string,
    cmdlet: string,
    parameters: Parameters,
    read: boolean,
  ): Promise<z.output<typeof answer>> {
    const started = Date.now();
    const call = `Exchange ${cmdlet}`;
    try {
      const response = await fetch(address, {
        method: 'POST',
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          Authorization: `Bearer ${await token()}`,
          'Content-Type': 'application/json; charset=utf-8',
          Prefer: 'odata.maxpagesize=1000',
          'X-AnchorMailbox': anchor,
        },
        body: JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } }),
      });
      const body = parsed(await response.text());
      if (!response.ok) throw failed(response, body, call, read);
      log.info({ exchange: cmdlet, ms: Date.now() - started }, 'exchange call');
      // A change that was answered in a way nobody knows may have been made all the same.
      return read ? shaped(answer, body, cmdlet) : answer.parse(body);
    } catch (error) {
      // A failed sign-in, and an answer that is not understood, are what they are.
      if (error instanceof AppError && !(error instanceof GraphFailure)) throw error;
      const failure = translate(error, call, read);
      log.info(
        { exchange: cmdlet, ms: Date.now() - started, status: failure.status, code: failure.graphCode },
        'exchange call failed',
      );
      throw failure;
    }
  }

  /** Every page: the next one is the same call to another address, which must be Exchange's as well. */
  async function pages(cmdlet: string, parameters: Parameters, read: boolean): Promise<unknown[]> {
    const rows: unknown[] = [];
    let next: string | undefined = `${url}/adminapi/beta/${tenantId}/InvokeCommand`;
    while (next !== undefined) {
      const address: string = next;
      const page = await withRetries(() => once(address, cmdlet, parameters, read), { read, tries });
      rows.push(...page.value);
      next = page['@odata.nextLink'];
      if (next !== undefined && !next.startsWith(`${url}/`)) throw strange(`${cmdlet}: a page elsewhere`);
    }
    return rows;
  }

  function invoke(cmdlet: string, parameters: Parameters): Promise<unknown[]> {
    const read = cmdlet.startsWith('Get-');
    const ask = () => pages(cmdlet, parameters, read);
    if (!read) answers?.forget();
    return read && answers !== undefined ? answers.once(JSON.stringify([cmdlet, parameters]), ask) : ask();
  }

  async function find<T>(cmdlet: string, parameters: Parameters, schema: z.ZodType<T>): Promise<T[]> {
    try {
      return (await invoke(cmdlet, parameters)).map((one) => shaped(schema, one, cmdlet));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  /** What is already so is fine. */
  async function ensure(cmdlet: string, parameters: Parameters, already: RegExp): Promise<void> {
    try {
      await invoke(cmdlet, parameters);
    } catch (error) {
      if (!already.test((error as GraphFailure).text)) throw error;
    }
  }

  return { invoke, find, ensure };
}

export function shaped<T>(schema: z.ZodType<T>, value: unknown, cmdlet: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw strange(`${cmdlet}: ${read.error.issues.map(({ path, code }) => `${path.join('.')} ${code}`).join(', ')}`);
}

const strange = (message: string): AppError =>
  new AppError(
    'exchange-shape',
    'Exchange Online answered in a way that Signoff does not understand. Tell your Signoff admin.',
    { message },
  );

/** A gateway in between may answer with a page. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failed(response: Response, body: unknown, call: string, read: boolean): GraphFailure {
  const error = refusal.safeParse(body).data?.error;
  const text =
    error?.innererror?.internalexception?.message ??
    error?.details?.[0]?.message ??
    error?.message ??
    'no reason given';
  const missing = /couldn.t be found|ManagementObjectNotFound/i.test(`${error?.code} ${text}`);
  return failureOf(
    {
      // An address that is not there says nothing of what was asked for: that there is no mailbox, say.
      status: missing ? 404 : response.status === 404 ? 400 : response.status,
      code: error?.code ?? 'unknown',
      text: text.replace(/^.*\|/s, '').slice(0, 300),
      requestId: response.headers.get('request-id'),
      retryAfter: response.headers.get('retry-after'),
    },
    call,
    read,
  );
}
