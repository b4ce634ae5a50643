import { randomUUID } from 'node:crypto';
import { type Activity, ActivityTypes, type InvokeResponse, TeamsInfo, type TurnContext } from 'botbuilder';
import type { Card } from '../cards/card.ts';
import { chatOf } from '../cases/audience.ts';
import type { CaseDesk } from '../cases/cases.ts';
import type { Reply, Who } from '../commands/command.ts';
import { commandIn } from '../commands/registry.ts';
import { AppError, Refusal } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import { recordSent, rootOf } from '../store/posts.ts';
import { noteServed, wasServed } from '../store/servedActivities.ts';
import { askTopic, cardBody, cardTap, message } from './cardTap.ts';
import type { ChannelReaders } from './channelReaders.ts';
import { fileConsent, offerOf, takeFile } from './fileConsent.ts';
import { FollowUps } from './followUps.ts';
import { inTime } from './inTime.ts';
import { type Outbox, type Sent, toActivity } from './outbox.ts';
import { readSaid, readTap, type Said } from './readRequest.ts';
import { isRefused } from './refusals.ts';
import type { TeamEvents } from './teamEvents.ts';
import { welcomer } from './welcome.ts';

/** One turn: what Teams delivered becomes a command, and its reply goes back. */
export type Turn = (context: TurnContext) => Promise<void>;

