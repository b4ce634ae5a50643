import { backOff, inWords, minutes } from '../clock.ts';
import { AppError, Refusal, together } from '../errors.ts';
import type { StepChange } from '../store/cases.ts';
import { byApproval, type Confirmer, isAgreed, stillAgreed, whoConfirmAll } from './agreement.ts';
import { type CaseRecord, caseKey, changeCase } from './caseRecord.ts';
import { type Look, lookAt } from './lookAt.ts';
import { changedWords, isPatient, unseenWords } from './plan.ts';
import { closeRefused, planAgain, planCase, unsettled } from './planCase.ts';
import type { Planned } from './planned.ts';
import { type Playbook, placedStep } from './playbook.ts';
import { type Case, type CaseStep, findCase, hasBegun, readSteps } from './readCase.ts';
import { optionsOf, playbookOf, type Runtime, subjectOf } from './runtime.ts';
import { isSettled, type StepState, stepState } from './states.ts';

/** Takes a case as far as it goes without a person; called after whatever happened to it. */
export async function advanceCase(runtime: Runtime, caseId: number): Promise<void> {
  const row = await findCase(runtime.db, caseId);
  if (row === undefined) return;
  if (row.state === 'planning' || row.state === 'submitted') return planCase(runtime, row);
  if (row.expiresAt !== null) {
    if (row.expiresAt <= runtime.clock.now().toISOString()) return expire(runtime, row);
    return runtime.dispatcher.wake('case', caseKey(caseId), { at: new Date(row.expiresAt) });
  }
  if (row.state !== 'running') return;
  try {
    if (row.stageOpen) await closeStage(runtime, row);
    else await openStage(runtime, row);
  } catch (error) {
    if (error instanceof Refusal) await closeRefused(runtime, row, error.say);
    else if (error instanceof AppError) await openLater(runtime, row, error);
    else throw error;
  }
}

/** Looks once more at the subject and at each step of the stage: only what was agreed to may go on. */
async function openStage(runtime: Runtime, row: Case): Promise<void> {
  const playbook = playbookOf(runtime, row);
  const all = await readSteps(runtime.db, row.id);
  if (!(await isAgreed(runtime.db, playbook, row, all))) {
    runtime.log.error({ caseId: row.id }, 'the plan on record is not the one that was approved');
    return planAgain(runtime, row, 'The plan on record is not the one that was approved.');
  }
  const steps = all.filter(({ stage }) => stage === row.stage);
  // Where the choices rule out all of it, as after the last change of an account that is kept, nobody need be read.
  if (steps.every(isSettled) && unopened(steps).every((step) => isRuledOut(runtime, row, step)))
    return nextStage(runtime, row, playbook);
  const [{ subject, found: looked }, { confirmer, lapsed }] = await together([
    runtime.looks.takeStage(row) ?? lookAtStage(runtime, row, steps),
    findConfirmer(runtime, row),
  ]);
  const outgrown = playbook.subject.outgrew(subjectOf(runtime, row), subject);
  if (outgrown !== null) return planAgain(runtime, row, outgrown);
  const found = unopened(steps).flatMap((step) => {
    const now = looked.get(step.stepId);
    return now === undefined ? [] : [{ step, now: now.planned, looked: now }];
  });
  const changed = found.filter(({ step, now }) => !stillAgreed(step.plan, now));
  if (changed.length > 0) {
    return planAgain(runtime, row, changedWords(changed.map(({ step }) => placedStep(playbook, step.stepId).step)));
  }
  if (steps.every(isSettled)) return nextStage(runtime, row, playbook);
  await changeCase(runtime, row.id, 'signoff', async (record) => {
    if (!record.isStill(row)) return;
    await record.noteCase({ stageOpen: true, note: null, attempts: 0, since: record.at.toISOString() });
    for (const one of lapsed)
      await record.journal('confirmation-void', lapsedWords(one), { actorId: one.id, stage: row.stage });
    const offered: Offered[] = [];
    for (const { step, now, looked } of found.filter(
      (one) => one.step.state === 'planned' || one.now.kind === 'unseen',
    )) {
      const { state, confirmed } = await offer(record, step, now, confirmer, lapsed);
      // It begins at once: what was found is what it will find. What might destroy something looks for itself all the same.
      if (state === 'queued' && !placedStep(playbook, step.stepId).step.destructive)
        runtime.looks.keepStep(row, step.stepId, looked);
      offered.push({ stepId: step.stepId, state, found: now, ...confirmed });
    }
    // What was under way when the case went back to the approvers goes on.
    for (const { stepId } of steps.filter(({ state }) => stepState(state).working)) await record.wakeStep(stepId);
    await record.journal('stage-opened', openedWords(playbook, row, offered), { offered });
    await record.wakeCase();
  });
}

