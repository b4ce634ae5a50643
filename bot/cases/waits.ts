import { z } from 'zod';
import type { Case, CaseStep } from '../engine/readCase.ts';
import type { Db } from '../store/database.ts';
import { entriesOf, type JournalEntry } from '../store/journal.ts';
import type { CaseView } from './caseView.ts';
import { readDraft } from './draft.ts';

/** What is waited for now. Moments in milliseconds. */
export interface Waits {
  /** Since when the oldest waits that an approver is to confirm, retry or skip: the plan itself, or a step. */
  approvers: number | null;
  /** Since when the oldest that failed does. */
  requester: number | null;
  byHand: number | null;
  /** When somebody last called those who are waited for. */
  reminded: number | null;
  offeredAgain: boolean;
  /** When something began to wait for the team last: the stage opened, a step failed, or was not done after all. */
  troubled: number;
  /** The same, or when what destroys something was confirmed once. */
  troubledApprovers: number;
}

/** Since when each is waited for, in milliseconds; null where they are not. */
export type Since = Pick<Waits, 'approvers' | 'requester' | 'byHand'> & { draft: number | null };

export async function readSince(db: Db, view: CaseView): Promise<Since> {
  const [{ approvers, requester, byHand }, draft] = await Promise.all([readWaits(db, view), readDraft(db, view.row)]);
  return { approvers, requester, byHand, draft: draft?.since ?? null };
}

const noWaits: Waits = {
  approvers: null,
  requester: null,
  byHand: null,
  reminded: null,
  offeredAgain: false,
  troubled: 0,
  troubledApprovers: 0,
};
const forApprovers: readonly CaseStep['state'][] = ['awaiting-confirmation', 'awaiting-second-approver', 'failed'];

/** Each of these makes a step wait for somebody. */
const begins = ['step-failed', 'offered-again', 'confirmed-first', 'confirmation-void', 'done-refused'];
const aboutStep = z.object({ stepId: z.string() });
const troubles = ['step-failed', 'done-refused', 'offered-again'];
const millis = (at: string) => Date.parse(at);

/** Read off the journal: a step does not know since when it stands as it does. */
export async function readWaits(db: Db, view: CaseView): Promise<Waits> {
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
  const last = (...what: string[]) =>
    Math.max(openedAt, ...since.flatMap((entry) => (what.includes(entry.what) ? millis(entry.at) : [])));
  return {
    ...rest,
    troubled: last(...troubles),
    troubledApprovers: last(...troubles, 'confirmed-first'),
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

/** Whose turn it is, where others can be called. */
export function whoIsWaitedFor(view: CaseView): 'plan' | 'stage' | null {
  const { row, steps } = view;
  if (!isWaitedFor(view)) return null;
  if (row.state === 'awaiting-approval') return 'plan';
  const stage = inStage(
    row,
    steps.map((one) => one.row),
  );
  return stage.some(({ state }) => state === 'by-hand' || forApprovers.includes(state)) ? 'stage' : null;
}

/** When those who are waited for now were last called by hand; null when they were not. */
export const remindedAt = async (db: Db, view: CaseView): Promise<number | null> =>
  (await readWaits(db, view)).reminded;
