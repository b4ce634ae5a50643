import { AppError, sayOf } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import { changeStep, type StepRow } from '../store/cases.ts';
import { journal } from '../store/journal.ts';
import { stepKey } from './advanceCase.ts';
import { checkByHand, plannedSchema } from './plan.ts';
import { contextFor, transition } from './runtime.ts';
import { fail, patienceMs, record, settle, type Work } from './stepWork.ts';

/** Reads back until Microsoft 365 shows the change, or too much time has gone by. */
export async function prove(work: Work, now: StepRow): Promise<void> {
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
    runtime.log.warn({ caseId: row.id, stepId: step.id, error }, 'a by-hand step could not be looked at');
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
