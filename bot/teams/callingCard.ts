import type { Card } from '../cards/card.ts';
import { inReadersTime } from '../cards/text.ts';
import { inWords } from '../clock.ts';

/** A card once more, which says first that it is no other: in the notification as well. */
export function callingAgain({ content, summary }: Card, since: number): Card {
  const words = `Called again: this has waited since ${inWords(new Date(since))}.`;
  const line = { type: 'TextBlock', text: inReadersTime(words), wrap: true, weight: 'Bolder', color: 'Warning' };
  const { body, ...card } = content as { body: unknown[] };
  return { summary: `${words} ${summary}`, content: { ...card, body: [line, ...body] } };
}
