import {
  type Activity,
  ActivityTypes,
  CardFactory,
  type ConversationParameters,
  type ConversationReference,
  TeamsInfo,
  type TurnContext,
} from 'botbuilder';
import { z } from 'zod';
import { cleanText } from '../cards/text.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../store/database.ts';
import { findConversation, rememberConversation } from '../store/posts.ts';
import { threadIn } from './calls.ts';
import type { Connector } from './connector.ts';
import type { Call, TeamsPace } from './pacing.ts';
import type { PostContent } from './postContent.ts';
import { isRefused } from './refusals.ts';
import { channel } from './token.ts';

export interface Sent {
  activityId: string;
  conversationId: string;
}

/** Speaks first, in conversations that are known. @throws with a `statusCode` when Teams refused */
export interface Outbox {
  /**
   * @param from a conversation that is known: the personal chat of somebody new is opened at its Bot Connector, of which there is one for each region
   * @param leaving is awaited just before the message leaves: until then nothing is out
   */
  send(to: string, from: string, content: PostContent, leaving: () => Promise<void>): Promise<Sent>;
  edit(to: string, activityId: string, content: PostContent): Promise<void>;
  /** Everybody in the conversation, of a channel in its team; null where Teams does not tell. */
  members(of: string): Promise<readonly unknown[] | null>;
  /**
   * After how many milliseconds to come back with a message, drawn anew by then; 0 for now. An edit comes back whenever the chat
   * has no room for it, so that many of them are one; a new message waits for some seconds by itself.
   * @param what is the same when it comes back
   */
  comeBackIn(to: string, edit: boolean, what: string): Promise<number>;
}

export interface OutboxSettings {
  connector: Connector;
  db: Db;
  clock: Clock;
  clientId: string;
  tenantId: string;
  botConnector: string;
  pace: TeamsPace;
}

/** What a new message waits for without giving up its place. */
const longestWaitMs = 3000;

const membersAtOnce = 500;
/** More than Teams lets into a team. */
const mostMembers = 50_000;

const served = z.object({ serviceUrl: z.string() });

const known = z.object({ conversation: z.object({ id: z.string() }) });

export function openOutbox({ connector, db, clock, clientId, tenantId, botConnector, pace }: OutboxSettings): Outbox {
  async function callTo(to: string, edit: boolean): Promise<Call> {
    const { data } = known.safeParse(await findConversation(db, to));
    return { thread: data === undefined ? null : threadIn(data.conversation.id), edit };
  }

  async function send(to: string, from: string, content: PostContent, leaving: () => Promise<void>): Promise<Sent> {
    let sent: Sent = { activityId: '', conversationId: '' };
    const speak = async (context: TurnContext) => {
      onlyOnce(context);
      await leaving();
      const response = await context.sendActivity(toActivity(content));
      sent = { activityId: response?.id ?? '', conversationId: threadIn(context.activity.conversation.id) };
    };
    const reference = await findConversation(db, to);
    if (reference === undefined) await openPersonalChat(to, from, speak);
    else await connector.continueConversationAsync(clientId, reference as Partial<ConversationReference>, speak);
    return sent;
  }

  async function openPersonalChat(
    to: string,
    from: string,
    speak: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    const { serviceUrl } = served.parse(await findConversation(db, from));
    const parameters = {
      isGroup: false,
      bot: { id: `28:${clientId}`, name: 'Signoff' },
      members: [{ id: to.replace(/^user:/, ''), name: '' }],
      tenantId,
      channelData: { tenant: { id: tenantId } },
    };
    await connector.createConversationAsync(
      clientId,
      channel,
      serviceUrl,
      botConnector,
      // The type asks for a first message as well; Teams takes none.
      parameters as ConversationParameters,
      async (context) => {
        const { activity } = context;
        const found = {
          conversation: activity.conversation,
          serviceUrl: activity.serviceUrl || serviceUrl,
          channelId: channel,
          bot: parameters.bot,
        };
        await rememberConversation(db, to, found, clock.now());
        await speak(context);
      },
    );
  }

  return {
    send,
    async edit(to, activityId, content) {
      const reference = await findConversation(db, to);
      await connector.continueConversationAsync(
        clientId,
        reference as Partial<ConversationReference>,
        async (context) => {
          onlyOnce(context);
          await context.updateActivity({ ...toActivity(content), id: activityId });
        },
      );
    },
    async members(of) {
      const reference = await findConversation(db, of);
      if (reference === undefined) return null;
      const all: unknown[] = [];
      try {
        await connector.continueConversationAsync(
          clientId,
          reference as Partial<ConversationReference>,
          async (context) => {
            let token: string | undefined;
            do {
              const page = await TeamsInfo.getPagedMembers(context, membersAtOnce, token);
              all.push(...page.members);
              token = page.continuationToken || undefined;
            } while (token !== undefined && all.length < mostMembers);
            // Whoever is not looked at may be anybody.
            if (token !== undefined) throw new Error(`more than ${mostMembers} people are in ${of}`);
          },
        );
      } catch (error) {
        if (isRefused(error)) return null;
        throw error;
      }
      return all;
    },
    async comeBackIn(to, edit, what) {
      const call = await callTo(to, edit);
      return !edit && pace.roomIn(call) <= longestWaitMs ? 0 : pace.comeBackIn(call, what);
    },
  };
}

interface RetryingClient {
  client: { pipeline: { removePolicy(which: { name: string }): unknown } };
}

/**
 * The library sends by itself again what got no clear answer: the message would be there twice, and the first would be
 * nobody's. Whoever called knows what to make of it.
 */
function onlyOnce({ adapter, turnState }: TurnContext): void {
  turnState
    .get<RetryingClient>(adapter.ConnectorClientKey)
    .client.pipeline.removePolicy({ name: 'defaultRetryPolicy' });
}

export function toActivity(content: PostContent): Partial<Activity> {
  if ('text' in content) return { type: ActivityTypes.Message, text: cleanText(content.text), textFormat: 'plain' };
  return {
    type: ActivityTypes.Message,
    summary: cleanText(content.card.summary),
    attachments: [CardFactory.adaptiveCard(content.card.content)],
  };
}
