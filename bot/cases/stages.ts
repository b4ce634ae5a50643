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
    const second = step.state === 'second';
    const by = second ? { second_name: actor.name } : { confirmed_by: actor.id, confirmed_name: actor.name };
    return move(desk, tx, row, step, {
      change: { ...by, state: 'queued', tries: 0, words: null },
      actor,
      what: 'confirmed',
      words: second ? `${actor.name} agreed as second approver: ${title}.` : `${actor.name} confirmed: ${title}.`,
      wake: 'step',
    });
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
  return move(desk, tx, row, step, {
    change: { state: 'second', confirmed_by: actor.id, confirmed_name: actor.name, reason },
    actor,
    what: 'confirmed-first',
    words: `${actor.name} confirmed: ${title}. Reason: “${reason}”. It needs a second approver.`,
    data: { reason },
  });
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
    return move(desk, tx, row, step, {
      change: { state: 'skipped', words: `Skipped by ${actor.name}.`, settled_at: at.toISOString() },
      actor,
      what: 'skipped',
      words: `${actor.name} skipped: ${definition(desk, row, step).title}.`,
      wake: 'case',
    });
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
    return move(desk, tx, row, step, {
      change: {
        state: 'verifying',
        attempt: step.attempt + 1,
        confirmed_by: actor.id,
        confirmed_name: actor.name,
        reason: note || null,
        tries: 0,
        verify_until: new Date(at.getTime() + handReadBackMs).toISOString(),
      },
      actor,
      what: 'said-done',
      words: `${actor.name} says it is done: ${definition(desk, row, step).title}.${note ? ` “${note}”` : ''}`,
      wake: 'step',
    });
  });
}

/** Tries failed steps again: the agreement to them still stands. */
export async function retrySteps(desk: CaseDesk, row: CaseRow, actor: Actor, which: Which): Promise<void> {
  if (actor.id === row.subject_id) throw new Refusal('own-case', `${nameOf(desk, row)} is about you.`);
  await desk.roles.require(actor, ['helpdesk', 'approver', 'admin'], 'retry a step', 'fresh');
  await change(desk, row, which, ['failed'], async (tx, step) => {
    return move(desk, tx, row, step, {
      change: { state: 'queued', tries: 0, started_at: null, settled_at: null, words: null },
      actor,
      what: 'retried',
      words: `${actor.name} asked to retry: ${definition(desk, row, step).title}.`,
      wake: 'step',
    });
  });
}

interface Move {
  change: Parameters<typeof changeStep>[3];
  actor: Actor;
  what: string;
  words: string;
  data?: Record<string, unknown>;
  /** Who has something to do now. */
  wake?: 'step' | 'case';
}

/** A step's new state, the journal entry and the wake-up; false, and none of them, when the step is no longer as it was seen. */
async function move(
  desk: CaseDesk,
  tx: Tx,
  row: CaseRow,
  step: StepRow,
  { change, actor, what, words, data, wake }: Move,
): Promise<boolean> {
  const { clock, dispatcher } = desk.runtime;
  const stepId = step.step_id;
  if (!(await changeStep(tx, { caseId: row.id, stepId }, [step.state], change))) return false;
  await journal(tx, row.id, { at: clock.now(), actor: actor.id, what, words, data: { stepId, ...data } });
  if (wake === 'step') await dispatcher.wake('step', stepKey(row.id, stepId), { on: tx });
  if (wake === 'case') await dispatcher.wake('case', String(row.id), { on: tx });
  return true;
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
