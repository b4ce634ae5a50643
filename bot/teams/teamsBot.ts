import { randomUUID } from 'node:crypto';
import { type Activity, ActivityTypes, type InvokeResponse, TeamsInfo, TurnContext } from 'botbuilder';
import { z } from 'zod';
import { chatOf } from '../cases/audience.ts';
import type { CaseDesk } from '../cases/cases.ts';
import type { Reply, Who } from '../commands/command.ts';
import { commandIn } from '../commands/registry.ts';
import { AppError, Refusal } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import { reachAgain, rememberConversation } from '../store/posts.ts';
import { noteServed, wasServed } from '../store/servedActivities.ts';
import { cardTap, message, refusal } from './cardTap.ts';
import { type Outbox, toActivity } from './outbox.ts';
import { readSaid, type Said } from './readRequest.ts';

/** One turn: what Teams delivered becomes a command, and its reply goes back. */
export type Turn = (context: TurnContext) => Promise<void>;

const refused = z.object({ statusCode: z.literal([403, 404]) });

export function teamsBot(desk: CaseDesk, outbox: Outbox): Turn {
  const { log, db, clock } = desk.runtime;
  const tap = cardTap(desk);
  const serving = new Set<string>();

  return async (context) => {
    const { activity } = context;
    if (activity.type === ActivityTypes.Message) return once(activity, () => onMessage(context));
    if (activity.type === ActivityTypes.Invoke)
      return once(
        activity,
        () => onInvoke(context),
        () => answerTap(context, message('Signoff has had this tap already; nothing was done twice.')),
      );
    if (activity.type === ActivityTypes.InstallationUpdate && activity.action !== 'remove') await remember(activity);
  };

  /**
   * Teams delivers again what it got no answer for in time. What was served is not carried out again; what was broken off
   * is, and finds its case as it was left.
   */
  async function once(
    { id, conversation }: Activity,
    serve: () => Promise<void>,
    otherwise: () => Promise<void> = async () => undefined,
  ): Promise<void> {
    // The protocol only advises to send an id; Teams always does.
    if (!id) return serve();
    const key = JSON.stringify([conversation.id, id]);
    if (serving.has(key)) return otherwise();
    serving.add(key);
    try {
      if (await wasServed(db, conversation.id, id)) return await otherwise();
      await serve();
      await noteServed(db, conversation.id, id, clock.now());
    } finally {
      serving.delete(key);
    }
  }

  async function onMessage(context: TurnContext): Promise<void> {
    await remember(context.activity);
    let answer: Reply;
    try {
      const said = readSaid(context.activity);
      const reply = await replyTo(context, said);
      answer = isPrivate(reply, said) ? { text: await privately(context, said, reply) } : reply;
    } catch (error) {
      answer = { text: explain(error) };
    }
    await context.sendActivity(toActivity('card' in answer ? answer : { text: answer.text }));
  }

  async function replyTo(context: TurnContext, said: Said): Promise<Reply> {
    if (said.text === '' && said.mentioned.length > 0)
      throw new Refusal('what', 'What about them? To offboard somebody, write “offboard” before the name.');
    const { command, words } = commandIn(said.text);
    log.info({ command: command.name, actor: said.actor.id }, 'command');
    const mentioned = await objectIds(context, said);
    try {
      return await command.say(desk, await whoSays(said), { text: words, mentioned });
    } catch (error) {
      if (error instanceof Refusal && error.forAskerAlone) return { text: error.say, forAskerAlone: true };
      throw error;
    }
  }

  /** Always HTTP 200: Teams shows the status in the body, and nothing of any other answer. */
  async function onInvoke(context: TurnContext): Promise<void> {
    const { activity } = context;
    if (activity.name !== 'adaptiveCard/action')
      return answerTap(context, refusal('button', 'Signoff does not know this button.'));
    try {
      const said = readSaid(activity);
      const outcome = await tap(activity, await whoSays(said));
      if (!('card' in outcome)) return await answerTap(context, outcome);
      if (isPrivate(outcome, said)) return await answerTap(context, message(await privately(context, said, outcome)));
      await context.sendActivity(toActivity(outcome));
      await answerTap(context, message('Shown below.'));
    } catch (error) {
      await answerTap(context, refusal(error instanceof AppError ? error.code : 'internal', explain(error)));
    }
  }

  async function answerTap(context: TurnContext, body: ReturnType<typeof message>): Promise<void> {
    await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } satisfies InvokeResponse });
  }

  async function whoSays({ actor: { id, name }, origin }: Said): Promise<Who> {
    return { id, name: name ?? (await desk.roles.nameOf(id)), origin };
  }

  /** Sends an answer to whoever asked for it among others. @returns the sentence for the others */
  async function privately(context: TurnContext, said: Said, content: PrivateReply): Promise<string> {
    await remember(context.activity);
    try {
      await outbox.send(chatOf(said.actor.id), said.origin, content, async () => undefined);
      return 'The answer is in your personal chat with Signoff.';
    } catch (error) {
      if (!refused.safeParse(error).success) throw error;
      return 'Signoff answers this in a personal chat only, and can’t write to you there yet. Open a chat with Signoff and ask again.';
    }
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
      return `Signoff can’t sign in to Microsoft 365 at the moment, so nothing was changed. Try again in a minute; if it stays, tell your Signoff admin. (Reference ${reference})`;
    if (error instanceof AppError) return `${error.say} (Reference ${reference})`;
    return `Something went wrong inside Signoff. Type “cases” to see where things stand; if it stays, tell your Signoff admin the reference ${reference}.`;
  }
}

type PrivateReply = Exclude<Reply, { showCase: unknown }>;

const isPrivate = (reply: Reply, { personal }: Said): reply is PrivateReply =>
  !personal && ('card' in reply ? reply.forEveryone !== true : 'forAskerAlone' in reply);

/** Two are as good as many: no command takes more than one. */
const mostMentions = 2;

/** Mentions carry Teams' ids; the roster knows whose they are. */
async function objectIds(context: TurnContext, { mentioned }: Said): Promise<string[]> {
  return Promise.all(
    mentioned.slice(0, mostMentions).map(async (id) => {
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
