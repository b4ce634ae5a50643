import { z } from 'zod';
import type { CaseView } from '../cases/caseView.ts';
import { inWords } from '../clock.ts';
import { caseState } from '../engine/states.ts';
import { firstBrokenEntry, type JournalEntry } from '../store/journal.ts';
import { type Card, defineCard } from './card.ts';
import { stateOf } from './stepLines.ts';
import { count, plain, shown, tone } from './text.ts';

export const caseStatusCard = defineCard(
  'caseStatus',
  z.object({
    heading: shown,
    name: shown,
    person: shown,
    status: shown,
    statusTone: tone,
    steps: z.array(z.object({ mark: plain, tone, title: shown, state: shown })),
    chain: shown,
    chainTone: tone,
    entries: z.array(z.object({ at: shown, words: shown })),
    earlier: shown,
  }),
);

/** The newest entries; all of them would not fit a card. */
const mostEntries = 25;
const mostCharacters = 300;

/** Where a case stands, and its journal in words. */
export function caseStatus(view: CaseView, entries: JournalEntry[], differing: readonly string[]): Card {
  const { row, subject } = view;
  const broken = firstBrokenEntry(entries);
  const { words, tone: statusTone, closed } = caseState(row.state);
  const data = {
    heading: `${view.name}: ${subject.displayName}`,
    name: view.name,
    person: view.about.line,
    status: `${words.charAt(0).toUpperCase()}${words.slice(1)}${row.note === null ? '.' : `. ${row.note}`}`,
    statusTone,
    steps: view.steps.map((one) => ({ title: one.step.title, ...stateOf(one, closed) })),
    chain: `${unbroken(entries, broken)} ${fits(differing)}`,
    chainTone: broken === null && differing.length === 0 ? ('good' as const) : ('attention' as const),
    entries: entries.slice(-mostEntries).map((entry) => ({ at: inWords(entry.at), words: shorten(entry.words) })),
    earlier:
      entries.length > mostEntries
        ? `${count(entries.length - mostEntries, 'earlier entry', 'earlier entries')} not shown.`
        : '',
  };
  return caseStatusCard.render(data, `${view.name}: ${data.status}`);
}

const unbroken = (entries: JournalEntry[], broken: number | null): string =>
  broken === null
    ? `Journal: ${count(entries.length, 'entry', 'entries')}, unbroken.`
    : `Journal: entry ${broken} is not as it was written. Tell your Signoff admin.`;

const fits = (differing: readonly string[]): string =>
  differing.length === 0
    ? 'The journal fits the case.'
    : `The journal does not fit the case: ${differing.join(', ')}. Tell your Signoff admin.`;

const shorten = (words: string): string =>
  words.length > mostCharacters ? `${words.slice(0, mostCharacters)}…` : words;
