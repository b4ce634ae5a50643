import type { Channel, Place } from './api.ts';
import { avatar, h } from './dom.ts';
import { kindOf, teamPicture } from './seatTitle.ts';

interface Item {
  button: HTMLButtonElement;
  preview: HTMLElement;
  dot: HTMLElement;
}

/** The list of conversations, with a dot where something is unread. */
export class Rail {
  readonly element: HTMLElement;
  readonly #items: Map<Place, Item>;

  constructor(botName: string, channels: Channel[], choose: (place: Place) => void) {
    const chat = this.#item('personal', botName, avatar(botName, true), undefined, choose);
    const posts = channels.map(
      (each) => [each.place, this.#item(each.place, each.title, teamPicture(), kindOf(each), choose)] as const,
    );
    this.#items = new Map<Place, Item>([['personal', chat], ...posts]);
    this.element = h('nav', { class: 'rail', 'aria-label': 'Conversations' });
    this.element.append(...[...this.#items.values()].map(({ button }) => button));
  }

  select(place: Place): void {
    for (const [name, { button }] of this.#items) {
      if (name === place) button.setAttribute('aria-current', 'page');
      else button.removeAttribute('aria-current');
    }
  }

  describe(place: Place, words: string, unread: boolean): void {
    const item = this.#items.get(place);
    if (!item) return;
    item.preview.textContent = words;
    item.dot.hidden = !unread;
    item.button.classList.toggle('unread', unread);
  }

  #item(
    place: Place,
    name: string,
    picture: HTMLElement,
    kind: HTMLElement | undefined,
    choose: (place: Place) => void,
  ): Item {
    const preview = h('small', {});
    const dot = h('span', { class: 'dot', hidden: true }, h('span', { class: 'sr' }, 'Unread'));
    const button = h(
      'button',
      { type: 'button', 'data-place': place, click: () => choose(place) },
      picture,
      h('span', { class: 'who' }, h('b', {}, ...named(name)), preview),
      kind,
      dot,
    );
    return { button, preview, dot };
  }
}

/** The team's name goes where there is no room for it. */
function named(name: string): (Node | string)[] {
  const [team, channel] = name.split(' › ');
  return channel === undefined ? [name] : [h('span', { class: 'team-name' }, `${team} › `), channel];
}
