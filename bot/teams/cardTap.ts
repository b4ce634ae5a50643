import type { Activity } from 'botbuilder';
import type { Card } from '../cards/card.ts';
import type { Actor } from '../cases/actor.ts';
import { audienceFor, chatOf, isPersonal, whoCanDecide } from '../cases/audience.ts';
import type { CaseDesk } from '../cases/cases.ts';
import { type CaseView, readCaseView } from '../cases/caseView.ts';
import { readSince } from '../cases/waits.ts';
import type { Command, Reply, Who } from '../commands/command.ts';
import { commandOf } from '../commands/registry.ts';
import { topicOf } from '../engine/caseRecord.ts';
import { requireCase } from '../engine/readCase.ts';
import { Refusal } from '../errors.ts';
import { changePost, findDoubtful, findPost, type Post, readPosts, recordSent, sendAnew } from '../store/posts.ts';
import { type ApprovalsPlace, approvalsPlace, isToldAlone } from './approvalsPlace.ts';
import type { ChannelReaders } from './channelReaders.ts';
import { inTime } from './inTime.ts';
import { liveKind } from './postContent.ts';
import { type PostKind, postKindText, readPostKind } from './postKind.ts';
import { readTap } from './readRequest.ts';
import { isNowhere, kindsOf, nobodyAround, showing } from './showing.ts';
import { lastOf } from './wantedPosts.ts';

/** What a card belongs to that asks somebody whether they are sure. */
export const askTopic = (caseId: number): string => `ask/${caseId}`;

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
export const cardBody = ({ content }: Card): InvokeBody => ({
  statusCode: 200,
  type: 'application/vnd.microsoft.card.adaptive',
  value: content,
});

/** A tapped button is a command. @returns what it comes to, unless that takes a message of its own. @throws Refusal */
export type Tap = (
  activity: Activity,
  who: Who,
) => Promise<InvokeBody | Extract<Reply, { card: unknown } | { instead: unknown }>>;

