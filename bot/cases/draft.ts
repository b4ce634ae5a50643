import { hours } from '../clock.ts';
import type { Case } from '../engine/readCase.ts';
import type { Db } from '../store/database.ts';
import { entriesOf } from '../store/journal.ts';

/** A plan that its requester is to fill in: since when, and whether it came back to them, unasked for. */
export interface Draft {
  since: number;
  cameBack: boolean;
}

/** It expires after 24. */
const callAfter = [hours(4), hours(20)];
/** Whoever wants somebody locked out at once. */
const urgentAfter = hours(1);

export async function readDraft(db: Db, row: Case): Promise<Draft | null> {
  if (row.state !== 'draft') return null;
  const last = (await entriesOf(db, row.id, ['planned', 'plan-returned', 'withdrawn'])).at(-1);
  return { since: Date.parse(last?.at ?? row.updatedAt), cameBack: last?.what === 'plan-returned' };
}

/** When to call the requester, infinitely late for never: at once where it came back. @param made when they were */
export function nextAboutDraft(draft: Draft | null, urgent: boolean, made: readonly number[]): number {
  if (draft === null) return Number.POSITIVE_INFINITY;
  const after = [...(draft.cameBack ? [0] : []), ...(urgent ? [urgentAfter] : []), ...callAfter];
  const last = Math.max(Number.NEGATIVE_INFINITY, ...made);
  return Math.min(...after.map((ms) => draft.since + ms).filter((at) => at > last));
}
