import { z } from 'zod';
import type { CaseView, StepView } from '../cases/caseView.ts';
import { inWords } from '../clock.ts';
import type { StepState } from '../store/schema.ts';
import { type Card, defineCard } from './card.ts';
import { cannotUndo, personLine } from './stepLines.ts';
import { count, plain, shown, tone } from './text.ts';

export const caseReportCard = defineCard(
  'caseReport',
  z.object({
    heading: shown,
    name: shown,
    person: shown,
    status: shown,
    statusTone: tone,
    facts: z.array(z.object({ title: shown, value: shown })),
    sections: z.array(
      z.object({ title: shown, tone, items: z.array(z.object({ mark: plain, tone, title: shown, words: shown })) }),
    ),
    cannotUndo: z.array(shown),
    next: shown,
  }),
);

type Section = { title: string; tone: z.output<typeof tone>; mark: string; states: StepState[] };
const sections: Section[] = [
  { title: 'Done and proved', tone: 'good', mark: '✓', states: ['proved'] },
  { title: 'Failed', tone: 'attention', mark: '✕', states: ['failed'] },
  { title: 'Begun, not proved', tone: 'attention', mark: '!', states: ['running', 'verifying'] },
  { title: 'Left by hand', tone: 'warning', mark: '✋', states: ['by-hand'] },
  { title: 'Skipped', tone: 'warning', mark: '–', states: ['skipped'] },
  { title: 'Not done', tone: 'warning', mark: '–', states: ['planned', 'waiting', 'second', 'queued'] },
  { title: 'Not needed', tone: 'default', mark: '–', states: ['not-needed'] },
];

/** What was done, what was not, and why. */
export function caseReport(view: CaseView): Card {
  const { row, subject, steps, approvals } = view;
  const proved = steps.filter((one) => one.row.state === 'proved');
  const byHand = steps.filter((one) => one.row.state === 'by-hand' || one.planned.leaves.length > 0).length;
  const finished = row.state === 'finished';
  const status = `${count(proved.length, 'step')} proved${byHand > 0 ? `; ${byHand} with something left by hand` : ''}. ${finished ? 'The case is finished.' : (row.note ?? 'The case is closed.')}`;
  const confirmers = [...new Set(steps.flatMap((one) => one.row.confirmed_name ?? []))];
  const data = {
    heading: finished ? `${subject.displayName} is offboarded` : `Offboarding of ${subject.displayName} was stopped`,
    name: view.name,
    person: personLine(view),
    status,
    statusTone: finished && byHand === 0 ? ('good' as const) : ('warning' as const),
    facts: [
      { title: 'Asked for by', value: `${row.requester_name}, ${inWords(row.created_at)}` },
      ...(approvals.length > 0
        ? [{ title: 'Approved by', value: approvals.map((one) => `${one.actor_name}, ${inWords(one.at)}`).join('; ') }]
        : []),
      ...(confirmers.length > 0 ? [{ title: 'Confirmed by', value: confirmers.join(', ') }] : []),
      ...(row.closed_at === null ? [] : [{ title: 'Closed', value: inWords(row.closed_at) }]),
    ],
    sections: sections
      .map(({ title, tone, mark, states }) => ({
        title,
        tone,
        items: steps
          .filter((one) => states.includes(one.row.state))
          .map((one) => ({ mark, tone, title: one.step.title, words: wordsOf(one) })),
      }))
      .filter(({ items }) => items.length > 0),
    cannotUndo: cannotUndo(proved),
    next: `Type “status ${view.name}” for every entry of the journal.`,
  };
  return caseReportCard.render(data, `${view.name}: ${data.heading}. ${status}`);
}

function wordsOf({ row, planned }: StepView): string {
  const left =
    planned.leaves.length > 0
      ? `By hand: ${planned.leaves.slice(0, 5).join(' ')}${planned.leaves.length > 5 ? ` And ${planned.leaves.length - 5} more.` : ''}`
      : '';
  return [row.words, row.reason === null ? null : `Reason: “${row.reason}”.`, left].filter(Boolean).join(' ');
}
