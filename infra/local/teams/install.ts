import { randomUUID } from 'node:crypto';
import type { BotClient } from './botClient.ts';
import type { Conversation } from './conversations.ts';
import type { Person } from './types.ts';

const underway = new WeakMap<Conversation, Promise<void>>();

/** Tells the bot that it was added, once per conversation; tried again as long as the bot can't be reached. */
export async function install(bot: BotClient, conversation: Conversation, person: Person): Promise<void> {
  conversation.members.add(person.id);
  if (conversation.installed) return;
  let work = underway.get(conversation);
  if (!work) {
    work = add(bot, conversation, person).finally(() => underway.delete(conversation));
    underway.set(conversation, work);
  }
  await work;
}

async function add(bot: BotClient, conversation: Conversation, person: Person): Promise<void> {
  const channel = conversation.place === 'channel';
  const answer = await bot.send(
    bot.activity(person, conversation, undefined, {
      type: 'installationUpdate',
      action: 'add',
      id: `f:${randomUUID()}`,
      channelData: {
        settings: { selectedChannel: { id: conversation.id } },
        source: { name: 'message' },
      },
    }),
  );
  conversation.installed = answer.status !== 0;
  if (!conversation.installed) return;
  await bot.send(
    bot.activity(person, conversation, undefined, {
      type: 'conversationUpdate',
      membersAdded: channel ? [{ id: bot.bot.id }] : [bot.account(person), { id: bot.bot.id }],
      ...(channel ? { channelData: { eventType: 'teamMemberAdded' } } : {}),
    }),
  );
}
