import { hours } from '../clock.ts';
import { AppError, sayOf } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { StepChange } from '../store/cases.ts';
import { type CaseRecord, changeCase } from './caseRecord.ts';
import type { Case, CaseStep } from './readCase.ts';
import type { Runtime } from './runtime.ts';
import type { StepState } from './states.ts';
import type { Step } from './step.ts';

/** How long Microsoft 365 may be out of reach before a step is called failed. */
const patienceMs = hours(24);

/** One attempt at a step: what it finds out is recorded only while it is the current one. */
export interface Work {
  runtime: Runtime;
  row: Case;
  step: Step;
  /** As this attempt has left it. */
  current: CaseStep;
}

/** Milliseconds since the step was first started. A clock that was set back does not count. */
export function waited({ runtime, current }: Work): number {
  const since = current.startedAt === null ? 0 : runtime.clock.now().getTime() - Date.parse(current.startedAt);
  return Math.max(0, since);
}

export const outOfPatience = (work: Work): boolean => waited(work) > patienceMs;

/** A step's new state with its journal entry; false, and neither of them, when the attempt is no longer the current one. */
export async function moveOn(
  work: Work,
  to: StepState,
  change: StepChange,
  entry: { what: string; words: string; data?: Record<string, unknown> },
  also?: (record: CaseRecord) => Promise<void>,
): Promise<boolean> {
  const { runtime, row, step } = work;
  return changeCase(runtime, row.id, 'signoff', async (record) => {
    if (!(await record.moveStep(work.current, to, change))) return false;
    await record.journal(entry.what, `${step.title}: ${entry.words}`, { stepId: step.id, ...entry.data });
    await also?.(record);
    return true;
  });
}

export async function fail(work: Work, error: unknown): Promise<void> {
  const { runtime, row, step } = work;
  const requestId = error instanceof GraphFailure ? error.requestId : null;
  runtime.log.warn({ caseId: row.id, stepId: step.id, requestId, error }, 'step failed');
  await settle(work, 'failed', sayOf(error), requestId);
}

export async function settle(
  work: Work,
  to: 'proved' | 'vouched' | 'not-needed' | 'failed',
  words: string,
  requestId: string | null = null,
): Promise<void> {
  const settledAt = work.runtime.clock.now().toISOString();
  const told = to === 'vouched' ? 'confirmed by a person' : to.replace('-', ' ');
  await moveOn(
    work,
    to,
    { words, requestId, settledAt },
    { what: `step-${to}`, words: `${told}. ${words}`, data: { requestId } },
    (record) => record.wakeCase(),
  );
}

/** Looks, or tries, again later; nothing else changes. */
export async function againLater(work: Work, waitMs: number, change: StepChange = {}): Promise<void> {
  const { runtime, row, current } = work;
  await changeCase(runtime, row.id, 'signoff', async (record) => {
    if (!(await record.noteStep(current, { tries: current.tries + 1, ...change }))) return;
    await record.wakeStep(current.stepId, new Date(record.at.getTime() + waitMs));
  });
}

/** What can't be put right by waiting any longer. */
export const isFinal = (work: Work, error: unknown): boolean =>
  !(error instanceof AppError && error.passing) || outOfPatience(work);
