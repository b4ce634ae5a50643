import type { PropertyBag, SerializationContext } from 'adaptivecards';
import type { Person } from '../types.ts';
import { h } from './dom.ts';
import { GlobalRegistry, Input } from './renderer.ts';
import { Suggestions } from './suggestions.ts';

const TYPE = 'Input.LocalPeoplePicker';
const WAIT_MS = 150;

export const peopleSource: { search: (text: string) => Promise<Person[]> } = { search: async () => [] };

interface Choice {
  title: string;
  value: string;
}

/** The people picker of Teams, which Microsoft's open renderer does not know. Its value is an Entra object id. */
class PeoplePicker extends Input {
  #picked: Choice | undefined;
  #box: HTMLInputElement | undefined;
  #placeholder = '';

  getJsonTypeName(): string {
    return TYPE;
  }

  protected override internalParse(source: PropertyBag, context: SerializationContext): void {
    super.internalParse(source, context);
    this.#placeholder = String(source.placeholder ?? 'Search for people');
    const choices = Array.isArray(source.choices) ? (source.choices as Choice[]) : [];
    const preset = String(source.value ?? '');
    this.#picked = choices.find((choice) => choice.value === preset);
    if (preset && !this.#picked) this.#picked = { title: preset, value: preset };
  }

  protected internalRender(): HTMLElement {
    const box = h('input', { type: 'text', class: 'ac-input ac-textInput', placeholder: this.#placeholder });
    box.value = this.#picked?.title ?? '';
    this.#box = box;
    const suggestions = new Suggestions(box, 'People', (choice) =>
      this.#pick({ value: choice.key, title: choice.title }),
    );
    let timer: ReturnType<typeof setTimeout> | undefined;
    const search = async () => {
      const asked = box.value.trim();
      const people = await peopleSource.search(asked).catch(() => []);
      if (document.activeElement !== box || box.value.trim() !== asked) return;
      suggestions.show(
        people.map((person) => ({
          key: person.id,
          title: person.displayName,
          detail: person.jobTitle ? `${person.jobTitle} · ${person.userPrincipalName}` : person.userPrincipalName,
        })),
        'Nobody found',
      );
    };
    box.addEventListener('input', () => {
      this.#picked = undefined;
      this.valueChanged();
      clearTimeout(timer);
      timer = setTimeout(search, WAIT_MS);
    });
    box.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowDown' && !suggestions.open) void search();
    });
    // What was typed but not picked is nobody; Teams clears it as well.
    box.addEventListener('blur', () => {
      if (!this.#picked) box.value = '';
    });
    queueMicrotask(() => box.parentElement?.classList.add('people-picker'));
    queueMicrotask(() => box.after(suggestions.element));
    return box;
  }

  #pick(choice: Choice): void {
    this.#picked = choice;
    if (this.#box) this.#box.value = choice.title;
    this.valueChanged();
  }

  override isSet(): boolean {
    return this.value !== undefined;
  }

  get value(): string | undefined {
    return this.#picked?.value;
  }
}

GlobalRegistry.elements.register(TYPE, PeoplePicker);

/** Gives every choice set that asks the directory its picker. */
export function withPeoplePickers(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withPeoplePickers);
  if (typeof node !== 'object' || node === null) return node;
  const object = node as Record<string, unknown>;
  const data = object['choices.data'] as { dataset?: string } | undefined;
  const people = object.type === 'Input.ChoiceSet' && data?.dataset?.startsWith('graph.microsoft.com/users');
  const copy = Object.fromEntries(Object.entries(object).map(([key, value]) => [key, withPeoplePickers(value)]));
  return people ? { ...copy, type: TYPE } : copy;
}
