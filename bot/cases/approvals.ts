import { lookAhead } from '../engine/advanceCase.ts';
import { isAgreed, isAsPlanned } from '../engine/agreement.ts';
import { type CaseRecord, changeCase } from '../engine/caseRecord.ts';
import type { Case } from '../engine/readCase.ts';
import { optionsOf, playbookOf, subjectOf } from '../engine/runtime.ts';
import { Refusal } from '../errors.ts';
import { type ApprovalRow, readApprovals } from '../store/cases.ts';
import { whoBegan } from '../store/journal.ts';
import type { Actor } from './actor.ts';
import { type CaseDesk, movedOn, nameOf, requireStill } from './cases.ts';

/** @throws Refusal for anybody who may not decide on this case */
export async function requireApprover(desk: CaseDesk, row: Case, actor: Actor, toDo: string): Promise<void> {
  await desk.roles.require(actor, ['approver'], toDo, 'fresh');
  const { runtime } = desk;
  if (actor.id === row.requesterId || actor.id === (await whoBegan(runtime.db, row.id)))
    throw new Refusal('own-request', `You asked for ${nameOf(desk, row)} yourself, so somebody else must ${toDo}.`);
  const conflict = playbookOf(runtime, row).subject.conflict(
    subjectOf(runtime, row),
    optionsOf(runtime, row),
    actor.id,
  );
  if (conflict !== null) throw new Refusal('conflict', `You ${conflict}, so somebody else must ${toDo}.`);
}

/**
 * Who of those that decided before may not any more: asked for anew, since they are to be half of an agreement by now.
 * @throws when an answer does not come
 */
export async function findLapsed(desk: CaseDesk, actorIds: readonly string[]): Promise<ReadonlySet<string>> {
  const asked = actorIds.map(async (id) => ({ id, held: await desk.roles.of({ id }, 'fresh') }));
  return new Set((await Promise.all(asked)).filter(({ held }) => !held.has('approver')).map(({ id }) => id));
}

/** @param what they gave, as in “approval” */
export const noLongerCounts = (name: string | null, what: string): string =>
  `${name}’s ${what} no longer counts: they are no approver any more.`;
export const oneMoreIsNeeded = 'Yours is the first that does; it needs one more approver.';

const counting = (approvals: readonly ApprovalRow[], hash: string | null): ApprovalRow[] =>
  approvals.filter(({ voidedAt, planHash }) => voidedAt === null && planHash === hash);

/**
 * @param confirms whether the approval confirms each step as well, when its stage opens, but for what destroys something
 * @returns what the approver is to know at once, where an earlier approval no longer counts; else null
 */
export async function approvePlan(
  desk: CaseDesk,
  row: Case,
  version: number,
  actor: Actor,
  confirms: 'all' | 'nothing',
): Promise<string | null> {
  const { runtime } = desk;
  if (row.version === version) await lookAhead(runtime, row);
  await requireApprover(desk, row, actor, 'approve this plan');
  requireVersion(desk, row, version);
  const earlier = counting(await readApprovals(runtime.db, row.id), row.planHash).map(({ actorId }) => actorId);
  const lapsed = await findLapsed(desk, earlier);
  return changeCase(runtime, row.id, actor.id, async (record) => {
    requireOpenForDecision(desk, record, row);
    const playbook = playbookOf(runtime, row);
    if (!isAsPlanned(playbook, record.now, await record.steps())) throw notAsPlanned(desk, row);
    const hash = record.now.planHash ?? '';
    const decided = counting(await readApprovals(record.tx, row.id), hash);
    if (decided.some(({ actorId }) => actorId === actor.id))
      throw new Refusal('twice', 'You have already approved this plan. It needs somebody else now.');
    const said = await voidLapsed(record, decided, lapsed);
    await record.approve({ planHash: hash, actorName: actor.name, decision: 'approved', reason: null, confirms });
    const enough = await isAgreed(record.tx, playbook, record.now, await record.steps());
    if (enough) await record.moveCase('running', { stageOpen: false, note: null });
    const still = enough ? '' : '; it needs one more approver';
    const also = confirms === 'all' ? ' and confirmed every step that destroys nothing' : '';
    await record.journal('approved', `${actor.name} approved the plan${also}${still}.`, { planHash: hash, confirms });
    if (enough) await record.wakeCase();
    return enough || said.length === 0 ? null : [...said, oneMoreIsNeeded].join(' ');
  });
}

/** @returns each of them in a sentence */
async function voidLapsed(
  record: CaseRecord,
  decided: readonly ApprovalRow[],
  lapsed: ReadonlySet<string>,
): Promise<string[]> {
  const said: string[] = [];
  for (const { actorId, actorName, planHash } of decided.filter((one) => lapsed.has(one.actorId))) {
    const words = noLongerCounts(actorName, 'approval');
    await record.voidApprovals(actorId);
    await record.journal('approval-void', words, { actorId, planHash });
    said.push(words);
  }
  return said;
}

export async function rejectPlan(
  desk: CaseDesk,
  row: Case,
  version: number,
  actor: Actor,
  reason: string,
): Promise<void> {
  await requireApprover(desk, row, actor, 'reject this plan');
  requireVersion(desk, row, version);
  const words = `${actor.name} rejected the plan: “${reason}”`;
  await changeCase(desk.runtime, row.id, actor.id, async (record) => {
    requireOpenForDecision(desk, record, row);
    const hash = record.now.planHash ?? '';
    await record.moveCase('rejected', { note: words });
    // Whoever approved and then says no has changed their mind.
    await record.voidApprovals(actor.id);
    await record.approve({ planHash: hash, actorName: actor.name, decision: 'rejected', reason, confirms: 'nothing' });
    await record.journal('rejected', words, { planHash: hash });
  });
}

/** @throws Refusal when the plan is decided on, has changed, or has expired, though nobody has noticed yet */
function requireOpenForDecision(desk: CaseDesk, record: CaseRecord, row: Case): void {
  requireStill(desk, record, row);
  const { state, expiresAt } = record.now;
  if (state !== 'awaiting-approval') throw movedOn(desk, row);
  if (expiresAt !== null && expiresAt <= record.at.toISOString())
    throw new Refusal(
      'expired',
      `The time to decide on ${nameOf(desk, row)} is over. Ask for it to be requested anew.`,
    );
}

/** What is on record was changed by somebody's hand: whoever approves has another plan before their eyes. */
function notAsPlanned(desk: CaseDesk, row: Case): Refusal {
  return new Refusal(
    'not-as-planned',
    `${nameOf(desk, row)} is no longer as it was when its plan was drawn up, though nobody changed it in Signoff, so nothing was changed. Cancel it, ask anew, and tell your Signoff admin.`,
  );
}

/** A button belongs to the plan that was on its card. */
export function requireVersion(desk: CaseDesk, row: Case, version: number): void {
  if (row.version !== version) throw movedOn(desk, row);
}
