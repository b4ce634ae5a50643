import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Content } from './content.ts';
import { Team } from './team.ts';
import type { Card, Notice, Person, Place } from './types.ts';

/** What one person sees in place of the message that everyone got. */
export interface Overlay {
  card?: Card | undefined;
  notice?: Notice | undefined;
  pending?: string | undefined;
  refreshedAt?: number | undefined;
  /** Refreshes that were asked for before this turn come too late to be shown. */
  shownTurn: number;
  version: number;
}

export interface Message extends Content {
  id: string;
  conversationId: string;
  threadId: string;
  /** Undefined for the bot. */
  author: Person | undefined;
  sentAt: number;
  edited: boolean;
  deleted: boolean;
  undelivered: string | undefined;
  version: number;
  overlays: Map<string, Overlay>;
}

export interface Conversation {
  id: string;
  place: Place;
  /** The owner of a personal chat. */
  person: Person | undefined;
  members: Set<string>;
  messages: Message[];
  lastId: number;
  installed: boolean;
}

export interface Change {
  kind: 'message' | 'typing';
  conversationId: string;
  place: Place;
  personId: string | undefined;
  /** The one that came or changed. */
  message: Message | undefined;
}

export class Conversations {
  readonly team: Team;
  readonly #rooms = new Map<string, Conversation>();
  readonly #changes = new EventEmitter();
  readonly #now: () => number;
  readonly #salt: string;
  #turn = 0;

  constructor(clientId: string, tenantId: string, now: () => number) {
    this.#now = now;
    this.#salt = `${tenantId}/${clientId}`;
    this.#changes.setMaxListeners(0);
    this.team = new Team(this.#salt);
  }

  personal(person: Person): Conversation {
    const id = `a:1${createHash('sha512').update(`${this.#salt}/${person.id}`).digest('base64url')}`;
    return this.#open(id, 'personal', person);
  }

  channel(place: Place = 'channel'): Conversation {
    return this.#open(this.team.channelAt(place).id, place, undefined);
  }

  of(person: Person, place: Place): Conversation {
    return place === 'personal' ? this.personal(person) : this.channel(place);
  }

  /** A channel's id may name a thread: `19:…@thread.tacv2;messageid=…`. */
  find(id: string): { conversation: Conversation; threadId: string | undefined } | undefined {
    const [base = '', thread] = id.split(';messageid=');
    const inTeam = this.team.channelWith(base);
    const conversation = inTeam ? this.channel(inTeam.place) : this.#rooms.get(base);
    return conversation && { conversation, threadId: thread };
  }

  messageIn(conversation: Conversation, messageId: string): Message | undefined {
    return conversation.messages.find((message) => message.id === messageId);
  }

  add(conversation: Conversation, author: Person | undefined, content: Content, threadId?: string): Message {
    const id = this.#newId(conversation);
    const message: Message = {
      ...content,
      id,
      conversationId: conversation.id,
      threadId: threadId && this.messageIn(conversation, threadId) ? threadId : id,
      author,
      sentAt: this.#now(),
      edited: false,
      deleted: false,
      undelivered: undefined,
      version: 1,
      overlays: new Map(),
    };
    conversation.messages.push(message);
    this.changed(conversation, { message });
    return message;
  }

  nextTurn(): number {
    this.#turn += 1;
    return this.#turn;
  }

  /**
   * What single people saw in place of this message gives way to the message again, and so do answers under way. It is new
   * to everybody: whoever it lists gets their own view anew, at once or when they next look.
   */
  dropOverlays(message: Message): void {
    for (const overlay of message.overlays.values()) {
      overlay.card = undefined;
      overlay.notice = undefined;
      overlay.shownTurn = this.#turn;
      overlay.refreshedAt = undefined;
    }
  }

  overlay(message: Message, person: Person): Overlay {
    let overlay = message.overlays.get(person.id);
    if (!overlay) {
      overlay = { shownTurn: 0, version: 0 };
      message.overlays.set(person.id, overlay);
    }
    return overlay;
  }

  changed(
    conversation: Conversation,
    { kind = 'message', personId, message }: Partial<Pick<Change, 'kind' | 'personId' | 'message'>> = {},
  ): void {
    const change: Change = {
      kind,
      conversationId: conversation.id,
      place: conversation.place,
      personId: personId ?? conversation.person?.id,
      message,
    };
    this.#changes.emit('change', change);
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#changes.on('change', listener);
    return () => this.#changes.off('change', listener);
  }

  clear(): void {
    const rooms = [...this.#rooms.values()];
    this.#rooms.clear();
    for (const room of rooms) this.changed(room);
  }

  #open(id: string, place: Place, person: Person | undefined): Conversation {
    let room = this.#rooms.get(id);
    if (!room) {
      room = {
        id,
        place,
        person,
        members: new Set(person ? [person.id] : []),
        messages: [],
        lastId: 0,
        installed: false,
      };
      this.#rooms.set(id, room);
    }
    return room;
  }

  /** Teams numbers messages by the millisecond they were sent in: two conversations may have the same. */
  #newId(conversation: Conversation): string {
    conversation.lastId = Math.max(conversation.lastId + 1, this.#now());
    return String(conversation.lastId);
  }
}
