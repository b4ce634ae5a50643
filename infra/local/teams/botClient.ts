import { randomUUID } from 'node:crypto';
import type { Conversation, Conversations } from './conversations.ts';
import type { Keys } from './keys.ts';
import type { People } from './people.ts';
import { reason } from './people.ts';
import type { Json, Person } from './types.ts';
import type { Wire } from './wire.ts';

const TOO_LONG = 'it took too long';

export interface BotAnswer {
  /** 0 when the bot could not be reached or took too long. */
  status: number;
  body: unknown;
  failure: string | undefined;
}

export interface BotAddress {
  botUrl: string;
  serviceUrl: () => string;
  clientId: string;
  tenantId: string;
  botName: string;
  invokeTimeoutMs: number;
}

/** Speaks to the bot as Teams does: the same fields, signed by a key that it publishes. */
export class BotClient {
  readonly #address: BotAddress;
  readonly #keys: Keys;
  readonly #people: People;
  readonly #conversations: Conversations;
  readonly #wire: Wire;
  readonly #now: () => number;

  constructor(
    address: BotAddress,
    keys: Keys,
    people: People,
    conversations: Conversations,
    wire: Wire,
    now: () => number,
  ) {
    this.#address = address;
    this.#keys = keys;
    this.#people = people;
    this.#conversations = conversations;
    this.#wire = wire;
    this.#now = now;
  }

  get bot(): { id: string; name: string } {
    return { id: `28:${this.#address.clientId}`, name: this.#address.botName };
  }

  account(person: Person): Json {
    return { id: this.#people.mri(person), name: person.displayName, aadObjectId: person.id };
  }

  /** The fields that every activity from Teams carries, whatever its type. */
  activity(person: Person, conversation: Conversation, threadId: string | undefined, rest: Json): Json {
    const { tenantId } = this.#address;
    const channel = conversation.place !== 'personal';
    const now = new Date(this.#now());
    const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const extraEntities = (rest.entities ?? []) as Json[];
    const extraChannelData = (rest.channelData ?? {}) as Json;
    return {
      id: `f:${randomUUID()}`,
      timestamp: now.toISOString(),
      localTimestamp: localIso(now),
      localTimezone: timezone,
      serviceUrl: this.#address.serviceUrl(),
      channelId: 'msteams',
      from: this.account(person),
      conversation: channel
        ? {
            isGroup: true,
            conversationType: 'channel',
            id: threadId ? `${conversation.id};messageid=${threadId}` : conversation.id,
          }
        : { conversationType: 'personal', tenantId, id: conversation.id },
      recipient: this.bot,
      locale: 'en-US',
      ...rest,
      entities: [...extraEntities, { locale: 'en-US', country: 'US', platform: 'Web', timezone, type: 'clientInfo' }],
      channelData: {
        ...(channel ? this.#conversations.team.whereIs(conversation.place) : {}),
        tenant: { id: tenantId },
        ...extraChannelData,
      },
    };
  }

  async send(activity: Json): Promise<BotAnswer> {
    const answer = await this.#post(activity);
    if (this.#wire.deliverTwice()) await this.#post(activity);
    return answer;
  }

  async #post(activity: Json): Promise<BotAnswer> {
    const { botUrl, clientId, serviceUrl, invokeTimeoutMs } = this.#address;
    const longest = AbortSignal.timeout(invokeTimeoutMs);
    const answer = await this.#fetch(botUrl, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await this.#keys.token(clientId, serviceUrl())}`,
        'content-type': 'application/json; charset=utf-8',
      },
      body: JSON.stringify(activity),
      signal: longest,
    });
    this.#wire.record('teams', 'POST', new URL(botUrl).pathname, answer.status, activity);
    if (activity.type !== 'invoke') return answer;
    await this.#wire.keepAnswer();
    return longest.aborted ? { status: 0, body: undefined, failure: TOO_LONG } : answer;
  }

  async #fetch(url: string, init: RequestInit): Promise<BotAnswer> {
    try {
      const response = await fetch(url, init);
      const text = await response.text();
      const failure = response.ok ? undefined : `it answered ${response.status}`;
      return { status: response.status, body: text ? parse(text) : undefined, failure };
    } catch (cause) {
      const late = cause instanceof Error && cause.name === 'TimeoutError';
      return { status: 0, body: undefined, failure: late ? TOO_LONG : reason(cause) };
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function localIso(now: Date): string {
  const minutes = -now.getTimezoneOffset();
  const local = new Date(now.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, '0');
  return `${local}${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
