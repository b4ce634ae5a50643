import { avatar, h } from './dom.ts';

const SHOWN_FOR_MS = 6000;

export interface Toast {
  from: string;
  words: string;
  /** Goes to what it is about. */
  open: () => void;
}

/** What comes up in the corner when somebody is called. It goes away by itself, but not under the pointer or the focus. */
export class Toasts {
  readonly element = h('div', { class: 'toasts', role: 'status', 'aria-label': 'Notifications' });

  show({ from, words, open }: Toast): void {
    const toast = h(
      'button',
      { type: 'button', class: 'toast' },
      avatar(from, true),
      h('span', { class: 'words' }, h('b', {}, from), ` ${words}`),
    );
    const close = () => {
      clearTimeout(timer);
      toast.remove();
    };
    const wait = () => setTimeout(close, SHOWN_FOR_MS);
    let timer = wait();
    const stay = () => clearTimeout(timer);
    const go = () => {
      clearTimeout(timer);
      timer = wait();
    };
    for (const [event, act] of Object.entries({ mouseenter: stay, focus: stay, mouseleave: go, blur: go }))
      toast.addEventListener(event, act);
    toast.addEventListener('click', () => {
      close();
      open();
    });
    // There is room for one; what came before it stands in the chat.
    this.element.replaceChildren(toast);
  }

  clear(): void {
    this.element.replaceChildren();
  }
}
