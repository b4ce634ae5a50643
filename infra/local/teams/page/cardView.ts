import type { Action } from 'adaptivecards';
import { hostConfig, type Theme } from '../hostConfig.ts';
import { h } from './dom.ts';
import { cardHtml } from './markdown.ts';
import { withPeoplePickers } from './peoplePicker.ts';
import { AdaptiveCard, HostConfig, SerializationContext, Versions } from './renderer.ts';

export interface CardAction {
  type: string;
  id: string | undefined;
  verb: string | undefined;
  title: string | undefined;
  data: unknown;
}

type Card = Record<string, unknown>;

let mentionsOnCard: string[] = [];

AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = cardHtml(text, mentionsOnCard);
  result.didProcess = true;
};

/** Draws one card as Teams would: Microsoft's renderer, with the people picker and full width that Teams adds. */
export function drawCard(payload: Card, theme: Theme, execute: (action: CardAction) => void): HTMLElement {
  const teams = (payload.msteams ?? {}) as { width?: string; entities?: { type: string; text: string }[] };
  const full = teams.width?.toLowerCase() === 'full';
  const frame = h('div', { class: full ? 'card full' : 'card' });
  const card = new AdaptiveCard();
  card.hostConfig = new HostConfig(hostConfig(theme));
  card.onExecuteAction = (action) => run(action, execute);
  mentionsOnCard = (teams.entities ?? []).filter((each) => each.type === 'mention').map((each) => each.text);
  card.parse(withPeoplePickers(payload), new SerializationContext(Versions.v1_5));
  const drawn = card.render();
  mentionsOnCard = [];
  if (drawn) keepRadiosApart(drawn);
  frame.append(drawn ?? h('p', { class: 'no-card' }, String(payload.fallbackText ?? 'This card can’t be shown.')));
  return frame;
}

/** While an answer is awaited, nothing else on the card can be pressed. */
export function showPending(frame: HTMLElement, title: string | undefined): void {
  frame.setAttribute('aria-busy', String(title !== undefined));
  for (const button of frame.querySelectorAll<HTMLButtonElement>('button')) {
    const own = title !== undefined && (button.textContent === title || button.title === title);
    button.classList.toggle('waiting', own);
    if (title !== undefined) {
      if (!button.disabled) button.dataset.paused = '';
      button.disabled = true;
    } else if ('paused' in button.dataset) {
      delete button.dataset.paused;
      button.disabled = false;
    }
  }
}

let drawings = 0;

/** The renderer names radio buttons after the input; the same card on two seats would share one choice. */
function keepRadiosApart(drawn: HTMLElement): void {
  drawings += 1;
  for (const radio of drawn.querySelectorAll<HTMLInputElement>('input[type=radio]')) radio.name += `-${drawings}`;
}

function run(action: Action, execute: (action: CardAction) => void): void {
  const type = action.getJsonTypeName();
  if (type === 'Action.OpenUrl') {
    window.open((action as Action & { url?: string }).url, '_blank', 'noopener,noreferrer');
  } else if (type === 'Action.Execute' || type === 'Action.Submit') {
    const { verb, data } = action as Action & { verb?: string; data?: unknown };
    execute({ type, id: action.id, verb, title: action.title, data });
  }
}
