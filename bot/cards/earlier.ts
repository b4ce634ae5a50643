import { z } from 'zod';
import type { EarlierCase } from '../cases/earlier.ts';
import { inWords } from '../clock.ts';
import { caseState } from '../engine/states.ts';
import { type Card, defineCard } from './card.ts';
import { outcomeGroups } from './outcomes.ts';
import { plain, shown, tone } from './text.ts';

export const earlierCard = defineCard(
  'earlier',
  z.object({
    caseId: z.number(),
    name: plain,
    heading: shown,
    subject: shown,
    line: shown,
    note: shown,
    groups: z.array(z.object({ title: shown, tone, text: shown })),
    next: shown,
    canAskAgain: z.boolean(),
    again: z.object({ title: plain, verb: plain, data: z.record(z.string(), z.union([z.string(), z.boolean()])) }),
  }),
);

/** The button that asks for another case all the same. */
interface Again {
  title: string;
  verb: string;
  data: Record<string, string | boolean>;
}

/** There was a case about somebody, or there is one: what it did, what is left, and how to go on. */
export function earlier({ view, isOpen }: EarlierCase, again: Again): Card {
  const { row, name, subject, playbook } = view;
  const who = subject.displayName;
  const { words } = caseState(row.state);
  const finished = row.state === 'finished';
  const data = {
    caseId: row.id,
    name,
    heading: isOpen
      ? `${who} is already in ${name}`
      : finished
        ? `${playbook.words.done(who)} already`
        : playbook.words.stopped(who),
    subject: view.about.line,
    line: isOpen
      ? `${name}, asked for by ${row.requesterName}: ${words}. Since ${inWords(row.createdAt)}.`
      : `${name}, asked for by ${row.requesterName}, ${words} ${inWords(row.closedAt ?? row.updatedAt)}.`,
    note: row.note ?? '',
    groups: outcomeGroups(view, isOpen ? 'open' : 'closed'),
    next: isOpen
      ? `No second case was opened. To end this one, type “cancel ${name}”.`
      : 'Nothing new was opened. A new case looks at everything anew, and needs an approval of its own.',
    canAskAgain: !isOpen,
    again,
  };
  return earlierCard.render(data, `${data.heading}. ${data.next}`);
}
