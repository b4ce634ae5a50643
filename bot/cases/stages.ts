import { type CaseRecord, changeCase } from '../engine/caseRecord.ts';
import { type Playbook, placedStep } from '../engine/playbook.ts';
import { type Case, type CaseStep, maySkip, readSteps } from '../engine/readCase.ts';
import { playbookOf } from '../engine/runtime.ts';
import { isSettled, type StepState, statesWith } from '../engine/states.ts';
import { Refusal } from '../errors.ts';
import type { StepChange } from '../store/cases.ts';
import type { Actor } from './actor.ts';
import { findLapsed, requireApprover, requireVersion } from './approvals.ts';
import { type CaseDesk, movedOn, nameOf } from './cases.ts';

/** What a button of a stage's card is about: the plan's version, the stage, and the steps that it named. */
export interface StageButton {
  version: number;
  stage: number;
  steps: readonly string[];
}

/** Whoever locks somebody out half must say why. */
export const skipNeedsReason = ({ stages, shutsOut }: Playbook, stage: number): boolean =>
  stages[stage]?.steps.some(({ step }) => shutsOut.includes(step)) ?? false;

export async function skipStep(
  desk: CaseDesk,
  row: Case,
  button: StageButton,
  actor: Actor,
  why: string,
): Promise<void> {
  await requireApprover(desk, row, actor, 'skip this');
  if (skipNeedsReason(playbookOf(desk.runtime, row), button.stage) && why === '')
    throw new Refusal('no-reason', 'Write why it is left out, then skip it again: it is on the report.');
  await changeSteps(desk, row, button, actor, statesWith('skip'), async (record, step) => {
    const { cannotSkip } = definition(desk, row, step);
    if (cannotSkip !== undefined) throw new Refusal('protected', cannotSkip);
    if (!maySkip(step)) return false;
    const words = `${skippedWords(step, actor)}${why === '' ? '' : ` “${why}”`}`;
    return move(record, step, {
      to: 'skipped',
      change: { words, settledAt: record.at.toISOString() },
      what: 'skipped',
      words: `${actor.name} skipped: ${definition(desk, row, step).title}.${step.state === 'verifying' || why !== '' ? ` ${words}` : ''}`,
      wake: 'case',
    });
  });
}

/** Why it had failed, or what was seen of it last, stays to be read. */
function skippedWords({ state, words }: CaseStep, { name }: Actor): string {
  if (words === null) return `Skipped by ${name}.`;
  if (state === 'verifying')
    return `Microsoft 365 took the change; ${name} did not wait until it shows. Seen last: ${withoutNextLook(words)}`;
  return state === 'failed' ? `Skipped by ${name} after it had failed: ${words}` : `Skipped by ${name}.`;
}

/** There is none any more. */
const withoutNextLook = (words: string): string => words.split(/ (?:Usually it shows|Next look:) /, 1)[0] ?? words;

/** Somebody says that a by-hand step is done; a worker looks whether it is. */
export async function sayDone(
  desk: CaseDesk,
  row: Case,
  button: StageButton,
  actor: Actor,
  note: string,
): Promise<void> {
  await desk.roles.require(actor, ['helpdesk', 'approver', 'admin'], 'say that a step is done', 'fresh');
  await changeSteps(desk, row, button, actor, statesWith('done'), async (record, step) =>
    move(record, step, {
      to: 'verifying',
      change: {
        attempt: step.attempt + 1,
        confirmedBy: actor.id,
        confirmedName: actor.name,
        reason: note || null,
        tries: 0,
        waitedMs: 0,
      },
      what: 'said-done',
      data: { name: actor.name },
      words: `${actor.name} says it is done: ${definition(desk, row, step).title}.${note ? ` “${note}”` : ''}`,
      wake: 'step',
    }),
  );
}

