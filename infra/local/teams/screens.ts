import type { Apps } from './apps.ts';
import type { BotClient } from './botClient.ts';
import { executable } from './cardActions.ts';
import type { Conversation, Conversations, Message } from './conversations.ts';
import { install, tellJoined } from './install.ts';
import { invoke } from './invoke.ts';
import type { People } from './people.ts';
import { membersOf } from './roster.ts';
import { cardsOf } from './seatView.ts';
import type { ActionExecute, Json, Person, Place, TapOutcome } from './types.ts';

/** Teams refreshes a card by itself for this many people at most. */
const AUTOMATIC_REFRESH_PEOPLE = 60;
const REFRESH_AGAIN_AFTER_MS = 60_000;
const CARDS_IN_VIEW = 20;

interface Refresh {
  action?: Json;
  userIds?: unknown;
}

/** Who has which conversation on the screen, and the cards that refresh themselves there. */
export class Screens {
  readonly #bot: BotClient;
  readonly #people: People;
  readonly #conversations: Conversations;
  readonly #apps: Apps;
  readonly #team: string[] | undefined;
  readonly #now: () => number;
  readonly #looks = new Map<string, { person: Person; place: Place }>();
  readonly #work = new Set<Promise<unknown>>();

  constructor(
    bot: BotClient,
    people: People,
    conversations: Conversations,
    apps: Apps,
    team: string[] | undefined,
    now: () => number,
  ) {
    this.#bot = bot;
    this.#people = people;
    this.#conversations = conversations;
    this.#apps = apps;
    this.#team = team;
    this.#now = now;
  }

  /** `who` names the screen: a page's seat, or the test that plays this person. */
  async look(who: string, personUpn: string, place: Place): Promise<void> {
    const person = await this.#people.known(personUpn);
    this.#looks.set(who, { person, place });
    const conversation = this.#conversations.of(person, place);
    const joins = place === 'channel' && !(await this.#isMember(conversation, person));
    if (place !== 'personal' || this.#apps.has(person)) await install(this.#bot, conversation, person);
    if (joins && this.#apps.inTeam) await tellJoined(this.#bot, this.#conversations.team, conversation, person);
    for (const message of conversation.messages.slice(-CARDS_IN_VIEW)) this.#refresh(conversation, message, person);
  }

  async #isMember(conversation: Conversation, { id }: Person): Promise<boolean> {
    return (await membersOf(conversation, this.#people, this.#team)).some((one) => one.id === id);
  }

  looks(who: string): boolean {
    return this.#looks.has(who);
  }

  /** Takes a screen away, or all that begin with `who/`. */
  lookAway(who: string): void {
    for (const key of this.#looks.keys()) if (key === who || key.startsWith(`${who}/`)) this.#looks.delete(key);
  }

  /** To be called when the bot sent or edited a message: whoever has it on the screen may refresh it. */
  shown(conversation: Conversation, message: Message): void {
    const watching = new Map<string, Person>();
    for (const { person, place } of this.#looks.values()) {
      if (this.#conversations.of(person, place) === conversation) watching.set(person.id, person);
    }
    for (const person of watching.values()) this.#refresh(conversation, message, person);
  }

  /** Resolves when the refreshes under way have been answered. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }

  invoke(
    person: Person,
    conversation: Conversation,
    message: Message,
    action: ActionExecute,
    trigger: 'manual' | 'automatic',
  ): Promise<TapOutcome> {
    const overlay = this.#conversations.overlay(message, person);
    const redraw = () => {
      overlay.version += 1;
      this.#conversations.changed(conversation, { personId: person.id, message });
    };
    const turn = this.#conversations.nextTurn();
    const now = this.#now;
    return invoke({ bot: this.#bot, person, conversation, message, overlay, action, trigger, turn, now, redraw });
  }

  #refresh(conversation: Conversation, message: Message, person: Person): void {
    const refresh = cardsOf(message, person)[0]?.refresh as Refresh | undefined;
    if (!refresh?.action || message.deleted) return;
    const overlay = this.#conversations.overlay(message, person);
    const isRecent = () => this.#now() - (overlay.refreshedAt ?? Number.NEGATIVE_INFINITY) < REFRESH_AGAIN_AFTER_MS;
    if (isRecent()) return;
    const work = this.#isListed(conversation, person, refresh).then(async (listed) => {
      if (!listed || isRecent()) return;
      overlay.refreshedAt = this.#now();
      const action = executable({ ...refresh.action, type: 'Action.Execute' });
      await this.invoke(person, conversation, message, action, 'automatic').catch(() => undefined);
    });
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }

  /** Without a list it is everybody, in a conversation that is no larger than a list may be. */
  async #isListed(conversation: Conversation, person: Person, { userIds }: Refresh): Promise<boolean> {
    if (Array.isArray(userIds)) return userIds.slice(0, AUTOMATIC_REFRESH_PEOPLE).includes(this.#people.mri(person));
    return (await membersOf(conversation, this.#people, this.#team)).length <= AUTOMATIC_REFRESH_PEOPLE;
  }
}
