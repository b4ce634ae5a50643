import type { CaseView, StepView } from '../cases/caseView.ts';
import type { StepOutcome, Tone } from '../engine/states.ts';
import { outcomeOf } from './stepLines.ts';
import { count } from './text.ts';

export interface OutcomeGroup {
  title: string;
  tone: Tone;
  text: string;
}

const groups: readonly { of: readonly StepOutcome[]; title: string; tone: Tone }[] = [
  { of: ['proved', 'vouched'], title: 'Done', tone: 'good' },
  { of: ['ordered'], title: 'Ordered', tone: 'accent' },
  { of: ['begun'], title: 'Begun, not proved', tone: 'attention' },
  { of: ['failed'], title: 'Failed', tone: 'attention' },
  { of: ['stays'], title: 'Left to do by hand', tone: 'warning' },
  { of: ['skipped'], title: 'Skipped', tone: 'warning' },
  { of: ['not done'], title: 'Not done', tone: 'warning' },
];

/** A plan counts changes, a report steps: both are said where they are not the same. */
function howMany(steps: readonly StepView[]): string {
  const changes = steps.reduce((sum, { planned }) => sum + planned.changes.length, 0);
  const many = count(steps.length, 'step');
  return changes > steps.length ? `${many}, ${count(changes, 'change')}` : many;
}

type Said = Partial<Record<StepOutcome, { title: string; tone: Tone }>>;

const canceled: Said = {
  begun: { title: 'Under way: may still be done', tone: 'attention' },
  'not done': { title: 'Will not be done', tone: 'warning' },
  stays: { title: 'By hand: will not be asked for', tone: 'warning' },
};

/** What has not been done may still be, while a case is open. */
const otherwise: Record<'closed' | 'open' | 'canceling' | 'undoing', Said> = {
  closed: {},
  open: {
    begun: { title: 'Under way', tone: 'accent' },
    'not done': { title: 'Still to come', tone: 'default' },
    stays: { title: 'To be done by hand', tone: 'warning' },
  },
  canceling: { ...canceled, proved: { title: 'Done, and not put back', tone: 'good' } },
  undoing: canceled,
};

/** The steps of a case by what came of each, by name. */
export function outcomeGroups({ steps }: CaseView, when: keyof typeof otherwise): OutcomeGroup[] {
  const done = steps.filter(({ row }) => ['proved', 'ordered', 'not-seen', 'vouched'].includes(row.state));
  const staying = done.flatMap(({ planned }) => planned.leaves);
  return [
    ...groups.flatMap(({ of, title, tone }) => {
      const all = steps.filter((one) => of.includes(outcomeOf(one)));
      if (all.length === 0) return [];
      const [outcome] = of;
      const said = (outcome && otherwise[when][outcome]) ?? { title, tone };
      return [
        { ...said, title: `${said.title} (${howMany(all)})`, text: all.map(({ step }) => step.title).join(' · ') },
      ];
    }),
    ...(staying.length > 0 ? [{ title: 'Stays', tone: 'warning' as const, text: staying.join(' · ') }] : []),
  ];
}
