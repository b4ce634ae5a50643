import { z } from 'zod';
import type { CaseView, StepView } from '../cases/caseView.ts';
import { inWords } from '../clock.ts';
import { hasBegun } from '../engine/readCase.ts';
import { type StepOutcome, type StepState, stepState, type Tone } from '../engine/states.ts';
import { type Card, defineCard } from './card.ts';
import { cannotUndo, outcomeOf, reasonOf } from './stepLines.ts';
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
      z.object({
        title: shown,
        tone,
        items: z.array(z.object({ mark: plain, tone, title: shown, lines: z.array(shown) })),
      }),
    ),
    cannotUndo: z.array(shown),
    next: shown,
  }),
);

type Section = { title: string; tone: Tone; mark: string; of: StepOutcome };
const whatStays = 'What stays, and why';
const sections: Section[] = [
  { title: 'Done and proved', tone: 'good', mark: '✓', of: 'proved' },
  { title: 'Failed', tone: 'attention', mark: '✕', of: 'failed' },
  { title: 'Begun, not proved', tone: 'attention', mark: '!', of: 'begun' },
  { title: 'Done by hand, on somebody’s word', tone: 'good', mark: '✓', of: 'vouched' },
  { title: whatStays, tone: 'warning', mark: '✋', of: 'stays' },
  { title: 'Skipped', tone: 'warning', mark: '–', of: 'skipped' },
  { title: 'Not done', tone: 'warning', mark: '–', of: 'not done' },
  { title: 'Not needed', tone: 'default', mark: '–', of: 'not needed' },
];

/** What was done, what was not, and why. */
export function caseReport(view: CaseView): Card {
  const { row, steps, approvals } = view;
  const { done: doneWords, stopped } = view.playbook.words;
  const inState = (state: StepState) => steps.filter((one) => one.row.state === state);
  const proved = inState('proved');
  const inOutcome = (outcome: StepOutcome) => steps.filter((one) => outcomeOf(one) === outcome).length;
  const skipped = inOutcome('skipped');
  const staying = steps.filter((one) => one.row.state === 'by-hand' || leavesSomething(one)).length;
  const finished = row.state === 'finished';
  const counts = [
    `${count(proved.length, 'step')} proved`,
    ...told(inState('vouched').length, 'done on somebody’s word'),
    ...told(inOutcome('failed'), 'failed'),
    ...told(inOutcome('begun'), 'begun and not proved'),
    ...told(skipped, 'skipped'),
    ...told(inOutcome('not done'), 'not done'),
    ...told(staying, 'with something that stays'),
  ];
  const untouched = steps.every(({ row: step }) => !hasBegun(step) && step.state !== 'running');
  const status = `${untouched ? 'Nothing was changed: ' : ''}${counts.join('; ')}. ${finished ? 'The case is finished.' : (row.note ?? 'The case is closed.')}`;
  // Whoever says that something is done by hand has not confirmed a change: it may well be the requester.
  const byHand = ({ planned }: StepView) => planned.kind === 'by-hand';
  const confirmers = names(
    steps.filter((one) => !byHand(one)).flatMap(({ row: step }) => [step.confirmedName, step.secondName]),
  );
  const done = steps.filter((one) => byHand(one) && ['proved', 'vouched'].includes(one.row.state));
  const hands = names(done.map(({ row: step }) => step.confirmedName));
  const data = {
    heading: finished
      ? `${doneWords(view.subject.displayName)}${skipped > 0 ? ', but for what was skipped' : ''}`
      : stopped(view.subject.displayName),
    name: view.name,
    person: view.about.line,
    status,
    statusTone: finished && staying + skipped === 0 ? ('good' as const) : ('warning' as const),
    facts: [
      { title: 'Asked for by', value: `${row.requesterName}, ${inWords(row.createdAt)}` },
      ...(approvals.length > 0
        ? [{ title: 'Approved by', value: approvals.map((one) => `${one.actorName}, ${inWords(one.at)}`).join('; ') }]
        : []),
      ...(confirmers.length > 0 ? [{ title: 'Confirmed by', value: confirmers.join(', ') }] : []),
      ...(hands.length > 0 ? [{ title: 'Done by hand by', value: hands.join(', ') }] : []),
      ...(row.closedAt === null ? [] : [{ title: 'Closed', value: inWords(row.closedAt) }]),
    ],
    sections: sections
      .map((section) => ({ title: section.title, tone: section.tone, items: itemsOf(section, steps) }))
      .filter(({ items }) => items.length > 0),
    cannotUndo: cannotUndo(proved),
    next: `Type “status ${view.name}” for what the journal tells.`,
  };
  return caseReportCard.render(data, `${view.name}: ${data.heading}. ${status}`);
}

const told = (n: number, what: string): string[] => (n > 0 ? [`${n} ${what}`] : []);
const names = (found: (string | null)[]): string[] => [...new Set(found.filter((name) => name !== null))];
/** What was not done leaves everything, and is named as such. */
const leavesSomething = (one: StepView): boolean =>
  one.planned.leaves.length > 0 && ['proved', 'vouched', 'not needed', 'failed'].includes(outcomeOf(one));

/** A step that was done but for some of it stands in two sections: what is left must not hide below what was proved. */
function itemsOf({ title: section, mark, tone, of }: Section, steps: StepView[]) {
  return steps.flatMap((one) => {
    const title = one.step.title;
    if (outcomeOf(one) === of) return [{ mark, tone, title, lines: [wordsOf(one), reasonOf(one)].filter(Boolean) }];
    return section === whatStays && leavesSomething(one)
      ? [{ mark, tone, title, lines: shortened(one.planned.leaves) }]
      : [];
  });
}

/** In a case that is over: what was said of a next try holds no longer. */
function wordsOf({ row }: StepView): string {
  if (row.state === 'verifying') return 'Signoff still looks whether Microsoft 365 shows it.';
  if (!stepState(row.state).working) return row.words ?? '';
  return row.before === null
    ? 'Confirmed, but not begun.'
    : 'It was begun, and the case ended before it was proved: look in Microsoft 365 what of it was done.';
}

const mostLeaves = 10;

function shortened(leaves: string[]): string[] {
  return leaves.length > mostLeaves
    ? [...leaves.slice(0, mostLeaves), `And ${leaves.length - mostLeaves} more.`]
    : leaves;
}
