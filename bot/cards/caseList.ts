import { z } from 'zod';
import { inWords } from '../clock.ts';
import type { CaseState } from '../store/schema.ts';
import { type Card, defineCard } from './card.ts';
import { plain, shown, type Tone, tone } from './text.ts';

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

export const stateWords: Record<CaseState, { words: string; tone: Tone }> = {
  planning: { words: 'being looked at', tone: 'accent' },
  draft: { words: 'plan to be filled in', tone: 'accent' },
  submitted: { words: 'being planned', tone: 'accent' },
  'awaiting-approval': { words: 'waits for approval', tone: 'warning' },
  running: { words: 'under way', tone: 'accent' },
  finished: { words: 'finished', tone: 'good' },
  rejected: { words: 'rejected', tone: 'attention' },
  canceled: { words: 'canceled', tone: 'default' },
  expired: { words: 'expired', tone: 'default' },
  refused: { words: 'refused', tone: 'attention' },
};

export function caseList(heading: string, cases: ListedCase[], total: number): Card {
  const data = {
    heading,
    cases: cases.map(({ id, name, person, state, requester, createdAt }) => ({
      caseId: id,
      name,
      person: `${name} · ${person}`,
      state: stateWords[state].words,
      tone: stateWords[state].tone,
      line: `${requester}, ${inWords(createdAt)}`,
    })),
    more: total > cases.length ? `Showing the newest ${cases.length} of ${total}.` : '',
  };
  return caseListCard.render(data, heading);
}
