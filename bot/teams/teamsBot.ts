import { randomUUID } from 'node:crypto';
import { type Activity, ActivityTypes, type InvokeResponse, TeamsInfo, TurnContext } from 'botbuilder';
import type { PlanAudience } from '../cards/planReview.ts';
import type { CaseDesk } from '../cases/cases.ts';
import { readCaseView } from '../cases/caseView.ts';
import type { Command, Reply } from '../commands/command.ts';
import { commandIn, commandOf } from '../commands/registry.ts';
import { AppError, Refusal } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import { findCase } from '../store/cases.ts';
import { findPost, reachAgain, rememberConversation } from '../store/posts.ts';
import { contentOf } from './casePosts.ts';
import { toActivity } from './messenger.ts';
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
      reply = await command.run(desk, {
        actor: said.actor,
        origin: said.origin,
        words,
        mentioned: await objectIds(context, said),
        tapped: null,
      });
    } catch (error) {
      reply = { text: explain(error) };
    }
    await context.sendActivity(
      'text' in reply
        ? toActivity({ text: reply.text })
        : 'card' in reply
          ? toActivity(reply)
          : toActivity({ text: 'Done.' }),
    );
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
      const post = await ownPost(context.activity, command, data);
      log.info({ command: command.name, actor: said.actor.id, tapped: true }, 'command');
      const reply = await command.run(desk, {
        actor: said.actor,
        origin: said.origin,
        words: '',
        mentioned: [],
        tapped: data,
      });
      if ('text' in reply) return message(reply.text);
      if ('card' in reply) {
        await context.sendActivity(toActivity(reply));
        return message('Shown below.');
      }
      return post === null ? message('Done.') : await tappedCard(said, post.kind, reply.showCase);
    } catch (error) {
      return refusal(error instanceof AppError ? error.code : 'internal', explain(error));
    }
  }

  /** A button about a case works only on a message of ours about that case: a copied or made-up card is nobody's. */
  async function ownPost(
    activity: Activity,
    command: Command,
    data: Record<string, unknown>,
  ): Promise<{ kind: string } | null> {
    if (data.case === undefined || command.name === 'status') return null;
    const post = activity.replyToId === undefined ? undefined : await findPost(db, activity.replyToId);
    if (
      post === undefined ||
      post.case_id !== Number(data.case) ||
      !sameConversation(post.conversation_id, activity.conversation.id)
    ) {
      throw new Refusal(
        'not-ours',
        'This card is not one that Signoff posted here. Type “cases” to see the open cases.',
      );
    }
    return post;
  }

  async function tappedCard(said: Said, kind: string, caseId: number): Promise<InvokeBody> {
    const row = await findCase(db, caseId);
    if (row === undefined) return message('Done.');
    const view = await readCaseView(desk.runtime, row);
    const content = contentOf(view, kind, await audienceOf(said.actor.id === row.requester_id, said));
    return 'card' in content
      ? { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: content.card.content }
      : message(content.text);
  }

  async function audienceOf(isRequester: boolean, said: Said): Promise<PlanAudience> {
    if (isRequester) return 'requester';
    return (await desk.roles.of(said.actor)).has('approver') ? 'approver' : 'everyone';
  }

  async function remember(activity: Activity): Promise<void> {
    const aadObjectId = activity.from.aadObjectId?.toLowerCase();
    const personal = activity.conversation.conversationType === 'personal';
    if (personal && aadObjectId === undefined) return;
    // Whoever speaks in a channel first has no chat with us yet, but Teams' name for them: their own view of a card needs it.
    if (!personal && aadObjectId !== undefined)
      await rememberConversation(db, `seen:${aadObjectId}`, { user: { id: activity.from.id } }, clock.now());
    const key = personal ? `user:${aadObjectId}` : `channel:${activity.conversation.id}`;
    await rememberConversation(db, key, TurnContext.getConversationReference(activity), clock.now());
    for (const caseId of await reachAgain(db, key)) await desk.runtime.dispatcher.wake('show', String(caseId));
  }

  function explain(error: unknown): string {
    if (error instanceof Refusal) return error.say;
    const reference = randomUUID().slice(0, 8);
    log.error({ error, reference }, 'a command failed');
    if (error instanceof GraphFailure && error.passing)
      return `Microsoft 365 does not answer at the moment, so nothing was changed. Try again in a minute. (Reference ${reference})`;
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

/** In a channel the conversation's id may carry the thread. */
const sameConversation = (ours: string | null, theirs: string): boolean =>
  ours !== null && ours.split(';')[0] === theirs.split(';')[0];

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
