import { inWords, minutes } from '../clock.ts';
import { GraphFailure } from '../graph/failure.ts';
import { type CaseRow, changeCase, changeStep, findStep, readSteps, type StepRow } from '../store/cases.ts';
import { journal } from '../store/journal.ts';
import { awaited, stepKey } from './advanceCase.ts';
import { plannedSchema, previewStep, stillAgreed } from './plan.ts';
import { planAgain } from './planCase.ts';
import { type Playbook, placedStep } from './playbook.ts';
import { prove } from './proveStep.ts';
import { contextFor, playbookOf, type Runtime, requireCase, subjectOf, transition } from './runtime.ts';
import type { Step, WriteContext } from './step.ts';
import { fail, patienceMs, record, settle, type Work, workOn } from './stepWork.ts';

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

/** In one transaction with the look: whoever settles after it finds a step that wants to be woken (see closeStage). */
async function waitsForOthers(runtime: Runtime, playbook: Playbook, caseId: number, stepId: string): Promise<boolean> {
  return transition(runtime, caseId, async (tx) => {
    const others = awaited(playbook, await readSteps(tx, caseId), stepId);
    if (others.length === 0) return false;
    const titles = others.map((other) => `“${placedStep(playbook, other.step_id).step.title}”`);
    await changeStep(tx, { caseId, stepId }, ['queued'], { tries: 0, words: `Waits for ${titles.join(' and ')}.` });
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

/** Looking takes a while: a case that was canceled meanwhile is not begun. */
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

const shadowLastsMs = minutes(2);

function mayPass({ runtime, row, step, startedAt }: Work, failure: GraphFailure): boolean {
  const within = runtime.clock.now().getTime() - startedAt.getTime() < shadowLastsMs;
  return within && step.mayPass(subjectOf(runtime, row), failure);
}

/** No clear answer: the step waits and then reads before it acts. A clear no: it has failed. */
async function giveUpOrLater(work: Work, current: StepRow, error: unknown): Promise<void> {
  const { runtime, row, step } = work;
  const passing = error instanceof GraphFailure && (error.passing || mayPass(work, error));
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