/** @param origins of Teams itself, where files may go too */
export function teamsBot(
  desk: CaseDesk,
  outbox: Outbox,
  readers: ChannelReaders,
  events: TeamEvents,
  origins: readonly string[],
): Turn {
  const { log, db, clock } = desk.runtime;
  const tap = cardTap(desk, readers);
  const welcome = welcomer(desk);
  const serving = new Set<string>();
  const followUps = new FollowUps(outbox, log);

  return async (context) => {
    const { activity } = context;
    if (activity.type === ActivityTypes.Message) return once(activity, () => onMessage(context));
    if (activity.type === ActivityTypes.Invoke)
      return once(
        activity,
        () => onInvoke(context),
        () => answerTap(context, message('Signoff has had this tap already; nothing was done twice.')),
      );
    if (activity.type === ActivityTypes.InstallationUpdate) return once(activity, () => onInstalled(context));
    if (activity.type === ActivityTypes.ConversationUpdate) return once(activity, () => events.changed(activity));
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

  /** An upgrade takes the app away and brings it back; nobody is to be greeted for that. */
  async function onInstalled(context: TurnContext): Promise<void> {
    const { activity } = context;
    if (activity.action === 'remove') return events.changed(activity);
    if (activity.action !== 'add' && activity.action !== 'add-upgrade') return;
    await events.installed(activity);
    if (activity.action === 'add') await welcome(context);
  }

  async function onMessage(context: TurnContext): Promise<void> {
    await events.heard(context.activity);
    let answer: ReturnType<typeof asCard>;
    try {
      const said = readSaid(context.activity);
      const reply = asCard(await replyTo(context, said));
      answer = isPrivate(reply, said) ? { text: await privately(context, said, reply) } : reply;
    } catch (error) {
      answer = { text: explain(error) };
    }
    if ('toldByCase' in answer) return;
    if ('file' in answer) return void (await context.sendActivity(offerOf(answer.file)));
    await respond(context, answer);
  }

  async function respond(context: TurnContext, answer: { text: string } | PrivateReply): Promise<void> {
    const sent = await context.sendActivity(toActivity('card' in answer ? answer : { text: answer.text }));
    const { conversation, from } = context.activity;
    const conversationId = conversation.id.split(';')[0] ?? '';
    const personId = from.aadObjectId?.toLowerCase() ?? '';
    await keepButtons(answer, personId, { activityId: sent?.id ?? '', conversationId });
    followUp(answer, personId, sent?.id);
  }

  function followUp(answer: Reply, personId: string, activityId: string | undefined): void {
    if (activityId !== undefined && 'later' in answer && answer.later !== undefined)
      followUps.begin(chatOf(personId), activityId, answer.later);
  }

  /** Buttons that change a case work on the message that they were sent on, and on no copy of it. */
  async function keepButtons(answer: { text: string } | PrivateReply, personId: string, sent: Sent): Promise<void> {
    if (!('card' in answer) || answer.buttonsOf === undefined) return;
    const post = { topic: askTopic(answer.buttonsOf), kind: 'ask', toKey: chatOf(personId), copy: 0 };
    await recordSent(db, post, sent, null);
  }

  async function replyTo(context: TurnContext, said: Said): Promise<Reply> {
    const { command, words } = commandIn(said.text);
    if (command.name === 'hello' && said.mentioned.length > 0)
      throw new Refusal('what', 'What about them? To offboard somebody, write “offboard” before the name.');
    log.info({ command: command.name, actor: said.actor.id }, 'command');
    const who = await whoSays(said);
    const mentioned = await mentionedBy(context, who, said.mentioned.slice(0, command.mostPeople + 1));
    try {
      return await command.say(desk, who, { text: words, mentioned });
    } catch (error) {
      if (error instanceof Refusal && error.forAskerAlone) return { text: error.say, forAskerAlone: true };
      throw error;
    }
  }

  /** Always HTTP 200: Teams shows the status in the body, and nothing of any other answer. */
  async function onInvoke(context: TurnContext): Promise<void> {
    const { activity } = context;
    if (activity.name === fileConsent) return onFile(context);
    if (activity.name !== 'adaptiveCard/action')
      return answerTap(context, message('Signoff does not know this button.'));
    try {
      const said = readSaid(activity);
      // Whoever taps a card in a channel shows that Signoff is there.
      if (!said.personal && !readTap(activity).automatic) await events.heard(activity);
      const tapped = await tap(activity, await whoSays(said));
      if ('instead' in tapped && said.personal) {
        await replace(context, tapped.instead);
        return followUp(tapped, said.actor.id, activity.replyToId);
      }
      const outcome = 'instead' in tapped ? toCard(tapped) : tapped;
      if (!('card' in outcome)) return await answerTap(context, outcome);
      if (isPrivate(outcome, said)) return await answerTap(context, message(await privately(context, said, outcome)));
      await respond(context, outcome);
      await answerTap(context, message('Shown below.'));
    } catch (error) {
      // Not as an error, of which Teams may show no more than that something went wrong.
      await answerTap(context, message(explain(error)));
    }
  }

  /** Teams waits for the answer alone; the file may take longer. The offer is used up. */
  async function onFile(context: TurnContext): Promise<void> {
    await context.sendActivity({ type: 'invokeResponse', value: { status: 200 } satisfies InvokeResponse });
    const { replyToId } = context.activity;
    let said: Partial<Activity>;
    try {
      said = await takeFile(desk, context, origins);
    } catch (error) {
      said = { type: ActivityTypes.Message, text: explain(error), textFormat: 'plain' };
    }
    await context.sendActivity(said);
    if (replyToId === undefined) return;
    await context
      .deleteActivity(replyToId)
      .catch((error: unknown) => log.warn({ error }, 'an offer was not taken back'));
  }

  /** The card that was tapped becomes another one, for whoever tapped and in the chat as it is read later. */
  async function replace(context: TurnContext, card: Card): Promise<void> {
    await answerTap(context, cardBody(card));
    const { replyToId } = context.activity;
    if (replyToId === undefined) return;
    followUps.end(replyToId);
    try {
      await context.updateActivity({ ...toActivity({ card }), id: replyToId });
    } catch (error) {
      // Nobody is kept waiting for it: whoever tapped sees the answer, and old buttons are refused or harmless.
      log.warn({ error }, 'a card that was tapped could not be edited');
    }
  }

  async function answerTap(context: TurnContext, body: ReturnType<typeof message>): Promise<void> {
    await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } satisfies InvokeResponse });
  }

  /** Whoever may do nothing here gets no call to Teams for it: the command says no before it looks at whom they mean. */
  async function mentionedBy(context: TurnContext, who: Who, mentioned: readonly string[]): Promise<readonly string[]> {
    if (mentioned.length === 0 || (await desk.roles.of(who)).size === 0) return mentioned;
    return objectIds(context, mentioned);
  }

  async function whoSays({ actor: { id, name }, origin, place }: Said): Promise<Who> {
    const outsidersRead = async () => (await inTime(readers.of(rootOf(origin), 'fresh'), log))?.others ?? null;
    return { id, name: name ?? (await desk.roles.nameOf(id)), origin, place, outsidersRead };
  }

  /** Sends an answer to whoever asked for it among others. @returns the sentence for the others */
  async function privately(context: TurnContext, said: Said, content: PrivateReply): Promise<string> {
    await events.heard(context.activity);
    try {
      const sent = await outbox.send(chatOf(said.actor.id), said.origin, content, async () => undefined);
      await keepButtons(content, said.actor.id, sent);
      followUp(content, said.actor.id, sent.activityId);
      return 'The answer is in your personal chat with Signoff.';
    } catch (error) {
      if (!isRefused(error)) throw error;
      return 'Signoff answers this in a personal chat only, and can’t write to you there yet. Open a chat with Signoff and ask again.';
    }
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

type PrivateReply = Exclude<
  Reply,
  | { showCase: unknown }
  | { instead: unknown }
  | { toldByCase: unknown }
  | { openCase: unknown }
  | { forTapper: unknown }
  | { file: unknown }
>;

/** For whoever typed, there is no card that another could take the place of. */
function asCard(reply: Reply): Exclude<Reply, { instead: unknown } | { openCase: unknown } | { forTapper: unknown }> {
  if ('openCase' in reply || 'forTapper' in reply) throw new Error('nobody types what only a button does');
  return 'instead' in reply ? toCard(reply) : reply;
}

const toCard = ({ instead: card, later }: Extract<Reply, { instead: unknown }>) => ({ card, ...(later && { later }) });

const isPrivate = (reply: Reply, { personal }: Said): reply is PrivateReply =>
  !personal && ('card' in reply ? reply.forEveryone !== true : 'forAskerAlone' in reply);

/** Mentions carry Teams' ids; the roster knows whose they are. */
async function objectIds(context: TurnContext, mentioned: readonly string[]): Promise<string[]> {
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
