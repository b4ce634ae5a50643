import { inWords } from '../clock.ts';
import { AppError, Refusal } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import {
  type CaseRow,
  changeCase,
  changeStep,
  putSteps,
  readSteps,
  type StepRow,
  voidApprovals,
} from '../store/cases.ts';
import type { Tx } from '../store/database.ts';
import { journal } from '../store/journal.ts';
import { type PlannedStep, planHash, planSteps } from './plan.ts';
import { type Playbook, placedSteps } from './playbook.ts';
import { contextFor, optionsOf, playbookOf, type Runtime, readSubject, transition } from './runtime.ts';
import type { Subject } from './subject.ts';

const draftLastsMs = 24 * 3_600_000;
const approvalLastsMs = 72 * 3_600_000;

/** Previews every step: first for the requester's plan card, then, with the options chosen, for the approvers. */
export async function planCase(runtime: Runtime, row: CaseRow): Promise<void> {
  const now = () => runtime.clock.now();
  try {
    const playbook = playbookOf(runtime, row);
    const subject = await readSubject(runtime, playbook, row.subject_id, row.requester_id);
    const steps = await planSteps(playbook, await contextFor(runtime, row, subject));
    await transition(runtime, row.id, async (tx) => {
      const draft = row.state === 'planning';
      const state = draft ? 'draft' : 'awaiting-approval';
      const changed = await changeCase(
        tx,
        row.id,
        [row.state],
        { ...planOf(runtime, row, playbook, subject, steps), state, attempts: 0, note: null },
        now(),
      );
      if (!changed) return;
      await savePlan(tx, row, playbook, steps);
      await expireAt(runtime, tx, row.id, state, draft ? draftLastsMs : approvalLastsMs);
      await journal(tx, row.id, {
        at: now(),
        actor: 'signoff',
        what: draft ? 'planned' : 'approval-asked',
        words: draft
          ? 'Looked at everything and drew up the plan. Nothing was changed.'
          : 'The plan went to the approvers.',
        data: { steps },
      });
    });
  } catch (error) {
    if (error instanceof Refusal) await closeRefused(runtime, row, error.say);
    else if (error instanceof AppError) await planLater(runtime, row, error);
    else throw error;
  }
}

function planOf(runtime: Runtime, row: CaseRow, playbook: Playbook, subject: Subject, steps: PlannedStep[]) {
  return {
    version: row.version + 1,
    subject: JSON.stringify(subject),
    plan_hash: planHash(playbook, subject, optionsOf(runtime, row), steps),
  };
}

/** Steps that have settled or started keep what they have. */
async function savePlan(tx: Tx, row: CaseRow, playbook: Playbook, steps: PlannedStep[]): Promise<void> {
  const kept = new Set((await readSteps(tx, row.id)).filter(hasHappened).map(({ step_id }) => step_id));
  const places = new Map(placedSteps(playbook).map((placed) => [placed.step.id, placed]));
  await putSteps(
    tx,
    steps
      .filter(({ stepId }) => !kept.has(stepId))
      .map(({ stepId, ...plan }) => ({
        case_id: row.id,
        step_id: stepId,
        position: places.get(stepId)?.position ?? 0,
        stage: places.get(stepId)?.stage ?? 0,
        state: plan.kind === 'not-needed' ? 'not-needed' : 'planned',
        attempt: 0,
        plan: JSON.stringify(plan),
        before: null,
        words: plan.why,
        request_id: null,
        confirmed_by: null,
        confirmed_name: null,
        second_name: null,
        reason: null,
        started_at: null,
        verify_until: null,
        tries: 0,
        settled_at: null,
      })),
  );
}

const hasHappened = (step: StepRow): boolean => step.attempt > 0 || step.state === 'skipped';

async function expireAt(
  runtime: Runtime,
  tx: Tx,
  caseId: number,
  state: 'draft' | 'awaiting-approval',
  lastsMs: number,
): Promise<void> {
  const at = new Date(runtime.clock.now().getTime() + lastsMs);
  await changeCase(tx, caseId, [state], { expires_at: at.toISOString() }, runtime.clock.now());
  await runtime.dispatcher.wake('case', String(caseId), { at, on: tx });
}

/**
 * Takes a running case back to the approvers, because what would be done is no longer what they agreed to.
 * What has been done stays done.
 * @param started the step that found it out: it is given back with the case, or not at all
 */
export async function planAgain(
  runtime: Runtime,
  row: CaseRow,
  because: string,
  started?: { stepId: string; attempt: number },
): Promise<void> {
  const playbook = playbookOf(runtime, row);
  const subject = await readSubject(runtime, playbook, row.subject_id, row.requester_id);
  const steps = await planSteps(playbook, await contextFor(runtime, row, subject));
  const now = runtime.clock.now();
  await transition(runtime, row.id, async (tx) => {
    const change = {
      ...planOf(runtime, row, playbook, subject, steps),
      state: 'awaiting-approval' as const,
      stage_open: 0,
      note: because,
    };
    if (started !== undefined) {
      const unstarted = { state: 'planned' as const, attempt: 0, started_at: null };
      if (!(await changeStep(tx, { caseId: row.id, ...started }, ['running'], unstarted))) return;
    }
    if (!(await changeCase(tx, row.id, ['running'], change, now))) return;
    await voidApprovals(tx, row.id, now);
    await savePlan(tx, row, playbook, steps);
    await expireAt(runtime, tx, row.id, 'awaiting-approval', approvalLastsMs);
    await journal(tx, row.id, {
      at: now,
      actor: 'signoff',
      what: 'plan-changed',
      words: `${because} The approval no longer counts; the new plan went to the approvers.`,
      data: { steps },
    });
  });
}

async function planLater(runtime: Runtime, row: CaseRow, failure: AppError): Promise<void> {
  const attempts = row.attempts + 1;
  runtime.log.warn({ error: failure, caseId: row.id }, 'a plan could not be drawn up');
  const askedMs = failure instanceof GraphFailure ? failure.retryAfterMs : null;
  const waitMs = Math.max(askedMs ?? 0, Math.min(300_000, 2000 * 2 ** Math.min(attempts, 8)));
  const at = new Date(runtime.clock.now().getTime() + waitMs);
  await transition(runtime, row.id, async (tx) => {
    const note = `${failure.say} Next try: ${inWords(at)}. Nothing is lost.`;
    await changeCase(tx, row.id, [row.state], { attempts, note }, runtime.clock.now());
    await runtime.dispatcher.wake('case', String(row.id), { at, on: tx });
  });
}

/** Ends a case whose subject may not be touched. */
export async function closeRefused(runtime: Runtime, row: CaseRow, why: string): Promise<void> {
  const now = runtime.clock.now();
  await transition(runtime, row.id, async (tx) => {
    const closed = { state: 'refused' as const, note: why, open_subject_id: null, closed_at: now.toISOString() };
    if (await changeCase(tx, row.id, [row.state], closed, now)) {
      await journal(tx, row.id, { at: now, actor: 'signoff', what: 'refused', words: why });
    }
  });
}
