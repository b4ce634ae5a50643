import { changeCase } from '../engine/caseRecord.ts';
import { readOptions, unreadable } from '../engine/choices.ts';
import { type Case, hasBegun, readSteps } from '../engine/readCase.ts';
import { playbookOf, subjectOf } from '../engine/runtime.ts';
import { takeBackSkips } from '../engine/savePlan.ts';
import { Refusal } from '../errors.ts';
import { findOpenCaseOf, subjectsUnderWay } from '../store/cases.ts';
import type { Actor } from './actor.ts';
import { requireVersion } from './approvals.ts';
import { type CaseDesk, movedOn, nameOf, type Rules, requireStill } from './cases.ts';

type Answers = Readonly<Record<string, unknown>>;

const longestTicket = 200;

/** @throws Refusal with what to put right */
function readTicket({ ticket: rule }: Rules, answer: unknown, to: Redraw['to']): string | null {
  if (answer !== undefined && typeof answer !== 'string') throw unreadable('ticket');
  const ticket = answer?.trim() ?? '';
  if (ticket.length > longestTicket)
    throw new Refusal('ticket', `The reason or ticket number can have ${longestTicket} characters at most.`);
  if (to === 'submitted' && rule !== 'off' && ticket === '')
    throw new Refusal('ticket', 'Write a reason or a ticket number, then ask again.');
  if (rule instanceof RegExp && ticket !== '' && !rule.test(ticket))
    throw new Refusal(
      'ticket',
      `“${ticket}” is not a ticket number as your organization writes them. Put it right, then ask again.`,
    );
  return ticket === '' ? null : ticket;
}

/** Where a filled plan goes: to be seen by the requester again, or to the approvers. */
interface Redraw {
  to: 'planning' | 'submitted';
  answers: Answers;
}

/** The requester has filled in the plan card: the plan is drawn up again with what they chose. */
export async function redrawPlan(
  desk: CaseDesk,
  row: Case,
  version: number,
  actor: Actor,
  { to, answers }: Redraw,
): Promise<void> {
  const ticket = readTicket(desk.rules, answers.ticket, to);
  const { runtime } = desk;
  const playbook = playbookOf(runtime, row);
  requireRequester(row, actor, 'fill in this plan');
  await desk.roles.require(actor, ['helpdesk', 'admin'], `${playbook.words.verb} anybody`);
  requireVersion(desk, row, version);
  const { db, graph, untouchable } = runtime;
  const asking = {
    subject: subjectOf(runtime, row),
    askerId: actor.id,
    graph,
    untouchable,
    subjectsUnderWay: () => subjectsUnderWay(db),
  };
  const options = await readOptions(playbook.choices, answers, asking);
  const [what, words] =
    to === 'planning'
      ? ['updated', `${actor.name} changed the choices.`]
      : [
          'submitted',
          `${actor.name} filled in the plan and asked for approval${ticket === null ? '' : `: “${ticket}”`}.`,
        ];
  await changeCase(runtime, row.id, actor.id, async (record) => {
    requireStill(desk, record, row);
    if (record.now.state !== 'draft') throw movedOn(desk, row);
    await record.moveCase(to, { options, ticket, attempts: 0, note: null });
    await record.journal(what, words, { options, ticket });
    await record.wakeCase();
  });
}

function requireRequester(row: Case, actor: Actor, toDo: string): void {
  if (row.requesterId !== actor.id)
    throw new Refusal(
      'not-yours',
      `Only ${row.requesterName} can ${toDo}. Ask them, or cancel the case and start your own.`,
    );
}

/** Takes a plan back from the approvers; whatever they decided counts no longer. */
export async function withdrawPlan(desk: CaseDesk, row: Case, version: number, actor: Actor): Promise<void> {
  requireRequester(row, actor, 'withdraw this plan');
  await desk.roles.require(actor, ['helpdesk', 'admin'], 'withdraw this plan', 'fresh');
  requireVersion(desk, row, version);
  await changeCase(desk.runtime, row.id, actor.id, async (record) => {
    requireStill(desk, record, row);
    if (record.now.state !== 'awaiting-approval') throw movedOn(desk, row);
    if ((await record.steps()).some(hasBegun))
      throw new Refusal(
        'begun',
        `${nameOf(desk, row)} is under way, so its plan can’t be taken back. Type “cancel ${nameOf(desk, row)}” to stop it.`,
      );
    await record.moveCase('draft', {
      note: `Taken back by ${actor.name}; nobody can approve it now.`,
      version: record.now.version + 1,
      stage: 0,
    });
    await record.voidApprovals();
    const planned = await takeBackSkips(record, playbookOf(desk.runtime, row));
    await record.journal('withdrawn', `${actor.name} took the plan back from the approvers.`, planned);
  });
}

/** A rejected plan is filled in again: the same case, with a new plan. */
export async function editPlan(desk: CaseDesk, row: Case, version: number, actor: Actor): Promise<void> {
  const { runtime } = desk;
  requireRequester(row, actor, 'edit this plan');
  await desk.roles.require(actor, ['helpdesk', 'admin'], `${playbookOf(runtime, row).words.verb} anybody`);
  requireVersion(desk, row, version);
  if ((await readSteps(runtime.db, row.id)).some(hasBegun))
    throw new Refusal(
      'begun',
      `Something of ${nameOf(desk, row)} was done already, so it can’t be asked for again. Start a new case.`,
    );
  await changeCase(runtime, row.id, actor.id, async (record) => {
    requireStill(desk, record, row);
    if (record.now.state !== 'rejected') throw movedOn(desk, row);
    const open = await findOpenCaseOf(record.tx, row.subjectId);
    if (open !== undefined)
      throw new Refusal('already-open', `There is another open case about them, asked for by ${open.requesterName}.`);
    await record.moveCase('planning', { attempts: 0, note: null, stage: 0 });
    await record.voidApprovals();
    const planned = await takeBackSkips(record, playbookOf(runtime, row));
    await record.journal('asked-again', `${actor.name} edits the plan, to ask again.`, planned);
    await record.wakeCase();
  });
}
