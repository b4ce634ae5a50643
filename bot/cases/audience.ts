import { minutes } from '../clock.ts';
import { changeCase, topicOf } from '../engine/caseRecord.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { Actor } from './actor.ts';
import type { CaseView } from './caseView.ts';
import type { Roles } from './roles.ts';

/** How somebody looks at a case: what they may do about it is offered to them. */
export type Audience = 'requester' | 'approver' | 'everyone';

/** Whom a card is for; `id` is null where many read it. */
export interface Reader {
  id: string | null;
  audience: Audience;
}

/** Whom a plan has reached, by name. */
export interface Reach {
  asked: string[];
  /** Not sent yet. */
  pending: string[];
  notReached: string[];
}
export const nobodyAsked: Reach = { asked: [], pending: [], notReached: [] };

export const chatOf = (personId: string): string => `user:${personId}`;
export const isPersonal = (conversation: string): boolean => conversation.startsWith('user:');

/** Everybody who could decide on the plan as it is now: no requester, no subject, nobody with a conflict. */
export async function whoCanDecide(
  roles: Pick<Roles, 'approvers'>,
  { row, playbook, subject, options }: CaseView,
): Promise<Actor[]> {
  return (await roles.approvers()).filter(
    ({ id }) => id !== row.requesterId && playbook.subject.conflict(subject, options, id) === null,
  );
}

const tooFew = 'The approvers’ group has ';
const lookAgainMs = minutes(5);

/** Says on the case that it can't be decided on, while too few people could; takes it back when there are enough. */
export async function noteWhoCanDecide(runtime: Runtime, view: CaseView, able: number): Promise<void> {
  const { row, approvalsNeeded } = view;
  const note =
    able >= approvalsNeeded
      ? null
      : `${tooFew}${able === 0 ? 'nobody' : 'too few people'} who could agree: it takes ${approvalsNeeded} besides whoever asked and whomever it is about or for. Ask your Signoff admin to add somebody; Signoff looks again every five minutes.`;
  // Nobody tells us when somebody is added.
  if (note !== null) {
    const at = new Date(runtime.clock.now().getTime() + lookAgainMs);
    await runtime.dispatcher.wake('show', topicOf(row.id), { at });
  }
  const noted = row.note?.startsWith(tooFew) ? row.note : null;
  if (note === noted) return;
  await changeCase(runtime, row.id, 'signoff', async (record) => {
    if (!record.isStill(row) || record.now.note !== row.note) return;
    await record.noteCase({ note });
    if (note === null)
      await record.journal('enough-approvers', 'There are enough people again who could agree to the plan.');
    else await record.journal('too-few-approvers', note);
  });
}

/** @param roles what the person is, as asked for now */
export function audienceFor(
  { row, playbook, subject, options }: CaseView,
  personId: string,
  roles: ReadonlySet<string>,
): Audience {
  if (personId === row.requesterId) return 'requester';
  const decides = roles.has('approver') && playbook.subject.conflict(subject, options, personId) === null;
  return decides ? 'approver' : 'everyone';
}
