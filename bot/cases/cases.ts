import { z } from 'zod';
import { proposedOptions } from '../engine/choices.ts';
import type { Playbook } from '../engine/playbook.ts';
import { caseName, playbookOf, type Runtime, readSubject, transition } from '../engine/runtime.ts';
import { Refusal } from '../errors.ts';
import { type CaseRow, changeCase, findOpenCaseOf, insertCase, openStates } from '../store/cases.ts';
import type { Tx } from '../store/database.ts';
import { journal } from '../store/journal.ts';
import type { Actor } from './actor.ts';
import type { Roles } from './roles.ts';

/** What asking, deciding and stopping work with. */
export interface CaseDesk {
  runtime: Runtime;
  roles: Roles;
  playbook: Playbook;
}

export interface NewCase {
  actor: Actor;
  /** Conversation key of where it was asked: the plan card goes there. */
  origin: string;
  subjectId: string;
  urgent: boolean;
}

/** Opens a case; the plan is drawn up by a worker. @throws Refusal when the person is protected or in an open case already */
export async function openCase(desk: CaseDesk, { actor, origin, subjectId, urgent }: NewCase): Promise<CaseRow> {
  const { runtime, playbook } = desk;
  const subject = await readSubject(runtime, playbook, subjectId, actor.id);
  const now = runtime.clock.now().toISOString();
  return runtime.db.transaction().execute(async (tx) => {
    const open = await findOpenCaseOf(tx, subject.id);
    if (open !== undefined) {
      throw new Refusal(
        'already-open',
        `${subject.displayName} is already in ${caseName(playbook, open.id)}, asked for by ${open.requester_name}. Type “status ${caseName(playbook, open.id)}” to see it, or “cancel ${caseName(playbook, open.id)}” to end it.`,
      );
    }
    const row = await insertCase(tx, {
      playbook: playbook.id,
      state: 'planning',
      version: 0,
      subject_id: subject.id,
      open_subject_id: subject.id,
      subject: JSON.stringify(subject),
      requester_id: actor.id,
      requester_name: actor.name,
      origin,
      urgent: urgent ? 1 : 0,
      options: JSON.stringify(proposedOptions(playbook.choices, subject)),
      plan_hash: null,
      stage: 0,
      stage_open: 0,
      note: null,
      attempts: 0,
      created_at: now,
      updated_at: now,
      expires_at: null,
      closed_at: null,
    });
    await journal(tx, row.id, {
      at: runtime.clock.now(),
      actor: actor.id,
      what: 'asked',
      words: `${actor.name} asked to ${playbook.words.verb} ${playbook.subject.about(subject).unmistakable}${urgent ? ', urgently' : ''}.`,
      data: { subjectId: subject.id, urgent },
    });
    await runtime.dispatcher.wake('case', String(row.id), { on: tx });
    return row;
  });
}

/** Ends an open case; what has been done stays done. */
export async function cancelCase(desk: CaseDesk, row: CaseRow, actor: Actor): Promise<void> {
  const { runtime } = desk;
  if (row.requester_id !== actor.id) {
    await desk.roles.require(
      actor,
      ['approver', 'admin'],
      `cancel ${nameOf(desk, row)}, which ${row.requester_name} asked for`,
      'fresh',
    );
  }
  const now = runtime.clock.now();
  await transition(runtime, row.id, async (tx) => {
    const closed = {
      state: 'canceled' as const,
      open_subject_id: null,
      closed_at: now.toISOString(),
      note: `Canceled by ${actor.name}.`,
    };
    await changeOrRefuse(tx, desk, row, openStates, closed);
    await journal(tx, row.id, {
      at: now,
      actor: actor.id,
      what: 'canceled',
      words: `${actor.name} canceled the case. What was done before stays done.`,
    });
  });
}

export const nameOf = (desk: Pick<CaseDesk, 'runtime'>, row: CaseRow): string =>
  caseName(playbookOf(desk.runtime, row), row.id);

/** @throws Refusal when the case has moved on meanwhile */
export async function changeOrRefuse(
  tx: Tx,
  desk: CaseDesk,
  row: CaseRow,
  from: Parameters<typeof changeCase>[2],
  change: Parameters<typeof changeCase>[3],
): Promise<void> {
  if (!(await changeCase(tx, row.id, from, change, desk.runtime.clock.now()))) throw movedOn(desk, row);
}

export function movedOn(desk: CaseDesk, row: CaseRow): Refusal {
  return new Refusal(
    'moved-on',
    `${nameOf(desk, row)} has moved on, so nothing was changed. Type “status ${nameOf(desk, row)}” to see where it is.`,
  );
}

const number = z.coerce.number().int().positive().max(2_147_483_647);

/** The number in "OFF-42", "off 42" or "42"; null when it is none. */
export function caseNumber(desk: CaseDesk, words: string): number | null {
  const match = new RegExp(`^(?:${desk.playbook.prefix}[-\\s]?)?(\\d+)$`, 'i').exec(words.trim());
  const read = number.safeParse(match?.[1]);
  return read.success ? read.data : null;
}
