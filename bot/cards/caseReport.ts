import { z } from 'zod';
import type { CaseView, StepView } from '../cases/caseView.ts';
import { inWords } from '../clock.ts';
import type { StepState } from '../store/schema.ts';
import { type Card, defineCard } from './card.ts';
import { cannotUndo, personLine, reasonOf } from './stepLines.ts';
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

type Section = { title: string; tone: z.output<typeof tone>; mark: string; states: StepState[] };
const whatStays = 'What stays, and why';
const sections: Section[] = [
  { title: 'Done and proved', tone: 'good', mark: '✓', states: ['proved'] },
  { title: 'Failed', tone: 'attention', mark: '✕', states: ['failed'] },
  { title: 'Begun, not proved', tone: 'attention', mark: '!', states: ['running', 'verifying'] },
  { title: 'Done by hand, on somebody’s word', tone: 'good', mark: '✓', states: ['vouched'] },
  { title: whatStays, tone: 'warning', mark: '✋', states: ['hand'] },
  { title: 'Skipped', tone: 'warning', mark: '–', states: ['skipped'] },
  { title: 'Not done', tone: 'warning', mark: '–', states: ['planned', 'waiting', 'second', 'queued'] },
  { title: 'Not needed', tone: 'default', mark: '–', states: ['not-needed'] },
];

/** What was done, what was not, and why. */
export function caseReport(view: CaseView): Card {
  const { row, subject, steps, approvals } = view;
  const proved = steps.filter((one) => one.row.state === 'proved');
  const byHand = steps.filter((one) => one.row.state === 'hand' || one.planned.leaves.length > 0).length;
  const finished = row.state === 'finished';
  const status = `${count(proved.length, 'step')} proved${byHand > 0 ? `; ${byHand} with something that stays` : ''}. ${finished ? 'The case is finished.' : (row.note ?? 'The case is closed.')}`;
  const confirmers = [
    ...new Set(
      steps.flatMap(({ row: { confirmed_name, second_name } }) =>
        [confirmed_name, second_name].filter((name) => name !== null),
      ),
    ),
  ];
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
      .map((section) => ({ title: section.title, tone: section.tone, items: itemsOf(section, steps) }))
      .filter(({ items }) => items.length > 0),
    cannotUndo: cannotUndo(proved),
    next: `Type “status ${view.name}” for every entry of the journal.`,
  };
  return caseReportCard.render(data, `${view.name}: ${data.heading}. ${status}`);
}

/** A step that was done but for some of it stands in two sections: what is left must not hide below what was proved. */
function itemsOf({ title: section, mark, tone, states }: Section, steps: StepView[]) {
  return steps.flatMap((one) => {
    const title = one.step.title;
    if (states.includes(one.row.state))
      return [{ mark, tone, title, lines: [one.row.words ?? '', reasonOf(one)].filter(Boolean) }];
    return section === whatStays && one.planned.leaves.length > 0 && one.row.state !== 'skipped'
      ? [{ mark, tone, title, lines: shortened(one.planned.leaves) }]
      : [];
  });
}

const mostLeaves = 10;

function shortened(leaves: string[]): string[] {
  return leaves.length > mostLeaves
    ? [...leaves.slice(0, mostLeaves), `And ${leaves.length - mostLeaves} more.`]
    : leaves;
}
