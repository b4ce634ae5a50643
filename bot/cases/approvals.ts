import { readOptions } from '../engine/choices.ts';
import { playbookOf, type Runtime, subjectOf, transition } from '../engine/runtime.ts';
import { Refusal } from '../errors.ts';
import type { CaseRow } from '../store/cases.ts';
import { insertApproval, readApprovals } from '../store/cases.ts';
import type { Db } from '../store/database.ts';
import { journal } from '../store/journal.ts';
import type { Actor } from './actor.ts';
import { type CaseDesk, changeOrRefuse, movedOn, nameOf } from './cases.ts';

/** The requester has filled the plan card: the plan is drawn up again with what they chose, then goes to the approvers. */
export async function submitPlan(
  desk: CaseDesk,
  row: CaseRow,
  version: number,
  actor: Actor,
  answers: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { runtime } = desk;
  if (row.requester_id !== actor.id)
    throw new Refusal(
      'not-yours',
      `Only ${row.requester_name} can fill in this plan. Ask them, or cancel the case and start your own.`,
    );
  await desk.roles.require(actor, ['helpdesk', 'admin'], 'ask for an offboarding');
  requireVersion(desk, row, version);
  const { choices } = playbookOf(runtime, row);
  const options = await readOptions(choices, answers, { subject: subjectOf(runtime, row), graph: runtime.graph });
  await transition(runtime, row.id, async (tx) => {
    await changeOrRefuse(tx, desk, row, ['draft'], {
      state: 'submitted',
      options: JSON.stringify(options),
      attempts: 0,
      expires_at: null,
    });
    await journal(tx, row.id, {
      at: runtime.clock.now(),
      actor: actor.id,
      what: 'submitted',
      words: `${actor.name} filled in the plan and asked for approval.`,
      data: { options },
    });
    await runtime.dispatcher.wake('case', String(row.id), { on: tx });
  });
}

/** How many people must agree before anything is done. What destroys something needs two anyway, at its own confirm. */
export const approvalsNeeded = (runtime: Runtime, row: CaseRow): number =>
  playbookOf(runtime, row).subject.approvalsNeeded(subjectOf(runtime, row));

/** The decisions that count for the plan as it is now. */
async function countingApprovals(db: Db, row: CaseRow) {
  return (await readApprovals(db, row.id)).filter(
    (one) => one.decision === 'approved' && one.voided_at === null && one.plan_hash === row.plan_hash,
  );
}

/** @throws Refusal for anybody who may not decide on this case */
export async function requireApprover(desk: CaseDesk, row: CaseRow, actor: Actor, toDo: string): Promise<void> {
  await desk.roles.require(actor, ['approver'], toDo, 'fresh');
  if (actor.id === row.requester_id)
    throw new Refusal('own-request', `You asked for ${nameOf(desk, row)} yourself, so somebody else must ${toDo}.`);
  if (actor.id === row.subject_id)
    throw new Refusal('own-case', `${nameOf(desk, row)} is about you, so somebody else must ${toDo}.`);
}

export async function approvePlan(desk: CaseDesk, row: CaseRow, version: number, actor: Actor): Promise<void> {
  const { runtime } = desk;
  await requireApprover(desk, row, actor, 'approve this plan');
  requireVersion(desk, row, version);
  const at = runtime.clock.now();
  await transition(runtime, row.id, async (tx) => {
    await changeOrRefuse(tx, desk, row, ['awaiting-approval'], {});
    const so_far = await countingApprovals(tx, row);
    if (so_far.some(({ actor_id }) => actor_id === actor.id))
      throw new Refusal('twice', 'You have already approved this plan. It needs somebody else now.');
    const enough = so_far.length + 1 >= approvalsNeeded(runtime, row);
    const change = enough ? { state: 'running' as const, stage_open: 0, expires_at: null, note: null } : {};
    await changeOrRefuse(tx, desk, row, ['awaiting-approval'], change);
    await insertApproval(tx, {
      case_id: row.id,
      plan_hash: row.plan_hash ?? '',
      actor_id: actor.id,
      actor_name: actor.name,
      decision: 'approved',
      reason: null,
      at: at.toISOString(),
      voided_at: null,
    });
    await journal(tx, row.id, {
      at,
      actor: actor.id,
      what: 'approved',
      words: `${actor.name} approved the plan${enough ? '' : '; it needs one more approver'}.`,
      data: { planHash: row.plan_hash },
    });
    if (enough) await runtime.dispatcher.wake('case', String(row.id), { on: tx });
  });
}

export async function rejectPlan(
  desk: CaseDesk,
  row: CaseRow,
  version: number,
  actor: Actor,
  reason: string,
): Promise<void> {
  const { runtime } = desk;
  await requireApprover(desk, row, actor, 'reject this plan');
  requireVersion(desk, row, version);
  const at = runtime.clock.now();
  await transition(runtime, row.id, async (tx) => {
    const closed = {
      state: 'rejected' as const,
      open_subject_id: null,
      closed_at: at.toISOString(),
      note: `${actor.name} rejected the plan: “${reason}”`,
    };
    await changeOrRefuse(tx, desk, row, ['awaiting-approval'], closed);
    await insertApproval(tx, {
      case_id: row.id,
      plan_hash: row.plan_hash ?? '',
      actor_id: actor.id,
      actor_name: actor.name,
      decision: 'rejected',
      reason,
      at: at.toISOString(),
      voided_at: null,
    });
    await journal(tx, row.id, {
      at,
      actor: actor.id,
      what: 'rejected',
      words: `${actor.name} rejected the plan: “${reason}”`,
    });
  });
}

/** A button belongs to the plan that was on its card. */
export function requireVersion(desk: CaseDesk, row: CaseRow, version: number): void {
  if (row.version !== version) throw movedOn(desk, row);
}
