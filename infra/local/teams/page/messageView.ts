import type { Theme } from '../hostConfig.ts';
import { api, type SeatMessage } from './api.ts';
import { type CardAction, drawCard, showPending } from './cardView.ts';
import { avatar, h, icon } from './dom.ts';
import { messageHtml } from './markdown.ts';

export interface MessageContext {
  person: () => string;
  ownName: () => string;
  theme: () => Theme;
  say: (text: string) => void;
  reply: ((message: SeatMessage) => void) | undefined;
}

const clock = new Intl.DateTimeFormat('en-US', { hour: 'numeric', minute: '2-digit' });

/** One message on the screen. It is redrawn piece by piece, so that a card keeps what was typed into it. */
export class MessageView {
  readonly element: HTMLElement;
  readonly #context: MessageContext;
  readonly #body = h('div', { class: 'body' });
  readonly #cards = h('div', { class: 'cards' });
  readonly #notice = h('div', { class: 'notice', role: 'status' });
  readonly #meta = h('div', { class: 'meta' });
  #message: SeatMessage;
  #drawn = '';
  #tapping: string | undefined;

  constructor(message: SeatMessage, context: MessageContext) {
    this.#context = context;
    this.#message = message;
    this.element = h(
      'article',
      { class: 'message', 'data-message-id': message.id, tabindex: -1 },
      avatar(message.from.name, message.from.bot),
      h('div', { class: 'content' }, this.#meta, this.#body, this.#cards, this.#notice),
    );
    this.update(message);
  }

  update(message: SeatMessage): void {
    this.#message = message;
    const own = !message.from.bot && message.from.name === this.#context.ownName();
    const time = clock.format(new Date(message.sentAt));
    this.element.classList.toggle('own', own);
    this.element.setAttribute('aria-label', `${message.from.name}, ${time}${message.edited ? ', edited' : ''}`);
    this.#meta.replaceChildren(
      own ? '' : h('b', {}, message.from.name),
      h('time', { datetime: message.sentAt }, time),
      message.edited && !message.deleted ? h('span', { class: 'edited' }, 'Edited') : '',
    );
    this.#drawBody(message);
    const drawn = JSON.stringify([message.cards, this.#context.theme()]);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#cards.replaceChildren(
        ...message.cards.map((card) => drawCard(card, this.#context.theme(), (action) => void this.#tap(action))),
      );
    }
    this.#showPending(message.pending ?? this.#tapping);
    this.#showNotice(message.undelivered ? { kind: 'error', text: message.undelivered } : message.notice);
  }

  #drawBody(message: SeatMessage): void {
    this.#body.replaceChildren();
    if (message.deleted) this.#body.append(h('p', { class: 'gone' }, 'This message has been deleted.'));
    if (message.text) {
      const bubble = h('div', { class: 'bubble' });
      bubble.innerHTML = messageHtml(message.text, message.textFormat, message.links);
      this.#body.append(bubble);
    }
    for (const file of message.files) {
      this.#body.append(h('a', { class: 'file', href: file.url, download: file.name }, icon('attach'), file.name));
    }
    const offer = message.fileOffer;
    if (offer) {
      const answer = (word: 'accept' | 'decline') => () =>
        void api.answerFileOffer(this.#context.person(), message.id, word);
      this.#body.append(
        h(
          'div',
          { class: 'card offer' },
          h('b', {}, offer.name),
          h('p', {}, offer.description),
          h('button', { class: 'button primary', type: 'button', click: answer('accept') }, 'Allow'),
          h('button', { class: 'button', type: 'button', click: answer('decline') }, 'Decline'),
        ),
      );
    }
    for (const words of message.suggestions) {
      const say = () => this.#context.say(words);
      this.#body.append(h('button', { class: 'button suggestion', type: 'button', click: say }, words));
    }
    const { reply } = this.#context;
    if (reply && message.threadId === message.id && !message.deleted) {
      this.#meta.append(h('button', { class: 'reply', type: 'button', click: () => reply(this.#message) }, 'Reply'));
    }
  }

  async #tap(action: CardAction): Promise<void> {
    const { person } = this.#context;
    this.#tapping = action.title ?? '';
    this.#showPending(this.#tapping);
    try {
      await api.tap(person(), this.#message, action);
    } catch (cause) {
      this.#showNotice({ kind: 'error', text: cause instanceof Error ? cause.message : String(cause) });
    } finally {
      this.#tapping = undefined;
      this.#showPending(this.#message.pending);
    }
  }

  #showPending(title: string | undefined): void {
    for (const frame of this.#cards.querySelectorAll<HTMLElement>('.card')) showPending(frame, title);
  }

  #showNotice(notice: SeatMessage['notice']): void {
    if (this.#notice.textContent !== (notice?.text ?? '')) this.#notice.textContent = notice?.text ?? '';
    this.#notice.className = `notice ${notice?.kind ?? ''}`;
    this.#notice.hidden = !notice;
  }
}
