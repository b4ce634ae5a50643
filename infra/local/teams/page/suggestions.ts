import { avatar, h } from './dom.ts';

export interface Suggestion {
  key: string;
  title: string;
  detail: string;
  bot?: boolean;
}

let lists = 0;

/** A list of choices below or above a text box, after the ARIA combobox pattern: focus never leaves the box. */
export class Suggestions {
  readonly element: HTMLElement;
  readonly #box: HTMLInputElement | HTMLTextAreaElement;
  readonly #choose: (choice: Suggestion) => void;
  readonly #id: string;
  #choices: Suggestion[] = [];
  #active = 0;

  constructor(box: HTMLInputElement | HTMLTextAreaElement, label: string, choose: (choice: Suggestion) => void) {
    lists += 1;
    this.#id = `suggestions-${lists}`;
    this.#box = box;
    this.#choose = choose;
    this.element = h('ul', { id: this.#id, class: 'suggestions', role: 'listbox', 'aria-label': label, hidden: true });
    box.setAttribute('role', 'combobox');
    box.setAttribute('aria-autocomplete', 'list');
    box.setAttribute('aria-controls', this.#id);
    box.setAttribute('aria-expanded', 'false');
    box.setAttribute('autocomplete', 'off');
    box.addEventListener('keydown', (event) => this.#key(event as KeyboardEvent));
    box.addEventListener('blur', () => this.hide());
  }

  get open(): boolean {
    return !this.element.hidden;
  }

  show(choices: Suggestion[], whenEmpty?: string): void {
    this.#choices = choices;
    this.#active = 0;
    if (choices.length === 0 && whenEmpty === undefined) {
      this.hide();
      return;
    }
    this.element.replaceChildren(
      ...choices.map((choice, index) => this.#option(choice, index)),
      ...(choices.length === 0 ? [h('li', { class: 'nothing' }, whenEmpty ?? '')] : []),
    );
    this.element.hidden = false;
    this.#box.setAttribute('aria-expanded', 'true');
    this.#mark();
  }

  hide(): void {
    this.element.hidden = true;
    this.#box.setAttribute('aria-expanded', 'false');
    this.#box.removeAttribute('aria-activedescendant');
  }

  #option(choice: Suggestion, index: number): HTMLElement {
    return h(
      'li',
      {
        id: `${this.#id}-${index}`,
        role: 'option',
        // Pressing must not take the focus away, or the list would close before it hears the click.
        mousedown: (event: MouseEvent) => event.preventDefault(),
        click: () => this.#take(index),
      },
      avatar(choice.title, choice.bot),
      h('span', { class: 'who' }, h('b', {}, choice.title), h('small', {}, choice.detail)),
    );
  }

  #key(event: KeyboardEvent): void {
    if (!this.open || event.isComposing) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) {
      this.#active = (this.#active + step + this.#choices.length) % Math.max(this.#choices.length, 1);
      this.#mark();
    } else if ((event.key === 'Enter' || event.key === 'Tab') && this.#choices.length > 0) {
      this.#take(this.#active);
    } else if (event.key === 'Escape') {
      this.hide();
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #take(index: number): void {
    const choice = this.#choices[index];
    this.hide();
    if (choice) this.#choose(choice);
  }

  #mark(): void {
    const options = this.element.querySelectorAll<HTMLElement>('[role=option]');
    options.forEach((option, index) => {
      option.setAttribute('aria-selected', String(index === this.#active));
      if (index !== this.#active) return;
      this.#box.setAttribute('aria-activedescendant', option.id);
      option.scrollIntoView({ block: 'nearest' });
    });
  }
}
