import type { BotClient } from './botClient.ts';
import { executable, findAction, pressed } from './cardActions.ts';
import type { Conversation, Conversations, Message } from './conversations.ts';
import type { Files } from './files.ts';
import { install } from './install.ts';
import { invoke } from './invoke.ts';
import type { People } from './people.ts';
import { composeText } from './say.ts';
import type {
  ActionExecute,
  Card,
  FileToSend,
  Json,
  Mention,
  Person,
  Place,
  Said,
  SeatMessage,
  TapOutcome,
} from './types.ts';
import { TeamsError } from './types.ts';

const AUTOMATIC_REFRESH_MEMBERS = 60;
const REFRESH_AGAIN_AFTER_MS = 60_000;
const CARDS_IN_VIEW = 20;

interface Look {
  person: Person;
  places: Place[];
}

/** What people do in Teams, and what each of them sees of it. */
export class Seats {
  readonly #bot: BotClient;
  readonly #people: People;
  readonly #conversations: Conversations;
  readonly #files: Files;
  readonly #now: () => number;
  readonly #looks = new Map<string, Look>();
  readonly #work = new Set<Promise<unknown>>();

  constructor(bot: BotClient, people: People, conversations: Conversations, files: Files, now: () => number) {
    this.#bot = bot;
    this.#people = people;
    this.#conversations = conversations;
    this.#files = files;
    this.#now = now;
  }

