import { backOff, days, hours, inWords, minutes } from '../clock.ts';
import { AppError, isDatabaseTrouble, sayOf } from '../errors.ts';
import { isTakenBack } from '../store/cases.ts';
import { checkByHand } from './plan.ts';
import type { CaseStep } from './readCase.ts';
import { contextFor, forStep, type Runtime } from './runtime.ts';
import type { Patience, Verdict } from './step.ts';
import { againLater, fail, isFinal, moveOn, settle, type Work } from './stepWork.ts';

/** How long a read-back may take to show what a person has just done. */
const handReadBackMs = 5_000;
const firstLookMs = 250;

/** Where a step says nothing else. */
const seconds: Patience = { usually: 'within seconds', atMost: minutes(2) };
/** Within the first minute or so: mostly it shows at once. */
const quickLooks = 8;
/** How much time has gone by at each look after those; from then on it is looked every hour. */
const looksAt = [1, 5, 15, 60].map(minutes);

/** Ever more seldom, and once more at the end of the patience. */
function untilNextLook({ tries, waitedMs }: CaseStep, atMost: number): number {
  if (tries < quickLooks) return backOff(tries, { first: firstLookMs, longest: 15_000 });
  const next = looksAt.find((at) => at > waitedMs) ?? waitedMs + hours(1);
  return Math.min(next, atMost) - waitedMs;
}

const inMs = ({ clock }: Pick<Runtime, 'clock'>, ms: number): string => inWords(new Date(clock.now().getTime() + ms));

/** Reads back until Microsoft 365 shows the change, or too much time has gone by. */
export async function prove(work: Work): Promise<void> {
  const { runtime, row, step, current } = work;
  if ((current.found ?? current.plan).kind === 'by-hand') return proveByHand(work);
  try {
    // Whoever is let in again is no find.
    if (current.state === 'ordered' && step.looksOnly && (await isTakenBack(runtime.db, row.id)))
      return await leaveToPeople(work, 'No longer watched: the case is taken back.');
    const verdict = await step.verify(forStep(await contextFor(runtime, row), step.id), current.before);
    if ('proved' in verdict) return await settle(work, 'proved', verdict.proved);
    if ('ordered' in verdict) return await follow(work, verdict.ordered);
    if ('refuted' in verdict) return await fail(work, new AppError('refuted', verdict.refuted));
    const { usually, atMost } = step.takes ?? seconds;
    if (current.state === 'ordered') return await follow(work, verdict.notYet);
    if (current.waitedMs >= atMost) {
      return await fail(
        work,
        new AppError(
          'not-proved',
          `Microsoft 365 took the change but does not show it: ${verdict.notYet} Retry to look again.`,
        ),
      );
    }
    const waitMs = untilNextLook(current, atMost);
    await againLater(
      work,
      waitMs,
      // Nobody reads what is over in seconds.
      waitMs < minutes(1)
        ? undefined
        : `${verdict.notYet} Usually it shows ${usually}. Looked ${current.tries + 1} times; next look: ${inMs(runtime, waitMs)}.`,
    );
  } catch (error) {
    if (current.state === 'ordered') return await followBlindly(work, error);
    if (isFinal(work, error)) return fail(work, error);
    const asked = error instanceof AppError ? error.retryAfterMs : null;
    const waitMs = backOff(current.tries, { first: 1000, longest: minutes(1), asked });
    // What stood there named a look that has come and told nothing.
    await againLater(
      work,
      waitMs,
      current.words === null && waitMs < minutes(1)
        ? undefined
        : `${sayOf(error)} Next look: ${inMs(runtime, waitMs)}.`,
    );
  }
}

/** A device that was not online by then is for people to look after. */
const followedMs = days(30);
const followedOften = { firstDay: hours(1), later: hours(12) };

/** Nothing waits for what is ordered; it is looked at until it is carried out. */
async function follow(work: Work, words: string): Promise<void> {
  const { runtime, current } = work;
  const waitMs = current.waitedMs < days(1) ? followedOften.firstDay : followedOften.later;
  if (current.state === 'ordered') {
    if (current.waitedMs >= followedMs)
      return leaveToPeople(work, `${words} Not carried out within 30 days: look there by hand.`);
    return againLater(work, waitMs, words);
  }
  const at = runtime.clock.now();
  await moveOn(
    work,
    'ordered',
    { words, settledAt: at.toISOString(), tries: 0, waitedMs: 0 },
    { what: 'step-ordered', words: `ordered. ${words}` },
    async (record) => {
      await record.wakeCase();
      await record.wakeStep(work.step.id, new Date(at.getTime() + waitMs));
    },
  );
}

/** No answer for an hour is nothing; none for as long as it is followed is for people to know. */
async function followBlindly(work: Work, error: unknown): Promise<void> {
  if (isDatabaseTrouble(error)) throw error;
  if (work.current.waitedMs < followedMs) return againLater(work, hours(1));
  return leaveToPeople(
    work,
    `${sayOf(error)} So it is not known whether it was carried out within 30 days: look there by hand.`,
  );
}

async function leaveToPeople(work: Work, words: string): Promise<void> {
  await moveOn(work, 'not-seen', { words }, { what: 'step-not-seen', words: `left to people. ${words}` });
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
    if (verdict !== null && 'ordered' in verdict)
      return await settle(work, 'proved', `Done by hand. ${verdict.ordered}`);
    if (verdict === null) refusal = 'Signoff can’t look for itself. Press Done again, with a note of what was done.';
    else if (current.waitedMs < handReadBackMs)
      return await againLater(work, backOff(current.tries, { first: firstLookMs, longest: 2000 }));
    else refusal = `Not done yet: ${whyNot(verdict)}`;
  } catch (error) {
    runtime.log.warn({ caseId: row.id, stepId: step.id, error }, 'a by-hand step could not be looked at');
    refusal = `Signoff could not look: ${sayOf(error)} Press Done again in a while.`;
  }
  await moveOn(work, 'by-hand', { words: refusal }, { what: 'done-refused', words: refusal });
}

function whyNot(verdict: Exclude<Verdict, { proved: string } | { ordered: string }>): string {
  return 'notYet' in verdict ? verdict.notYet : verdict.refuted;
}
