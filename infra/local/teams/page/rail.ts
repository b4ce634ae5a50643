import type { Place } from './api.ts';
import { avatar, h } from './dom.ts';

/** The list of conversations, with a dot where something is unread. */
export class Rail {
  readonly element: HTMLElement;
  readonly #items: Record<Place, { button: HTMLButtonElement; preview: HTMLElement; dot: HTMLElement }>;

  constructor(botName: string, choose: (place: Place) => void) {
    this.#items = {
      personal: this.#item('personal', botName, avatar(botName, true), choose),
      channel: this.#item(
        'channel',
        'IT › Offboarding',
        h('span', { class: 'avatar team', 'aria-hidden': 'true' }, 'IT'),
        choose,
      ),
    };
    this.element = h('nav', { class: 'rail', 'aria-label': 'Conversations' });
    this.element.append(this.#items.personal.button, this.#items.channel.button);
  }

  select(place: Place): void {
    for (const [name, { button }] of Object.entries(this.#items)) {
      if (name === place) button.setAttribute('aria-current', 'page');
      else button.removeAttribute('aria-current');
    }
  }

  describe(place: Place, words: string, unread: boolean): void {
    const { preview, dot, button } = this.#items[place];
    preview.textContent = words;
    dot.hidden = !unread;
    button.classList.toggle('unread', unread);
  }

  #item(place: Place, name: string, picture: HTMLElement, choose: (place: Place) => void) {
    const preview = h('small', {});
    const dot = h('span', { class: 'dot', hidden: true }, h('span', { class: 'sr' }, 'Unread'));
    const button = h(
      'button',
      { type: 'button', 'data-place': place, click: () => choose(place) },
      picture,
      h('span', { class: 'who' }, h('b', {}, name), preview),
      dot,
    );
    return { button, preview, dot };
  }
}
