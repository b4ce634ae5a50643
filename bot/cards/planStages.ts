import { z } from 'zod';
import type { CaseView, StepView } from '../cases/caseView.ts';
import { type Planned, unseenWords } from '../engine/plan.ts';
import type { Tone } from '../engine/states.ts';
import { folded, saying } from './stepLines.ts';
import { count, plain, shown, tone } from './text.ts';

export const plannedStage = z.object({
  index: z.number(),
  title: shown,
  counts: shown,
  tone,
  unneeded: shown,
  steps: z.array(
    z.object({
      key: plain,
      title: shown,
      mark: plain,
      note: shown,
      tone,
      lines: z.array(shown),
      more: plain,
      rest: shown,
      leaves: z.array(shown),
    }),
  ),
});

/** Each stage in a line, with what it does folded under it. */
export function plannedStages(view: CaseView): z.input<typeof plannedStage>[] {
  return view.playbook.stages.flatMap(({ title }, index) => {
    const steps = view.steps.filter(({ row }) => row.stage === index);
    if (steps.length === 0) return [];
    const unneeded = steps.filter(({ planned }) => planned.kind === 'not-needed' && planned.leaves.length === 0);
    const told = unneeded.map(({ step, planned }) => `${step.title} (${planned.why?.replace(/\.$/, '')})`);
    return {
      index,
      title,
      ...countsOf(steps),
      steps: steps.filter((one) => !unneeded.includes(one)).map(stepOf),
      unneeded: told.length === 0 ? '' : `Not needed: ${told.join(' · ')}`,
    };
  });
}

const inKind = (steps: readonly StepView[], kind: Planned['kind']) =>
  steps.filter(({ planned }) => planned.kind === kind);
const changesIn = (steps: readonly StepView[]): number =>
  inKind(steps, 'change').reduce((sum, { planned }) => sum + planned.changes.length, 0);
const staying = (steps: readonly StepView[]): number =>
  steps.reduce((sum, { planned }) => sum + planned.leaves.length, 0);

function countsOf(steps: readonly StepView[]): { counts: string; tone: Tone } {
  const destroying = steps.filter(({ planned }) => planned.destructive).length;
  const byHand = inKind(steps, 'by-hand').length;
  const unseen = inKind(steps, 'unseen').length;
  const changes = changesIn(steps);
  const counts = [
    changes > 0 ? count(changes, 'change') : '',
    destroying > 0 ? `${destroying} destroying` : '',
    byHand > 0 ? `${byHand} by hand` : '',
    unseen > 0 ? `${unseen} not seen` : '',
    staying(steps) > 0 ? `${staying(steps)} to look at` : '',
  ].filter(Boolean);
  if (counts.length === 0) return { counts: 'nothing to do', tone: 'default' };
  return {
    counts: counts.join(' · '),
    tone: destroying + unseen > 0 ? 'attention' : byHand > 0 ? 'warning' : 'default',
  };
}

/** What a tap on the card’s button comes to, in a line. */
export function recapOf(steps: readonly StepView[]): string {
  const destroying = steps.filter(({ planned }) => planned.destructive).length;
  const byHand = inKind(steps, 'by-hand').length;
  const words = [
    count(changesIn(steps), 'change'),
    destroying === 0
      ? 'nothing destroyed'
      : `${count(destroying, 'step')} ${destroying === 1 ? 'destroys' : 'destroy'} something and will be asked about again`,
    byHand > 0 ? `${count(byHand, 'step')} by hand` : '',
    staying(steps) > 0 ? `${count(staying(steps), 'thing')} to look at` : '',
  ];
  return `${words.filter(Boolean).join(', ')}.`;
}

const kinds: Record<Planned['kind'], { mark: string; tone: Tone; note(planned: Planned): string }> = {
  change: { mark: '●', tone: 'accent', note: ({ why }) => why ?? '' },
  'by-hand': { mark: '✋', tone: 'warning', note: ({ why }) => `By hand: ${why}` },
  'not-needed': { mark: '–', tone: 'default', note: ({ why }) => why ?? '' },
  unseen: {
    mark: '?',
    tone: 'attention',
    note: (planned) =>
      `${unseenWords(planned)} It is looked at again when its stage comes; what it would do then is approved anew.`,
  },
};

function stepOf({ step, planned }: StepView) {
  const { mark, tone, note } = kinds[planned.kind];
  const final = planned.kind === 'change' && step.cannotUndo !== null ? `Can’t be undone: ${step.cannotUndo}` : '';
  return {
    key: step.id,
    title: step.title,
    mark,
    tone,
    note: [note(planned), final].filter(Boolean).join(' '),
    leaves: planned.leaves.map((line) => `Stays: ${line}`),
    ...folded(saying(planned.changes)),
  };
}
