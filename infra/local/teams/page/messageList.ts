import type { SeatMessage } from './api.ts';
import { h } from './dom.ts';
import { type MessageContext, MessageView } from './messageView.ts';

const NEAR_THE_END_PX = 120;
const ABOVE_PX = 8;

const dayFormat = new Intl.DateTimeFormat('en-US', { weekday: 'long', month: 'long', day: 'numeric' });

/** The messages of one conversation; a channel's are grouped by thread. */
export class MessageList {
  readonly element: HTMLElement;
  readonly #log: HTMLElement;
  readonly #context: MessageContext;
  readonly #views = new Map<string, MessageView>();
  readonly #threads = new Map<string, HTMLElement>();
  readonly #typing = h(
    'div',
    { class: 'typing', hidden: true },
    h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')),
    h('span', { class: 'sr' }, 'Signoff is typing'),
  );
  readonly #empty: HTMLElement;
  readonly #below: HTMLButtonElement;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;
  #read = false;
  #lastDay: string | undefined;
  /** The first message that came and was not brought into view. */
  #unseen: string | undefined;

  constructor(label: string, whenEmpty: HTMLElement, context: MessageContext) {
    this.#context = context;
    this.#empty = whenEmpty;
    // Whoever listens hears of new messages by toasts; a whole card read out for each would be too much.
    this.#log = h(
      'div',
      { class: 'messages', role: 'log', 'aria-live': 'off', 'aria-label': label, tabindex: 0 },
      whenEmpty,
      this.#typing,
    );
    this.#below = h('button', { type: 'button', class: 'below', hidden: true }, 'New message');
    this.#below.addEventListener('click', () => this.reveal());
    this.element = h('div', { class: 'conversation' }, this.#log, this.#below);
  }

  /** @returns what came since the last time; nothing the first time */
  show(messages: SeatMessage[]): SeatMessage[] {
    const follows = this.#follows();
    const added: SeatMessage[] = [];
    for (const message of messages) {
      const view = this.#views.get(message.id);
      if (view) view.update(message);
      else {
        this.#add(message);
        added.push(message);
      }
    }
    this.#forget(new Set(messages.map((each) => each.id)));
    this.#empty.hidden = messages.length > 0;
    const first = added[0];
    if (first) {
      this.#typing.hidden = true;
      // What is there when the chat is opened has been read: it opens at the newest.
      if (this.#read) this.#unseen ??= first.id;
      if (follows || isOwn(first, this.#context)) this.reveal();
      else this.#below.hidden = false;
    }
    const news = this.#read ? added : [];
    this.#read = true;
    return news;
  }

  /** Scrolls to the top of this message, or of the first that was not seen, or of the last: a card is read from its title. */
  reveal(messageId = this.#unseen): void {
    const view = (messageId && this.#views.get(messageId)) || [...this.#views.values()].at(-1);
    if (!view || !this.#isOnScreen()) return;
    this.#unseen = undefined;
    this.#below.hidden = true;
    const top = view.element.getBoundingClientRect().top - this.#log.getBoundingClientRect().top;
    this.#log.scrollTop += top - ABOVE_PX;
  }

  focus(messageId: string): void {
    this.reveal(messageId);
    this.#views.get(messageId)?.element.focus({ preventScroll: true });
  }

  showTyping(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    this.#typing.hidden = false;
    if (scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PX) this.#log.scrollTop = scrollHeight;
    clearTimeout(this.#typingEnds);
    this.#typingEnds = setTimeout(() => {
      this.#typing.hidden = true;
    }, 4000);
  }

  /** A new message is scrolled to, unless somebody reads further up or is filling in a card. */
  #follows(): boolean {
    const last = [...this.#views.values()].at(-1)?.element;
    const typing =
      document.activeElement?.matches('input, textarea, select') && this.#log.contains(document.activeElement);
    return !typing && (!last || last.getBoundingClientRect().top < this.#log.getBoundingClientRect().bottom);
  }

  #isOnScreen(): boolean {
    return this.#log.getClientRects().length > 0;
  }

  #add(message: SeatMessage): void {
    const view = new MessageView(message, this.#context);
    this.#views.set(message.id, view);
    let thread = this.#threads.get(message.threadId);
    if (!thread) {
      thread = h('section', { class: `thread ${message.conversation === 'personal' ? 'personal' : 'channel'}` });
      this.#threads.set(message.threadId, thread);
      this.#typing.before(...this.#dayBefore(message), thread);
    }
    thread.append(view.element);
  }

  #dayBefore({ sentAt }: SeatMessage): HTMLElement[] {
    const day = dayFormat.format(new Date(sentAt));
    const another = this.#lastDay !== undefined && this.#lastDay !== day;
    this.#lastDay = day;
    return another ? [h('div', { class: 'day' }, day)] : [];
  }

  #forget(kept: Set<string>): void {
    for (const [id, view] of this.#views) {
      if (kept.has(id)) continue;
      view.element.remove();
      this.#views.delete(id);
    }
    for (const [id, thread] of this.#threads) {
      if (thread.childElementCount > 0) continue;
      thread.remove();
      this.#threads.delete(id);
    }
    if (kept.size > 0) return;
    for (const day of this.#log.querySelectorAll('.day')) day.remove();
    this.#lastDay = undefined;
  }
}

const isOwn = (message: SeatMessage, context: MessageContext): boolean =>
  !message.from.bot && message.from.name === context.ownName();
