import { randomUUID } from 'node:crypto';
import { type Activity, ActivityTypes, type InvokeResponse, TeamsInfo, TurnContext } from 'botbuilder';
import { audienceFor } from '../cases/audience.ts';
import type { CaseDesk } from '../cases/cases.ts';
import { readCaseView } from '../cases/caseView.ts';
import type { Command, Reply } from '../commands/command.ts';
import { commandIn, commandOf } from '../commands/registry.ts';
import { topicOf } from '../engine/caseRecord.ts';
import { findCase } from '../engine/readCase.ts';
import { AppError, Refusal } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import { findDoubtful, findPost, reachAgain, recordSent, rememberConversation } from '../store/posts.ts';
import { contentOf } from './casePosts.ts';
import { toActivity } from './outbox.ts';
import { postKindText, readPostKind } from './postKind.ts';
import { readSaid, readTap, type Said } from './readRequest.ts';

/** One turn: what Teams delivered becomes a command, and its reply goes back. */
export type Turn = (context: TurnContext) => Promise<void>;

export function teamsBot(desk: CaseDesk): Turn {
  const { log, db, clock } = desk.runtime;

  return async (context) => {
    const { activity } = context;
    if (activity.type === ActivityTypes.Message) return onMessage(context);
    if (activity.type === ActivityTypes.Invoke) return onInvoke(context);
    if (activity.type === ActivityTypes.InstallationUpdate && activity.action !== 'remove') await remember(activity);
  };

  async function onMessage(context: TurnContext): Promise<void> {
    await remember(context.activity);
    let reply: Reply;
    try {
      const said = readSaid(context.activity);
      const { command, words } = commandIn(said.text === '' && said.mentioned.length > 0 ? 'offboard' : said.text);
      log.info({ command: command.name, actor: said.actor.id }, 'command');
      const mentioned = await objectIds(context, said);
      reply = await command.say(desk, { ...said.actor, origin: said.origin }, { text: words, mentioned });
    } catch (error) {
      reply = { text: explain(error) };
    }
    await context.sendActivity(toActivity('card' in reply ? reply : { text: reply.text }));
  }

  /** Always HTTP 200: Teams shows the status in the body, and nothing of any other answer. */
  async function onInvoke(context: TurnContext): Promise<void> {
    const body =
      context.activity.name === 'adaptiveCard/action'
        ? await tap(context)
        : refusal('button', 'Signoff does not know this button.');
    await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } satisfies InvokeResponse });
  }

  async function tap(context: TurnContext): Promise<InvokeBody> {
    try {
      const said = readSaid(context.activity);
      const { verb, data } = readTap(context.activity);
      const command = commandOf(verb);
      const post = await ownPost(context.activity, said, command, data);
      log.info({ command: command.name, actor: said.actor.id, tapped: true }, 'command');
      const reply = await command.tap(desk, { ...said.actor, origin: said.origin }, data);
      if ('card' in reply) {
        await context.sendActivity(toActivity(reply));
        return message('Shown below.');
      }
      if ('showCase' in reply && post !== null) return await tappedCard(said, post.kind, reply.showCase);
      return message(reply.text);
    } catch (error) {
      return refusal(error instanceof AppError ? error.code : 'internal', explain(error));
    }
  }

  /** A button about a case works only on a message of ours about that case: a copied or made-up card is nobody's. */
  async function ownPost(
    { replyToId, conversation }: Activity,
    { origin }: Said,
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

  async function tappedCard(said: Said, kind: string, caseId: number): Promise<InvokeBody> {
    const row = await findCase(db, caseId);
    if (row === undefined) return message('Done.');
    const view = await readCaseView(desk.runtime, row);
    const content = contentOf(
      view,
      readPostKind(kind),
      audienceFor(view, said.actor.id, await desk.roles.of(said.actor)),
    );
    return 'card' in content
      ? { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: content.card.content }
      : message(content.text);
  }

  async function remember(activity: Activity): Promise<void> {
    const aadObjectId = activity.from.aadObjectId?.toLowerCase();
    const personal = activity.conversation.conversationType === 'personal';
    if (personal && aadObjectId === undefined) return;
    const key = personal ? `user:${aadObjectId}` : `channel:${activity.conversation.id}`;
    await rememberConversation(db, key, TurnContext.getConversationReference(activity), clock.now());
    for (const topic of await reachAgain(db, key)) await desk.runtime.dispatcher.wake('show', topic);
  }

  function explain(error: unknown): string {
    if (error instanceof Refusal) return error.say;
    const reference = randomUUID().slice(0, 8);
    log.error({ error, reference }, 'a command failed');
    if (error instanceof GraphFailure && error.passing)
      return `Microsoft 365 does not answer at the moment, so nothing was changed. Try again in a minute. (Reference ${reference})`;
    if (error instanceof AppError && error.passing)
      return `Microsoft’s sign-in service does not answer at the moment, so nothing was changed. Try again in a minute. (Reference ${reference})`;
    if (error instanceof AppError) return `${error.say} (Reference ${reference})`;
    return `Something went wrong inside Signoff. Type “cases” to see where things stand; if it stays, tell your Signoff admin the reference ${reference}.`;
  }
}

interface InvokeBody {
  statusCode: number;
  type: string;
  value: unknown;
}

const message = (text: string): InvokeBody => ({
  statusCode: 200,
  type: 'application/vnd.microsoft.activity.message',
  value: text,
});
const refusal = (code: string, text: string): InvokeBody => ({
  statusCode: 400,
  type: 'application/vnd.microsoft.error',
  value: { code, message: text },
});

/** Mentions carry Teams' ids; the roster knows whose they are. */
async function objectIds(context: TurnContext, { mentioned }: Said): Promise<string[]> {
  return Promise.all(
    mentioned.map(async (id) => {
      if (!id.includes(':')) return id;
      const member = await TeamsInfo.getMember(context, id).catch((error: { statusCode?: number }) => {
        if (error.statusCode === 404) return undefined;
        throw error;
      });
      if (!member?.aadObjectId)
        throw new Refusal('mention', 'Signoff can’t tell who is mentioned here. Write their address instead.');
      return member.aadObjectId;
    }),
  );
}
