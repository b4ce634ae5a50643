import { hours, inWords, minutes } from '../clock.ts';
import { AppError, sayOf } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import { type CaseRow, changeCase, changeStep, findStep, readSteps, type StepRow } from '../store/cases.ts';
import type { Tx } from '../store/database.ts';
import { journal } from '../store/journal.ts';
import type { StepState } from '../store/schema.ts';
import { mayStart, stepKey } from './advanceCase.ts';
import { checkByHand, plannedSchema, previewStep, stillAgreed } from './plan.ts';
import { planAgain } from './planCase.ts';
import { type Playbook, placedStep } from './playbook.ts';
import { contextFor, playbookOf, type Runtime, requireCase, subjectOf, transition } from './runtime.ts';
import type { Step, WriteContext } from './step.ts';

/** How long Microsoft 365 may be out of reach before a step is called failed. */
const patienceMs = hours(24);

interface Work {
  runtime: Runtime;
  row: CaseRow;
  step: Step;
  attempt: number;
  startedAt: Date;
}

/**
 * Does one confirmed step, or goes on with it after a crash. Starting may happen more than once, the record only once:
 * each write to the record says which attempt it belongs to.
 */
export async function runStep(runtime: Runtime, caseId: number, stepId: string): Promise<void> {
  const row = await requireCase(runtime, caseId);
  const now = await findStep(runtime.db, caseId, stepId);
  if (now === undefined || !['queued', 'running', 'verifying'].includes(now.state)) return;
  const playbook = playbookOf(runtime, row);
  const { step } = placedStep(playbook, stepId);
  if (now.state === 'verifying') return prove(workOn(runtime, row, step, now), now);
  if (row.state !== 'running') return;
  if (await waitsForOthers(runtime, playbook, caseId, stepId)) return;

  const started = await start(runtime, row, step, now);
  if (started === null) return;
  const work = workOn(runtime, row, step, started);
  try {
    const context = await contextFor(runtime, row);
    const before = await beforeOf(work, started, context);
    if (before === null || !(await stillWanted(work))) return;
    await step.run(context, before.value);
    const verifying = await record(work, ['running'], {
      state: 'verifying',
      verify_until: new Date(runtime.clock.now().getTime() + (step.verifyFor ?? minutes(2))).toISOString(),
      tries: 0,
    });
    if (verifying) await runtime.dispatcher.wake('step', stepKey(caseId, stepId));
  } catch (error) {
    await giveUpOrLater(work, started, error);
  }
}

const workOn = (runtime: Runtime, row: CaseRow, step: Step, current: StepRow): Work => ({
  runtime,
  row,
  step,
  attempt: current.attempt,
  startedAt: new Date(current.started_at ?? runtime.clock.now()),
});

/** In one transaction with the look: whoever settles after it finds a step that wants to be woken (see closeStage). */
async function waitsForOthers(runtime: Runtime, playbook: Playbook, caseId: number, stepId: string): Promise<boolean> {
  return runtime.db.transaction().execute(async (tx) => {
    if (mayStart(playbook, await readSteps(tx, caseId), stepId)) return false;
    await changeStep(tx, { caseId, stepId }, ['queued'], { tries: 0 });
    return true;
  });
}

/** A step found `running` was cut off by a crash: it starts again as a new attempt, and reads before it acts. */
async function start(runtime: Runtime, row: CaseRow, step: Step, now: StepRow): Promise<StepRow | null> {
  const at = runtime.clock.now();
  const attempt = now.attempt + 1;
  const change = {
    state: 'running' as const,
    attempt,
    started_at: now.started_at ?? at.toISOString(),
    words: null,
    request_id: null,
  };
  return transition(runtime, row.id, async (tx) => {
    const mine = await changeStep(tx, { caseId: row.id, stepId: step.id, attempt: now.attempt }, [now.state], change);
    if (!mine) return null;
    const again =
      now.state === 'running' ? ' again after an interruption' : attempt > 1 ? ` again (attempt ${attempt})` : '';
    await journal(tx, row.id, {
      at,
      actor: 'signoff',
      what: 'step-started',
      words: `${step.title}: started${again}.`,
      data: { stepId: step.id, attempt },
    });
    return { ...now, ...change };
  });
}

