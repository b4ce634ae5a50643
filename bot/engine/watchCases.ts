import { hours } from '../clock.ts';
import { casesAtWork } from '../store/cases.ts';
import type { Tx } from '../store/database.ts';
import { findWakeups } from '../store/wakeups.ts';
import { caseKey, changeCase, stepKey } from './caseRecord.ts';
import type { Playbook } from './playbook.ts';
import { type Case, type CaseStep, readSteps, requireCase } from './readCase.ts';
import { awaited } from './runStep.ts';
import { playbookOf, type Runtime } from './runtime.ts';
import { caseState, isSettled } from './states.ts';

/** What is to go on by itself: a step, or the case as a whole (null). */
interface Going {
  stepId: string | null;
  /** When at the latest; null where Microsoft 365 may have asked for any time. */
  by: Date | null;
}

const everyMs = hours(1);

/**
 * Whatever is to go on by itself has a wake-up. Should one be lost, by a mistake of ours or by whoever mends the database,
 * the case must not stand still until somebody asks after it: it is woken, and the log says so.
 */
export async function watchCases(runtime: Runtime): Promise<void> {
  const { db, clock, log, dispatcher } = runtime;
  const next = new Date(clock.now().getTime() + everyMs);
  for (const caseId of await casesAtWork(db)) {
    const forgotten = await db.transaction().execute((tx) => findForgotten(runtime, tx, caseId));
    if (forgotten.length === 0) continue;
    await changeCase(runtime, caseId, 'signoff', async (record) => {
      for (const { stepId } of forgotten) await (stepId === null ? record.wakeCase() : record.wakeStep(stepId));
    });
    for (const { stepId } of forgotten) log.error({ caseId, stepId }, 'nothing would have gone on here; it is woken');
  }
  await dispatcher.wake('watch', 'cases', { at: next });
}

async function findForgotten(runtime: Runtime, tx: Tx, caseId: number): Promise<Going[]> {
  const row = await requireCase(tx, caseId);
  const going = goingOn(row, playbookOf(runtime, row), await readSteps(tx, caseId));
  const forgotten: Going[] = [];
  for (const one of going) {
    const wakeups = await findWakeups(tx, one.stepId === null ? caseKey(caseId) : stepKey(caseId, one.stepId));
    // One that is worked on keeps its wake-up until it is done with.
    const comes = wakeups.some(({ running, dueAt }) => running === 1 || one.by === null || dueAt <= one.by.getTime());
    if (!comes) forgotten.push(one);
  }
  return forgotten;
}

function goingOn(row: Case, playbook: Playbook, steps: CaseStep[]): Going[] {
  const proving = steps
    .filter(({ state }) => state === 'verifying' || state === 'ordered')
    .map(({ stepId }) => ({ stepId, by: null }));
  if (caseState(row.state).closed) return proving;
  if (row.expiresAt !== null) return [{ stepId: null, by: new Date(row.expiresAt) }, ...proving];
  const stage = steps.filter((step) => step.stage === row.stage);
  if (row.state !== 'running' || !row.stageOpen || stage.every(isSettled))
    return [{ stepId: null, by: null }, ...proving];
  // One that comes after others is woken by the case when they have settled.
  const started = stage
    .filter(
      ({ state, stepId }) =>
        state === 'running' || (state === 'queued' && awaited(playbook, steps, stepId).length === 0),
    )
    .map(({ stepId }) => ({ stepId, by: null }));
  return [...started, ...proving];
}