/** Also what was not needed when the plan was drawn up: it may be by now. */
const unopened = (steps: readonly CaseStep[]): CaseStep[] =>
  steps.filter((step) => stepState(step.state).unopened && !hasBegun(step));

function isRuledOut(runtime: Runtime, row: Case, { stepId }: CaseStep): boolean {
  const { step } = placedStep(playbookOf(runtime, row), stepId);
  const found = step.appliesTo?.(subjectOf(runtime, row), optionsOf(runtime, row)) ?? null;
  return found !== null && 'notNeeded' in found;
}

function lookAtStage(runtime: Runtime, row: Case, steps: readonly CaseStep[]): Promise<Look> {
  const playbook = playbookOf(runtime, row);
  const looked = unopened(steps).map(({ stepId }) => placedStep(playbook, stepId).step);
  return lookAt(runtime, playbook, row, looked, { patient: isPatient(row) });
}

/**
 * Begins to look at what an approval would set going by itself, while it is still asked who approves: nothing is done and
 * nothing is decided by it.
 */
export async function lookAhead(runtime: Runtime, row: Case): Promise<void> {
  if (row.state !== 'awaiting-approval' || !byApproval(row)) return;
  const steps = (await readSteps(runtime.db, row.id)).filter(({ stage }) => stage === row.stage);
  runtime.looks.ahead(row, () => lookAtStage(runtime, row, steps));
}

/**
 * Who confirmed with the approval and may still: asked for anew at each stage, which may open days after it.
 * @throws when an answer does not come
 */
async function findConfirmer(
  runtime: Runtime,
  row: Case,
): Promise<{ confirmer: Confirmer | null; lapsed: Confirmer[] }> {
  const lapsed: Confirmer[] = [];
  for (const one of await whoConfirmAll(runtime.db, row)) {
    // An urgent first stage follows from the approval itself, which asked a moment ago: a lock-out waits for each question.
    if (byApproval(row) || (await runtime.isApprover(one.id))) return { confirmer: one, lapsed };
    lapsed.push(one);
  }
  return { confirmer: null, lapsed };
}

const lapsedWords = ({ name }: Confirmer): string =>
  `${name}’s confirmation no longer counts: they are no approver any more.`;

/** Who confirmed a step with the approval of the plan. */
type ConfirmedBy = { confirmedBy: string; confirmedName: string };
type Offered = { stepId: string; state: StepState; found: Planned } & Partial<ConfirmedBy>;

function openedWords(playbook: Playbook, row: Case, offered: readonly Offered[]): string {
  const words = `Stage “${playbook.stages[row.stage]?.title}” is open.`;
  const confirmed = offered.filter(({ confirmedBy }) => confirmedBy !== undefined);
  const [first] = confirmed;
  if (first === undefined) return words;
  const titles = confirmed.map(({ stepId }) => placedStep(playbook, stepId).step.title);
  return `${words} ${first.confirmedName} confirmed with the approval: ${titles.join(', ')}.`;
}

