import { type Planned, plannedSchema } from '../engine/plan.ts';
import { type Playbook, placedStep } from '../engine/playbook.ts';
import { caseName, optionsOf, playbookOf, type Runtime, subjectOf } from '../engine/runtime.ts';
import type { Step } from '../engine/step.ts';
import type { About, Subject } from '../engine/subject.ts';
import { type ApprovalRow, type CaseRow, readApprovals, readSteps, type StepRow } from '../store/cases.ts';

/** A case with everything about it that people may see. */
export interface CaseView {
  row: CaseRow;
  name: string;
  playbook: Playbook;
  subject: Subject;
  about: About;
  options: Record<string, unknown>;
  steps: StepView[];
  /** As in “offboard Jane Miller”. */
  asked: string;
  approvalsNeeded: number;
  /** Decisions on the plan as it is now. */
  approvals: ApprovalRow[];
}

export interface StepView {
  row: StepRow;
  step: Step;
  planned: Planned;
}

export async function readCaseView(runtime: Runtime, row: CaseRow): Promise<CaseView> {
  const playbook = playbookOf(runtime, row);
  const subject = subjectOf(runtime, row);
  const steps = await readSteps(runtime.db, row.id);
  const approvals = await readApprovals(runtime.db, row.id);
  return {
    row,
    name: caseName(playbook, row.id),
    playbook,
    subject,
    about: playbook.subject.about(subject),
    asked: `${playbook.words.verb} ${subject.displayName}`,
    approvalsNeeded: playbook.subject.approvalsNeeded(subject),
    options: optionsOf(runtime, row),
    steps: steps.map((step) => ({
      row: step,
      step: placedStep(playbook, step.step_id).step,
      planned: plannedSchema.parse(JSON.parse(step.plan)),
    })),
    approvals: approvals.filter(({ voided_at, plan_hash }) => voided_at === null && plan_hash === row.plan_hash),
  };
}

/** Whether anything was begun in the directory. */
export const hasStarted = (view: CaseView): boolean => view.steps.some(({ row }) => row.attempt > 0);
