import { z } from 'zod';
import type { Audience } from '../cases/audience.ts';
import type { CaseView, StepView } from '../cases/caseView.ts';
import { caseState, statesWith } from '../engine/states.ts';
import { type Card, defineCard } from './card.ts';
import { cannotUndo, folded, handLines, reasonOf, saying, stateOf } from './stepLines.ts';
import { count, plain, shown, tone } from './text.ts';

export const stageCard = defineCard(
  'stage',
  z.object({
    caseId: z.number(),
    version: z.number(),
    heading: shown,
    place: shown,
    person: shown,
    status: shown,
    statusTone: tone,
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
        lines: z.array(shown),
        more: plain,
        rest: shown,
        words: shown,
        requestId: shown,
        leaves: z.array(shown),
        handLines: z.array(shown),
        link: plain,
        linkTitle: plain,
        command: shown,
        canSayDone: z.boolean(),
        canConfirm: z.boolean(),
        canConfirmFirst: z.boolean(),
        canConfirmSecond: z.boolean(),
        canSkip: z.boolean(),
        canRetry: z.boolean(),
      }),
    ),
    cannotUndo: z.array(shown),
    stage: z.number(),
    confirmAll: plain,
    confirmSteps: z.array(plain),
  }),
);

/** One stage: its steps with what may be done about each, and how far they are. */
export function stage(view: CaseView, index: number, audience: Audience): Card {
  const { row, playbook } = view;
  const steps = view.steps.filter((one) => one.row.stage === index);
  const open = row.state === 'running' && row.stage === index && row.stageOpen;
  const decides = open && audience === 'approver';
  const title = playbook.stages[index]?.title ?? '';
  const waiting = steps.filter((one) => one.row.state === 'awaiting-confirmation' && !one.planned.destructive);
  const { status, statusTone } = statusOf(view, index, steps);
  const data = {
    caseId: row.id,
    version: row.version,
    heading: title,
    place: `${view.name} · ${view.asked} · stage ${index + 1} of ${playbook.stages.length}`,
    person: view.about.line,
    status,
    statusTone,
    steps: steps.map((one) => stepOf(view, one, decides, open && audience !== 'everyone')),
    cannotUndo: open
      ? cannotUndo(
          steps.filter(({ row: step }) =>
            ['awaiting-confirmation', 'awaiting-second-approver', 'queued'].includes(step.state),
          ),
        )
      : [],
    stage: index,
    confirmAll: decides && waiting.length > 1 ? `Confirm all ${waiting.length}` : '',
    confirmSteps: waiting.map(({ step }) => step.id),
  };
  return stageCard.render(data, `${view.name}, stage “${title}”: ${status}`);
}

function stepOf(view: CaseView, one: StepView, decides: boolean, mayRetry: boolean) {
  const { row, step, planned } = one;
  const waits = decides && row.state === 'awaiting-confirmation';
  // What was left out must not be read as done.
  const done = ['proved', 'vouched', 'not-needed', 'skipped'].includes(row.state);
  const byHand = handLines(one);
  return {
    key: `${step.id}`,
    caseId: view.row.id,
    version: view.row.version,
    stage: row.stage,
    title: step.title,
    ...stateOf(one, caseState(view.row.state).closed, decides),
    ...(done ? { lines: [], more: '', rest: '' } : folded(saying(planned.changes))),
    words: [
      row.words,
      row.state === 'awaiting-second-approver' ? `${row.confirmedName} confirmed.` : '',
      row.state === 'vouched' ? '' : reasonOf(one),
    ]
      .filter(Boolean)
      .join(' '),
    requestId: row.state === 'failed' && row.requestId !== null ? `Microsoft request id: ${row.requestId}` : '',
    leaves: planned.leaves.map((line) => `Stays: ${line}`),
    canConfirm: waits && !planned.destructive,
    canConfirmFirst: waits && planned.destructive,
    canConfirmSecond: decides && row.state === 'awaiting-second-approver',
    canSkip: decides && statesWith('skip').includes(row.state),
    canSayDone: mayRetry && statesWith('done').includes(row.state),
    handLines: row.state === 'by-hand' ? byHand.lines : [],
    link: row.state === 'by-hand' ? byHand.link : '',
    linkTitle: byHand.linkTitle,
    command: row.state === 'by-hand' ? byHand.command : '',
    canRetry: mayRetry && statesWith('retry').includes(row.state),
  };
}

function statusOf({ row }: CaseView, index: number, steps: StepView[]) {
  const inState = (...states: string[]) => steps.filter((one) => states.includes(one.row.state)).length;
  if (row.stage === index && row.state === 'canceled')
    return { status: row.note ?? 'Canceled.', statusTone: 'warning' as const };
  if (row.stage === index && row.state === 'awaiting-approval')
    return { status: `${row.note ?? ''} Waits for a new approval.`.trim(), statusTone: 'warning' as const };
  if (row.stage === index && row.note !== null) return { status: row.note, statusTone: 'warning' as const };
  const failed = inState('failed');
  if (failed > 0)
    return {
      status: `${count(failed, 'step')} failed. Retry, or skip and do it by hand.`,
      statusTone: 'attention' as const,
    };
  const underWay = inState('queued', 'running', 'verifying');
  const waiting = inState('awaiting-confirmation', 'awaiting-second-approver');
  const byHand = inState('by-hand');
  const open = [
    underWay > 0 ? `Under way: ${count(underWay, 'step')} to go.` : '',
    waiting > 0 ? `${count(waiting, 'step')} ${waiting === 1 ? 'waits' : 'wait'} for an approver.` : '',
    byHand > 0 ? `${count(byHand, 'step')} to be done by hand.` : '',
  ].filter(Boolean);
  const tone = underWay + waiting > 0 ? ('accent' as const) : ('warning' as const);
  if (open.length > 0) return { status: open.join(' '), statusTone: tone };
  const notNeeded = inState('not-needed');
  const skipped = inState('skipped');
  const done = [
    `${count(inState('proved', 'vouched'), 'step')} proved`,
    notNeeded > 0 ? `${notNeeded} not needed` : '',
    skipped > 0 ? `${skipped} skipped` : '',
  ].filter(Boolean);
  return { status: `${done.join(', ')}.`, statusTone: skipped > 0 ? ('warning' as const) : ('good' as const) };
}
