import { type ConnectorClient, ConnectorFactory } from 'botframework-connector';
import type { Call, TeamsPace } from './pacing.ts';

/** What the library's pipeline hands to a policy, as far as it is looked at here. */
interface Request {
  method: string;
  url: string;
  abortSignal?: AbortSignal;
}
interface Response {
  status: number;
  headers: { get(name: string): string | undefined };
}
interface Pipeline {
  addPolicy(
    policy: { name: string; sendRequest(request: Request, next: (request: Request) => Promise<Response>): unknown },
    where: { afterPhase: 'Retry' },
  ): void;
}

export interface CallRules {
  pace: TeamsPace;
  /** Milliseconds that Teams may take for one call. */
  answerMs: number;
}

/** How long nothing is said where Teams refused without saying for how long. */
const unsaidMs = 1000;

/** Connectors whose every call waits for its turn, and is broken off when Teams takes too long: the library would wait for ever. */
export class RuledConnectors extends ConnectorFactory {
  readonly #made: ConnectorFactory;
  readonly #rules: CallRules;

  constructor(made: ConnectorFactory, rules: CallRules) {
    super();
    this.#made = made;
    this.#rules = rules;
  }

  async create(serviceUrl: string, audience?: string): Promise<ConnectorClient> {
    const client = await this.#made.create(serviceUrl, audience);
    const { pipeline } = (client as unknown as { client: { pipeline: Pipeline } }).client;
    // Each try of the library's is a call.
    pipeline.addPolicy({ name: 'rules', sendRequest: obeying(this.#rules) }, { afterPhase: 'Retry' });
    return client;
  }
}

function obeying({ pace, answerMs }: CallRules) {
  return (request: Request, next: (request: Request) => Promise<Response>): Promise<Response> => {
    const call = callOf(request);
    return pace.turn(call, async () => {
      const given = request.abortSignal;
      const limit = AbortSignal.timeout(answerMs);
      request.abortSignal = given === undefined ? limit : AbortSignal.any([given, limit]);
      try {
        const response = await next(request);
        if (response.status === 429) pace.close(call, milliseconds(response.headers.get('retry-after')));
        return response;
      } catch (error) {
        if (limit.aborted) throw new Error(`Teams did not answer within ${answerMs / 1000} s`, { cause: error });
        throw error;
      } finally {
        if (given === undefined) delete request.abortSignal;
        else request.abortSignal = given;
      }
    });
  };
}

/** `/v3/conversations/{id}/activities/{id}` */
function callOf({ method, url }: Request): Call {
  const id = /\/v3\/conversations\/([^/?]+)/.exec(url)?.[1];
  return { thread: id === undefined ? null : threadIn(decodeURIComponent(id)), edit: method === 'PUT' };
}

/** In a channel a conversation's id may carry the message that it answers. */
export const threadIn = (conversationId: string): string => conversationId.split(';')[0] ?? '';

/** Retry-After in seconds, or as an HTTP date. */
function milliseconds(asked: string | undefined): number {
  const seconds = Number(asked ?? Number.NaN);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(asked ?? '');
  return Number.isNaN(date) ? unsaidMs : Math.max(0, date - Date.now());
}
