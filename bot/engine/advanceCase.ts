import { inWords, minutes } from '../clock.ts';
import { AppError, Refusal } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import { type CaseRow, changeCase, changeStep, findCase, readSteps, type StepRow } from '../store/cases.ts';
import type { Tx } from '../store/database.ts';
import { journal } from '../store/journal.ts';
import type { StepState } from '../store/schema.ts';
import { type Planned, plannedSchema, previewStep, stillAgreed } from './plan.ts';
import { closeRefused, planAgain, planCase } from './planCase.ts';
import { type Playbook, placedStep } from './playbook.ts';
import { contextFor, playbookOf, type Runtime, readSubject, subjectOf, transition } from './runtime.ts';

/** Nothing more will come of these by themselves. */
export const settled: readonly StepState[] = ['not-needed', 'proved', 'vouched', 'skipped'];
const isSettled = (step: StepRow): boolean => settled.includes(step.state);

/** Takes a case as far as it goes without a person; called after whatever happened to it. */
export async function advanceCase(runtime: Runtime, caseId: number): Promise<void> {
  const row = await findCase(runtime.db, caseId);
  if (row === undefined) return;
  const now = runtime.clock.now();
  if (row.state === 'planning' || row.state === 'submitted') return planCase(runtime, row);
  if (row.state === 'draft' || row.state === 'awaiting-approval') {
    if (row.expires_at === null) return;
    if (row.expires_at <= now.toISOString()) return expire(runtime, row);
    return runtime.dispatcher.wake('case', String(caseId), { at: new Date(row.expires_at) });
  }
  if (row.state !== 'running') return;
  try {
    if (row.stage_open) await closeStage(runtime, row);
    else await openStage(runtime, row);
  } catch (error) {
    if (error instanceof Refusal) await closeRefused(runtime, row, error.say);
    else if (error instanceof AppError) await openLater(runtime, row, error);
    else throw error;
  }
}

/** Looks once more at the subject and at each step of the stage: only what was agreed to may go on. */
async function openStage(runtime: Runtime, row: CaseRow): Promise<void> {
  const playbook = playbookOf(runtime, row);
  const steps = (await readSteps(runtime.db, row.id)).filter(({ stage }) => stage === row.stage);
  // Also what was not needed when the plan was drawn up: it may be by now.
  const unstarted = steps.filter(
    ({ state, attempt }) => state === 'planned' || (state === 'not-needed' && attempt === 0),
  );
  const subject = await readSubject(runtime, playbook, row.subject_id, row.requester_id);
  const outgrown = playbook.subject.outgrew(subjectOf(runtime, row), subject);
  if (outgrown !== null) return planAgain(runtime, row, outgrown);
  const context = await contextFor(runtime, row, subject);
  const now = await Promise.all(
    unstarted.map(async (step) => ({
      step,
      planned: (await previewStep(placedStep(playbook, step.step_id).step, context)).planned,
    })),
  );
  const changed = now.filter(({ step, planned }) => !stillAgreed(plannedSchema.parse(JSON.parse(step.plan)), planned));
  if (changed.length > 0) {
    const titles = changed.map(({ step }) => `“${placedStep(playbook, step.step_id).step.title}”`).join(', ');
    return planAgain(runtime, row, `What ${titles} would do has changed since the plan was approved.`);
  }
  if (steps.every(isSettled)) return nextStage(runtime, row, playbook);
  await transition(runtime, row.id, async (tx) => {
    if (!(await changeCase(tx, row.id, ['running'], { stage_open: 1, note: null }, runtime.clock.now()))) return;
    for (const { step, planned } of now) {
      if (planned.kind === 'not-needed') await settleNotNeeded(runtime, tx, row.id, step, planned);
      else await offer(runtime, tx, row, step, planned);
    }
    await journal(tx, row.id, {
      at: runtime.clock.now(),
      actor: 'signoff',
      what: 'stage-opened',
      words: `Stage “${playbook.stages[row.stage]?.title}” is open.`,
    });
    await runtime.dispatcher.wake('case', String(row.id), { on: tx });
  });
}

/** In an urgent case the approval of the plan confirms the first stage, but never what destroys something. */
async function offer(runtime: Runtime, tx: Tx, row: CaseRow, step: StepRow, planned: Planned): Promise<void> {
  const here = { caseId: row.id, stepId: step.step_id };
  // People may have done meanwhile what was left to them.
  const plan = JSON.stringify(planned);
  if (planned.kind === 'by-hand') {
    const started_at = runtime.clock.now().toISOString();
    await changeStep(tx, here, ['planned'], { state: 'hand', words: planned.why, started_at, plan });
    return;
  }
  if (!(row.urgent && row.stage === 0) || planned.destructive) {
    await changeStep(tx, here, ['planned'], { state: 'waiting', plan });
    return;
  }
  await changeStep(tx, here, ['planned'], { state: 'queued', plan });
  await runtime.dispatcher.wake('step', stepKey(row.id, step.step_id), { on: tx });
}