/** What was there before the first attempt, journaled; null when there is nothing left to run. */
async function beforeOf(work: Work, current: StepRow, context: WriteContext): Promise<{ value: unknown } | null> {
  const { runtime, row, step } = work;
  if (current.before !== null) {
    const value: unknown = JSON.parse(current.before);
    const verdict = await step.verify(context, value);
    if (!('proved' in verdict)) return { value };
    await settle(work, ['running'], 'proved', verdict.proved);
    return null;
  }
  const { planned, before } = await previewStep(step, context);
  if (planned.kind === 'not-needed') {
    await settle(work, ['running'], 'not-needed', planned.why ?? 'Nothing to do any more.');
    return null;
  }
  if (!stillAgreed(plannedSchema.parse(JSON.parse(current.plan)), planned)) {
    const because = `What “${step.title}” would do has changed since the plan was approved.`;
    await planAgain(runtime, row, because, { stepId: step.id, attempt: work.attempt });
    return null;
  }
  const mine = await transition(runtime, row.id, async (tx) => {
    const ours = await changeStep(tx, { caseId: row.id, stepId: step.id, attempt: work.attempt }, ['running'], {
      before: JSON.stringify(before),
    });
    if (ours) {
      await journal(tx, row.id, {
        at: runtime.clock.now(),
        actor: 'signoff',
        what: 'before-recorded',
        words: `${step.title}: noted what was there before.`,
        data: { stepId: step.id, before },
      });
    }
    return ours;
  });
  return mine ? { value: before } : null;
}

/** Looking takes a while: a case that was cancelled meanwhile is not begun. */
async function stillWanted({ runtime, row, step, attempt }: Work): Promise<boolean> {
  return transition(runtime, row.id, async (tx) => {
    const current = { caseId: row.id, stepId: step.id, attempt };
    // Both writes take their row, so that nothing changes between this look and the change.
    if (await changeCase(tx, row.id, ['running'], {}, runtime.clock.now()))
      return changeStep(tx, current, ['running'], { state: 'running' });
    await changeStep(tx, current, ['running'], { state: 'queued' });
    return false;
  });
}

/** Reads back until Microsoft 365 shows the change, or too much time has gone by. */
async function prove(work: Work, now: StepRow): Promise<void> {
  const { runtime, row, step } = work;
  if (plannedSchema.parse(JSON.parse(now.plan)).kind === 'by-hand') return proveByHand(work, now);
  try {
    const verdict = await step.verify(await contextFor(runtime, row), JSON.parse(now.before ?? 'null'));
    if ('proved' in verdict) return await settle(work, ['verifying'], 'proved', verdict.proved);
    if ('refuted' in verdict) return await fail(work, new AppError('refuted', verdict.refuted));
    if (runtime.clock.now().toISOString() >= (now.verify_until ?? '')) {
      return await fail(
        work,
        new AppError(
          'not-proved',
          `Microsoft 365 took the change but does not show it: ${verdict.notYet} Retry to look again.`,
        ),
      );
    }
    await lookAgain(work, now, Math.min(step.lookEvery ?? 15_000, 250 * 2 ** now.tries));
  } catch (error) {
    if (!(error instanceof GraphFailure && error.passing)) return fail(work, error);
    if (runtime.clock.now().getTime() - work.startedAt.getTime() > patienceMs) return fail(work, error);
    await lookAgain(work, now, Math.max(error.retryAfterMs ?? 0, Math.min(60_000, 1000 * 2 ** now.tries)));
  }
}

