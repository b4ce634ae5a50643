import { api, type Link, type Mention, type Person, type Place } from './api.ts';
import { h, icon } from './dom.ts';
import { readPasted } from './pasted.ts';
import { Suggestions } from './suggestions.ts';

export interface Outgoing {
  text: string;
  mentions: Mention[];
  links: Link[];
  files: { name: string; content: string }[];
}

const BOT = 'bot';

/** The box to write in: Enter sends, Shift+Enter breaks the line, @ mentions. */
export class Compose {
  readonly element: HTMLElement;
  readonly box: HTMLTextAreaElement;
  readonly #botName: string;
  readonly #send: (words: Outgoing) => Promise<void>;
  readonly #suggestions: Suggestions;
  readonly #files = h('div', { class: 'attached' });
  readonly #attach: HTMLLabelElement;
  readonly #replying = h('div', { class: 'replying', hidden: true });
  #mentions: Mention[] = [];
  #links: Link[] = [];
  #attached: { name: string; content: string }[] = [];

  constructor(botName: string, send: (words: Outgoing) => Promise<void>) {
    this.#botName = botName;
    this.#send = send;
    this.box = h('textarea', {
      rows: 1,
      'aria-label': 'Type a message',
      input: () => void this.#typed(),
      paste: (event: ClipboardEvent) => this.#paste(event),
      keydown: (event: KeyboardEvent) => this.#key(event),
    });
    this.#suggestions = new Suggestions(this.box, 'People to mention', (choice) =>
      this.#mention(choice.title, choice.key),
    );
    const file = h('input', { type: 'file', accept: '.csv,.txt,text/csv,text/plain', class: 'sr' });
    file.addEventListener('change', () => void this.#read(file));
    this.#attach = h(
      'label',
      { class: 'tool', title: 'Attach a file' },
      file,
      icon('attach'),
      h('span', { class: 'sr' }, 'Attach a file'),
    );
    this.element = h(
      'form',
      { class: 'compose', submit: (event: SubmitEvent) => this.#submit(event) },
      this.#suggestions.element,
      this.#replying,
      this.#files,
      h(
        'div',
        { class: 'field' },
        this.box,
        this.#attach,
        h('button', { class: 'tool send', title: 'Send' }, icon('send'), h('span', { class: 'sr' }, 'Send')),
      ),
    );
  }

  setPlace(place: Place): void {
    this.box.placeholder = place === 'personal' ? 'Type a message' : `Start a post; mention @${this.#botName}`;
    this.#attach.hidden = place !== 'personal';
    this.replyTo(undefined, () => undefined);
  }

  replyTo(words: string | undefined, cancel: () => void): void {
    this.#replying.hidden = words === undefined;
    if (words === undefined) return;
    const close = h(
      'button',
      { type: 'button', class: 'tool', title: 'Cancel the reply', click: cancel },
      icon('close'),
    );
    this.#replying.replaceChildren(h('span', {}, `Reply to: ${words}`), close);
    this.box.focus();
  }

  clear(): void {
    this.box.value = '';
    this.#mentions = [];
    this.#links = [];
    this.#attached = [];
    this.#showAttached();
    this.#grow();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const text = this.box.value.trim();
    if (text === '' && this.#attached.length === 0) return;
    const words = {
      text,
      mentions: this.#mentions.filter((each) => text.includes(`@${each.name}`)),
      links: this.#links.filter((each) => text.includes(each.text)),
      files: this.#attached,
    };
    this.clear();
    void this.#send(words);
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || this.#suggestions.open) return;
    event.preventDefault();
    (this.element as HTMLFormElement).requestSubmit();
  }

  async #typed(): Promise<void> {
    this.#grow();
    const asked = this.#asked();
    if (asked === undefined) return this.#suggestions.hide();
    const bot = this.#botName.toLowerCase().startsWith(asked.toLowerCase());
    const people: Person[] = asked === '' ? [] : await api.search(asked).catch(() => []);
    if (asked !== this.#asked()) return;
    this.#suggestions.show([
      ...(bot ? [{ key: BOT, title: this.#botName, detail: 'App', bot: true }] : []),
      ...people.slice(0, 6).map((each) => ({
        key: each.userPrincipalName,
        title: each.displayName,
        detail: each.jobTitle ?? each.userPrincipalName,
      })),
    ]);
  }

  /** What stands between an @ that begins a word and the caret. */
  #asked(): string | undefined {
    const before = this.box.value.slice(0, this.box.selectionStart);
    return /(?:^|\s)@([\p{L}'-]*(?: [\p{L}'-]*)?)$/u.exec(before)?.[1];
  }

  #mention(name: string, userPrincipalName: string): void {
    const asked = this.#asked() ?? '';
    const caret = this.box.selectionStart;
    this.box.setRangeText(`@${name} `, caret - asked.length - 1, caret, 'end');
    if (userPrincipalName !== BOT) this.#mentions.push({ name, userPrincipalName });
    this.#grow();
  }

  async #read(input: HTMLInputElement): Promise<void> {
    for (const file of input.files ?? []) this.#attached.push({ name: file.name, content: await file.text() });
    input.value = '';
    this.#showAttached();
    this.box.focus();
  }

  /** Where pasted words lead can't be seen in the box, so it is said above it. */
  #paste(event: ClipboardEvent): void {
    const pasted = readPasted(event.clipboardData);
    if (!pasted) return;
    event.preventDefault();
    this.#links.push(...pasted.links);
    this.box.setRangeText(pasted.text, this.box.selectionStart, this.box.selectionEnd, 'end');
    this.#showAttached();
    this.#grow();
  }

  #showAttached(): void {
    this.#files.replaceChildren(
      ...this.#attached.map((each) => h('span', { class: 'file' }, icon('attach'), each.name)),
      ...this.#links.map(({ text, href }) => h('span', { class: 'file link' }, `${text} → ${href}`)),
    );
  }

  #grow(): void {
    this.box.style.height = 'auto';
    this.box.style.height = `${Math.min(this.box.scrollHeight, 140)}px`;
  }
}
