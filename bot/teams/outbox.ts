import {
  type Activity,
  ActivityTypes,
  CardFactory,
  type ConversationParameters,
  type ConversationReference,
  type TurnContext,
} from 'botbuilder';
import pTimeout from 'p-timeout';
import { z } from 'zod';
import { cleanText } from '../cards/text.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../store/database.ts';
import { findConversation, rememberConversation } from '../store/posts.ts';
import type { PostContent } from './casePosts.ts';
import type { Connector } from './connector.ts';
import { channel } from './token.ts';

export interface Sent {
  activityId: string;
  conversationId: string;
}

/** Speaks first, in conversations that are known. @throws with a `statusCode` when Teams refused */
export interface Outbox {
  /**
   * @param from a conversation that is known: the personal chat of somebody new is opened at its Bot Connector, of which there is one for each region
   * @param late is told of a message that went out although it had been given up
   */
  send(to: string, from: string, content: PostContent, late: (sent: Sent) => Promise<void>): Promise<Sent>;
  edit(to: string, activityId: string, content: PostContent): Promise<void>;
}

export interface OutboxSettings {
  connector: Connector;
  db: Db;
  clock: Clock;
  clientId: string;
  tenantId: string;
  /** Milliseconds that Teams may take. */
  answerMs?: number;
}

const served = z.object({ serviceUrl: z.string() });

export function openOutbox({ connector, db, clock, clientId, tenantId, answerMs = 20_000 }: OutboxSettings): Outbox {
  /** The library waits for ever. */
  const within = <T>(work: Promise<T>): Promise<T> =>
    pTimeout(work, { milliseconds: answerMs, message: `Teams did not answer within ${answerMs / 1000} s` });

  async function send(to: string, from: string, content: PostContent): Promise<Sent> {
    let sent: Sent = { activityId: '', conversationId: '' };
    const speak = async (context: TurnContext) => {
      onlyOnce(context);
      const response = await context.sendActivity(toActivity(content));
      sent = { activityId: response?.id ?? '', conversationId: context.activity.conversation.id.split(';')[0] ?? '' };
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
      'https://api.botframework.com',
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
    async send(to, from, content, late) {
      const sending = send(to, from, content);
      let givenUp = false;
      // It goes on after it was given up: what it sent must not be nobody's.
      const followed = sending.then(async (sent) => {
        if (givenUp) await late(sent);
      });
      followed.catch(() => {
        givenUp = true;
      });
      try {
        return await within(sending);
      } catch (error) {
        givenUp = true;
        throw error;
      }
    },
    async edit(to, activityId, content) {
      const reference = await findConversation(db, to);
      await within(
        connector.continueConversationAsync(clientId, reference as Partial<ConversationReference>, async (context) => {
          onlyOnce(context);
          await context.updateActivity({ ...toActivity(content), id: activityId });
        }),
      );
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
