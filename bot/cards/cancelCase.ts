import { z } from 'zod';
import type { CaseView } from '../cases/caseView.ts';
import { hasBegun } from '../engine/readCase.ts';
import { type Card, defineCard } from './card.ts';
import { outcomeGroups } from './outcomes.ts';
import { plain, shown, tone } from './text.ts';

export const cancelCaseCard = defineCard(
  'cancelCase',
  z.object({
    caseId: z.number(),
    heading: shown,
    person: shown,
    lead: shown,
    groups: z.array(z.object({ title: shown, tone, text: shown })),
    mustSay: z.boolean(),
    label: plain,
    button: plain,
  }),
);

/** What it means to end a case that is under way: whoever is about to reads it first. */
export function cancelCase(view: CaseView): Card {
  const { row, name, subject, about } = view;
  const begun = view.steps.some((one) => hasBegun(one.row));
  const data = {
    caseId: row.id,
    heading: `${subject.displayName}: cancel ${name}?`,
    person: about.line,
    lead: begun
      ? 'What is done is not put back. Nothing more is begun.'
      : 'Nothing was changed yet, and nothing will be.',
    groups: outcomeGroups(view, 'canceling'),
    mustSay: begun,
    label: begun ? 'Why?' : 'Why? (you may leave it out)',
    button: `Cancel ${name}`,
  };
  return cancelCaseCard.render(data, `${data.heading} ${data.lead}`);
}