/** A person says it is done: accepted when Microsoft 365 shows it, or with their note where it can't be seen. */
async function proveByHand(work: Work, now: StepRow): Promise<void> {
  const { runtime, row, step } = work;
  let refusal: string;
  try {
    const verdict = await checkByHand(step, await contextFor(runtime, row), work.startedAt);
    if (verdict === null && now.reason)
      return await settle(work, ['verifying'], 'vouched', `Done by hand, says ${now.confirmed_name}: “${now.reason}”`);
    if (verdict !== null && 'proved' in verdict)
      return await settle(work, ['verifying'], 'proved', `Done by hand. ${verdict.proved}`);
    if (verdict === null) refusal = 'Signoff can’t look for itself. Press Done again, with a note of what was done.';
    else if (runtime.clock.now().toISOString() < (now.verify_until ?? ''))
      return await lookAgain(work, now, 250 * 2 ** now.tries);
    else refusal = `Not done yet: ${'notYet' in verdict ? verdict.notYet : verdict.refuted}`;
  } catch (error) {
    refusal = `Signoff could not look: ${sayOf(error)} Press Done again in a while.`;
  }
  await transition(runtime, row.id, async (tx) => {
    const back = await changeStep(tx, { caseId: row.id, stepId: step.id, attempt: work.attempt }, ['verifying'], {
      state: 'hand',
      words: refusal,
    });
    if (!back) return;
    await journal(tx, row.id, {
      at: runtime.clock.now(),
      actor: 'signoff',
      what: 'done-refused',
      words: `${step.title}: ${refusal}`,
      data: { stepId: step.id },
    });
  });
}

async function lookAgain(work: Work, now: StepRow, waitMs: number): Promise<void> {
  const { runtime, row, step } = work;
  await record(work, ['verifying'], { tries: now.tries + 1 });
  await runtime.dispatcher.wake('step', stepKey(row.id, step.id), {
    at: new Date(runtime.clock.now().getTime() + waitMs),
  });
}

const rolesLingerMs = minutes(2);

/** For a moment after roles were taken away, Microsoft 365 still refuses as if they were there. */
function rolesMayLinger({ runtime, row, step, startedAt }: Work, failure: GraphFailure): boolean {
  const within = runtime.clock.now().getTime() - startedAt.getTime() < rolesLingerMs;
  return failure.kind === 'denied' && step.directoryRole !== undefined && subjectOf(row).privileged && within;
}

/** No clear answer: the step waits and then reads before it acts. A clear no: it has failed. */
async function giveUpOrLater(work: Work, current: StepRow, error: unknown): Promise<void> {
  const { runtime, row, step } = work;
  const passing = error instanceof GraphFailure && (error.passing || rolesMayLinger(work, error));
  if (!passing || runtime.clock.now().getTime() - work.startedAt.getTime() > patienceMs) return fail(work, error);
  const waitMs = Math.max(error.retryAfterMs ?? 0, Math.min(300_000, 500 * 2 ** Math.min(current.tries, 10)));
  const at = new Date(runtime.clock.now().getTime() + waitMs);
  const words = `${error.say} Next try: ${inWords(at)}.`;
  await transition(runtime, row.id, async (tx) => {
    const change = { state: 'queued' as const, tries: current.tries + 1, words, request_id: error.requestId };
    if (await changeStep(tx, { caseId: row.id, stepId: step.id, attempt: work.attempt }, ['running'], change)) {
      await journal(tx, row.id, {
        at: runtime.clock.now(),
        actor: 'signoff',
        what: 'step-waits',
        words: `${step.title}: ${words}`,
        data: { stepId: step.id, code: error.graphCode, requestId: error.requestId },
      });
      await runtime.dispatcher.wake('step', stepKey(row.id, step.id), { at, on: tx });
    }
  });
}

async function fail(work: Work, error: unknown): Promise<void> {
  const { runtime, row, step } = work;
  const requestId = error instanceof GraphFailure ? error.requestId : null;
  runtime.log.warn({ caseId: row.id, stepId: step.id, requestId, error }, 'step failed');
  await settle(work, ['running', 'verifying'], 'failed', sayOf(error), requestId);
}

async function settle(
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

async function record(work: Work, from: StepState[], change: Parameters<typeof changeStep>[3]): Promise<boolean> {
  const { runtime, row, step } = work;
  return transition(runtime, row.id, (tx: Tx) =>
    changeStep(tx, { caseId: row.id, stepId: step.id, attempt: work.attempt }, from, change),
  );
}
