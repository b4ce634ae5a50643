import { z } from 'zod';
import { days, hours } from '../clock.ts';
import type { Case, CaseStep } from '../engine/readCase.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Db } from '../store/database.ts';
import { countEntries, entriesOf, type JournalEntry } from '../store/journal.ts';
import type { CaseView } from './caseView.ts';
import { nextAboutDraft, readDraft } from './draft.ts';

/** After so long those who are waited for are called once more; after the second time the admins are told as well. */
const againAfter = [hours(4), hours(24)];
const adminsAfter = hours(24);
/** Nobody is called twice by the clock within so long. */
const betweenCalls = hours(4);
/** What is to be done by hand is spoken of each day, so often at most. */
const byHandEvery = days(1);
const mostByHand = 5;

/** When somebody was called once more about what waits now: moments in milliseconds, whatever became of it. */
export interface CallsMade {
  approvers: readonly number[];
  requester: readonly number[];
  byHand: readonly number[];
  draft: readonly number[];
}

/** How often somebody had to be called in a case, so that each time is a message of its own. */
export interface Calls {
  /** Steps that failed, or were said to be done and are not. */
  troubles: number;
  /** Steps that destroy something and were confirmed once. */
  firstConfirmations: number;
  /** Whether a step of the open stage is asked about once more, because there is more to do than was confirmed. */
  offeredAgain: boolean;
  /** Whom to call once more now, as a moment in seconds that no call had before; null for nobody. */
  approversAt: number | null;
  requesterAt: number | null;
  byHandAt: number | null;
  /** The requester, about their draft. */
  draftAt: number | null;
  /** Whether the admins are to know that nobody acts. */
  admins: boolean;
  /** Whether an approval that nobody gave expires within a day. */
  expiring: boolean;
  /** When the next of these changes; null when time changes nothing. */
  next: Date | null;
}

export async function callsOf(runtime: Pick<Runtime, 'db' | 'clock'>, view: CaseView, made: CallsMade): Promise<Calls> {
  const { row } = view;
  const all = await countEntries(runtime.db, row.id);
  const many = (...what: string[]) => what.reduce((sum, one) => sum + (all.get(one) ?? 0), 0);
  const now = runtime.clock.now().getTime();
  const waits = await readWaits(runtime.db, view);
  const reminded = waits.reminded ?? Number.NEGATIVE_INFINITY;
  const expires = row.state === 'awaiting-approval' ? row.expiresAt : null;
  const warnAt = expires === null ? Number.POSITIVE_INFINITY : Date.parse(expires) - days(1);
  const approvers = (so: readonly number[]) => nextCall(waits.approvers, so, [warnAt], reminded);
  const requester = (so: readonly number[]) => nextCall(waits.requester, so, [], reminded);
  const byHand = (so: readonly number[]) => nextByHand(waits.byHand, so);
  const drafted = await readDraft(runtime.db, row);
  const draft = (so: readonly number[]) => nextAboutDraft(drafted, row.urgent, so);
  const adminsAt = waits.approvers === null ? Number.POSITIVE_INFINITY : waits.approvers + adminsAfter;
  const atNow = Math.ceil(now / 1000);
  const due = (at: number) => (at <= now ? atNow : null);
  // Once what is due now has been said.
  const then = (when: (so: readonly number[]) => number, so: readonly number[]) =>
    when(when(so) <= now ? [...so, atNow * 1000] : so);
  const coming = [
    then(approvers, made.approvers),
    then(requester, made.requester),
    then(byHand, made.byHand),
    then(draft, made.draft),
  ];
  const next = Math.min(...[...coming, warnAt, adminsAt].filter((at) => at > now));
  return {
    troubles: many('step-failed', 'done-refused', 'offered-again'),
    firstConfirmations: many('confirmed-first'),
    offeredAgain: waits.offeredAgain,
    approversAt: due(approvers(made.approvers)),
    requesterAt: due(requester(made.requester)),
    byHandAt: due(byHand(made.byHand)),
    draftAt: due(draft(made.draft)),
    admins: adminsAt <= now,
    expiring: warnAt <= now,
    next: Number.isFinite(next) ? new Date(next) : null,
  };
}

