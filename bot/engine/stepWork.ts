import { hours, minutes } from '../clock.ts';
import { AppError, isDatabaseTrouble, sayOf } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { StepChange } from '../store/cases.ts';
import { type CaseRecord, changeCase } from './caseRecord.ts';
import type { Planned } from './planned.ts';
import { placedSteps } from './playbook.ts';
import type { Case, CaseStep } from './readCase.ts';
import { playbookOf, type Runtime } from './runtime.ts';
import type { StepState } from './states.ts';
import type { Step } from './step.ts';

/** How long Microsoft 365 may be out of reach before a step is called failed. */
const patienceMs = hours(24);
/** How long it may take to notice what another step took away a moment ago. */
const shadowLastsMs = minutes(2);

/** One attempt at a step: what it finds out is recorded only while it is the current one. */
export interface Work {
  runtime: Runtime;
  row: Case;
  step: Step;
  /** As this attempt has left it. */
  current: CaseStep;
}

/** What Microsoft 365 may take longer for to show is waited for as long, though it can't be reached at times. */
export const outOfPatience = ({ step, current }: Work): boolean =>
  current.waitedMs >= (current.state === 'verifying' ? Math.max(patienceMs, step.takes?.atMost ?? 0) : patienceMs);
export const inShadow = ({ current }: Work): boolean => current.waitedMs < shadowLastsMs;

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

/** A step that was taken up goes no further for now: the case as a whole has to go on first. */
export async function holdStep(record: CaseRecord, { step, current }: Work): Promise<void> {
  if (await record.moveStep(current, 'queued', { tries: 0, words: null }))
    await record.journal('step-held', `${step.title}: goes no further for now.`, { stepId: step.id });
}

/** Approved it was: it is the confirmation that falls short. @param words why, in a sentence */
export async function offerAgain(work: Work, found: Planned, words: string): Promise<void> {
  const state = 'awaiting-confirmation';
  await moveOn(
    work,
    state,
    {
      found,
      words,
      confirmedBy: null,
      confirmedName: null,
      secondBy: null,
      secondName: null,
      reason: null,
      tries: 0,
      startedAt: null,
    },
    {
      what: 'offered-again',
      words: `waits for an approver again. ${words}`,
      data: { offered: [{ stepId: work.step.id, state, found }] },
    },
  );
}

/** Sooner than whatever else is due: where a thousand are locked out, nobody's sessions go on behind others' devices. */
const beforeAll = new Date(0);

/** The change is made, as far as was heard: what came of it is read back. */
export async function toBeProved(work: Work): Promise<void> {
  await moveOn(
    work,
    'verifying',
    { tries: 0, waitedMs: 0 },
    { what: 'step-done', words: 'done, being proved.' },
    async (record) => {
      await record.wakeStep(work.step.id);
      for (const waiting of placedSteps(playbookOf(work.runtime, work.row)))
        if (waiting.onceAnswered && waiting.after?.some(({ id }) => id === work.step.id))
          await record.wakeStep(waiting.step.id, beforeAll);
    },
  );
}

export async function fail(work: Work, error: unknown): Promise<void> {
  // Nothing is wrong with the step: it is taken up again, as after a crash, when the record can be kept.
  if (isDatabaseTrouble(error)) throw error;
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

/** One try more, and how long it is waited after it. */
export const afterWaiting = ({ current }: Work, waitMs: number): StepChange => ({
  tries: current.tries + 1,
  waitedMs: current.waitedMs + waitMs,
});

/** Looks again later; nothing else changes. @param words what people read meanwhile */
export async function againLater(work: Work, waitMs: number, words?: string): Promise<void> {
  const { runtime, row, current } = work;
  await changeCase(runtime, row.id, 'signoff', async (record) => {
    const change = { ...afterWaiting(work, waitMs), ...(words !== undefined && { words }) };
    if (!(await record.noteStep(current, change))) return;
    await record.wakeStep(current.stepId, new Date(record.at.getTime() + waitMs));
  });
}

/** What can't be put right by waiting any longer. */
export const isFinal = (work: Work, error: unknown): boolean =>
  !(error instanceof AppError && error.passing) || outOfPatience(work);
