import { days, hours } from '../clock.ts';
import type { Runtime } from '../engine/runtime.ts';
import { countEntries } from '../store/journal.ts';
import type { CaseView } from './caseView.ts';

/** After so long those who are waited for are called once more; after the second time the admins are told as well. */
const againAfter = [hours(4), hours(24)];
const adminsAfter = hours(24);

/** How often somebody had to be called in a case, so that each time is a message of its own. */
export interface Calls {
  /** Steps that failed, or were said to be done and are not. */
  troubles: number;
  /** Steps that destroy something and were confirmed once. */
  firstConfirmations: number;
  /** How often those who are waited for are to have been called once more by now. */
  again: number;
  /** Whether the admins are to know that nobody acts. */
  admins: boolean;
  /** Whether an approval that nobody gave expires within a day. */
  expiring: boolean;
  /** When the next of these changes; null when time changes nothing. */
  next: Date | null;
}

export async function callsOf(runtime: Pick<Runtime, 'db' | 'clock'>, view: CaseView): Promise<Calls> {
  const entries = await countEntries(runtime.db, view.row.id);
  const many = (...what: string[]) => what.reduce((sum, one) => sum + (entries.get(one) ?? 0), 0);
  const now = runtime.clock.now().getTime();
  const since = Date.parse(view.row.since ?? view.row.updatedAt);
  const waits = whoIsWaitedFor(view) !== null;
  const expires = view.row.state === 'awaiting-approval' ? view.row.expiresAt : null;
  const warnAt = expires === null ? Number.POSITIVE_INFINITY : Date.parse(expires) - days(1);
  const moments = waits ? [...againAfter.map((after) => since + after), warnAt] : [];
  const next = Math.min(...moments.filter((at) => at > now));
  return {
    troubles: many('step-failed', 'done-refused', 'offered-again'),
    firstConfirmations: many('confirmed-first'),
    again: moments.filter((at) => at <= now).length + many('reminded'),
    admins: waits && since + adminsAfter <= now,
    expiring: warnAt <= now,
    next: Number.isFinite(next) ? new Date(next) : null,
  };
}

/** Whose turn it is, where people are waited for. */
export function whoIsWaitedFor({ row, steps }: CaseView): 'plan' | 'stage' | null {
  if (row.state === 'awaiting-approval') return 'plan';
  if (row.state !== 'running' || !row.stageOpen) return null;
  const waiting = ['awaiting-confirmation', 'awaiting-second-approver'];
  return steps.some((one) => one.row.stage === row.stage && waiting.includes(one.row.state)) ? 'stage' : null;
}
