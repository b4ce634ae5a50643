import { planHash } from './agreement.ts';
import type { CaseRecord } from './caseRecord.ts';
import type { Planned } from './planned.ts';
import { type Playbook, placedSteps } from './playbook.ts';
import { hasBegun } from './readCase.ts';
import type { Subject } from './subject.ts';

export interface PlannedStep extends Planned {
  stepId: string;
}

/** What the journal tells of a plan: the steps that were planned anew, and which stay skipped. */
interface SavedPlan {
  steps: PlannedStep[];
  skipped: string[];
}

/**
 * A new version of the plan. Steps that have begun or were skipped keep what they have; the hash covers them too. Whatever
 * else was confirmed is given back.
 */
export async function savePlan(
  record: CaseRecord,
  playbook: Playbook,
  subject: Subject,
  found: readonly PlannedStep[],
): Promise<SavedPlan> {
  const kept = (await record.steps()).filter((step) => hasBegun(step) || step.state === 'skipped');
  const steps = found.filter(({ stepId }) => !kept.some((step) => step.stepId === stepId));
  await putPlanned(record, playbook, steps);
  const skipped = kept.filter(({ state }) => state === 'skipped');
  for (const step of skipped) await record.noteStep(step, { plan: { ...step.plan, skipped: true } });
  await record.noteCase({ version: record.now.version + 1, subject });
  await record.noteCase({ planHash: planHash(playbook, record.now, await record.steps()) });
  return { steps, skipped: skipped.map(({ stepId }) => stepId) };
}

/** The plan is asked for anew, from the beginning: nothing is left out of it. @returns the steps that had been */
export async function takeBackSkips(record: CaseRecord, playbook: Playbook): Promise<Pick<SavedPlan, 'steps'>> {
  const skipped = (await record.steps()).filter(({ state }) => state === 'skipped');
  const steps = skipped.map(({ stepId, plan: { skipped: _, ...plan } }) => ({ stepId, ...plan }));
  await putPlanned(record, playbook, steps);
  return { steps };
}

async function putPlanned(record: CaseRecord, playbook: Playbook, steps: readonly PlannedStep[]): Promise<void> {
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
}
