import { z } from 'zod';
import type { Reader } from '../cases/audience.ts';
import type { CaseView, StepView } from '../cases/caseView.ts';
import { skipNeedsReason } from '../cases/stages.ts';
import { maySkip } from '../engine/readCase.ts';
import { caseState, isSettled, statesWith, type Tone } from '../engine/states.ts';
import { type Card, defineCard } from './card.ts';
import {
  cannotUndo,
  folded,
  handLines,
  head,
  headOf,
  reasonOf,
  saying,
  stateOf,
  warning,
  warningsOf,
} from './stepLines.ts';
import { count, plain, shown, tone } from './text.ts';

export const stageCard = defineCard(
  'stage',
  head.extend({
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
        canRetry: z.boolean(),
      }),
    ),
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

/** One stage as somebody must act on it; with nothing for them to do, how it stands in a line. */
export function stage(view: CaseView, index: number, reader: Reader, onlyWhatWaits = false): Card {
  const { row, playbook, subject, name } = view;
  const all = view.steps.filter((one) => one.row.stage === index);
  const calls = all.filter((one) => waitsFor(view, one, reader));
  const steps = calls.length === 0 ? [] : onlyWhatWaits ? calls : all.filter(isTold);
  const toConfirm = calls.filter((one) => one.row.state === 'awaiting-confirmation' && !one.planned.destructive);
  const { title = '' } = playbook.stages[index] ?? {};
  const { status, statusTone } = stageStatus(view, index, all);
  const data = {
    version: row.version,
    stage: index,
    ...headOf(
      view,
      `${subject.displayName}: ${title.charAt(0).toLowerCase()}${title.slice(1)} (${index + 1} of ${playbook.stages.length})`,
    ),
    status,
    statusTone,
    warnings: steps.length === 0 ? [] : warningsOf({ ...view, warnings: [] }, calls),
    steps: steps.map((one) => stepOf(view, one, reader, calls.length === 1 && calls.includes(one))),
    cannotUndo: cannotUndo(calls),
    recap: recapOf(toConfirm),
    confirmAll: toConfirm.length > 1 ? `Confirm these ${toConfirm.length}` : '',
    confirmSteps: toConfirm.map(({ step }) => step.id),
  };
  return stageCard.render(data, `${name}: ${data.heading}. ${status}`);
}

/** What nobody has to do anything about is told on the plan and in the report. */
const isTold = ({ row, planned }: StepView): boolean => row.state !== 'not-needed' || planned.leaves.length > 0;

function recapOf(steps: StepView[]): string {
  if (steps.length < 2) return '';
  const changes = steps.reduce((sum, { planned }) => sum + planned.changes.length, 0);
  return `${count(changes, 'change')} now, nothing destroyed.`;
}

/** Unfolded from the start, because somebody must read it before they decide. */
const isUnfolded = ({ row, planned }: StepView): boolean =>
  ['by-hand', 'failed', 'awaiting-second-approver'].includes(row.state) ||
  (row.state === 'awaiting-confirmation' && planned.destructive);

function stepOf(view: CaseView, one: StepView, reader: Reader, alone: boolean) {
  const { row, step, planned } = one;
  const decides = reader.audience === 'approver';
  const open = view.row.state === 'running' && view.row.stage === row.stage && view.row.stageOpen;
  const mine = waitsFor(view, one, reader);
  const waits = mine && row.state === 'awaiting-confirmation';
  // What was left out must not be read as done.
  const done = isSettled(row);
  const byHand = handLines(one);
  const canConfirmSecond = mine && row.state === 'awaiting-second-approver';
  const canSkip = open && decides && maySkip(row);
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
    // A button for one alone stands with it.
    open: alone || isUnfolded(one),
    ...(done ? { lines: [], more: '', rest: '' } : folded(saying(planned.changes))),
    words: [
      row.words,
      row.state === 'awaiting-second-approver' ? `${row.confirmedName} confirmed.` : '',
      row.state === 'vouched' ? '' : reasonOf(one),
      waits && step.cannotUndo !== null ? `Can’t be undone: ${step.cannotUndo}` : '',
    ]
      .filter(Boolean)
      .join(' '),
    requestId: row.state === 'failed' && row.requestId !== null ? `Microsoft request id: ${row.requestId}` : '',
    leaves: planned.leaves.map((line) => `Stays: ${line}`),
    canConfirm: waits && !planned.destructive,
    canConfirmFirst: waits && planned.destructive,
    canConfirmSecond,
    canSkip,
    skipNeedsReason: skipNeedsReason(row.stage),
    canSayDone,
    canRetry,
    hasActions: waits || canConfirmSecond || canSkip || canSayDone || canRetry || link !== '',
    handLines: row.state === 'by-hand' ? byHand.lines : [],
    link,
    linkTitle: byHand.linkTitle,
    command: row.state === 'by-hand' ? byHand.command : '',
  };
}

/** How a stage stands, in a line. */
export function stageStatus(
  { row }: CaseView,
  index: number,
  steps: readonly StepView[],
): { status: string; statusTone: Tone } {
  const inState = (...states: string[]) => steps.filter((one) => states.includes(one.row.state)).length;
  if (row.stage === index && row.state === 'canceled')
    return { status: row.note ?? 'Canceled.', statusTone: 'warning' };
  if (row.stage === index && row.state === 'awaiting-approval')
    return { status: `${row.note ?? ''} Waits for a new approval.`.trim(), statusTone: 'warning' };
  if (row.stage === index && row.note !== null) return { status: row.note, statusTone: 'warning' };
  const failed = inState('failed');
  if (failed > 0)
    return { status: `${count(failed, 'step')} failed. Retry, or skip and do it by hand.`, statusTone: 'attention' };
  const waitingLong = steps.filter((one) => isWaiting(one)).length;
  const underWay = inState('queued', 'running', 'verifying') - waitingLong;
  const waiting = inState('awaiting-confirmation', 'awaiting-second-approver');
  const byHand = inState('by-hand');
  const open = [
    underWay > 0 ? `Under way: ${count(underWay, 'step')} to go.` : '',
    waitingLong > 0 ? `${count(waitingLong, 'step')} ${waitingLong === 1 ? 'waits' : 'wait'} for Microsoft 365.` : '',
    waiting > 0 ? `${count(waiting, 'step')} ${waiting === 1 ? 'waits' : 'wait'} for an approver.` : '',
    byHand > 0 ? `${count(byHand, 'step')} to be done by hand.` : '',
  ].filter(Boolean);
  if (open.length > 0) return { status: open.join(' '), statusTone: underWay + waiting > 0 ? 'accent' : 'warning' };
  const notNeeded = inState('not-needed');
  const skipped = inState('skipped');
  const done = [
    `${count(inState('proved', 'vouched'), 'step')} proved`,
    inState('ordered', 'not-seen') > 0 ? `${inState('ordered', 'not-seen')} ordered` : '',
    notNeeded > 0 ? `${notNeeded} not needed` : '',
    skipped > 0 ? `${skipped} skipped` : '',
  ].filter(Boolean);
  return { status: `${done.join(', ')}.`, statusTone: skipped > 0 ? 'warning' : 'good' };
}

/** It has been looked at, and Microsoft 365 does not show it yet, or does not answer. */
const isWaiting = ({ row }: StepView): boolean =>
  (row.state === 'verifying' || row.state === 'queued') && row.words !== null && row.tries > 0;
