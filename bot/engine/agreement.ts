import { createHash } from 'node:crypto';
import { canonicalJson } from '../store/canonicalJson.ts';
import { type ApprovalRow, readApprovals } from '../store/cases.ts';
import type { Db } from '../store/database.ts';
import type { Planned } from './planned.ts';
import type { Playbook } from './playbook.ts';
import type { Case, CaseStep } from './readCase.ts';
import type { Change, Step } from './step.ts';

/**
 * What an approval is bound to: whom, who asked and how urgently, what is chosen, and each step with what it would change,
 * as the rows have it.
 */
export function planHash(playbook: Playbook, row: Case, steps: readonly CaseStep[]): string {
  const subject = playbook.subject.binds(playbook.subject.schema.parse(row.subject));
  const { requesterId, urgent, options, undoes } = row;
  // Cases from before there was one have none, and stay agreed to.
  const ticket = row.ticket === null ? {} : { ticket: row.ticket };
  const undone = undoes === null ? {} : { undoes };
  const plan = steps.map(({ stepId, plan }) => ({ stepId, ...plan }));
  return createHash('sha256')
    .update(canonicalJson({ playbook: playbook.id, subject, requesterId, urgent, options, ...ticket, ...undone, plan }))
    .digest('hex');
}

/** Whether the rows are still those of the plan that was drawn up and shown. */
export function isAsPlanned(playbook: Playbook, row: Case, steps: readonly CaseStep[]): boolean {
  const { id } = playbook.subject.schema.parse(row.subject);
  return (
    id === row.subjectId &&
    row.planHash === planHash(playbook, row, steps) &&
    steps.every((step) => isLeftOutAsPlanned(row, step))
  );
}

/** What the plan leaves out stays out; nobody leaves out anything else before the plan is agreed to. */
const isLeftOutAsPlanned = ({ state }: Case, step: CaseStep): boolean =>
  (step.state === 'skipped') === (step.plan.skipped === true) ||
  (step.state === 'skipped' && state !== 'awaiting-approval');

/** Whether enough people have agreed to exactly what the rows say now: neither a flag nor an old hash is taken for it. */
export async function isAgreed(db: Db, playbook: Playbook, row: Case, steps: readonly CaseStep[]): Promise<boolean> {
  if (!isAsPlanned(playbook, row, steps)) return false;
  const people = new Set((await countingApprovals(db, row)).map(({ actorId }) => actorId));
  const { subject: kind } = playbook;
  const subject = kind.schema.parse(row.subject);
  const isOfIts = [...people].some((id) => kind.isOf(subject, id));
  return people.size >= kind.approvalsNeeded(subject) && !people.has(row.requesterId) && !isOfIts;
}

async function countingApprovals(db: Db, { id, planHash }: Case): Promise<ApprovalRow[]> {
  return (await readApprovals(db, id)).filter(
    (one) => one.decision === 'approved' && one.voidedAt === null && one.planHash === planHash,
  );
}

export interface Confirmer {
  id: string;
  name: string;
}

/**
 * The approvers who confirmed with their approval whatever destroys nothing, the last one first; none when one of them wants
 * to confirm each stage. Only for a plan that is agreed to.
 */
export async function whoConfirmAll(db: Db, row: Case): Promise<Confirmer[]> {
  const approvals = await countingApprovals(db, row);
  if (approvals.some(({ confirms }) => confirms !== 'all')) return [];
  return approvals.map(({ actorId, actorName }) => ({ id: actorId, name: actorName })).reverse();
}

/**
 * Whether what would be done now is among what was agreed to. Nobody needs to agree to doing less, or nothing, or to
 * leaving less for people to do, or to what can't be looked at and so is not done; more or other than was shown is not agreed.
 */
export function stillAgreed(agreed: Planned, now: Planned): boolean {
  if (losesMore(agreed, now)) return false;
  if (now.kind === 'not-needed' || now.kind === 'unseen') return true;
  if (!isAmong(now.leaves, agreed.leaves)) return false;
  return now.kind === agreed.kind && !doesMore(agreed, now);
}

/** Whether more, or other, is done than was shown, by Signoff or by hand. */
function doesMore(shown: Planned, now: Planned): boolean {
  if (now.kind === 'by-hand') return canonicalJson([now.why, now.hand]) !== canonicalJson([shown.why, shown.hand]);
  return !now.changes.every((change) => shown.changes.some((one) => covers(one, change)));
}

/** Whether something is destroyed or lost that was not shown; how much there is of it changes by the hour. */
function losesMore(shown: Planned, now: Planned): boolean {
  // A warning may sum up what stays: with less of that it says less, and nobody needs to agree to it anew.
  const staysNoMore = isAmong(now.leaves, shown.leaves);
  const gist = (line: string) => (staysNoMore ? nameless(sizeless(line)) : sizeless(line));
  const lost = (planned: Planned) => (planned.warns ?? []).map(gist);
  return (
    (now.destructive && !shown.destructive) ||
    (now.apart === true && !isApart(shown)) ||
    !isAmong(lost(now), lost(shown))
  );
}

/** The same for whoever asks: also what can’t be put back, or destroys, beside what was shown. */
export const losesUnseen = ({ cannotUndo }: Step, shown: Planned, now: Planned): boolean =>
  losesMore(shown, now) || ((now.destructive || cannotUndo !== null) && doesMore(shown, now));

/** Each as often at most: two groups of one name read the same, and are two. */
function isAmong(lines: readonly string[], shown: readonly string[]): boolean {
  const times = (all: readonly string[], line: string) => all.filter((one) => one === line).length;
  return lines.every((line) => times(lines, line) <= times(shown, line));
}

const sizeless = (line: string): string => line.replace(/ \([\d.]+ GB\)/, '');
const nameless = (line: string): string =>
  line.replace(/\b(?:a group|groups)\b(.*?: )“.*”(?: and \d+ more)?\.$/s, 'groups$1');

/** The same is done, to none that was not shown. */
function covers(shown: Change, now: Change): boolean {
  const same = (shown.binds ?? shown.says) === (now.binds ?? now.says);
  return same && now.touches.every((id) => shown.touches.includes(id));
}

/** In an urgent case the approval of the plan confirms the first stage, but never what destroys something. */
export const byApproval = ({ urgent, stage }: Case): boolean => urgent && stage === 0;

/** Confirmed by itself alone, whatever is confirmed together. */
export const isApart = ({ destructive, apart }: Planned): boolean => destructive || apart === true;

/** Whether what would be done now stood before whoever confirmed it; what destroys something needs two of them. */
export function isConfirmed(row: Case, { found, confirmedBy, secondBy }: CaseStep, now: Planned): boolean {
  const withApproval = byApproval(row) && !isApart(now);
  if (found === null || !stillAgreed(found, now)) return withApproval;
  return now.destructive
    ? confirmedBy !== null && secondBy !== null && secondBy !== confirmedBy
    : withApproval || confirmedBy !== null;
}
