import { backOff, inWords, minutes } from '../clock.ts';
import { AppError, Refusal } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import { isAgreed, isConfirmed, stillAgreed } from './agreement.ts';
import { type CaseRecord, changeCase } from './caseRecord.ts';
import { whoLapsed } from './lapsed.ts';
import { changedWords, type Looked, previewStep } from './plan.ts';
import { closeRefused, planAgain } from './planCase.ts';
import type { Planned } from './planned.ts';
import { type Playbook, placedStep } from './playbook.ts';
import { prove } from './proveStep.ts';
import { type Case, type CaseStep, findStep, readSteps, requireCase } from './readCase.ts';
import { contextFor, forStep, playbookOf, type Runtime, subjectOf } from './runtime.ts';
import { isSettled, stepState } from './states.ts';
import type { Step, WriteContext } from './step.ts';
import {
  afterWaiting,
  fail,
  holdStep,
  inShadow,
  moveOn,
  offerAgain,
  outOfPatience,
  settle,
  toBeProved,
  type Work,
} from './stepWork.ts';
import type { Subject } from './subject.ts';

/**
 * Does one confirmed step, or goes on with it after a crash. Starting may happen more than once, the record only once:
 * each write to the record says which attempt it belongs to.
 */
export async function runStep(runtime: Runtime, caseId: number, stepId: string): Promise<void> {
  const row = await requireCase(runtime.db, caseId);
  const now = await findStep(runtime.db, caseId, stepId);
  if (now === undefined || !(stepState(now.state).working || now.state === 'ordered')) return;
  const playbook = playbookOf(runtime, row);
  const { step } = placedStep(playbook, stepId);
  if (now.state === 'verifying' || now.state === 'ordered') return prove({ runtime, row, step, current: now });
  if (!isItsTurn(row, now)) return;

  const current = await start(runtime, playbook, row, step, now);
  if (current === null) return;
  const work: Work = { runtime, row, step, current };
  try {
    const ready = await look(work, playbook);
    if (ready === null) return;
    const note = (before: unknown) => noteAgain(work, before);
    await step.run({ ...(await attemptContext(work)), note }, ready.before);
    await toBeProved(work);
  } catch (error) {
    if (error instanceof Refusal) await stop(work, error);
    else await giveUpOrLater(work, error);
  }
}

/** A case that goes back to an earlier stage leaves steps behind that are confirmed, and are to wait. */
const isItsTurn = ({ state, stage, stageOpen }: Case, step: CaseStep): boolean =>
  state === 'running' && stageOpen && step.stage === stage;

async function attemptContext({ runtime, row, step, current }: Work): Promise<WriteContext> {
  return { ...forStep(await contextFor(runtime, row), step.id), attempt: current.attempt };
}

/** The steps that this one comes after and that are neither done with (or answered, where that will do) nor failed for now (where that will do). */
export function awaited(playbook: Playbook, steps: CaseStep[], stepId: string): CaseStep[] {
  const {
    after = [],
    waitsForHands = true,
    onceAnswered = false,
    notAfterFailure = false,
  } = placedStep(playbook, stepId);
  const waitsFor = new Set(after.map(({ id }) => id));
  return steps.filter(
    (step) =>
      waitsFor.has(step.stepId) &&
      !isSettled(step) &&
      (notAfterFailure || step.state !== 'failed') &&
      !(onceAnswered && step.state === 'verifying') &&
      (waitsForHands || (step.found ?? step.plan).kind !== 'by-hand'),
  );
}

/** Reads the other steps only where there are any to wait for: a lock-out waits for every reading. */
async function othersFirst(playbook: Playbook, record: CaseRecord, { stepId }: CaseStep): Promise<CaseStep[]> {
  const { after = [] } = placedStep(playbook, stepId);
  return after.length === 0 ? [] : awaited(playbook, await record.steps(), stepId);
}

/**
 * Not before those that it comes after; in one transaction with the look at them, so that whoever settles after it finds a
 * step that wants to be woken (see closeStage). A step found `running` was cut off by a crash: it starts again as a new
 * attempt, and reads before it acts.
 */
