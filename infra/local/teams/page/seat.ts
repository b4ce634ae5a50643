import type { Theme } from '../hostConfig.ts';
import { api, type Person, type Place, type SeatMessage } from './api.ts';
import { Compose, type Outgoing } from './compose.ts';
import { avatar, h } from './dom.ts';
import { plainText } from './markdown.ts';
import { MessageList } from './messageList.ts';
import { personChooser } from './personChooser.ts';
import { Rail } from './rail.ts';

export interface SeatOptions {
  index: number;
  botName: string;
  people: Person[];
  person: Person;
  theme: () => Theme;
  changed: () => void;
}

/** One screen of Teams with one person in front of it. */
export class Seat {
  readonly element: HTMLElement;
  readonly #options: SeatOptions;
  readonly #rail: Rail;
  readonly #pane = h('div', { class: 'pane' });
  readonly #compose: Compose;
  readonly #read: Record<Place, number> = { personal: 0, channel: 0 };
  #lists: Record<Place, MessageList>;
  #person: Person;
  #place: Place = 'personal';
  #replyTo: string | undefined;
  #refreshing: Promise<void> | undefined;
  #again = false;

  constructor(options: SeatOptions) {
    this.#options = options;
    this.#person = options.person;
    this.#rail = new Rail(options.botName, (place) => void this.show(place));
    this.#compose = new Compose(options.botName, (words) => this.#say(words));
    this.#lists = this.#newLists();
    this.element = h('section', { class: 'seat', 'data-seat': options.index });
    this.#draw();
  }

  get person(): Person {
    return this.#person;
  }

  /** Puts this person in front of the screen, as when Teams is opened. */
  async begin(): Promise<void> {
    await this.#refresh();
    for (const place of ['personal', 'channel'] as const) this.#read[place] = await this.#count(place);
    await this.show(this.#place);
  }

  async show(place: Place): Promise<void> {
    this.#place = place;
    this.#replyTo = undefined;
    this.element.dataset.conversation = place;
    this.#rail.select(place);
    this.#compose.setPlace(place);
    this.#pane.replaceChildren(this.#title(place), this.#lists[place].element, this.#compose.element);
    await api.look(this.#options.index, this.#person.userPrincipalName, place).catch(() => undefined);
    await this.#refresh();
    const list = this.#lists[place].element;
    list.scrollTop = list.scrollHeight;
  }

  heard(kind: 'message' | 'typing', place: Place, person: string | undefined): void {
    if (person && person !== this.#person.userPrincipalName) return;
    if (kind === 'typing') this.#lists[place].showTyping();
    else void this.#refresh();
  }

  redraw(): void {
    void this.#refresh();
  }

  async #sit(person: Person): Promise<void> {
    this.#person = person;
    this.#lists = this.#newLists();
    this.#compose.clear();
    this.#draw();
    this.#options.changed();
    await this.begin();
  }

  /** Changes come in bursts; one reading after the last of them is enough. */
  #refresh(): Promise<void> {
    if (this.#refreshing) {
      this.#again = true;
      return this.#refreshing;
    }
    this.#refreshing = (async () => {
      do {
        this.#again = false;
        await this.#load().catch(() => undefined);
      } while (this.#again);
      this.#refreshing = undefined;
    })();
    return this.#refreshing;
  }

  async #load(): Promise<void> {
    const person = this.#person;
    for (const place of ['personal', 'channel'] as const) {
      const messages = await api.messages(person.userPrincipalName, place);
      if (person !== this.#person) return;
      this.#lists[place].show(messages);
      const fromOthers = messages.filter((each) => each.from.name !== person.displayName).length;
      if (place === this.#place) this.#read[place] = fromOthers;
      this.#rail.describe(place, preview(messages.at(-1)), fromOthers > this.#read[place]);
    }
  }

  async #count(place: Place): Promise<number> {
    const messages = await api.messages(this.#person.userPrincipalName, place).catch(() => []);
    return messages.filter((each) => each.from.name !== this.#person.displayName).length;
  }

  async #say(words: Outgoing): Promise<void> {
    const replyTo = this.#replyTo;
    this.#reply(undefined);
    await api
      .say({ ...words, person: this.#person.userPrincipalName, conversation: this.#place, replyTo })
      .catch((cause: Error) => this.#compose.box.setCustomValidity(cause.message));
  }

  #reply(message: SeatMessage | undefined): void {
    this.#replyTo = message?.id;
    this.#compose.replyTo(message && (preview(message) || 'this post'), () => this.#reply(undefined));
  }

  #newLists(): Record<Place, MessageList> {
    const context = {
      person: () => this.#person.userPrincipalName,
      ownName: () => this.#person.displayName,
      theme: this.#options.theme,
      say: (text: string) => void this.#say({ text, mentions: [], files: [] }),
    };
    const { botName } = this.#options;
    const greeting = h(
      'div',
      { class: 'empty' },
      avatar(botName, true),
      h('p', {}, `Say hello to ${botName}: try “help”.`),
    );
    const quiet = h('div', { class: 'empty' }, h('p', {}, `Nothing was posted yet. Mention @${botName} to be heard.`));
    return {
      personal: new MessageList(`Chat with ${botName}`, greeting, { ...context, reply: undefined }),
      channel: new MessageList('Posts in IT › Offboarding', quiet, { ...context, reply: (each) => this.#reply(each) }),
    };
  }

  #title(place: Place): HTMLElement {
    const { botName } = this.#options;
    return place === 'personal'
      ? h(
          'header',
          { class: 'title' },
          avatar(botName, true),
          h('h2', {}, botName),
          h('span', { class: 'chip' }, 'App'),
        )
      : h(
          'header',
          { class: 'title' },
          h('span', { class: 'avatar team', 'aria-hidden': 'true' }, 'IT'),
          h('h2', {}, 'IT › Offboarding'),
        );
  }

  #draw(): void {
    this.element.setAttribute('aria-label', `Seat ${this.#options.index + 1}: ${this.#person.displayName}`);
    const chooser = personChooser(this.#options.people, this.#person, (person) => void this.#sit(person));
    this.element.replaceChildren(
      h('div', { class: 'sitting' }, avatar(this.#person.displayName), chooser),
      h('div', { class: 'screen' }, this.#rail.element, this.#pane),
    );
  }
}

function preview(message: SeatMessage | undefined): string {
  if (!message || message.deleted) return '';
  return message.summary ?? (message.text ? plainText(message.text) : message.card ? 'Sent a card' : 'Sent a file');
}
