import { randomUUID } from 'node:crypto';
import type { Apps } from './apps.ts';
import type { BotClient } from './botClient.ts';
import type { Conversation, Conversations } from './conversations.ts';
import type { People } from './people.ts';
import type { Team } from './team.ts';
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
  const channel = conversation.place !== 'personal';
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

/** Tells the bot who has come into the team: as an event of the team, whatever channel they came for. */
export async function tellJoined(bot: BotClient, team: Team, channel: Conversation, person: Person): Promise<void> {
  await bot.send(
    bot.activity(person, channel, undefined, {
      type: 'conversationUpdate',
      membersAdded: [bot.account(person)],
      conversation: { isGroup: true, conversationType: 'channel', id: team.id },
      channelData: { eventType: 'teamMemberAdded', teamsChannelId: team.id, channel: undefined },
    }),
  );
}

/** What a person, or an admin for them, does with the bot's app. */
export interface Installer {
  hasApp(personUpn: string): Promise<boolean>;
  setApp(personUpn: string, installed: boolean): Promise<void>;
  /** The same with the team's, whose owner this person is. */
  setTeamApp(personUpn: string, installed: boolean): Promise<void>;
}

export function openInstaller(bot: BotClient, people: People, conversations: Conversations, apps: Apps): Installer {
  return {
    hasApp: async (upn) => apps.has(await people.known(upn)),
    async setApp(upn, installed) {
      const person = await people.known(upn);
      const chat = conversations.personal(person);
      apps.set(person, installed);
      conversations.changed(chat);
      await (installed ? install : uninstall)(bot, chat, person);
    },
    async setTeamApp(upn, installed) {
      const person = await people.known(upn);
      apps.inTeam = installed;
      await (installed ? install : uninstall)(bot, conversations.channel(), person);
    },
  };
}

/** Tells the bot that it was removed; what was said stays. */
async function uninstall(bot: BotClient, conversation: Conversation, person: Person): Promise<void> {
  await underway.get(conversation);
  if (!conversation.installed) return;
  conversation.installed = false;
  await bot.send(bot.activity(person, conversation, undefined, { type: 'installationUpdate', action: 'remove' }));
}
