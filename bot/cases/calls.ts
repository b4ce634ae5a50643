import { days, hours } from '../clock.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { CaseView } from './caseView.ts';
import { nextAboutDraft, readDraft } from './draft.ts';
import { readWaits } from './waits.ts';

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
  /** When something began to wait for the team last, in seconds: the stage opened, or a step failed or was not done after all. */
  troubledAt: number;
  /** The same, or when a step that destroys something was confirmed once. */
  troubledApproversAt: number;
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
  const now = runtime.clock.now().getTime();
  const waits = await readWaits(runtime.db, view);
  const reminded = waits.reminded ?? Number.NEGATIVE_INFINITY;
  const expires = row.state === 'awaiting-approval' ? row.expiresAt : null;
  const warnAt = expires === null ? Number.POSITIVE_INFINITY : Date.parse(expires) - days(1);
  const approvers = (so: readonly number[]) => nextCall(waits.approvers, so, [warnAt], reminded);
  const requester = (so: readonly number[]) => nextCall(waits.requester, so, [], reminded);
  const byHand = (so: readonly number[]) => nextByHand(waits.byHand, so, reminded);
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
    troubledAt: seconds(waits.troubled),
    troubledApproversAt: seconds(waits.troubledApprovers),
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

function nextByHand(since: number | null, made: readonly number[], reminded: number): number {
  if (since === null) return Number.POSITIVE_INFINITY;
  if (reminded > Math.max(Number.NEGATIVE_INFINITY, ...made)) return reminded;
  const about = made.filter((at) => at > since);
  if (about.length >= mostByHand) return Number.POSITIVE_INFINITY;
  // Days that went by unspoken of are not made up for.
  const daysGone = Math.floor((Math.max(since, ...about) - since) / byHandEvery);
  return since + (daysGone + 1) * byHandEvery;
}

const seconds = (ms: number) => Math.ceil(ms / 1000);