/** Tries failed steps again: the agreement to them still stands. */
export async function retrySteps(desk: CaseDesk, row: Case, button: StageButton, actor: Actor): Promise<void> {
  await desk.roles.require(actor, ['helpdesk', 'approver', 'admin'], 'retry a step', 'fresh');
  const all = await readSteps(desk.runtime.db, row.id);
  const lapsed = await findLapsed(
    desk,
    all.filter(({ stepId }) => button.steps.includes(stepId)).flatMap(whoConfirmed),
  );
  await changeSteps(desk, row, button, actor, statesWith('retry'), async (record, step) => {
    if (whoConfirmed(step).some((id) => lapsed.has(id))) return confirmAnew(desk, row, record, step, actor);
    return move(record, step, {
      to: 'queued',
      change: { tries: 0, waitedMs: 0, startedAt: null, settledAt: null, words: null },
      what: 'retried',
      words: `${actor.name} asked to retry: ${definition(desk, row, step).title}.`,
      wake: 'step',
    });
  });
}

/** Two of whom what destroys something needs each at the moment when it is done. */
const whoConfirmed = ({ plan, found, confirmedBy, secondBy }: CaseStep): string[] =>
  (found ?? plan).destructive ? [confirmedBy, secondBy].flatMap((id) => id ?? []) : [];

function confirmAnew(desk: CaseDesk, row: Case, record: CaseRecord, step: CaseStep, actor: Actor): Promise<boolean> {
  const { title } = definition(desk, row, step);
  const state = 'awaiting-confirmation';
  const nobody = { confirmedBy: null, confirmedName: null, secondBy: null, secondName: null };
  const words = 'Whoever confirmed it is no approver any more.';
  return move(record, step, {
    to: state,
    change: { ...nobody, reason: null, tries: 0, waitedMs: 0, startedAt: null, settledAt: null, words },
    what: 'offered-again',
    data: { offered: [{ stepId: step.stepId, state, found: step.found ?? step.plan }] },
    words: `${actor.name} asked to retry: ${title}. ${words} It waits for two approvers again.`,
    wake: 'case',
  });
}

interface Move {
  to: StepState;
  change: StepChange;
  what: string;
  words: string;
  data?: Record<string, unknown>;
  /** Who has something to do now. */
  wake?: 'step' | 'case';
}

export async function move(record: CaseRecord, step: CaseStep, wanted: Move): Promise<boolean> {
  const { to, change, what, words, data, wake } = wanted;
  if (!(await record.moveStep(step, to, change))) return false;
  await record.journal(what, words, { stepId: step.stepId, ...data });
  if (wake === 'step') await record.wakeStep(step.stepId);
  if (wake === 'case') await record.wakeCase();
  return true;
}

/** Applies `one` to each step that the button named, in one change. @throws Refusal when none of them can be changed so */
export async function changeSteps(
  desk: CaseDesk,
  row: Case,
  { version, stage, steps: named }: StageButton,
  actor: Actor,
  from: readonly StepState[],
  one: (record: CaseRecord, step: CaseStep) => Promise<boolean>,
): Promise<void> {
  requireVersion(desk, row, version);
  await changeCase(desk.runtime, row.id, actor.id, async (record) => {
    const { now } = record;
    // A button of another stage is an old one: what it named is over, and what is open now was not on its card.
    if (now.state !== 'running' || !now.stageOpen || now.stage !== stage || now.version !== version)
      throw movedOn(desk, row);
    const meant = (await record.steps()).filter((step) => step.stage === stage && named.includes(step.stepId));
    let changed = 0;
    for (const step of meant) {
      if (from.includes(step.state) && (await one(record, step))) changed++;
    }
    if (changed > 0) return;
    const [step] = meant;
    if (step === undefined) throw movedOn(desk, row);
    const title = meant.length === 1 ? `“${definition(desk, row, step).title}”` : 'What this button is about';
    throw new Refusal(
      'done',
      `${title} is ${meant.every(isSettled) ? 'already settled' : 'already under way'}; nothing was changed.`,
    );
  });
}

/** @throws Refusal when nothing of the open stage has failed */
export function failedSteps(desk: CaseDesk, row: Case, steps: readonly CaseStep[]): string[] {
  const failed = steps.filter(({ stage, state }) => stage === row.stage && state === 'failed');
  if (failed.length === 0)
    throw new Refusal('done', `No step of ${nameOf(desk, row)} has failed; there is nothing to retry.`);
  return failed.map(({ stepId }) => stepId);
}

export function definition(desk: CaseDesk, row: Case, step: CaseStep) {
  return placedStep(playbookOf(desk.runtime, row), step.stepId).step;
}
