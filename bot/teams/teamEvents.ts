import { type Activity, TurnContext } from 'botbuilder';
import { chatOf } from '../cases/audience.ts';
import type { Runtime } from '../engine/runtime.ts';
import { knownChannels, openTopicsIn, topicsInChannels } from '../store/channels.ts';
import { reachAgain, rememberConversation } from '../store/posts.ts';
import type { ChannelReaders } from './channelReaders.ts';

export interface TeamEvents {
  /** Somebody spoke, or tapped a card: Signoff can speak there as well. */
  heard(activity: Activity): Promise<void>;
  /** Somebody came or went, perhaps Signoff itself, in a team or a chat. */
  changed(activity: Activity): Promise<void>;
  installed(activity: Activity): Promise<void>;
  /** What Teams told while nobody listened is not told again. */
  catchUp(): Promise<void>;
}

/** What Teams tells of places. Its events name the team and not the channel: all channels are looked at. */
export function teamEvents(
  { db, clock, dispatcher }: Pick<Runtime, 'db' | 'clock' | 'dispatcher'>,
  readers: Pick<ChannelReaders, 'forget'>,
): TeamEvents {
  async function wake(topics: readonly string[]): Promise<void> {
    for (const topic of new Set(topics)) await dispatcher.wake('show', topic);
  }

  async function lookAgain(at: 'open' | 'all'): Promise<void> {
    readers.forget();
    await wake(await topicsInChannels(db, at));
  }

  /** What was held back for a place goes out; a channel that was given up is there again for every case. */
  async function takeUp(key: string): Promise<void> {
    const held = await reachAgain(db, key);
    if (held.length > 0) await wake([...held, ...(await openTopicsIn(db, key))]);
  }

  async function heard(activity: Activity): Promise<void> {
    const aadObjectId = activity.from.aadObjectId?.toLowerCase();
    const personal = isPersonalChat(activity);
    if (personal && aadObjectId === undefined) return;
    const key = personal ? chatOf(aadObjectId ?? '') : `channel:${activity.conversation.id}`;
    await rememberConversation(db, key, TurnContext.getConversationReference(activity), clock.now());
    await takeUp(key);
  }

  return {
    heard,
    async changed(activity) {
      if (isPersonalChat(activity)) return;
      // What is over stays in its channel, but not before those whom it is about: who came may be one of several.
      await lookAgain((activity.membersAdded ?? []).length > 0 ? 'all' : 'open');
    },
    async installed(activity) {
      await heard(activity);
      if (isPersonalChat(activity)) return;
      for (const key of await knownChannels(db)) await takeUp(key);
      await lookAgain('open');
    },
    catchUp: () => lookAgain('all'),
  };
}

const isPersonalChat = ({ conversation }: Activity): boolean => conversation.conversationType === 'personal';
