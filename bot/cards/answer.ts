import { z } from 'zod';
import { type Card, defineCard } from './card.ts';
import { shown } from './text.ts';

export const answerCard = defineCard('answer', z.object({ heading: shown, lines: z.array(shown) }));

/** What came of a card whose buttons are used up: it takes its place. */
export const answer = (heading: string, lines: readonly string[]): Card =>
  answerCard.render({ heading, lines: [...lines] }, [heading, ...lines].join('. '));