async function start(
  runtime: Runtime,
  playbook: Playbook,
  row: Case,
  step: Step,
  now: CaseStep,
): Promise<CaseStep | null> {
  const attempt = now.attempt + 1;
  return changeCase(runtime, row.id, 'signoff', async (record) => {
    if (!isItsTurn(record.now, now)) return null;
    const others = now.state === 'queued' ? await othersFirst(playbook, record, now) : [];
    if (others.length > 0) {
      const titles = others.map((other) => `“${placedStep(playbook, other.stepId).step.title}”`);
      await record.noteStep(now, { tries: 0, words: `Waits for ${titles.join(' and ')}.` });
      return null;
    }
    const change = { attempt, startedAt: now.startedAt ?? record.at.toISOString(), words: null, requestId: null };
    if (!(await record.moveStep(now, 'running', change))) return null;
    const again =
      now.state === 'running' ? ' again after an interruption' : attempt > 1 ? ` again (attempt ${attempt})` : '';
    await record.journal('step-started', `${step.title}: started${again}.`, { stepId: step.id, attempt });
    return { ...now, ...change, state: 'running' as const };
  });
}

/**
 * Looks at the step and at the subject, at the same time, before every change: whether it is needed and is what was
 * agreed to, and whether the subject may (still) be touched.
 * @returns what was there before the first attempt, journaled; null when there is nothing to run
 */
async function look(work: Work, playbook: Playbook): Promise<{ before: unknown } | null> {
  const { runtime, row, step, current } = work;
  const context = await attemptContext(work);
  const [found, subject] = await Promise.allSettled([
    findOut(work, playbook, context),
    runtime.subjects.recent(playbook, row),
  ]);
  if (found.status === 'rejected') throw found.reason;
  // What is done already needs no leave: the subject may be gone because of it.
  if ('settled' in found.value) {
    await settle(work, found.value.settled, found.value.words);
    return null;
  }
  if (subject.status === 'rejected') {
    // What this step has begun may be what took the subject away; nothing of it can be changed any more.
    if (!(current.before !== null && isGone(subject.reason))) throw subject.reason;
    await toBeProved(work);
    return null;
  }
  const outgrown = playbook.subject.outgrew(subjectOf(runtime, row), subject.value);
  const { planned } = found.value;
  const because = outgrown ?? (await disagreement(work, playbook, planned));
  if (because !== null) {
    await planAgain(runtime, row, because, work);
    return null;
  }
  await requireNotHeldBack(work, playbook, step, subject.value);
  if (planned !== null && !isConfirmed(row, current, planned)) {
    await offerAgain(work, planned, 'There is more to do by now than was confirmed.');
    return null;
  }
  const shown = current.found ?? current.plan;
  const lapsed = await whoLapsed(work, planned === null);
  if (lapsed !== null) {
    const why = `${lapsed}’s confirmation no longer counts: they are no approver any more.`;
    await offerAgain(work, planned ?? shown, why);
    return null;
  }
  const { before } = found.value;
  await step.requireReady(context, before);
  return begin(work, before);
}

type Finding =
  | { settled: 'proved' | 'not-needed'; words: string }
  /** `planned` is null where an earlier attempt was agreed to and noted: `run` keeps to what it noted. */
  | { planned: Planned | null; before: unknown };

async function findOut(work: Work, playbook: Playbook, context: WriteContext): Promise<Finding> {
  const { step, current } = work;
  if (current.before !== null) {
    // What moved since may have been moved by the steps that it did not wait for: `run` tells them apart.
    if (placedStep(playbook, step.id).onceAnswered) return { planned: null, before: current.before };
    const verdict = await step.verify(context, current.before);
    if ('proved' in verdict) return { settled: 'proved', words: verdict.proved };
    return { planned: null, before: current.before };
  }
  const { planned, before } = (await foundAtOpening(work, playbook)) ?? (await previewStep(step, context));
  if (planned.kind === 'not-needed' && stillAgreed(current.plan, planned))
    return { settled: 'not-needed', words: planned.why ?? 'Nothing to do any more.' };
  return { planned, before };
}

/**
 * What was found a moment ago, when the stage was opened, if it still holds: the steps that this one comes after have done
 * nothing, or it goes on at their answer. Null when it is to be looked at anew.
 */