async function settleNotNeeded(
  runtime: Runtime,
  tx: Tx,
  caseId: number,
  step: StepRow,
  planned: Planned,
): Promise<void> {
  await changeStep(tx, { caseId, stepId: step.step_id }, ['planned'], {
    state: 'not-needed',
    words: planned.why ?? 'Nothing to do any more.',
    plan: JSON.stringify(planned),
    settled_at: runtime.clock.now().toISOString(),
  });
}

/** Goes on to the next stage once every step has settled; wakes steps that waited for others. */
async function closeStage(runtime: Runtime, row: CaseRow): Promise<void> {
  const steps = (await readSteps(runtime.db, row.id)).filter(({ stage }) => stage === row.stage);
  // One that has been tried waits for its own time: Microsoft 365 may have asked for an hour.
  for (const step of steps.filter(({ state, tries }) => state === 'queued' && tries === 0)) {
    await runtime.dispatcher.wake('step', stepKey(row.id, step.step_id));
  }
  if (steps.every(isSettled)) return nextStage(runtime, row, playbookOf(runtime, row));
  await remind(runtime, row, steps);
}

/** What waits for somebody's hands is spoken of again every day. */
async function remind(runtime: Runtime, row: CaseRow, steps: StepRow[]): Promise<void> {
  const opened = steps
    .flatMap(({ state, started_at }) => (state === 'hand' && started_at !== null ? [started_at] : []))
    .sort()[0];
  if (opened === undefined) return;
  const days = remindersDue(opened, runtime.clock.now());
  if (days > 0) await runtime.dispatcher.wake('show', String(row.id));
  if (days < mostReminders)
    await runtime.dispatcher.wake('case', String(row.id), { at: new Date(Date.parse(opened) + (days + 1) * dayMs) });
}

const dayMs = 24 * 3_600_000;
const mostReminders = 5;

/** How many reminders a by-hand step that was opened then has earned by now. */
export function remindersDue(opened: string, now: Date): number {
  return Math.min(mostReminders, Math.floor((now.getTime() - Date.parse(opened)) / dayMs));
}

async function nextStage(runtime: Runtime, row: CaseRow, playbook: Playbook): Promise<void> {
  const now = runtime.clock.now();
  const last = row.stage + 1 >= playbook.stages.length;
  await transition(runtime, row.id, async (tx) => {
    const change = last
      ? { state: 'finished' as const, stage_open: 0, open_subject_id: null, closed_at: now.toISOString(), note: null }
      : { stage: row.stage + 1, stage_open: 0, note: null };
    if (!(await changeCase(tx, row.id, ['running'], change, now))) return;
    if (last)
      await journal(tx, row.id, { at: now, actor: 'signoff', what: 'finished', words: 'The case is finished.' });
    else await runtime.dispatcher.wake('case', String(row.id), { on: tx });
  });
}

/** Also after a clear no: an admin may put it right, and until then people must know why nothing goes on. */
async function openLater(runtime: Runtime, row: CaseRow, failure: AppError): Promise<void> {
  const passing = failure instanceof GraphFailure && failure.passing;
  if (!passing) runtime.log.warn({ error: failure, caseId: row.id }, 'a stage could not be opened');
  const waitMs = passing ? Math.max(failure.retryAfterMs ?? 0, 15_000) : minutes(5);
  const at = new Date(runtime.clock.now().getTime() + waitMs);
  await transition(runtime, row.id, async (tx) => {
    await changeCase(
      tx,
      row.id,
      ['running'],
      { note: `${failure.say} Next try: ${inWords(at)}. Nothing is lost.` },
      runtime.clock.now(),
    );
    await runtime.dispatcher.wake('case', String(row.id), { at, on: tx });
  });
}

async function expire(runtime: Runtime, row: CaseRow): Promise<void> {
  const now = runtime.clock.now();
  const words =
    row.state === 'draft' ? 'Nobody asked for approval within 24 hours.' : 'Nobody decided within 72 hours.';
  await transition(runtime, row.id, async (tx) => {
    const closed = { state: 'expired' as const, open_subject_id: null, closed_at: now.toISOString(), note: words };
    if (await changeCase(tx, row.id, [row.state], closed, now)) {
      await journal(tx, row.id, { at: now, actor: 'signoff', what: 'expired', words });
    }
  });
}

export const stepKey = (caseId: number, stepId: string): string => `${caseId}/${stepId}`;

/** The steps that this one comes after and that are neither done with nor failed for now. */
export function awaited(playbook: Playbook, steps: StepRow[], stepId: string): StepRow[] {
  const { after = [], waitsForHands = true } = placedStep(playbook, stepId);
  const waitsFor = new Set(after.map(({ id }) => id));
  return steps.filter(
    (step) =>
      waitsFor.has(step.step_id) &&
      !isSettled(step) &&
      step.state !== 'failed' &&
      (waitsForHands || plannedSchema.parse(JSON.parse(step.plan)).kind !== 'by-hand'),
  );
}
