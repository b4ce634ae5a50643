import { backOff, inWords, minutes } from '../clock.ts';
import { AppError, Refusal } from '../errors.ts';
import { planHash } from './agreement.ts';
import { type CaseRecord, changeCase } from './caseRecord.ts';
import { isPatient, type PlannedStep, planSteps } from './plan.ts';
import { type Playbook, placedSteps } from './playbook.ts';
import { type Case, type CaseStep, hasBegun } from './readCase.ts';
import { contextFor, playbookOf, type Runtime } from './runtime.ts';
import { isSettled } from './states.ts';
import { holdStep, type Work } from './stepWork.ts';
import type { Subject } from './subject.ts';

/** Previews every step: first for the requester's plan card, then, with the options chosen, for the approvers. */
export async function planCase(runtime: Runtime, row: Case): Promise<void> {
  try {
    const playbook = playbookOf(runtime, row);
    const subject = await runtime.subjects.read(playbook, row);
    const steps = await planSteps(playbook, await contextFor(runtime, row, subject), isPatient(row));
    await changeCase(runtime, row.id, 'signoff', async (record) => {
      if (!record.isStill(row)) return;
      const draft = row.state === 'planning';
      await record.moveCase(draft ? 'draft' : 'awaiting-approval', { attempts: 0, note: null });
      await savePlan(record, playbook, subject, steps);
      await record.journal(
        draft ? 'planned' : 'approval-asked',
        draft ? 'Looked at everything and drew up the plan. Nothing was changed.' : 'The plan went to the approvers.',
        { steps },
      );
    });
  } catch (error) {
    if (error instanceof Refusal) await closeRefused(runtime, row, error.say);
    else if (error instanceof AppError) await planLater(runtime, row, error);
    else throw error;
  }
}

/**
 * A new version of the plan. Steps that have begun or were skipped keep what they have; the hash covers them too. Whatever
 * else was confirmed is given back.
 * @returns the steps that were planned anew
 */
async function savePlan(
  record: CaseRecord,
  playbook: Playbook,
  subject: Subject,
  found: PlannedStep[],
): Promise<PlannedStep[]> {
  const kept = (await record.steps()).filter((step) => hasBegun(step) || step.state === 'skipped');
  const steps = found.filter(({ stepId }) => !kept.some((step) => step.stepId === stepId));
  const places = new Map(placedSteps(playbook).map((placed) => [placed.step.id, placed]));
  await record.putSteps(
    steps.map(({ stepId, ...plan }) => ({
      stepId,
      position: places.get(stepId)?.position ?? 0,
      stage: places.get(stepId)?.stage ?? 0,
      state: plan.kind === 'not-needed' ? 'not-needed' : 'planned',
      plan,
      found: null,
      before: null,
      words: plan.why,
      requestId: null,
      confirmedBy: null,
      confirmedName: null,
      secondBy: null,
      secondName: null,
      reason: null,
      startedAt: null,
      tries: 0,
      waitedMs: 0,
      settledAt: null,
    })),
  );
  await record.noteCase({ version: record.now.version + 1, subject });
  await record.noteCase({ planHash: planHash(playbook, record.now, await record.steps()) });
  return steps;
}

/**
 * Takes a running case back to the approvers, because what would be done is no longer what they agreed to.
 * What has been done stays done; it goes on with the first stage that has something to do by the new plan.
 * @param work the step that found it out, where one was taken up already
 */
export async function planAgain(runtime: Runtime, row: Case, because: string, work?: Work): Promise<void> {
  const playbook = playbookOf(runtime, row);
  const subject = await runtime.subjects.read(playbook, row);
  const found = await planSteps(playbook, await contextFor(runtime, row, subject), false);
  await changeCase(runtime, row.id, 'signoff', async (record) => {
    // Another step may have found it out at the same time: one new plan is enough.
    if (work !== undefined) await holdStep(record, work);
    if (!record.isStill(row)) return;
    await record.moveCase('awaiting-approval', { stageOpen: false, note: because });
    await record.voidApprovals();
    const steps = await savePlan(record, playbook, subject, found);
    const stage = Math.min(row.stage, ...(await unsettled(record)).map((step) => step.stage));
    await record.noteCase({ stage });
    await record.journal(
      'plan-changed',
      `${because} The approval no longer counts; the new plan went to the approvers.`,
      { steps, stage },
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
