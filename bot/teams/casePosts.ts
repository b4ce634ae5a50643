import type { Card, Refresh } from '../cards/card.ts';
import { caseReport } from '../cards/caseReport.ts';
import { type PlanAudience, planReview } from '../cards/planReview.ts';
import { stage } from '../cards/stage.ts';
import { type CaseView, hasStarted } from '../cases/caseView.ts';
import { remindersDue } from '../engine/advanceCase.ts';
import type { StepState } from '../store/schema.ts';

/** Steps in these states have been before people. */
const opened: readonly StepState[] = [
  'waiting',
  'second',
  'queued',
  'running',
  'verifying',
  'proved',
  'failed',
  'skipped',
  'hand',
  'vouched',
];

export type PostContent = { card: Card } | { text: string };

export const approvalKind = (view: CaseView): string => `approval:${view.row.version}`;

/** The messages that a case should have by now: those for where it was asked, and those for approvers. */
export function wantedKinds(view: CaseView, now: Date): { origin: string[]; approvers: string[] } {
  const { state, note } = view.row;
  const stages = view.playbook.stages
    .map((_stage, index) => index)
    .filter((index) => view.steps.some(({ row }) => row.stage === index && opened.includes(row.state)));
  const stageKinds = stages.map((index) => `stage:${index}`);
  const closed = ['finished', 'rejected', 'canceled', 'expired', 'refused'].includes(state);
  const ending = closed ? [state === 'finished' || hasStarted(view) ? 'report' : 'notice'] : [];
  return {
    origin: [
      ...(state !== 'planning' || note !== null ? ['plan'] : []),
      ...stageKinds,
      ...reminderKinds(view, now),
      ...ending,
    ],
    approvers: [
      ...(state === 'awaiting-approval' ? [approvalKind(view)] : []),
      ...stageKinds,
      ...ending.filter((kind) => kind === 'report'),
    ],
  };
}

function reminderKinds({ row, steps }: CaseView, now: Date): string[] {
  const opened = steps
    .flatMap(({ row: step }) => (step.state === 'hand' && step.started_at !== null ? [step.started_at] : []))
    .sort()[0];
  if (row.state !== 'running' || opened === undefined) return [];
  return Array.from({ length: remindersDue(opened, now) }, (_none, index) => `reminder:${row.stage * 10 + index + 1}`);
}

/** What one message shows now, to whom it was sent. */
export function contentOf(view: CaseView, kind: string, audience: PlanAudience, refresh?: Refresh): PostContent {
  const [name, number] = kind.split(':');
  switch (name) {
    case 'plan':
      return { card: planReview(view, audience, refresh) };
    case 'approval':
      return { card: planReview(view, Number(number) === view.row.version ? audience : 'everyone', refresh) };
    case 'stage':
      return { card: stage(view, Number(number), audience, refresh) };
    case 'report':
      return { card: caseReport(view) };
    case 'reminder': {
      const open = view.steps.filter(({ row }) => row.state === 'hand').map(({ step }) => `“${step.title}”`);
      return {
        text:
          open.length === 0
            ? `${view.name}: done by now.`
            : `${view.name}, ${view.asked}: still to be done by hand: ${open.join(', ')}. The stage’s card says how.`,
      };
    }
    default:
      return {
        text: `${view.name}, ${view.asked}: ${view.row.note ?? 'closed'} Nothing was changed.`,
      };
  }
}
