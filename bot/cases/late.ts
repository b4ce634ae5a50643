import { caseState } from '../engine/states.ts';
import type { CaseView, StepView } from './caseView.ts';

/** Steps of which no card asks, because they came to nothing when their stage, or the case, was over. */
export const lateSteps = ({ row, steps }: CaseView): StepView[] =>
  steps.filter(({ row: { state, stage, settledAt } }) => {
    if (state === 'not-seen') return true;
    if (state !== 'failed') return false;
    return row.closedAt === null ? stage < row.stage : (settledAt ?? '') >= row.closedAt;
  });

/** What is said of one, by its place in the plan. */
export function lateWords(view: CaseView, position: number): string {
  const step = view.steps.find(({ row }) => row.position === position);
  const title = `“${step?.step.title}”`;
  if (step === undefined || !lateSteps(view).includes(step)) return `${title} is looked after by now.`;
  const { state, words } = step.row;
  if (state === 'not-seen') return `${title} was ordered. ${words}`;
  return caseState(view.row.state).closed
    ? `${title} has failed since the case ended. ${words}`
    : `${title} has failed since its stage was over. ${words} Signoff asks about it again after the last stage.`;
}
