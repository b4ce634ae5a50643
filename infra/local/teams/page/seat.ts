import type { Theme } from '../hostConfig.ts';
import { api, type Channel, type Person, type Place, type SeatMessage } from './api.ts';
import { appGate, removeApp } from './appGate.ts';
import { Compose, type Outgoing } from './compose.ts';
import { conversationLists } from './conversationLists.ts';
import { avatar, h } from './dom.ts';
import { plainText } from './markdown.ts';
import type { MessageList } from './messageList.ts';
import { personChooser } from './personChooser.ts';
import { Rail } from './rail.ts';
import { titleOf } from './seatTitle.ts';
import { Toasts } from './toasts.ts';

export interface SeatOptions {
  index: number;
  botName: string;
  channels: Channel[];
  people: Person[];
  person: Person;
  theme: () => Theme;
  changed: () => void;
  /** Something came from others, while another seat may be in front. */
  news: () => void;
}

/** One screen of Teams with one person in front of it. */
export class Seat {
  readonly element: HTMLElement;
  readonly #options: SeatOptions;
  readonly #rail: Rail;
  readonly #pane = h('div', { class: 'pane' });
  readonly #compose: Compose;
  readonly #toasts = new Toasts();
  readonly #places: Place[];
  readonly #read = new Map<Place, number>();
  readonly #changed = new Set<Place>();
  #lists: Map<Place, MessageList>;
  #person: Person;
  #place: Place = 'personal';
  #hasApp = true;
  #replyTo: string | undefined;
  #refreshing: Promise<void> | undefined;
  readonly #fromOthers = new Map<Place, number>();

  constructor(options: SeatOptions) {
    this.#options = options;
    this.#person = options.person;
    this.#places = ['personal', ...options.channels.map(({ place }) => place)];
    this.#rail = new Rail(options.botName, options.channels, (place) => void this.show(place));
    this.#compose = new Compose(options.botName, (words) => this.#say(words));
    this.#lists = this.#newLists();
    this.element = h('section', { class: 'seat', id: `seat-${options.index}`, 'data-seat': options.index });
    this.#draw();
  }

  get person(): Person {
    return this.#person;
  }

  /** Puts this person in front of the screen, as when Teams is opened. */
  async begin(): Promise<void> {
    await this.#refreshAll();
    for (const place of this.#places) this.#read.set(place, this.#fromOthers.get(place) ?? 0);
    await this.show(this.#place);
  }

  async show(place: Place): Promise<void> {
    this.#place = place;
    this.#replyTo = undefined;
    this.element.dataset.conversation = place;
    this.#rail.select(place);
    this.#compose.setPlace(place);
    const list = this.#list(place);
    this.#drawPane();
    await api.look(this.#options.index, this.#person.userPrincipalName, place).catch(() => undefined);
    await this.#refresh(place);
    list.reveal();
  }

  #drawPane(): void {
    const { botName } = this.#options;
    const upn = () => this.#person.userPrincipalName;
    const title = titleOf(this.#place, this.#options);
    const lacking = this.#place === 'personal' && !this.#hasApp;
    if (this.#place === 'personal' && this.#hasApp) title.append(removeApp(botName, upn));
    const below = lacking ? appGate(botName, this.#person.displayName, upn) : this.#compose.element;
    this.#pane.replaceChildren(title, this.#list(this.#place).element, below);
  }

  /** Brings this seat to the front, or puts another before it. */
  cover(covered: boolean): void {
    this.element.toggleAttribute('data-covered', covered);
  }

  heard(kind: 'message' | 'typing', place: Place, person: string | undefined): void {
    if (person && person !== this.#person.userPrincipalName) return;
    if (kind === 'typing') this.#list(place).showTyping();
    else void this.#refresh(place);
  }

  redraw(): void {
    void this.#refreshAll();
  }

  async #sit(person: Person): Promise<void> {
    this.#person = person;
    this.#lists = this.#newLists();
    this.#toasts.clear();
    this.#compose.clear();
    this.#draw();
    this.#options.changed();
    await this.begin();
  }

  #refreshAll(): Promise<void> {
    return this.#refresh(...this.#places);
  }

  /** Changes come in bursts; one reading after the last of them is enough. */
  #refresh(...places: Place[]): Promise<void> {
    for (const place of places) this.#changed.add(place);
    this.#refreshing ??= (async () => {
      while (this.#changed.size > 0) {
        const changed = [...this.#changed];
        this.#changed.clear();
        await Promise.all(changed.map((place) => this.#load(place).catch(() => undefined)));
      }
      this.#refreshing = undefined;
    })();
    return this.#refreshing;
  }

  async #load(place: Place): Promise<void> {
    const person = this.#person;
    const upn = person.userPrincipalName;
    const [messages, hasApp] = await Promise.all([
      api.messages(upn, place),
      place === 'personal' ? api.hasApp(upn) : undefined,
    ]);
    if (person !== this.#person) return;
    if (hasApp !== undefined && hasApp !== this.#hasApp) {
      this.#hasApp = hasApp;
      this.#drawPane();
    }
    const news = this.#list(place).show(messages);
    const fromOthers = messages.filter((each) => each.from.name !== person.displayName).length;
    this.#fromOthers.set(place, fromOthers);
    if (place === this.#place) this.#read.set(place, fromOthers);
    this.#rail.describe(place, preview(messages.at(-1)), fromOthers > (this.#read.get(place) ?? 0));
    for (const message of news) if (message.rings) this.#toast(message);
    if (news.some((each) => each.from.name !== person.displayName)) this.#options.news();
  }

  #toast(message: SeatMessage): void {
    this.#toasts.show({
      from: message.from.name,
      words: preview(message),
      open: () => void this.show(message.conversation).then(() => this.#list(message.conversation).focus(message.id)),
    });
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

  #list(place: Place): MessageList {
    const list = this.#lists.get(place);
    if (!list) throw new Error(`There is no conversation “${place}” here.`);
    return list;
  }

  #newLists(): Map<Place, MessageList> {
    return conversationLists(this.#options, {
      person: () => this.#person.userPrincipalName,
      ownName: () => this.#person.displayName,
      theme: this.#options.theme,
      say: (text) => void this.#say({ text, mentions: [], links: [], files: [] }),
      reply: (message) => this.#reply(message),
    });
  }

  #draw(): void {
    this.element.setAttribute('aria-label', `Seat ${this.#options.index + 1}: ${this.#person.displayName}`);
    const chooser = personChooser(this.#options.people, this.#person, (person) => void this.#sit(person));
    this.element.replaceChildren(
      h('div', { class: 'sitting' }, avatar(this.#person.displayName), chooser),
      h('div', { class: 'screen' }, this.#rail.element, this.#pane),
      this.#toasts.element,
    );
  }
}

function preview(message: SeatMessage | undefined): string {
  if (!message || message.deleted) return '';
  return message.summary ?? (message.text ? plainText(message.text) : message.card ? 'Sent a card' : 'Sent a file');
}
