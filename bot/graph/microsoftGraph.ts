import { Client, type Context, HTTPMessageHandler, type Middleware } from '@microsoft/microsoft-graph-client';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { Answers } from './answers.ts';
import { sendBatch } from './batch.ts';
import { isMissing, translate } from './failure.ts';
import type { BatchCall, GraphConnection, ListOptions, ReadOptions } from './graph.ts';
import { demandOf, type Pace } from './pacing.ts';
import { isReferenceWithoutRef } from './path.ts';
import { withRetries } from './retry.ts';

export interface GraphSettings {
  /** `https://graph.microsoft.com`, without a version. */
  url: string;
  token: () => Promise<string>;
  log: Log;
  /** Milliseconds that one call may take. */
  timeoutMs?: number;
  /** Everything that calls in the app’s name shares one. */
  pace?: Pace;
  /** Goes before what is not for a lock-out, or for somebody who waits for an answer. */
  lockOut?: boolean;
  /** How often a read (or a throttled write) is tried in one go, before the caller hears of it. */
  tries?: number;
}

interface SendOptions extends ReadOptions {
  /** What is in it, where it is a batch. */
  batch?: readonly BatchCall[];
  headers?: Readonly<Record<string, string>>;
}

/** For what is not the whole of Signoff: as in a test. */
const unpaced: Pace = { turn: (_demand, call) => call() };

type Method = 'get' | 'post' | 'patch' | 'delete';
const page = z.object({ value: z.array(z.unknown()), '@odata.nextLink': z.string().optional() });

export function connectGraph(settings: GraphSettings): GraphConnection {
  const { url } = settings;
  const client = Client.initWithMiddleware({
    baseUrl: url,
    defaultVersion: 'v1.0',
    middleware: chain(new StayAtGraph(url), new HTTPMessageHandler()),
  });
  return graphOver(client, settings);
}

/** @param answers of one look, which is to read each thing once */
function graphOver(client: Client, settings: GraphSettings, answers?: Answers): GraphConnection {
  const { url, token, log, timeoutMs = 30_000, tries = 4, pace = unpaced, lockOut = false } = settings;

  async function once(
    method: Method,
    path: string,
    body: unknown,
    options: SendOptions,
    read: boolean,
  ): Promise<unknown> {
    // Before the library, which would keep of a failed sign-in only that something failed.
    const bearer = await token();
    const started = Date.now();
    const call = `${method.toUpperCase()} ${shape(path)}`;
    const request = client
      .api(path)
      .option('signal', AbortSignal.timeout(timeoutMs))
      // What is written must not wander off to wherever an answer points.
      .option('redirect', 'manual')
      .header('Authorization', `Bearer ${bearer}`);
    if (options.eventual) request.header('ConsistencyLevel', 'eventual');
    for (const [name, value] of Object.entries(options.headers ?? {})) request.header(name, value);
    try {
      const answer: unknown = await (method === 'get' || method === 'delete'
        ? request[method]()
        : request[method](body));
      log.info({ graph: call, ms: Date.now() - started }, 'graph call');
      return answer;
    } catch (error) {
      const failure = translate(error, call, read);
      log.info(
        {
          graph: call,
          ms: Date.now() - started,
          status: failure.status,
          code: failure.graphCode,
          requestId: failure.requestId,
        },
        'graph call failed',
      );
      throw failure;
    }
  }

  const patiently = (method: Method, path: string, body: unknown, options: SendOptions, read: boolean) =>
    withRetries(
      () =>
        pace.turn(demandOf(options.batch ?? [{ method: method.toUpperCase(), path }], lockOut), () =>
          once(method, path, body, options, read),
        ),
      { read, tries },
    );

  function send(
    method: Method,
    path: string,
    body: unknown,
    options: SendOptions = {},
    read = method === 'get',
  ): Promise<unknown> {
    const ask = (asked: string) => patiently(method, asked, body, options, read);
    if (answers === undefined) return ask(path);
    if (!read) {
      answers.forget();
      return ask(path);
    }
    if (method === 'get' && !options.eventual) return answers.get(path, ask);
    return answers.once(JSON.stringify([method, path, body, options]), () => ask(path));
  }

  const graph: GraphConnection = {
    for: (purpose) =>
      graphOver(
        client,
        'lockOut' in purpose ? { ...settings, lockOut: true } : { ...settings, log: log.child(purpose) },
        answers,
      ),
    remembering: () => graphOver(client, settings, new Answers()),
    async read(path, schema, options) {
      return parse(schema, await send('get', path, undefined, options), path);
    },
    async find(path, schema, options) {
      try {
        return await graph.read(path, schema, options);
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    async list<T>(path: string, item: z.ZodType<T>, options: ListOptions = {}) {
      const items: T[] = [];
      let next: string | undefined = path;
      while (next !== undefined && items.length < (options.atMost ?? Number.POSITIVE_INFINITY)) {
        const answer: z.output<typeof page> = parse(page, await send('get', next, undefined, options), path);
        for (const one of answer.value) items.push(parse(item, one, path));
        next = answer['@odata.nextLink'] === undefined ? undefined : withoutBase(answer['@odata.nextLink'], url);
      }
      return items.slice(0, options.atMost);
    },
    async ask(path, body, schema) {
      return parse(schema, await send('post', path, body, {}, true), path);
    },
    post: (path, body, headers = {}) => send('post', path, body, { headers }),
    async create(path, body, schema) {
      return parse(schema, await send('post', path, body), path);
    },
    patch: (path, body) => send('patch', path, body),
    async delete(path) {
      if (isReferenceWithoutRef(path)) throw new Error(`DELETE ${shape(path)} would delete the object itself`);
      await send('delete', path, undefined);
    },
    reference: (path) => ({ '@odata.id': `${url}/v1.0${path}` }),
    batch: (calls) => sendBatch((body, batch) => send('post', '/$batch', body, { batch }), calls),
  };
  return graph;
}

function chain(...links: Middleware[]): Middleware[] {
  return links;
}

/** A call carries the token: it goes to our Graph, and to no other address. */
class StayAtGraph implements Middleware {
  readonly #url: string;
  #next: Middleware | undefined;

  constructor(url: string) {
    this.#url = `${url}/`;
  }

  setNext(next: Middleware): void {
    this.#next = next;
  }

  async execute(context: Context): Promise<void> {
    if (typeof context.request !== 'string' || !context.request.startsWith(this.#url))
      throw new Error('A Graph call left Graph');
    await this.#next?.execute(context);
  }
}

function parse<T>(schema: z.ZodType<T>, answer: unknown, path: string): T {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  const where = read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.code}`).join(', ');
  throw new AppError(
    'graph-shape',
    'Microsoft 365 answered in a way that Signoff does not understand. Tell your Signoff admin.',
    {
      message: `${shape(path)}: ${where}`,
    },
  );
}

function withoutBase(link: string, url: string): string {
  const base = `${url}/v1.0`;
  if (!link.startsWith(`${base}/`))
    throw new AppError('graph-shape', 'Microsoft 365 sent Signoff to another address. Tell your Signoff admin.');
  return link.slice(base.length);
}

/** A path without names, ids and values: what may be logged. */
function shape(path: string): string {
  return path
    .split('?')[0]
    ?.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '{id}')
    .replace(/='[^']*'\)/g, "='{value}')")
    .replace(
      /\/(users|groups|deletedItems|devices|channels|domains|\w+Methods)\/(?!microsoft\.graph|\{id\}|\$)[^/]+/g,
      '/$1/{id}',
    ) as string;
}
