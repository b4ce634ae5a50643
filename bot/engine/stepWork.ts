import { hours } from '../clock.ts';
import { sayOf } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import { type CaseRow, changeStep, type StepRow } from '../store/cases.ts';
import type { Tx } from '../store/database.ts';
import { journal } from '../store/journal.ts';
import type { StepState } from '../store/schema.ts';
import { type Runtime, transition } from './runtime.ts';
import type { Step } from './step.ts';

/** How long Microsoft 365 may be out of reach before a step is called failed. */
export const patienceMs = hours(24);

/** One attempt at a step: what it finds out is recorded only while it is the current one. */
export interface Work {
  runtime: Runtime;
  row: CaseRow;
  step: Step;
  attempt: number;
  startedAt: Date;
}

export const workOn = (runtime: Runtime, row: CaseRow, step: Step, current: StepRow): Work => ({
  runtime,
  row,
  step,
  attempt: current.attempt,
  startedAt: new Date(current.started_at ?? runtime.clock.now()),
});

export async function fail(work: Work, error: unknown): Promise<void> {
  const { runtime, row, step } = work;
  const requestId = error instanceof GraphFailure ? error.requestId : null;
  runtime.log.warn({ caseId: row.id, stepId: step.id, requestId, error }, 'step failed');
  await settle(work, ['running', 'verifying'], 'failed', sayOf(error), requestId);
}

export async function settle(
  work: Work,
  from: StepState[],
  state: 'proved' | 'vouched' | 'not-needed' | 'failed',
  words: string,
  requestId: string | null = null,
): Promise<void> {
  const { runtime, row, step } = work;
  const at = runtime.clock.now();
  await transition(runtime, row.id, async (tx) => {
    const change = { state, words, request_id: requestId, settled_at: at.toISOString() };
    if (!(await changeStep(tx, { caseId: row.id, stepId: step.id, attempt: work.attempt }, from, change))) return;
    await journal(tx, row.id, {
      at,
      actor: 'signoff',
      what: `step-${state}`,
      words: `${step.title}: ${state === 'vouched' ? 'confirmed by a person' : state.replace('-', ' ')}. ${words}`,
      data: { stepId: step.id, requestId },
    });
    await runtime.dispatcher.wake('case', String(row.id), { on: tx });
  });
}

export async function record(
  work: Work,
  from: StepState[],
  change: Parameters<typeof changeStep>[3],
): Promise<boolean> {
  const { runtime, row, step } = work;
  return transition(runtime, row.id, (tx: Tx) =>
    changeStep(tx, { caseId: row.id, stepId: step.id, attempt: work.attempt }, from, change),
  );
}
