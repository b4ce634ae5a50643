import { hours } from '../clock.ts';
import { type CaseRecord, changeCase, topicOf } from '../engine/caseRecord.ts';
import type { Case } from '../engine/readCase.ts';
import { Refusal } from '../errors.ts';
import { type Post, readPosts } from '../store/posts.ts';
import { readSetting } from '../store/settings.ts';
import type { Actor } from './actor.ts';
import { chatOf } from './audience.ts';
import { type CaseDesk, nameOf } from './cases.ts';
import { readCaseView } from './caseView.ts';
import { whoCouldAct } from './waiting.ts';
import { remindedAt, whoIsWaitedFor } from './waits.ts';

const remindAfterMs = hours(1);

/** Calls those who are waited for once more. @returns whom that reaches, and whom not. @throws Refusal where it reaches nobody */
export async function remindOthers(desk: CaseDesk, row: Case, actor: Actor): Promise<string> {
  await desk.roles.require(actor, ['helpdesk', 'admin'], 'remind the approvers');
  const approvers = await desk.roles.approvers();
  return changeCase(desk.runtime, row.id, actor.id, async (record) => {
    const { now, tx } = record;
    const view = await readCaseView({ ...desk.runtime, db: tx }, now);
    await requireRemindable(desk, record, view);
    const able = whoCouldAct(view, approvers).filter(({ id }) => id !== actor.id);
    const posts = await readPosts(tx, topicOf(now.id));
    const said = whomItReaches(able, posts, await readSetting(tx, 'approvals-channel'));
    await record.journal('reminded', `${actor.name} reminded those who are waited for. ${said}`);
    return said;
  });
}

/** @throws Refusal where nobody would be called, or was within the hour about what waits now */
async function requireRemindable(
  desk: CaseDesk,
  { now, tx, at }: CaseRecord,
  view: Awaited<ReturnType<typeof readCaseView>>,
): Promise<void> {
  const name = nameOf(desk, now);
  if (whoIsWaitedFor(view) === null)
    throw new Refusal(
      'moved-on',
      `Nobody is waited for in ${name} now, so nobody was called. Type “status ${name}” to see where it is.`,
    );
  const last = await remindedAt(tx, view);
  if (last !== null && at.getTime() - last < remindAfterMs)
    throw new Refusal('reminded', 'They were reminded less than an hour ago. Try again later, or speak to them.');
}

/** As far as it is known from what was sent before: whoever has a chat of their own with the case is told there. */
function whomItReaches(able: readonly Actor[], posts: readonly Post[], channel: string | null): string {
  const there = posts.filter(({ toKey }) => toKey === channel);
  const inChannel =
    there.some(({ toName, activityId }) => toName !== null && activityId !== null) &&
    !there.some(({ unreachable }) => unreachable);
  const own = (id: string) => posts.filter(({ toKey }) => toKey === chatOf(id));
  const alone = able.filter(({ id }) => !inChannel || own(id).length > 0);
  const missed = alone.filter(({ id }) => own(id).some(({ unreachable }) => unreachable)).map(({ name }) => name);
  const reached = [
    ...alone.map(({ name }) => name).filter((name) => !missed.includes(name)),
    ...(inChannel ? ['the approvals channel'] : []),
  ];
  const notInstalled = `${inWords(missed)} (Signoff is not installed for them in Teams)`;
  if (reached.length === 0)
    throw new Refusal(
      'nobody-reached',
      missed.length === 0
        ? 'There is nobody who could act, so nobody was called. Ask your Signoff admin to add an approver.'
        : `Nobody could be called: ${notInstalled}. Speak to them.`,
    );
  return `Called once more: ${inWords(reached)}.${missed.length === 0 ? '' : ` Not reached: ${notInstalled}.`}`;
}

const inWords = (names: readonly string[]): string => names.join(', ').replace(/, (?=[^,]*$)/, ' and ');
