import { settled, stepKey } from '../engine/advanceCase.ts';
import { plannedSchema } from '../engine/plan.ts';
import { placedStep } from '../engine/playbook.ts';
import { playbookOf, transition } from '../engine/runtime.ts';
import { Refusal } from '../errors.ts';
import { type CaseRow, changeCase, changeStep, findCase, readSteps, type StepRow } from '../store/cases.ts';
import type { Tx } from '../store/database.ts';
import { journal } from '../store/journal.ts';
import type { StepState } from '../store/schema.ts';
import type { Actor } from './actor.ts';
import { requireApprover, requireVersion } from './approvals.ts';
import { type CaseDesk, movedOn, nameOf } from './cases.ts';

/** One step of the open stage, or all of them that destroy nothing. */
export type Which = { stepId: string } | 'all';

/** Confirms: the step starts. What destroys something asks for a reason, and then for somebody else. */
export async function confirmSteps(
  desk: CaseDesk,
  row: CaseRow,
  version: number,
  actor: Actor,
  which: Which,
  reason: string,
): Promise<void> {
  await requireApprover(desk, row, actor, 'confirm this');
  requireVersion(desk, row, version);
  await change(desk, row, which, ['waiting', 'second'], async (tx, step) => {
    const { title } = definition(desk, row, step);
    const { destructive } = planOf(step);
    if (destructive && which === 'all') return false;
    if (destructive && step.state === 'waiting') return confirmFirst(desk, tx, row, step, actor, reason);
    if (step.state === 'second' && step.confirmed_by === actor.id)
      throw new Refusal('twice', 'You have already confirmed this. It needs a second approver: somebody else.');
    const confirmed =
      step.state === 'second' ? { second_name: actor.name } : { confirmed_by: actor.id, confirmed_name: actor.name };
    if (
      !(await changeStep(tx, { caseId: row.id, stepId: step.step_id }, [step.state], {
        ...confirmed,
        state: 'queued',
        tries: 0,
        words: null,
      }))
    )
      return false;
    const words =
      step.state === 'second'
        ? `${actor.name} agreed as second approver: ${title}.`
        : `${actor.name} confirmed: ${title}.`;
    await journal(tx, row.id, {
      at: desk.runtime.clock.now(),
      actor: actor.id,
      what: 'confirmed',
      words,
      data: { stepId: step.step_id },
    });
    await desk.runtime.dispatcher.wake('step', stepKey(row.id, step.step_id), { on: tx });
    return true;
  });
}

async function confirmFirst(
  desk: CaseDesk,
  tx: Tx,
  row: CaseRow,
  step: StepRow,
  actor: Actor,
  reason: string,
): Promise<boolean> {
  const { title } = definition(desk, row, step);
  if (reason === '')
    throw new Refusal('no-reason', `“${title}” destroys something: write the reason, then confirm again.`);
  const first = { state: 'second' as const, confirmed_by: actor.id, confirmed_name: actor.name, reason };
  if (!(await changeStep(tx, { caseId: row.id, stepId: step.step_id }, ['waiting'], first))) return false;
  const words = `${actor.name} confirmed: ${title}. Reason: “${reason}”. It needs a second approver.`;
  await journal(tx, row.id, {
    at: desk.runtime.clock.now(),
    actor: actor.id,
    what: 'confirmed-first',
    words,
    data: { stepId: step.step_id, reason },
  });
  return true;
}

export async function skipStep(
  desk: CaseDesk,
  row: CaseRow,
  version: number,
  actor: Actor,
  stepId: string,
): Promise<void> {
  await requireApprover(desk, row, actor, 'skip this');
  requireVersion(desk, row, version);
  const at = desk.runtime.clock.now();
  await change(desk, row, { stepId }, ['waiting', 'second', 'failed', 'hand'], async (tx, step) => {
    const skipped = { state: 'skipped' as const, words: `Skipped by ${actor.name}.`, settled_at: at.toISOString() };
    if (!(await changeStep(tx, { caseId: row.id, stepId }, [step.state], skipped))) return false;
    await journal(tx, row.id, {
      at,
      actor: actor.id,
      what: 'skipped',
      words: `${actor.name} skipped: ${definition(desk, row, step).title}.`,
      data: { stepId },
    });
    await desk.runtime.dispatcher.wake('case', String(row.id), { on: tx });
    return true;
  });
}