async function offer(
  record: CaseRecord,
  step: CaseStep,
  found: Planned,
  confirmer: Confirmer | null,
  [lapsed]: readonly Confirmer[],
): Promise<{ state: StepState; confirmed?: ConfirmedBy }> {
  const at = record.at.toISOString();
  const offerAs = async (state: StepState, change: StepChange = {}) => {
    await record.moveStep(step, state, { ...change, found });
    return { state };
  };
  if (found.kind === 'not-needed')
    return offerAs('not-needed', { words: found.why ?? 'Nothing to do any more.', settledAt: at });
  if (found.kind === 'unseen') return offerAs('failed', { words: unseenWords(found), startedAt: at, settledAt: at });
  if (found.destructive) return offerAs('awaiting-confirmation', found.kind === 'by-hand' ? { words: found.why } : {});
  if (found.kind === 'by-hand') return offerAs('by-hand', { words: found.why, startedAt: at });
  if (found.apart) return offerAs('awaiting-confirmation');
  if (confirmer === null && !byApproval(record.now))
    return offerAs('awaiting-confirmation', lapsed === undefined ? {} : { words: lapsedWords(lapsed) });
  await record.wakeStep(step.stepId);
  if (confirmer === null) return offerAs('queued');
  const confirmed = { confirmedBy: confirmer.id, confirmedName: confirmer.name };
  return { ...(await offerAs('queued', confirmed)), confirmed };
}

/** Goes on to the next stage once every step has settled; wakes steps that waited for others. */
async function closeStage(runtime: Runtime, row: Case): Promise<void> {
  const playbook = playbookOf(runtime, row);
  const finished = await changeCase(runtime, row.id, 'signoff', async (record) => {
    if (!record.isStill(row)) return false;
    const steps = (await record.steps()).filter(({ stage }) => stage === row.stage);
    // One that has been tried waits for its own time: Microsoft 365 may have asked for an hour.
    for (const { stepId } of steps.filter(({ state, tries }) => state === 'queued' && tries === 0))
      await record.wakeStep(stepId);
    return steps.every(isSettled);
  });
  if (finished) await nextStage(runtime, row, playbook);
}

async function nextStage(runtime: Runtime, row: Case, playbook: Playbook): Promise<void> {
  const last = row.stage + 1 >= playbook.stages.length;
  await changeCase(runtime, row.id, 'signoff', async (record) => {
    if (!record.isStill(row)) return;
    const [left] = last ? await unsettled(record) : [];
    if (left !== undefined) {
      runtime.log.error({ caseId: row.id, stepId: left.stepId }, 'a step of an earlier stage is not settled');
      await record.noteCase({ stage: left.stage, stageOpen: false, note: null });
      await record.wakeCase();
    } else if (last) {
      await record.moveCase('finished', { note: null });
      await record.journal('finished', 'The case is finished.');
    } else {
      await record.noteCase({ stage: row.stage + 1, stageOpen: false, note: null, attempts: 0 });
      await record.wakeCase();
    }
  });
}

/** Also after a clear no: an admin may put it right, and until then people must know why nothing goes on. */
async function openLater(runtime: Runtime, row: Case, failure: AppError): Promise<void> {
  if (!failure.passing) runtime.log.warn({ error: failure, caseId: row.id }, 'a stage could not be opened');
  const waitMs = failure.passing
    ? backOff(0, { first: 15_000, longest: 15_000, asked: failure.retryAfterMs })
    : minutes(5);
  await changeCase(runtime, row.id, 'signoff', async (record) => {
    if (!record.isStill(row)) return;
    const at = new Date(record.at.getTime() + waitMs);
    await record.noteCase({
      note: `${failure.say} Next try: ${inWords(at)}. Nothing is lost.`,
      attempts: row.attempts + 1,
    });
    await record.wakeCase(at);
  });
}

async function expire(runtime: Runtime, row: Case): Promise<void> {
  const words =
    row.state === 'draft' ? 'Nobody asked for approval within 24 hours.' : 'Nobody decided within 72 hours.';
  await changeCase(runtime, row.id, 'signoff', async (record) => {
    if (!record.isStill(row)) return;
    await record.moveCase('expired', { note: words });
    await record.journal('expired', words);
  });
}