/** When to call again, infinitely late for never. @param since when the oldest began to wait */
function nextCall(since: number | null, made: readonly number[], besides: readonly number[], reminded: number): number {
  if (since === null) return Number.POSITIVE_INFINITY;
  const last = Math.max(Number.NEGATIVE_INFINITY, ...made);
  if (reminded > last) return reminded;
  const moments = [...againAfter.map((after) => since + after), ...besides];
  return Math.min(...moments.filter((at) => at > last).map((at) => Math.max(at, last + betweenCalls)));
}

function nextByHand(since: number | null, made: readonly number[]): number {
  if (since === null) return Number.POSITIVE_INFINITY;
  const about = made.filter((at) => at > since);
  if (about.length >= mostByHand) return Number.POSITIVE_INFINITY;
  // Days that went by unspoken of are not made up for.
  const daysGone = Math.floor((Math.max(since, ...about) - since) / byHandEvery);
  return since + (daysGone + 1) * byHandEvery;
}

interface Waits {
  /** Since when the oldest waits that an approver is to confirm, retry or skip: the plan itself, or a step. */
  approvers: number | null;
  /** Since when the oldest that failed does. */
  requester: number | null;
  byHand: number | null;
  /** When somebody last called those who are waited for by hand. */
  reminded: number | null;
  offeredAgain: boolean;
}

const noWaits: Waits = { approvers: null, requester: null, byHand: null, reminded: null, offeredAgain: false };
const forApprovers: readonly CaseStep['state'][] = ['awaiting-confirmation', 'awaiting-second-approver', 'failed'];

/** Each of these makes a step wait for somebody. */
const begins = ['step-failed', 'offered-again', 'confirmed-first', 'confirmation-void', 'done-refused'];
const aboutStep = z.object({ stepId: z.string() });
const millis = (at: string) => Date.parse(at);

/** Read off the journal: a step does not know since when it stands as it does. */
async function readWaits(db: Db, view: CaseView): Promise<Waits> {
  const { row } = view;
  if (!isWaitedFor(view)) return noWaits;
  const entries = await entriesOf(db, row.id, [
    'stage-opened',
    'approval-asked',
    'plan-changed',
    'reminded',
    ...begins,
  ]);
  const opening = row.state === 'running' ? ['stage-opened'] : ['approval-asked', 'plan-changed'];
  const opened = entries.findLastIndex(({ what }) => opening.includes(what));
  const since = entries.slice(opened < 0 ? entries.length : opened + 1);
  const openedAt = millis(entries[opened]?.at ?? row.since ?? row.updatedAt);
  const reminded = since.findLast(({ what }) => what === 'reminded')?.at;
  const rest = { reminded: reminded === undefined ? null : millis(reminded) };
  if (row.state === 'awaiting-approval') return { ...noWaits, ...rest, approvers: openedAt };
  const oldest = (states: readonly CaseStep['state'][]) => {
    const steps = inStage(
      row,
      view.steps.map((one) => one.row),
    ).filter(({ state }) => states.includes(state));
    return steps.length === 0 ? null : Math.min(...steps.map(({ stepId }) => beganAt(since, stepId) ?? openedAt));
  };
  return {
    ...rest,
    approvers: oldest(forApprovers),
    requester: oldest(['failed']),
    byHand: oldest(['by-hand']),
    offeredAgain: since.some(({ what }) => what === 'offered-again'),
  };
}

function beganAt(entries: readonly JournalEntry[], stepId: string): number | null {
  const entry = entries.findLast(
    ({ what, data }) => begins.includes(what) && aboutStep.safeParse(data).data?.stepId === stepId,
  );
  return entry === undefined ? null : millis(entry.at);
}

const inStage = (row: Case, steps: readonly CaseStep[]) => steps.filter(({ stage }) => stage === row.stage);
const isWaitedFor = ({ row }: CaseView): boolean =>
  row.state === 'awaiting-approval' || (row.state === 'running' && row.stageOpen);

/** Whose turn it is, where others can be called: what is left to somebody’s hands calls nobody. */
export function whoIsWaitedFor(view: CaseView): 'plan' | 'stage' | null {
  const { row, steps } = view;
  if (!isWaitedFor(view)) return null;
  if (row.state === 'awaiting-approval') return 'plan';
  const stage = inStage(
    row,
    steps.map((one) => one.row),
  );
  return stage.some(({ state }) => forApprovers.includes(state)) ? 'stage' : null;
}

/** When those who are waited for now were last called by hand; null when they were not. */
export const remindedAt = async (db: Db, view: CaseView): Promise<number | null> =>
  (await readWaits(db, view)).reminded;
