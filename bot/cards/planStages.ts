import { z } from 'zod';
import { type CaseView, isToCome, type StepView } from '../cases/caseView.ts';
import { unseenWords } from '../engine/plan.ts';
import type { Planned } from '../engine/planned.ts';
import { isSettled, stepState, type Tone } from '../engine/states.ts';
import { folded, saying, shorten, staying, wholeOf } from './stepLines.ts';
import { count, plain, shown, tone } from './text.ts';

export const plannedStage = z.object({
  index: z.number(),
  title: shown,
  counts: shown,
  tone,
  aside: shown,
  /** Those that stand here by name alone. */
  unfolded: z.array(plain),
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
      whole: plain,
      leaves: z.array(shown),
    }),
  ),
});

/** Each stage in a line, with what it does folded under it; where there is no room for that, each step by name. */
export function plannedStages(view: CaseView, longest: number): z.input<typeof plannedStage>[] {
  return view.playbook.stages.flatMap(({ title }, index) => {
    const steps = view.steps.filter(({ row }) => row.stage === index);
    if (steps.length === 0) return [];
    const unneeded = steps.filter(
      (one) => isToCome(one) && one.planned.kind === 'not-needed' && one.planned.leaves.length === 0,
    );
    const told = steps.filter((one) => isToCome(one) && !unneeded.includes(one));
    const whyNot = ({ planned }: StepView) => (longest < 160 ? '' : (planned.why?.replace(/\.$/, '') ?? ''));
    const aside = [
      longest === 0 ? named('To come', told, howMuch) : '',
      ...pastOf(steps),
      named('Not needed', unneeded, whyNot),
    ];
    return {
      index,
      title,
      ...countsOf(steps),
      steps: longest === 0 ? [] : told.map((one) => stepOf(one, longest)),
      unfolded: longest === 0 ? told.map(({ step }) => step.id) : [],
      aside: aside.filter(Boolean).join('. '),
    };
  });
}

function named(what: string, steps: readonly StepView[], why: (one: StepView) => string = () => ''): string {
  const titles = steps.map((one) => `${one.step.title}${why(one) === '' ? '' : ` (${why(one)})`}`);
  return titles.length === 0 ? '' : `${what}: ${titles.join(' · ')}`;
}

/** What of a case under way is no matter of its new plan any more. */
const past = (steps: readonly StepView[]) => {
  const over = steps.filter((one) => !isToCome(one));
  const skipped = over.filter(({ row }) => row.state === 'skipped');
  const done = over.filter(({ row }) => row.state !== 'skipped' && isSettled(row));
  return { skipped, done, begun: over.filter(({ row }) => !isSettled(row)) };
};

function pastOf(steps: readonly StepView[]): string[] {
  const { skipped, done, begun } = past(steps);
  return [
    named('Done already', done),
    named('Begun already, and goes on', begun, ({ row }) => stepState(row.state).words),
    named('Skipped', skipped),
  ];
}

const inKind = (steps: readonly StepView[], kind: Planned['kind']) =>
  steps.filter(({ planned }) => planned.kind === kind);
const changesIn = (steps: readonly StepView[]): number =>
  inKind(steps, 'change').reduce((sum, { planned }) => sum + planned.changes.length, 0);
const thingsStaying = (steps: readonly StepView[]): number =>
  steps.reduce((sum, { planned }) => sum + planned.leaves.length, 0);

function countsOf(all: readonly StepView[]): { counts: string; tone: Tone } {
  const steps = all.filter(isToCome);
  const { skipped, done, begun } = past(all);
  const destroying = steps.filter(({ planned }) => planned.destructive).length;
  const byHand = inKind(steps, 'by-hand').length;
  const unseen = inKind(steps, 'unseen').length;
  const changes = changesIn(steps);
  const counts = [
    changes > 0 ? count(changes, 'change') : '',
    destroying > 0 ? `${count(destroying, 'step')} ${destroying === 1 ? 'destroys' : 'destroy'}` : '',
    byHand > 0 ? `${count(byHand, 'step')} by hand` : '',
    unseen > 0 ? `${count(unseen, 'step')} not seen` : '',
    staysIn(thingsStaying(steps)),
    done.length > 0 ? `${count(done.length, 'step')} done` : '',
    begun.length > 0 ? `${count(begun.length, 'step')} begun` : '',
    skipped.length > 0 ? `${count(skipped.length, 'step')} skipped` : '',
  ].filter(Boolean);
  if (counts.length === 0) return { counts: 'nothing to do', tone: 'default' };
  return {
    // Where it wraps, no number is left without its word.
    counts: counts.map((words) => words.replaceAll(' ', '\u00A0')).join(' · '),
    tone: destroying + unseen > 0 ? 'attention' : byHand + skipped.length > 0 ? 'warning' : 'default',
  };
}

/** What is left to people, of which the step says more. */
function staysIn(n: number, what = ''): string {
  if (n === 0) return '';
  return `${what === '' ? n : count(n, what)} ${n === 1 ? 'stays' : 'stay'}`;
}

/** What a tap on the card’s button comes to, in a line. */
export function recapOf(all: readonly StepView[]): string {
  const steps = all.filter(isToCome);
  const { skipped, done, begun } = past(all);
  const destroying = steps.filter(({ planned }) => planned.destructive).length;
  const byHand = inKind(steps, 'by-hand').length;
  const words = [
    count(changesIn(steps), 'change'),
    destroying === 0
      ? 'nothing destroyed'
      : `${count(destroying, 'step')} ${destroying === 1 ? 'destroys' : 'destroy'} something and will be asked about again`,
    byHand > 0 ? `${count(byHand, 'step')} by hand` : '',
    staysIn(thingsStaying(steps), 'thing'),
  ];
  const sentences = [
    words.filter(Boolean).join(', '),
    done.length > 0 ? `Done already: ${count(done.length, 'step')}` : '',
    begun.length > 0 ? `Begun already: ${count(begun.length, 'step')}` : '',
    skipped.length > 0 ? `Skipped: ${skipped.map(({ step }) => `“${step.title}”`).join(', ')}` : '',
  ];
  return `${sentences.filter(Boolean).join('. ')}.`;
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

function howMuch({ planned: { kind, changes, leaves } }: StepView): string {
  const what = { change: count(changes.length, 'change'), 'by-hand': 'by hand', unseen: 'not seen', 'not-needed': '' };
  return [what[kind], staysIn(leaves.length)].filter(Boolean).join(', ');
}

function stepOf(one: StepView, longest: number) {
  const { step, planned } = one;
  const { mark, tone, note } = kinds[planned.kind];
  const { cut, ...lines } = folded(saying(planned.changes), longest);
  const final = planned.kind === 'change' && step.cannotUndo !== null ? `Can’t be undone: ${step.cannotUndo}` : '';
  return {
    key: step.id,
    title: step.title,
    mark,
    tone,
    note: shorten([note(planned), final].filter(Boolean).join(' '), longest * 2),
    leaves: staying(planned.leaves, longest),
    ...lines,
    whole: wholeOf(one, { ...lines, cut }, longest),
  };
}
