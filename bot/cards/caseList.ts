import { z } from 'zod';
import { inWords } from '../clock.ts';
import { type CaseState, caseStates } from '../engine/states.ts';
import { type Card, defineCard } from './card.ts';
import { plain, shown, tone } from './text.ts';

export const caseListCard = defineCard(
  'caseList',
  z.object({
    heading: shown,
    cases: z.array(z.object({ caseId: z.number(), name: plain, person: shown, state: shown, tone, line: shown })),
    more: shown,
  }),
);

export interface ListedCase {
  id: number;
  name: string;
  person: string;
  state: CaseState;
  requester: string;
  createdAt: string;
}

export function caseList(heading: string, cases: ListedCase[], total: number): Card {
  const data = {
    heading,
    cases: cases.map(({ id, name, person, state, requester, createdAt }) => ({
      caseId: id,
      name,
      person: `${name} · ${person}`,
      state: caseStates[state].words,
      tone: caseStates[state].tone,
      line: `${requester}, ${inWords(createdAt)}`,
    })),
    more: total > cases.length ? `Showing the newest ${cases.length} of ${total}.` : '',
  };
  return caseListCard.render(data, heading);
}