async function foundAtOpening({ runtime, row, step }: Work, playbook: Playbook): Promise<Looked | null> {
  const looked = runtime.looks.takeStep(row, step.id);
  if (looked === null) return null;
  const { after = [], onceAnswered = false } = placedStep(playbook, step.id);
  if (onceAnswered) return looked;
  const first = await Promise.all(after.map(({ id }) => findStep(runtime.db, row.id, id)));
  return first.every((one) => one === undefined || one.attempt === 0) ? looked : null;
}

/** Why what would be done is not what was agreed to, or null. */
async function disagreement({ runtime, row, step, current }: Work, playbook: Playbook, planned: Planned | null) {
  if (!(await isAgreed(runtime.db, playbook, row, await readSteps(runtime.db, row.id))))
    return 'The plan on record is not the one that was approved.';
  if (planned === null || stillAgreed(current.plan, planned)) return null;
  return changedWords([step]);
}

/** What was read some seconds ago is no reason to hold a step back: it is read anew. */
async function requireNotHeldBack(
  { runtime, row }: Work,
  playbook: Playbook,
  step: Step,
  subject: Subject,
): Promise<void> {
  if (step.holdsBack(subject) === null) return;
  const why = step.holdsBack(await runtime.subjects.read(playbook, row));
  if (why !== null) throw new AppError('held-back', why);
}

/**
 * Nothing is changed before it is on record what was there. Looking takes a while: a case that was canceled meanwhile is not
 * begun.
 */
async function begin(work: Work, before: unknown): Promise<{ before: unknown } | null> {
  const { runtime, row, step, current } = work;
  return changeCase(runtime, row.id, 'signoff', async (record) => {
    if (!isItsTurn(record.now, current)) {
      await holdStep(record, work);
      return null;
    }
    if (current.before !== null) return (await record.isCurrent(current)) ? { before } : null;
    if (!(await record.noteStep(current, { before }))) return null;
    await record.journal('before-recorded', `${step.title}: noted what was there before.`, { stepId: step.id, before });
    return { before };
  });
}

/** What an attempt has learned outlives it, as what was there before does. */
async function noteAgain({ runtime, row, step, current }: Work, before: unknown): Promise<void> {
  await changeCase(runtime, row.id, 'signoff', async (record) => {
    if (!(await record.noteStep(current, { before }))) return;
    await record.journal('before-recorded', `${step.title}: noted what the next attempt needs.`, {
      stepId: step.id,
      before,
    });
  });
}

const isGone = (error: unknown): boolean => error instanceof Refusal && error.code === 'gone';

/** The subject may not be touched (any more): nothing was changed, and nothing else will be. */
async function stop(work: Work, refusal: Refusal): Promise<void> {
  await fail(work, refusal);
  // A case that has gone back to the approvers meanwhile finds it out when it goes on.
  await closeRefused(work.runtime, work.row, refusal.say);
}

/** No clear answer: the step waits and then reads before it acts. A clear no: it has failed. */
async function giveUpOrLater(work: Work, error: unknown): Promise<void> {
  if (!(error instanceof AppError) || !mayYetCome(work, error) || outOfPatience(work)) return fail(work, error);
  const { runtime, current } = work;
  const failure = error instanceof GraphFailure ? error : null;
  const waitMs = backOff(current.tries, { first: 500, longest: minutes(5), asked: error.retryAfterMs });
  const at = new Date(runtime.clock.now().getTime() + waitMs);
  const words = `${error.say} Next try: ${inWords(at)}.`;
  const requestId = failure?.requestId ?? null;
  await moveOn(
    work,
    'queued',
    { ...afterWaiting(work, waitMs), words, requestId },
    { what: 'step-waits', words, data: { code: failure?.graphCode ?? error.code, requestId } },
    (record) => record.wakeStep(current.stepId, at),
  );
}

/** Microsoft 365 may answer later, or notice what another step took away a moment ago. */
function mayYetCome(work: Work, error: AppError): boolean {
  if (error.passing) return true;
  if (!inShadow(work)) return false;
  if (error.code === 'held-back') return true;
  return error instanceof GraphFailure && work.step.mayPass(subjectOf(work.runtime, work.row), error);
}
