import type { SeatMessage } from './api.ts';
import { h } from './dom.ts';
import { type MessageContext, MessageView } from './messageView.ts';

const NEAR_THE_END_PX = 120;

/** The messages of one conversation; a channel's are grouped by thread. */
export class MessageList {
  readonly element: HTMLElement;
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
  #typingEnds: ReturnType<typeof setTimeout> | undefined;

  constructor(label: string, whenEmpty: HTMLElement, context: MessageContext) {
    this.#context = context;
    this.#empty = whenEmpty;
    this.element = h(
      'div',
      { class: 'messages', role: 'log', 'aria-live': 'polite', 'aria-label': label, tabindex: 0 },
      whenEmpty,
      this.#typing,
    );
  }

  show(messages: SeatMessage[]): void {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    const atTheEnd = scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PX;
    let added = false;
    for (const message of messages) {
      const view = this.#views.get(message.id);
      if (view) view.update(message);
      else {
        this.#add(message);
        added = true;
      }
    }
    this.#forget(new Set(messages.map((each) => each.id)));
    this.#empty.hidden = messages.length > 0;
    if (added) this.#typing.hidden = true;
    if (atTheEnd) this.#scrollToEnd();
  }

  showTyping(): void {
    this.#typing.hidden = false;
    this.#scrollToEnd();
    clearTimeout(this.#typingEnds);
    this.#typingEnds = setTimeout(() => {
      this.#typing.hidden = true;
    }, 4000);
  }

  #add(message: SeatMessage): void {
    const view = new MessageView(message, this.#context);
    this.#views.set(message.id, view);
    let thread = this.#threads.get(message.threadId);
    if (!thread) {
      thread = h('section', { class: `thread ${message.conversation}` });
      this.#threads.set(message.threadId, thread);
      this.#typing.before(thread);
    }
    thread.append(view.element);
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
  }

  #scrollToEnd(): void {
    this.element.scrollTop = this.element.scrollHeight;
  }
}
