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
    verb: plain,
    part: plain,
  }),
);

/** What it means to end a case that is under way: whoever is about to reads it first. */
export function cancelCase(view: CaseView): Card {
  const { name, subject } = view;
  const begun = view.steps.some((one) => hasBegun(one.row));
  return draw(view, {
    heading: `${subject.displayName}: cancel ${name}?`,
    lead: begun
      ? 'What is done is not put back. Nothing more is begun.'
      : 'Nothing was changed yet, and nothing will be.',
    mustSay: begun,
    label: begun ? 'Why?' : 'Why? (you may leave it out)',
    button: `Cancel ${name}`,
    verb: 'cancel',
    part: '',
  });
}

/** The same for whoever wants it undone, all of it or a part: two cases about one subject would be at odds. */
export function endAndUndo(view: CaseView, part: string): Card {
  const { name, subject } = view;
  return draw(view, {
    heading: `${subject.displayName}: undo ${part === '' ? name : `${part} (${name})`}?`,
    lead: `${name} is under way, and ends with this: nothing more is begun. What is taken back is shown next, and waits for approval.`,
    mustSay: true,
    label: 'Why?',
    button: `End ${name}, plan the undo`,
    verb: 'undo',
    part,
  });
}

type Asking = Pick<
  Parameters<typeof cancelCaseCard.render>[0],
  'heading' | 'lead' | 'mustSay' | 'label' | 'button' | 'verb' | 'part'
>;

function draw(view: CaseView, asking: Asking): Card {
  const data = {
    caseId: view.row.id,
    person: view.about.line,
    groups: outcomeGroups(view, asking.verb === 'undo' ? 'undoing' : 'canceling'),
    ...asking,
  };
  return cancelCaseCard.render(data, `${data.heading} ${data.lead}`);
}
