import type { CaseView, StepView } from '../cases/caseView.ts';
import type { Tone } from '../engine/states.ts';
import { count, listed } from './text.ts';

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
    return {
      status: `${count(failed, 'step')} failed. Retry, or let an approver skip it and do it by hand.`,
      statusTone: 'attention',
    };
  const waitingLong = steps.filter((one) => isWaiting(one)).length;
  const underWay = inState('queued', 'running', 'verifying') - waitingLong;
  const waiting = inState('awaiting-confirmation');
  const second = steps.filter(({ row: { state } }) => state === 'awaiting-second-approver');
  const byHand = inState('by-hand');
  const open = [
    underWay > 0 ? `Under way: ${count(underWay, 'step')} to go.` : '',
    waitingLong > 0 ? `${count(waitingLong, 'step')} ${waitingLong === 1 ? 'waits' : 'wait'} for Microsoft 365.` : '',
    waiting > 0 ? waitingWords(steps) : '',
    second.length > 0 ? secondWords(second) : '',
    byHand > 0 ? `${count(byHand, 'step')} to be done by hand.` : '',
  ].filter(Boolean);
  if (open.length > 0)
    return { status: open.join(' '), statusTone: underWay + waiting + second.length > 0 ? 'accent' : 'warning' };
  const notNeeded = inState('not-needed');
  const skipped = inState('skipped');
  const done = [
    `${count(inState('proved'), 'step')} proved`,
    inState('vouched') > 0 ? `${inState('vouched')} on somebody’s word` : '',
    inState('ordered', 'not-seen') > 0 ? `${inState('ordered', 'not-seen')} ordered` : '',
    notNeeded > 0 ? `${notNeeded} not needed` : '',
    skipped > 0 ? `${skipped} skipped` : '',
  ].filter(Boolean);
  return { status: `${done.join(', ')}.`, statusTone: skipped > 0 ? 'warning' : 'good' };
}

function waitingWords(steps: readonly StepView[]): string {
  const all = steps.filter(({ row }) => row.state === 'awaiting-confirmation');
  const whom = all.some(({ planned }) => planned.destructive)
    ? all.length === 1
      ? 'two approvers'
      : 'approvers'
    : 'an approver';
  return `${count(all.length, 'step')} ${all.length === 1 ? 'waits' : 'wait'} for ${whom}.`;
}

/** Whoever confirmed first sees that it was taken. */
function secondWords(steps: readonly StepView[]): string {
  const names = [...new Set(steps.flatMap(({ row }) => row.confirmedName ?? []))];
  const many = count(steps.length, 'step');
  return `${listed(names)} confirmed ${many}; ${steps.length === 1 ? 'it waits' : 'they wait'} for a second approver.`;
}

/** It has been looked at, and Microsoft 365 does not show it yet, or does not answer. */
const isWaiting = ({ row }: StepView): boolean =>
  (row.state === 'verifying' || row.state === 'queued') && row.words !== null && row.tries > 0;
