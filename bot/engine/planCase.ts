import { backOff, inWords, minutes } from '../clock.ts';
import { AppError, Refusal } from '../errors.ts';
import { losesUnseen } from './agreement.ts';
import { type CaseRecord, changeCase } from './caseRecord.ts';
import { lookAt } from './lookAt.ts';
import { isPatient } from './plan.ts';
import { type Playbook, placedStep, placedSteps } from './playbook.ts';
import type { Case, CaseStep } from './readCase.ts';
import { optionsOf, playbookOf, type Runtime } from './runtime.ts';
import { type PlannedStep, savePlan } from './savePlan.ts';
import { isSettled } from './states.ts';
import type { Step } from './step.ts';
import { holdStep, type Work } from './stepWork.ts';
import type { Subject } from './subject.ts';

/** Previews every step: first for the requester's plan card, then, with the options chosen, for the approvers. */
export async function planCase(runtime: Runtime, row: Case): Promise<void> {
  try {
    const playbook = playbookOf(runtime, row);
    const { subject, steps } = await lookAtAll(runtime, playbook, row, {
      patient: isPatient(row),
      // Whoever asked was answered after a look at the subject.
      recent: row.state === 'planning',
    });
    const options = optionsOf(runtime, row);
    const leftOut = ({ appliesTo, keeps }: Step) =>
      keeps === true && 'notNeeded' in (appliesTo?.(subject, options) ?? {});
    await changeCase(runtime, row.id, 'signoff', async (record) => {
      if (!record.isStill(row)) return;
      const unseen = row.state === 'planning' ? [] : worseThanShown(playbook, await record.steps(), steps, leftOut);
      const { to, note, what, words } = outcome(row, unseen);
      await record.moveCase(to, { attempts: 0, note });
      await record.journal(what, words, await savePlan(record, playbook, subject, steps));
    });
  } catch (error) {
    if (error instanceof Refusal) await closeRefused(runtime, row, error.say);
    else if (error instanceof AppError) await planLater(runtime, row, error);
    else throw error;
  }
}

function outcome(row: Case, unseen: string[]) {
  if (row.state === 'planning')
    return {
      to: 'draft' as const,
      note: null,
      what: 'planned',
      words: 'Looked at everything and drew up the plan. Nothing was changed.',
    };
  if (unseen.length === 0)
    return {
      to: 'awaiting-approval' as const,
      note: null,
      what: 'approval-asked',
      words: 'The plan went to the approvers.',
    };
  const note = `With these choices more is destroyed or lost than you have seen: ${unseen.join(', ')}. Look at the plan again, then ask.`;
  return {
    to: 'draft' as const,
    note,
    what: 'plan-returned',
    words: `The plan went back to be looked at: ${unseen.join(', ')}.`,
  };
}

/**
 * What destroys or loses more than the plan that lay before the requester: nobody asks for that unseen.
 * @param leftOut whether the choices do without a step that keeps something
 */
function worseThanShown(
  playbook: Playbook,
  shown: readonly CaseStep[],
  now: readonly PlannedStep[],
  leftOut: (step: Step) => boolean,
): string[] {
  const compared = now.flatMap(({ stepId, ...planned }) => {
    const before = shown.find((one) => one.stepId === stepId)?.plan;
    return before === undefined ? [] : { ...placedStep(playbook, stepId), before, planned };
  });
  const worse = compared.filter(({ step, before, planned }) => losesUnseen(step, before, planned));
  const gone = compared.filter((one) => !worse.includes(one) && one.before.kind !== 'not-needed' && leftOut(one.step));
  return [...worse.map(({ step }) => step.title), ...gone.map(({ step }) => `${step.title} (no longer done)`)];
}

/** Looks at the subject and at every step of the playbook. */
async function lookAtAll(
  runtime: Runtime,
  playbook: Playbook,
  row: Case,
  how: Parameters<typeof lookAt>[4],
): Promise<{ subject: Subject; steps: PlannedStep[] }> {
  const steps = placedSteps(playbook).map(({ step }) => step);
  const { subject, found } = await lookAt(runtime, playbook, row, steps, how);
  return { subject, steps: [...found].map(([stepId, { planned }]) => ({ stepId, ...planned })) };
}

/**
 * Takes a running case back to the approvers, because what would be done is no longer what they agreed to.
 * What has been done stays done; it goes on with the first stage that has something to do by the new plan.
 * @param work the step that found it out, where one was taken up already
 */
export async function planAgain(runtime: Runtime, row: Case, because: string, work?: Work): Promise<void> {
  const playbook = playbookOf(runtime, row);
  const { subject, steps: found } = await lookAtAll(runtime, playbook, row, { patient: false });
  await changeCase(runtime, row.id, 'signoff', async (record) => {
    // Another step may have found it out at the same time: one new plan is enough.
    if (work !== undefined) await holdStep(record, work);
    if (!record.isStill(row)) return;
    await record.moveCase('awaiting-approval', { stageOpen: false, note: because });
    await record.voidApprovals();
    const plan = await savePlan(record, playbook, subject, found);
    const stage = Math.min(row.stage, ...(await unsettled(record)).map((step) => step.stage));
    await record.noteCase({ stage });
    await record.journal(
      'plan-changed',
      `${because} The approval no longer counts; the new plan went to the approvers.`,
      { ...plan, stage },
    );
  });
}

/** The steps that are still to be settled, the first one first. */
export const unsettled = async (record: CaseRecord): Promise<CaseStep[]> =>
  (await record.steps()).filter((step) => !isSettled(step));

async function planLater(runtime: Runtime, row: Case, failure: AppError): Promise<void> {
  const attempts = row.attempts + 1;
  runtime.log.warn({ error: failure, caseId: row.id }, 'a plan could not be drawn up');
  const waitMs = backOff(row.attempts, { first: 4000, longest: minutes(5), asked: failure.retryAfterMs });
  await changeCase(runtime, row.id, 'signoff', async (record) => {
    if (!record.isStill(row)) return;
    const at = new Date(record.at.getTime() + waitMs);
    await record.noteCase({ attempts, note: `${failure.say} Next try: ${inWords(at)}. Nothing is lost.` });
    await record.wakeCase(at);
  });
}

/** Ends a case whose subject may not be touched. */
export async function closeRefused(runtime: Runtime, row: Case, why: string): Promise<void> {
  await changeCase(runtime, row.id, 'signoff', async (record) => {
    if (!record.isStill(row)) return;
    await record.moveCase('refused', { note: why });
    await record.journal('refused', why);
  });
}
