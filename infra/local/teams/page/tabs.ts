import type { Person } from './api.ts';
import { avatar, h } from './dom.ts';

/** Where there is no room for two seats, one of them is shown at a time; a mark says that the other has something new. */
export class Tabs {
  readonly element = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Seats' });
  readonly #tabs: { button: HTMLButtonElement; dot: HTMLElement; face: HTMLElement }[];
  readonly #choose: (index: number) => void;

  constructor(people: Person[], choose: (index: number) => void) {
    this.#choose = choose;
    this.#tabs = people.map((person, index) => {
      const face = h('span', { class: 'face' });
      const dot = h('span', { class: 'dot', hidden: true }, h('span', { class: 'sr' }, 'New'));
      const button = h(
        'button',
        { type: 'button', role: 'tab', id: `tab-${index}`, 'aria-controls': `seat-${index}` },
        face,
        dot,
      );
      button.addEventListener('click', () => choose(index));
      button.addEventListener('keydown', (event) => this.#key(event, index));
      this.#name(face, person);
      return { button, dot, face };
    });
    this.element.append(...this.#tabs.map(({ button }) => button));
  }

  rename(index: number, person: Person): void {
    const tab = this.#tabs[index];
    if (tab) this.#name(tab.face, person);
  }

  select(index: number): void {
    this.#tabs.forEach(({ button }, each) => {
      button.setAttribute('aria-selected', String(each === index));
      button.tabIndex = each === index ? 0 : -1;
    });
    this.mark(index, false);
  }

  mark(index: number, news: boolean): void {
    const tab = this.#tabs[index];
    if (tab) tab.dot.hidden = !news;
  }

  #name(face: HTMLElement, person: Person): void {
    face.replaceChildren(avatar(person.displayName), h('b', {}, person.displayName));
  }

  #key(event: KeyboardEvent, index: number): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (index + step + this.#tabs.length) % this.#tabs.length;
    this.#choose(next);
    this.#tabs[next]?.button.focus();
  }
}
