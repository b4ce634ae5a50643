import type { Activity } from 'botbuilder';
import { audienceFor } from '../cases/audience.ts';
import type { CaseDesk } from '../cases/cases.ts';
import { readCaseView } from '../cases/caseView.ts';
import type { Command, Reply, Who } from '../commands/command.ts';
import { commandOf } from '../commands/registry.ts';
import { topicOf } from '../engine/caseRecord.ts';
import { findCase } from '../engine/readCase.ts';
import { Refusal } from '../errors.ts';
import { findDoubtful, findPost, recordSent } from '../store/posts.ts';
import { contentOf } from './casePosts.ts';
import { postKindText, readPostKind } from './postKind.ts';
import { readTap } from './readRequest.ts';

/** What Teams shows for a tap. */
export interface InvokeBody {
  statusCode: number;
  type: string;
  value: unknown;
}

export const message = (text: string): InvokeBody => ({
  statusCode: 200,
  type: 'application/vnd.microsoft.activity.message',
  value: text,
});
export const refusal = (code: string, text: string): InvokeBody => ({
  statusCode: 400,
  type: 'application/vnd.microsoft.error',
  value: { code, message: text },
});

/** A tapped button is a command. @returns what it comes to, unless that takes a message of its own. @throws Refusal */
export type Tap = (activity: Activity, who: Who) => Promise<InvokeBody | Extract<Reply, { card: unknown }>>;

export function cardTap(desk: CaseDesk): Tap {
  const { log, db } = desk.runtime;

  return async (activity, who) => {
    const { verb, data } = readTap(activity);
    const command = commandOf(verb);
    const post = await ownPost(activity, who, command, data);
    log.info({ command: command.name, actor: who.id, tapped: true }, 'command');
    const reply = await command.tap(desk, who, data);
    if ('card' in reply) return reply;
    return 'showCase' in reply && post !== null ? tappedCard(who, post.kind, reply.showCase) : message(reply.text);
  };

  /** A button about a case works only on a message of ours about that case: a copied or made-up card is nobody's. */
  async function ownPost(
    { replyToId, conversation }: Activity,
    { origin }: Who,
    command: Command,
    data: Record<string, unknown>,
  ): Promise<{ kind: string } | null> {
    if (data.case === undefined || command.name === 'status') return null;
    // In a channel the conversation's id may carry the thread.
    const conversationId = conversation.id.split(';')[0] ?? '';
    const topic = topicOf(Number(data.case));
    if (replyToId !== undefined) {
      const post = await findPost(db, conversationId, replyToId);
      if (post?.topic === topic) return post;
      if (post === undefined) {
        const spare = await spareOf(topic, origin, command.name, data);
        if (spare !== undefined) {
          await desk.runtime.dispatcher.wake('show', topic);
          return recordSent(db, spare, { activityId: replyToId, conversationId }, null);
        }
      }
    }
    throw new Refusal('not-ours', 'This card is not one that Signoff posted here. Type “cases” to see the open cases.');
  }

  /** A card that may have gone out twice, when Signoff or Teams broke off: the one that is tapped is ours, too. */
  async function spareOf(topic: string, origin: string, verb: string, data: Record<string, unknown>) {
    const kind =
      verb === 'submit' || verb === 'cancel'
        ? postKindText({ name: 'plan' })
        : verb === 'approve' || verb === 'reject'
          ? postKindText({ name: 'approval', version: Number(data.version) })
          : postKindText({ name: 'stage', stage: Number(data.stage) });
    return (await findDoubtful(db, topic, origin)).find((post) => post.kind === kind);
  }

  async function tappedCard(who: Who, kind: string, caseId: number): Promise<InvokeBody> {
    const row = await findCase(db, caseId);
    if (row === undefined) return message('Done.');
    const view = await readCaseView(desk.runtime, row);
    const content = contentOf(view, readPostKind(kind), audienceFor(view, who.id, await desk.roles.of(who)));
    return 'card' in content
      ? { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: content.card.content }
      : message(content.text);
  }
}
