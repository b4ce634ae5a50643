import type { Apps } from './apps.ts';
import type { BotClient } from './botClient.ts';
import { executable, findAction, pressed } from './cardActions.ts';
import type { Conversation, Conversations, Message } from './conversations.ts';
import type { Files } from './files.ts';
import { install } from './install.ts';
import type { People } from './people.ts';
import { composeText } from './say.ts';
import type { Screens } from './screens.ts';
import { cardsOf, viewOf } from './seatView.ts';
import type { ActionExecute, Json, Person, Place, Said, SayOptions, SeatMessage, TapOutcome } from './types.ts';
import { TeamsError } from './types.ts';

const places: readonly Place[] = ['personal', 'channel', 'private', 'shared'];

/** What people do in Teams, and what each of them sees of it. */
export class Seats {
  readonly #bot: BotClient;
  readonly #people: People;
  readonly #conversations: Conversations;
  readonly #files: Files;
  readonly #screens: Screens;
  readonly #apps: Apps;

  constructor(
    bot: BotClient,
    people: People,
    conversations: Conversations,
    files: Files,
    screens: Screens,
    apps: Apps,
  ) {
    this.#bot = bot;
    this.#people = people;
    this.#conversations = conversations;
    this.#files = files;
    this.#screens = screens;
    this.#apps = apps;
  }

  async say(personUpn: string, text: string, options: SayOptions = {}): Promise<Said> {
    const person = await this.#people.known(personUpn);
    const conversation = this.#conversations.of(person, options.conversation ?? 'personal');
    if (conversation.place === 'personal' && !this.#apps.has(person))
      throw new TeamsError(403, 'AppNotInstalled', `${person.displayName} has not installed the app.`);
    await install(this.#bot, conversation, person);
    const links = options.links ?? [];
    const composed = await composeText(text, options.mentions ?? [], this.#bot.bot, this.#people, links);
    const files = conversation.place === 'personal' ? (options.files ?? []) : [];
    const kept = files.map((file) => this.#files.keep(file.name, file.content));
    const message = this.#conversations.add(
      conversation,
      person,
      {
        text: composed.text,
        textFormat: 'plain',
        links,
        cards: [],
        files: kept,
        fileOffer: undefined,
        suggestions: [],
        summary: undefined,
        mentioned: [],
      },
      options.replyTo,
    );
    if (conversation.place !== 'personal' && !composed.mentionsBot) {
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
          ...(composed.entities.length + kept.length + links.length > 0 ? [html] : []),
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
    where?: Place,
  ): Promise<TapOutcome> {
    const person = await this.#people.known(personUpn);
    const { conversation, message } = this.#seen(person, messageId, where);
    const cards = cardsOf(message, person);
    const press =
      typeof action === 'string'
        ? pressed(findAction({ body: cards.map((card) => ({ ...card, type: 'Container' })) }, action), inputs)
        : executable({ ...action, data: { ...(action.data as Json | undefined), ...inputs } });
    if (press.type === 'Action.Submit') return this.#submit(person, conversation, message, press);
    if (press.type !== 'Action.Execute') {
      throw new TeamsError(400, 'NotForTheBot', `${press.type} never reaches the bot.`);
    }
    return this.#screens.invoke(person, conversation, message, press, 'manual');
  }

  async answerFileOffer(personUpn: string, messageId: string, answer: 'accept' | 'decline'): Promise<void> {
    const person = await this.#people.known(personUpn);
    const { conversation, message } = this.#seen(person, messageId, 'personal');
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

  async follow(personUpn: string, hear: (message: SeatMessage) => void): Promise<() => void> {
    const person = await this.#people.known(personUpn);
    const chat = this.#conversations.personal(person);
    return this.#conversations.onChange(({ conversationId, message }) => {
      if (message === undefined || conversationId !== chat.id) return;
      hear(this.#view(message, person, 'personal'));
    });
  }

  #view(message: Message, person: Person, place: Place): SeatMessage {
    const names = [this.#people.mri(person), person.id, person.userPrincipalName];
    return viewOf(message, person, place, this.#authorOf(message), names);
  }

  #authorOf({ author }: Message): SeatMessage['from'] {
    return author === undefined
      ? { ...this.#bot.bot, bot: true }
      : { id: this.#people.mri(author), name: author.displayName, bot: false };
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

  #seen(person: Person, messageId: string, where?: Place): { conversation: Conversation; message: Message } {
    for (const place of where ? [where] : places) {
      const conversation = this.#conversations.of(person, place);
      const message = this.#conversations.messageIn(conversation, messageId);
      if (message && !message.deleted) return { conversation, message };
    }
    throw new TeamsError(404, 'NoSuchMessage', `${person.displayName} sees no message ${messageId}.`);
  }

  #touch(message: Message): void {
    message.version += 1;
    const conversation = this.#conversations.find(message.conversationId)?.conversation;
    if (conversation) this.#conversations.changed(conversation, { message });
  }
}
