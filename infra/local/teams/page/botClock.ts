import { api } from './api.ts';
import { h } from './dom.ts';

const hour = 3_600_000;
const steps = [
  { id: 'move-4-hours', words: '+4 hours', ms: 4 * hour },
  { id: 'move-1-day', words: '+1 day', ms: 24 * hour },
];
const format = new Intl.DateTimeFormat('en-US', {
  weekday: 'short',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
});

/** What time it is for the bot, and the buttons that move it on. */
export class BotClock {
  readonly element: HTMLElement;
  readonly #time = h('time', { id: 'bot-time' });
  #aheadMs = 0;

  constructor(now: number) {
    const buttons = steps.map(({ id, words, ms }) => {
      const button = h('button', { type: 'button', class: 'bar-button', id }, words);
      button.addEventListener('click', async () => {
        for (const each of buttons) each.disabled = true;
        await api.moveOn(ms).then(
          (moved) => this.set(moved.now),
          (cause: Error) => {
            button.title = cause.message;
          },
        );
        for (const each of buttons) each.disabled = false;
        button.focus();
      });
      return button;
    });
    this.element = h(
      'div',
      { class: 'clock', role: 'group', 'aria-label': 'The bot’s time' },
      this.#time,
      h('div', { class: 'group' }, ...buttons),
    );
    this.set(now);
    setInterval(() => this.#show(), 5000);
  }

  set(now: number): void {
    this.#aheadMs = now - Date.now();
    this.#show();
  }

  #show(): void {
    const now = new Date(Date.now() + this.#aheadMs);
    this.#time.dateTime = now.toISOString();
    this.#time.textContent = format.format(now);
  }
}