/** How long a read-back may take to show what a person has just done. */
const handReadBackMs = 5_000;

/** Somebody says that a by-hand step is done; a worker looks whether it is. */
export async function sayDone(
  desk: CaseDesk,
  row: CaseRow,
  version: number,
  actor: Actor,
  stepId: string,
  note: string,
): Promise<void> {
  if (actor.id === row.subject_id) throw new Refusal('own-case', `${nameOf(desk, row)} is about you.`);
  await desk.roles.require(actor, ['helpdesk', 'approver', 'admin'], 'say that a step is done', 'fresh');
  requireVersion(desk, row, version);
  const at = desk.runtime.clock.now();
  await change(desk, row, { stepId }, ['hand'], async (tx, step) => {
    const said = {
      state: 'verifying' as const,
      attempt: step.attempt + 1,
      confirmed_by: actor.id,
      confirmed_name: actor.name,
      reason: note || null,
      tries: 0,
      verify_until: new Date(at.getTime() + handReadBackMs).toISOString(),
    };
    if (!(await changeStep(tx, { caseId: row.id, stepId }, ['hand'], said))) return false;
    const words = `${actor.name} says it is done: ${definition(desk, row, step).title}.${note ? ` “${note}”` : ''}`;
    await journal(tx, row.id, { at, actor: actor.id, what: 'said-done', words, data: { stepId } });
    await desk.runtime.dispatcher.wake('step', stepKey(row.id, stepId), { on: tx });
    return true;
  });
}

/** Tries failed steps again: the agreement to them still stands. */
export async function retrySteps(desk: CaseDesk, row: CaseRow, actor: Actor, which: Which): Promise<void> {
  if (actor.id === row.subject_id) throw new Refusal('own-case', `${nameOf(desk, row)} is about you.`);
  await desk.roles.require(actor, ['helpdesk', 'approver', 'admin'], 'retry a step', 'fresh');
  await change(desk, row, which, ['failed'], async (tx, step) => {
    const again = { state: 'queued' as const, tries: 0, started_at: null, settled_at: null, words: null };
    if (!(await changeStep(tx, { caseId: row.id, stepId: step.step_id }, ['failed'], again))) return false;
    const words = `${actor.name} asked to retry: ${definition(desk, row, step).title}.`;
    await journal(tx, row.id, {
      at: desk.runtime.clock.now(),
      actor: actor.id,
      what: 'retried',
      words,
      data: { stepId: step.step_id },
    });
    await desk.runtime.dispatcher.wake('step', stepKey(row.id, step.step_id), { on: tx });
    return true;
  });
}

/** Applies `one` to each step meant, in one transaction. @throws Refusal when none of them is in a state to be changed so */
async function change(
  desk: CaseDesk,
  row: CaseRow,
  which: Which,
  from: StepState[],
  one: (tx: Tx, step: StepRow) => Promise<boolean>,
): Promise<void> {
  await transition(desk.runtime, row.id, async (tx) => {
    // The write takes the row, so that the case can't move on between this look and the change.
    const running = await changeCase(tx, row.id, ['running'], {}, desk.runtime.clock.now());
    const now = await findCase(tx, row.id);
    if (!running || now?.stage !== row.stage || !now.stage_open || now.version !== row.version)
      throw movedOn(desk, row);
    const steps = (await readSteps(tx, row.id)).filter(
      ({ stage, step_id }) => stage === row.stage && (which === 'all' || which.stepId === step_id),
    );
    let changed = 0;
    for (const step of steps) {
      if (from.includes(step.state) && (await one(tx, step))) changed++;
    }
    if (changed > 0) return;
    const [step] = steps;
    if (which === 'all' && from.includes('failed'))
      throw new Refusal('done', `No step of ${nameOf(desk, row)} has failed; there is nothing to retry.`);
    if (which === 'all' || step === undefined) throw movedOn(desk, row);
    throw new Refusal(
      'done',
      `“${definition(desk, row, step).title}” is ${settled.includes(step.state) ? 'already settled' : 'already under way'}; nothing was changed.`,
    );
  });
}

function definition(desk: CaseDesk, row: CaseRow, step: StepRow) {
  return placedStep(playbookOf(desk.runtime, row), step.step_id).step;
}

const planOf = (step: StepRow) => plannedSchema.parse(JSON.parse(step.plan));
