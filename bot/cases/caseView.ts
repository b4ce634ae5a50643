import type { Planned } from '../engine/planned.ts';
import { type Playbook, placedStep } from '../engine/playbook.ts';
import { type Case, type CaseStep, hasBegun, readSteps, requireCase } from '../engine/readCase.ts';
import { caseName, optionsOf, playbookOf, type Runtime, subjectOf } from '../engine/runtime.ts';
import { caseState } from '../engine/states.ts';
import type { Step } from '../engine/step.ts';
import type { About, Subject } from '../engine/subject.ts';
import { type ApprovalRow, readApprovals } from '../store/cases.ts';
import { entriesOf } from '../store/journal.ts';

/** A case with everything about it that people may see. */
export interface CaseView {
  row: Case;
  name: string;
  playbook: Playbook;
  subject: Subject;
  about: About;
  warnings: string[];
  options: Record<string, unknown>;
  steps: StepView[];
  /** Name of the case that it takes back, if it does. */
  undoes: string | null;
  approvalsNeeded: number;
  /** Decisions on the plan as it is now. */
  approvals: ApprovalRow[];
}

export interface StepView {
  row: CaseStep;
  step: Step;
  /** As it was found last. */
  planned: Planned;
}

export async function readCaseView(runtime: Runtime, row: Case): Promise<CaseView> {
  const playbook = playbookOf(runtime, row);
  const subject = subjectOf(runtime, row);
  const options = optionsOf(runtime, row);
  const steps = await readSteps(runtime.db, row.id);
  const approvals = await readApprovals(runtime.db, row.id);
  return {
    row,
    name: caseName(playbook, row.id),
    playbook,
    subject,
    about: playbook.subject.about(subject),
    warnings: [...(await whyRejected(runtime, row)), ...playbook.subject.warnings(subject, options, row.requesterId)],
    undoes: row.undoes === null ? null : await nameOfCase(runtime, row.undoes.caseId),
    approvalsNeeded: playbook.subject.approvalsNeeded(subject),
    options,
    steps: steps.map((step) => ({
      row: step,
      step: placedStep(playbook, step.stepId).step,
      planned: step.found ?? step.plan,
    })),
    approvals: approvals.filter(({ voidedAt, planHash }) => voidedAt === null && planHash === row.planHash),
  };
}

async function nameOfCase(runtime: Runtime, id: number): Promise<string> {
  return caseName(playbookOf(runtime, await requireCase(runtime.db, id)), id);
}

/** As long as a rejected plan is changed, and until it was asked for again: who said no, and why. */
async function whyRejected({ db }: Runtime, { id, state }: Case): Promise<string[]> {
  if (state !== 'planning' && state !== 'draft' && state !== 'submitted') return [];
  const last = (await entriesOf(db, id, ['rejected', 'approval-asked'])).at(-1);
  return last?.what === 'rejected' ? [last.words] : [];
}

/** What was brought about and lasts: who has what now. */
export const lastingSteps = (view: CaseView): StepView[] =>
  view.steps.filter((one) => one.step.lasting && isDone(one) && !isOver(view, one));

const isDone = ({ row }: StepView): boolean => row.state === 'proved' || row.state === 'vouched';

/** Whether what a step left, or brought about, went with its subject. */
export const isOver = ({ steps }: CaseView, { step }: StepView): boolean =>
  step.endsWithSubject === true && steps.some((one) => one.step.endsSubject && isDone(one));

/** The same for those who take over; of a case that ended before, what was given to them alone. */
export const handedSteps = (view: CaseView): StepView[] => {
  const { state } = view.row;
  if (!caseState(state).closed) return [];
  const given = view.playbook.handsOver.map(({ id }) => id);
  return lastingSteps(view).filter(({ step }) => state === 'finished' || given.includes(step.id));
};

/** Whether a stage was opened by the plan as it is, or anything begun: there is something to report. */
export const hasStarted = (view: CaseView): boolean =>
  view.steps.some(({ row }) => (row.found !== null && !row.plan.skipped) || hasBegun(row));

/** Whether a step is still to be done by the plan: one of a case under way may have been skipped, or begun before. */
export const isToCome = ({ row }: StepView): boolean => row.state !== 'skipped' && !hasBegun(row);
