import { z } from 'zod';
import type { Candidate } from '../people/findPeople.ts';
import { type Card, defineCard } from './card.ts';
import { plain, shown } from './text.ts';

export const candidatesCard = defineCard(
  'candidates',
  z.object({
    question: shown,
    people: z.array(
      z.object({ personId: plain, urgent: z.boolean(), again: z.boolean(), button: plain, name: shown, line: shown }),
    ),
    more: shown,
  }),
);

const most = 6;

/** Several people could be meant: a person chooses. */
export function candidates(
  who: string,
  people: Candidate[],
  { urgent, again }: { urgent: boolean; again: boolean },
): Card {
  const question =
    people.length === 1 ? `Nobody is called exactly “${who}”. Do you mean:` : `Whom do you mean by “${who}”?`;
  const data = {
    question,
    people: people.slice(0, most).map((one) => ({
      personId: one.id,
      urgent,
      again,
      button: `Offboard ${one.displayName}`,
      name: one.displayName,
      line: lineOf(one),
    })),
    more: people.length > most ? 'There are more. If none of these is meant, write the full address.' : '',
  };
  return candidatesCard.render(data, question);
}

/** What tells people apart. */
export const lineOf = ({ jobTitle, department, userPrincipalName, guest, accountEnabled }: Candidate): string =>
  [jobTitle, department, userPrincipalName, guest ? 'guest' : '', accountEnabled ? '' : 'sign-in blocked']
    .filter(Boolean)
    .join(' · ');
