import { z } from 'zod';
import type { Candidate } from '../people/findPeople.ts';
import { lineOf } from './candidates.ts';
import { type Card, defineCard } from './card.ts';
import { count, plain, shown } from './text.ts';

export const severalCard = defineCard(
  'several',
  z.object({
    heading: shown,
    lead: shown,
    people: z.array(z.object({ name: shown, line: shown })),
    leftOut: z.array(z.object({ name: shown, why: shown })),
    ids: z.array(plain),
    urgent: z.boolean(),
    button: plain,
  }),
);

/** Several people were named at once: whoever asked looks at who they are before anything is opened. */
export function several(
  people: readonly Candidate[],
  leftOut: readonly { name: string; why: string }[],
  urgent: boolean,
): Card {
  const cases = count(people.length, 'case');
  const data = {
    heading:
      people.length === 0
        ? 'Nobody can be offboarded by this'
        : `Offboard ${count(people.length, 'person', 'people')}?`,
    lead:
      people.length === 0
        ? ''
        : `${urgent ? 'Urgent. ' : ''}One case each, with a plan and an approval of its own. Nothing is changed before.`,
    people: people.map((one) => ({ name: one.displayName, line: lineOf(one) })),
    leftOut: leftOut.map(({ name, why }) => ({ name, why })),
    ids: people.map(({ id }) => id),
    urgent,
    button: people.length === 0 ? '' : `Open ${cases}`,
  };
  return severalCard.render(data, data.heading);
}
