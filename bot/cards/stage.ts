import { z } from 'zod';
import type { Reader } from '../cases/audience.ts';
import type { CaseView, StepView } from '../cases/caseView.ts';
import { skipNeedsReason } from '../cases/stages.ts';
import { isApart } from '../engine/agreement.ts';
import { maySkip } from '../engine/readCase.ts';
import { caseState, isSettled, statesWith } from '../engine/states.ts';
import { type Card, defineCard, fits, fitting, largestStepsBytes } from './card.ts';
import { stageStatus } from './stageStatus.ts';
import {
  cannotUndo,
  folded,
  handLines,
  head,
  headOf,
  noUndoing,
  reasonOf,
  saying,
  shorten,
  stateOf,
  staying,
  undoing,
  undoingOf,
  warning,
  warningsOf,
  wholeOf,
} from './stepLines.ts';
import { count, plain, shown, tone } from './text.ts';

export const stageCard = defineCard(
  'stage',
  head.extend({
    ...undoing.shape,
    version: z.number(),
    stage: z.number(),
    warnings: z.array(warning),
    steps: z.array(
      z.object({
        key: plain,
        caseId: z.number(),
        version: z.number(),
        stage: z.number(),
        title: shown,
        mark: plain,
        state: shown,
        tone,
        open: z.boolean(),
        lines: z.array(shown),
        more: plain,
        rest: shown,
        whole: plain,
        words: shown,
        requestId: shown,
        leaves: z.array(shown),
        handLines: z.array(shown),
        link: plain,
        linkTitle: plain,
        command: plain,
        hasActions: z.boolean(),
        canSayDone: z.boolean(),
        canConfirm: z.boolean(),
        canConfirmFirst: z.boolean(),
        canConfirmSecond: z.boolean(),
        canSkip: z.boolean(),
        skipNeedsReason: z.boolean(),
        skipLabel: plain,
        note: plain,
        canRetry: z.boolean(),
      }),
    ),
    others: shown,
    cannotUndo: shown,
    recap: shown,
    confirmAll: plain,
    confirmSteps: z.array(plain),
  }),
);

/** What a person may do about a step now. */
export function waitsFor(view: CaseView, { row, planned }: StepView, { id, audience }: Reader): boolean {
  if (view.row.state !== 'running' || !view.row.stageOpen || row.stage !== view.row.stage) return false;
  if (row.state === 'by-hand' || row.state === 'failed') return audience !== 'everyone';
  if (audience !== 'approver') return false;
  if (row.state === 'awaiting-second-approver') return row.confirmedBy !== id;
  return row.state === 'awaiting-confirmation' && (planned.destructive || planned.kind === 'change');
}

/**
 * One stage as somebody must act on it; with nothing for them to do, how it stands in a line. What there is no room for, as
 * where all of a stage is to be done by hand, comes when what is shown is settled.
 */
export function stage(view: CaseView, index: number, reader: Reader, onlyWhatWaits = false): Card {
  const all = view.steps.filter((one) => one.row.stage === index);
  const calls = all.filter((one) => waitsFor(view, one, reader));
  const steps = calls.length === 0 ? [] : onlyWhatWaits ? calls : all.filter(isTold);
  const whole = fitting((longest) => drawStage(view, index, reader, { steps, calls, longest }), largestStepsBytes);
  if (fits(whole, largestStepsBytes)) return whole;
  for (let most = calls.length - 1; most > 1; most--) {
    const first = calls.slice(0, most);
    const card = drawStage(view, index, reader, {
      steps: first,
      calls: first,
      others: calls.slice(most),
      longest: 160,
    });
    if (fits(card, largestStepsBytes)) return card;
  }
  const first = calls.slice(0, 1);
  return drawStage(view, index, reader, { steps: first, calls: first, others: calls.slice(1), longest: 160 });
}

interface Drawing {
  steps: readonly StepView[];
  /** Those among them that wait for the reader. */
  calls: StepView[];
  /** Those that wait as well, and are not shown. */
  others?: readonly StepView[];
  longest: number;
}