  /** `who` names the screen: a page's seat, or the test that plays this person. */
  async look(who: string, personUpn: string, places: Place[]): Promise<void> {
    const person = await this.#people.known(personUpn);
    this.#looks.set(who, { person, places });
    for (const place of places) {
      const conversation = this.#conversations.of(person, place);
      await install(this.#bot, conversation, person);
      for (const message of conversation.messages.slice(-CARDS_IN_VIEW)) this.#refresh(message, person, false);
    }
  }

  lookAway(who: string): void {
    for (const key of this.#looks.keys()) if (key === who || key.startsWith(`${who}/`)) this.#looks.delete(key);
  }

  looks(who: string): boolean {
    return this.#looks.has(who);
  }

  /** People played by a test leave; a page stays open and looks at what is empty now. */
  clear(): void {
    this.lookAway('player');
  }

  async say(
    personUpn: string,
    text: string,
    options: { conversation?: Place; mentions?: Mention[]; replyTo?: string; files?: FileToSend[] } = {},
  ): Promise<Said> {
    const person = await this.#people.known(personUpn);
    const conversation = this.#conversations.of(person, options.conversation ?? 'personal');
    await install(this.#bot, conversation, person);
    const composed = await composeText(text, options.mentions ?? [], this.#bot.bot, this.#people);
    const files = conversation.place === 'personal' ? (options.files ?? []) : [];
    const kept = files.map((file) => this.#files.keep(file.name, file.content));
    const message = this.#conversations.add(
      conversation,
      person,
      {
        text: composed.text,
        textFormat: 'plain',
        cards: [],
        files: kept,
        fileOffer: undefined,
        suggestions: [],
        summary: undefined,
      },
      options.replyTo,
    );
    if (conversation.place === 'channel' && !composed.mentionsBot) {
      return { id: message.id, delivered: false, status: undefined };
    }
    const html = { contentType: 'text/html', content: `<div><div>${composed.html}</div></div>` };
    const answer = await this.#bot.send(
      this.#bot.activity(person, conversation, message.threadId, {
        type: 'message',
        id: message.id,
        text: composed.text,
        textFormat: 'plain',
        entities: composed.entities,
        attachments: [
          ...kept.map((file) => this.#files.attachment(file)),
          ...(composed.entities.length > 0 || kept.length > 0 ? [html] : []),
        ],
        ...(message.threadId === message.id ? {} : { replyToId: message.threadId }),
      }),
    );
    if (answer.failure) {
      message.undelivered = `Signoff did not take this message: ${answer.failure}.`;
      this.#touch(message);
    }
    return { id: message.id, delivered: !answer.failure, status: answer.status };
  }

  async tap(
    personUpn: string,
    messageId: string,
    action: string | ActionExecute,
    inputs: Record<string, string> = {},
  ): Promise<TapOutcome> {
    const person = await this.#people.known(personUpn);
    const { conversation, message } = this.#seen(person, messageId);
    const cards = this.#cardsOf(message, person);
    const press =
      typeof action === 'string'
        ? pressed(findAction({ body: cards.map((card) => ({ ...card, type: 'Container' })) }, action), inputs)
        : executable({ ...action, data: { ...(action.data as Json | undefined), ...inputs } });
    if (press.type === 'Action.Submit') return this.#submit(person, conversation, message, press);
    if (press.type !== 'Action.Execute') {
      throw new TeamsError(400, 'NotForTheBot', `${press.type} never reaches the bot.`);
    }
    return this.#invoke(person, conversation, message, press, 'manual');
  }

  async answerFileOffer(personUpn: string, messageId: string, answer: 'accept' | 'decline'): Promise<void> {
    const person = await this.#people.known(personUpn);
    const { conversation, message } = this.#seen(person, messageId);
    const offer = message.fileOffer;
    if (!offer) throw new TeamsError(404, 'NoFileOffer', 'This message offers no file.');
    message.fileOffer = undefined;
    message.text ??= answer === 'accept' ? `${offer.name} was accepted.` : `${offer.name} was declined.`;
    this.#touch(message);
    await this.#bot.send(
      this.#bot.activity(person, conversation, undefined, {
        type: 'invoke',
        name: 'fileConsent/invoke',
        replyToId: message.id,
        value: {
          type: 'fileUpload',
          action: answer,
          context: answer === 'accept' ? offer.acceptContext : offer.declineContext,
          ...(answer === 'accept' ? { uploadInfo: this.#files.uploadInfo(offer.name) } : {}),
        },
      }),
    );
  }

  async messages(personUpn: string, place: Place = 'personal'): Promise<SeatMessage[]> {
    const person = await this.#people.known(personUpn);
    return this.#conversations.of(person, place).messages.map((message) => this.#view(message, person, place));
  }

  /** To be called when the bot sent or edited a message: whoever has it on the screen may refresh it. */
  shown(message: Message): void {
    for (const { person, places } of new Map([...this.#looks].map(([, look]) => [look.person.id, look])).values()) {
      const visible = places.some((place) => this.#conversations.of(person, place).id === message.conversationId);
      if (visible) this.#refresh(message, person, true);
    }
  }

  /** Resolves when the refreshes under way have been answered. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }

  #refresh(message: Message, person: Person, afresh: boolean): void {
    const card = this.#cardsOf(message, person)[0];
    const refresh = card?.refresh as { action?: Json; userIds?: unknown } | undefined;
    const conversation = this.#conversations.find(message.conversationId)?.conversation;
    if (!refresh?.action || !conversation || message.deleted) return;
    const listed = Array.isArray(refresh.userIds)
      ? refresh.userIds.slice(0, AUTOMATIC_REFRESH_MEMBERS).includes(this.#people.mri(person))
      : conversation.members.size <= AUTOMATIC_REFRESH_MEMBERS;
    const overlay = this.#conversations.overlay(message, person);
    const recent = this.#now() - (overlay.refreshedAt ?? Number.NEGATIVE_INFINITY) < REFRESH_AGAIN_AFTER_MS;
    if (!listed || (recent && !afresh) || overlay.pending !== undefined) return;
    overlay.refreshedAt = this.#now();
    const press = executable({ ...refresh.action, type: 'Action.Execute' });
    const work = this.#invoke(person, conversation, message, press, 'automatic').catch(() => undefined);
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }

  #invoke(
    person: Person,
    conversation: Conversation,
    message: Message,
    action: ActionExecute,
    trigger: 'manual' | 'automatic',
  ): Promise<TapOutcome> {
    const overlay = this.#conversations.overlay(message, person);
    const redraw = () => {
      overlay.version += 1;
      this.#conversations.changed(conversation, 'message', person.id);
    };
    return invoke({ bot: this.#bot, person, conversation, message, overlay, action, trigger, now: this.#now, redraw });
  }

  async #submit(
    person: Person,
    conversation: Conversation,
    message: Message,
    action: ActionExecute,
  ): Promise<TapOutcome> {
    const data = (action.data ?? {}) as Json;
    const teams = data.msteams as Json | undefined;
    if (teams?.type === 'imBack') {
      await this.say(person.userPrincipalName, String(teams.value), { conversation: conversation.place });
      return { kind: 'message', status: 200, text: '' };
    }
    const answer = await this.#bot.send(
      this.#bot.activity(person, conversation, message.threadId, {
        type: 'message',
        value: data,
        replyToId: message.id,
      }),
    );
    return answer.failure
      ? { kind: 'error', status: answer.status, text: 'Unable to reach app. Please try again.' }
      : { kind: 'message', status: answer.status, text: '' };
  }

  #seen(person: Person, messageId: string): { conversation: Conversation; message: Message } {
    for (const place of ['personal', 'channel'] as const) {
      const conversation = this.#conversations.of(person, place);
      const message = this.#conversations.messageIn(conversation, messageId);
      if (message && !message.deleted) return { conversation, message };
    }
    throw new TeamsError(404, 'NoSuchMessage', `${person.displayName} sees no message ${messageId}.`);
  }

  #cardsOf(message: Message, person: Person): Card[] {
    const own = message.overlays.get(person.id)?.card;
    return own ? [own, ...message.cards.slice(1)] : message.cards;
  }

  #touch(message: Message): void {
    message.version += 1;
    const conversation = this.#conversations.find(message.conversationId)?.conversation;
    if (conversation) this.#conversations.changed(conversation);
  }

  #view(message: Message, person: Person, place: Place): SeatMessage {
    const overlay = message.overlays.get(person.id);
    const cards = message.deleted ? [] : this.#cardsOf(message, person);
    const { author, deleted } = message;
    return {
      id: message.id,
      version: message.version + (overlay?.version ?? 0),
      conversation: place,
      conversationId: message.conversationId,
      threadId: message.threadId,
      from: author
        ? { id: this.#people.mri(author), name: author.displayName, bot: false }
        : { ...this.#bot.bot, bot: true },
      text: deleted ? undefined : message.text,
      textFormat: message.textFormat,
      card: cards[0],
      cards,
      files: deleted ? [] : message.files,
      fileOffer: deleted ? undefined : message.fileOffer,
      suggestions: deleted ? [] : message.suggestions,
      summary: message.summary,
      fallback: cards[0]?.fallbackText as string | undefined,
      notice: deleted ? undefined : overlay?.notice,
      pending: overlay?.pending,
      sentAt: new Date(message.sentAt).toISOString(),
      edited: message.edited,
      deleted,
      undelivered: message.undelivered,
    };
  }
}
