import { z } from 'zod';
import { type CaseRecord, changeCase, openCaseRecord } from '../engine/caseRecord.ts';
import { proposedOptions } from '../engine/choices.ts';
import type { Playbook } from '../engine/playbook.ts';
import { type Case, hasBegun, toCase, type Undoes } from '../engine/readCase.ts';
import { caseName, playbookOf, type Runtime } from '../engine/runtime.ts';
import { caseState } from '../engine/states.ts';
import { Refusal } from '../errors.ts';
import type { PartnerLooks } from '../partners/partnerLooks.ts';
import { findOpenCaseOf } from '../store/cases.ts';
import type { Actor } from './actor.ts';
import type { Roles } from './roles.ts';

/** What an admin has set about asking and approving. */
export interface Rules {
  /** Whether a request needs a reason or a ticket number, and which pattern it must fit. */
  ticket: 'off' | 'on' | RegExp;
  /** Which way of approving comes first: confirming each stage, or once for all that destroys nothing. */
  confirm: 'stage' | 'once';
}

/** What asking, deciding and stopping work with. */
export interface CaseDesk {
  runtime: Runtime;
  roles: Roles;
  rules: Rules;
  /** What other organizations hold here. */
  partners: PartnerLooks;
}

export interface NewCase {
  actor: Actor;
  /** Conversation key of where it was asked: the plan card goes there. */
  origin: string;
  subjectId: string;
  urgent: boolean;
  /** For a case that takes another one back. */
  undoes?: Undoes;
}

/** Opens a case; the plan is drawn up by a worker. @throws Refusal when the subject is protected or in an open case already */
export async function openCase(
  desk: CaseDesk,
  playbook: Playbook,
  { actor, origin, subjectId, urgent, undoes }: NewCase,
): Promise<Case> {
  const { runtime } = desk;
  const of = { subjectId, requesterId: actor.id, undoes: undoes ?? null };
  const subject = await runtime.subjects.read(playbook, of);
  const options = proposedOptions(playbook.choices, subject);
  const now = runtime.clock.now().toISOString();
  return openCaseRecord(
    runtime,
    {
      playbook: playbook.id,
      state: 'planning',
      version: 0,
      subjectId,
      openSubjectId: subjectId,
      subject,
      requesterId: actor.id,
      requesterName: actor.name,
      origin,
      urgent,
      options,
      undoes: undoes ?? null,
      ticket: null,
      planHash: null,
      stage: 0,
      stageOpen: false,
      note: null,
      attempts: 0,
      createdAt: now,
      updatedAt: now,
      since: now,
      expiresAt: null,
      closedAt: null,
    },
    actor.id,
    async (tx) => {
      const open = await findOpenCaseOf(tx, subjectId);
      if (open === undefined) return;
      const name = caseName(playbookOf(runtime, toCase(open)), open.id);
      throw new Refusal(
        'already-open',
        `${subject.displayName} is already in ${name}, asked for by ${open.requesterName}. Type “status ${name}” to see it, or “cancel ${name}” to end it.`,
      );
    },
    async (record) => {
      const whom = playbook.subject.about(subject).unmistakable;
      const words = `${actor.name} asked to ${playbook.words.verb} ${whom}${urgent ? ', urgently' : ''}.`;
      await record.journal('asked', words, {
        subjectId,
        urgent,
        options,
        name: actor.name,
        ...(undoes && { undoes }),
      });
      await record.wakeCase();
    },
  );
}

/** @throws Refusal for whoever may not end this case */
export async function requireCanceler(desk: CaseDesk, row: Case, actor: Actor): Promise<void> {
  if (row.requesterId === actor.id) return;
  await desk.roles.require(
    actor,
    ['approver', 'admin'],
    `cancel ${nameOf(desk, row)}, which ${row.requesterName} asked for`,
    'fresh',
  );
}

/** Ends an open case; what has been done stays done, and wants a reason. */
export async function cancelCase(desk: CaseDesk, row: Case, actor: Actor, reason: string): Promise<void> {
  await requireCanceler(desk, row, actor);
  await changeCase(desk.runtime, row.id, actor.id, async (record) => {
    const { closed, words } = caseState(record.now.state);
    if (closed) throw new Refusal('moved-on', `${nameOf(desk, row)} is ${words} already, so nothing was changed.`);
    if (reason === '' && (await record.steps()).some(hasBegun))
      throw new Refusal('no-reason', 'Something was changed already: write why it is canceled, then cancel again.');
    const because = reason === '' ? '.' : `: “${reason}”`;
    await record.moveCase('canceled', { note: `Canceled by ${actor.name}${because}` });
    await record.journal(
      'canceled',
      `${actor.name} canceled the case${because} What was done before stays done.`,
      ...(reason === '' ? [] : [{ reason }]),
    );
  });
}

export const nameOf = (desk: Pick<CaseDesk, 'runtime'>, row: Case): string =>
  caseName(playbookOf(desk.runtime, row), row.id);

/** @throws Refusal when the case has moved on since it was seen */
export function requireStill(desk: CaseDesk, record: CaseRecord, seen: Case): void {
  if (!record.isStill(seen)) throw movedOn(desk, seen);
}

export function movedOn(desk: CaseDesk, row: Case): Refusal {
  return new Refusal(
    'moved-on',
    `${nameOf(desk, row)} has moved on, so nothing was changed. Type “status ${nameOf(desk, row)}” to see where it is.`,
  );
}

const number = z.coerce.number().int().positive().max(2_147_483_647);

/** The case that "OFF-42", "off 42" or "42" names: its number, and what stood before it; null when it is none. */
export function caseNumber({ runtime }: CaseDesk, words: string): { id: number; prefix: string | null } | null {
  const match = /^(?:([a-z]+)[-\s]?)?(\d+)$/i.exec(words.trim());
  const prefix = match?.[1]?.toUpperCase() ?? null;
  const read = number.safeParse(match?.[2]);
  const isKnown = prefix === null || runtime.playbooks.some((one) => one.prefix === prefix);
  return read.success && isKnown ? { id: read.data, prefix } : null;
}
