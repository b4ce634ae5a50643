import { backOff, minutes } from '../clock.ts';
import { AppError, sayOf } from '../errors.ts';
import { checkByHand } from './plan.ts';
import { contextFor, forStep } from './runtime.ts';
import { againLater, fail, isFinal, moveOn, settle, type Work } from './stepWork.ts';

/** How long a read-back may take to show what a person has just done. */
const handReadBackMs = 5_000;
const firstLookMs = 250;

/** Reads back until Microsoft 365 shows the change, or too much time has gone by. */
export async function prove(work: Work): Promise<void> {
  const { runtime, row, step, current } = work;
  if ((current.found ?? current.plan).kind === 'by-hand') return proveByHand(work);
  try {
    const verdict = await step.verify(forStep(await contextFor(runtime, row), step.id), current.before);
    if ('proved' in verdict) return await settle(work, 'proved', verdict.proved);
    if ('refuted' in verdict) return await fail(work, new AppError('refuted', verdict.refuted));
    if (current.waitedMs >= (step.verifyFor ?? minutes(2))) {
      return await fail(
        work,
        new AppError(
          'not-proved',
          `Microsoft 365 took the change but does not show it: ${verdict.notYet} Retry to look again.`,
        ),
      );
    }
    await againLater(work, backOff(current.tries, { first: firstLookMs, longest: step.lookEvery ?? 15_000 }));
  } catch (error) {
    if (isFinal(work, error)) return fail(work, error);
    const asked = error instanceof AppError ? error.retryAfterMs : null;
    await againLater(work, backOff(current.tries, { first: 1000, longest: minutes(1), asked }));
  }
}

/** A person says it is done: accepted when Microsoft 365 shows it, or with their note where it can't be seen. */
async function proveByHand(work: Work): Promise<void> {
  const { runtime, row, step, current } = work;
  let refusal: string;
  try {
    const since = new Date(current.startedAt ?? runtime.clock.now());
    const verdict = await checkByHand(step, forStep(await contextFor(runtime, row), step.id), since);
    if (verdict === null && current.reason)
      return await settle(work, 'vouched', `Done by hand, says ${current.confirmedName}: “${current.reason}”`);
    if (verdict !== null && 'proved' in verdict) return await settle(work, 'proved', `Done by hand. ${verdict.proved}`);
    if (verdict === null) refusal = 'Signoff can’t look for itself. Press Done again, with a note of what was done.';
    else if (current.waitedMs < handReadBackMs)
      return await againLater(work, backOff(current.tries, { first: firstLookMs, longest: 2000 }));
    else refusal = `Not done yet: ${'notYet' in verdict ? verdict.notYet : verdict.refuted}`;
  } catch (error) {
    runtime.log.warn({ caseId: row.id, stepId: step.id, error }, 'a by-hand step could not be looked at');
    refusal = `Signoff could not look: ${sayOf(error)} Press Done again in a while.`;
  }
  await moveOn(work, 'by-hand', { words: refusal }, { what: 'done-refused', words: refusal });
}