function drawStage(
  view: CaseView,
  index: number,
  reader: Reader,
  { steps, calls, others = [], longest }: Drawing,
): Card {
  const { row, playbook, subject, name } = view;
  const all = view.steps.filter((one) => one.row.stage === index);
  const toConfirm = calls.filter((one) => one.row.state === 'awaiting-confirmation' && !isApart(one.planned));
  const { title = '' } = playbook.stages[index] ?? {};
  const { status, statusTone } = stageStatus(view, index, all);
  const data = {
    version: row.version,
    stage: index,
    ...headOf(view, `${subject.displayName}: ${title} · stage ${index + 1} of ${playbook.stages.length}`),
    status,
    statusTone,
    warnings: steps.length === 0 ? [] : warningsOf({ ...view, warnings: [] }, calls, longest),
    steps: steps.map((one) => stepOf(view, one, reader, calls.length === 1 && calls.includes(one), longest)),
    others:
      others.length === 0
        ? ''
        : `${others.length} more wait, and come here when these are settled: ${others.map(({ step }) => step.title).join(' · ')}.`,
    // What destroys something says so itself, and is confirmed by itself.
    cannotUndo: cannotUndo(toConfirm),
    recap: recapOf(toConfirm),
    confirmAll: toConfirm.length > 1 ? `Confirm these ${toConfirm.length} steps` : '',
    confirmSteps: toConfirm.map(({ step }) => step.id),
    // A stage that is over says how it stands, and no more.
    ...(index === row.stage && calls.length > 0 ? undoingOf(view, reader) : noUndoing),
  };
  return stageCard.render(data, `${name}: ${data.heading}. ${status}`);
}

/** What nobody has to do anything about is told on the plan and in the report. */
const isTold = ({ row, planned }: StepView): boolean => row.state !== 'not-needed' || planned.leaves.length > 0;

function recapOf(steps: StepView[]): string {
  if (steps.length < 2) return '';
  const changes = steps.reduce((sum, { planned }) => sum + planned.changes.length, 0);
  return `${count(changes, 'change')} together, nothing destroyed by these.`;
}

/** Unfolded from the start, because somebody must read it before they decide. */
const isUnfolded = ({ row, planned }: StepView): boolean =>
  ['by-hand', 'failed', 'awaiting-second-approver'].includes(row.state) ||
  (row.state === 'awaiting-confirmation' && isApart(planned));

function stepOf(view: CaseView, one: StepView, reader: Reader, alone: boolean, longest: number) {
  const { row, step, planned } = one;
  const decides = reader.audience === 'approver';
  const open = view.row.state === 'running' && view.row.stage === row.stage && view.row.stageOpen;
  const mine = waitsFor(view, one, reader);
  const waits = mine && row.state === 'awaiting-confirmation';
  // What was left out must not be read as done.
  const done = isSettled(row);
  const { cut, ...lines } = folded(done ? [] : saying(planned.changes), longest);
  const byHand = handLines(one);
  const canConfirmSecond = mine && row.state === 'awaiting-second-approver';
  const canSkip = open && decides && maySkip(row) && step.cannotSkip === undefined;
  const canSayDone = mine && statesWith('done').includes(row.state);
  const canRetry = mine && statesWith('retry').includes(row.state);
  const link = row.state === 'by-hand' ? byHand.link : '';
  return {
    key: step.id,
    caseId: view.row.id,
    version: view.row.version,
    stage: row.stage,
    title: step.title,
    ...stateOf(one, caseState(view.row.state).closed, decides),
    ...(canConfirmSecond && { state: 'waits for you' }),
    // A button for one alone stands with it.
    open: alone || isUnfolded(one),
    ...lines,
    whole: wholeOf(one, { ...lines, cut }, longest),
    words: shorten(
      [
        row.words,
        row.state === 'awaiting-second-approver' ? `${row.confirmedName} confirmed.` : '',
        row.state === 'vouched' ? '' : reasonOf(one),
        waits && step.cannotUndo !== null ? `Can’t be undone: ${step.cannotUndo}` : '',
      ]
        .filter(Boolean)
        .join(' '),
      Math.max(160, longest * 3),
    ),
    requestId: row.state === 'failed' && row.requestId !== null ? `Microsoft request id: ${row.requestId}` : '',
    leaves: staying(planned.leaves, longest),
    canConfirm: waits && !planned.destructive,
    canConfirmFirst: waits && planned.destructive,
    canConfirmSecond,
    canSkip,
    skipNeedsReason: skipNeedsReason(view.playbook, row.stage),
    skipLabel: `It stays as it is, and nobody is asked again. Why${skipNeedsReason(view.playbook, row.stage) ? '' : ' (may be left empty)'}? It is on the report.`,
    canSayDone,
    // What was not to be seen yet is looked at again with what was written before.
    note: row.attempt > 0 ? (row.reason ?? '') : '',
    canRetry,
    hasActions: waits || canConfirmSecond || canSkip || canSayDone || canRetry || link !== '',
    handLines: row.state === 'by-hand' ? byHand.lines : [],
    link,
    linkTitle: byHand.linkTitle,
    command: row.state === 'by-hand' ? byHand.command : '',
  };
}