export function cardTap(desk: CaseDesk, readers: ChannelReaders): Tap {
  const { log, db } = desk.runtime;

  return async (activity, who) => {
    const { verb, data, automatic } = readTap(activity);
    const command = commandOf(verb);
    const post = await ownPost(activity, who, command, data);
    log.info({ command: command.name, actor: who.id, tapped: true }, 'command');
    // Asked before anything is done: should the answer not come, it is true that nothing was.
    const there = post === null || isPersonal(post.toKey) ? null : await lookAround(who, post);
    const reply = await command.tap(desk, who, data);
    if ('file' in reply) throw new Error('a file is only typed for');
    if ('card' in reply) return reply;
    // A case's own card is never given up for what only shows.
    if ('instead' in reply && showsAlone.includes(command.name) && (await isPosted(activity)))
      return message('This button belongs to another card.');
    if ('instead' in reply) return reply;
    if ('forTapper' in reply) return cardBody(reply.forTapper);
    if ('toldByCase' in reply) return message('Done.');
    if ('openCase' in reply) return openAnew(who, reply.openCase);
    if (!('showCase' in reply) || post === null) return message(reply.text);
    // Whoever tapped sees the answer from now on, whatever was shown last: the next look at the card is to be sent. One that
    // Teams asked for by itself changes nothing for the others, each of whom would ask again.
    if (!automatic || command.name !== 'view') await changePost(db, post, { shownHash: null });
    return tappedCard(who, post, reply.showCase, there);
  };

  async function isPosted({ conversation, replyToId }: Activity): Promise<boolean> {
    if (replyToId === undefined) return false;
    return (await findPost(db, conversation.id.split(';')[0] ?? '', replyToId)) !== undefined;
  }

  /** Who is in the channel of a message, and who could decide; for whoever may do nothing here, nobody is asked. */
  async function lookAround(who: Who, { topic, toKey }: Post): Promise<Surroundings | null> {
    if ((await desk.roles.of(who)).size === 0) return null;
    const [everyone, view] = await Promise.all([desk.roles.approvers(), viewOf(caseIdOf(topic))]);
    const place = await placeOf(view);
    return { everyone, place: toKey === view.row.origin ? nobodyAround.place : place };
  }

  async function placeOf(view: CaseView): Promise<ApprovalsPlace> {
    const posts = await readPosts(db, topicOf(view.row.id));
    return inTime(approvalsPlace(db, readers, view, posts), log);
  }

  /** A button about a case works only on a message of ours about that case: a copied or made-up card is nobody's. */
  async function ownPost(
    { replyToId, conversation }: Activity,
    { origin }: Who,
    command: Command,
    data: Record<string, unknown>,
  ): Promise<Post | null> {
    if (data.case === undefined || showsAlone.includes(command.name)) return null;
    // In a channel the conversation's id may carry the thread.
    const conversationId = conversation.id.split(';')[0] ?? '';
    const topic = topicOf(Number(data.case));
    if (replyToId !== undefined) {
      const post = await findPost(db, conversationId, replyToId);
      if (post?.topic === topic) return post;
      if (post !== undefined && asksFirst.includes(command.name) && post.topic === askTopic(Number(data.case)))
        return post;
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
    const doubtful = await findDoubtful(db, topic, origin);
    return doubtful.find(({ kind }) => carries(readPostKind(kind), verb, data));
  }

  async function openAnew(who: Who, caseId: number): Promise<InvokeBody> {
    const { view, reader } = await readFor(who, caseId);
    const kind = liveKind(view, reader);
    if (kind === null) return message(`Nothing of ${view.name} waits for you now.`);
    const topic = topicOf(caseId);
    // Approvers act there, where the others see that they do.
    const inChannel = reader.audience === 'approver' && !isToldAlone(await placeOf(view), who.id);
    const posts = await readPosts(db, topic);
    if (inChannel) return message(`${view.name} waits for you in the approvals channel.`);
    const toKey = chatOf(who.id);
    const there = kindsOf(posts.map(({ toKey: to, kind: text }) => ({ to, kind: text })))(toKey);
    await sendAnew(db, { topic, kind: postKindText(lastOf(kind, there)), toKey });
    await desk.runtime.dispatcher.wake('show', topic);
    return message('Shown below.');
  }

  async function viewOf(caseId: number): Promise<CaseView> {
    return readCaseView(desk.runtime, await requireCase(db, caseId));
  }

  async function readFor(who: Who, caseId: number) {
    const view = await viewOf(caseId);
    const held = await desk.roles.of(who);
    return { view, held, reader: { id: who.id, audience: audienceFor(view, who.id, held) } };
  }

  /** What the message shows there now, as whoever tapped may see it. */
  async function tappedCard(
    who: Who,
    { kind, toKey, topic }: Post,
    caseId: number,
    there: Surroundings | null,
  ): Promise<InvokeBody> {
    const { view, reader, held } = await readFor(who, caseId);
    const posts = await readPosts(db, topic);
    const said = posts.filter((post) => !isNowhere(post)).map((post) => ({ to: post.toKey, kind: post.kind }));
    const around =
      there === null
        ? {
            ...nobodyAround,
            approvers: reader.audience === 'approver' ? [who] : [],
            admins: held.has('admin') ? [who] : [],
          }
        : {
            ...nobodyAround,
            place: there.place,
            approvers: await whoCanDecide({ approvers: async () => there.everyone }, view),
          };
    const shown = showing(view, desk.rules, posts, {
      kindsIn: kindsOf(said),
      waits: await readSince(db, view),
      askerLeft: false,
    });
    const content = shown.showsTo(toKey, readPostKind(kind), around, reader);
    return 'card' in content ? cardBody(content.card) : message(content.text);
  }
}

interface Surroundings {
  everyone: Actor[];
  place: ApprovalsPlace;
}

const caseIdOf = (topic: string): number => Number(topic.split('/')[1]);

/** They ask on a card of their own what it is for, before they do it. */
const asksFirst = ['cancel', 'undo'];

/** They change nothing, wherever they are tapped. */
const showsAlone = ['status', 'open', 'changes'];

/** Whether a message of this kind has such a button on it. */
function carries(kind: PostKind, verb: string, data: Record<string, unknown>): boolean {
  if (verb === 'approve' || verb === 'reject') return 'version' in kind && kind.version === Number(data.version);
  if (data.stage !== undefined)
    return 'stage' in kind && kind.stage === Number(data.stage) && kind.version === Number(data.version);
  return kind.name === 'plan' || kind.name === 'again';
}
