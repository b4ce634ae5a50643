import type { Activity } from 'botbuilder';
import { z } from 'zod';
import type { Runtime } from '../engine/runtime.ts';
import { topicsInChannels } from '../store/posts.ts';
import type { ChannelReaders } from './channelReaders.ts';

/** Who came, by object id. Teams names the bot among them, which has none. */
const came = z.array(z.object({ aadObjectId: z.string().optional().catch(undefined) })).catch([]);

export interface TeamEvents {
  /** Somebody came or went, in a team or a chat. */
  changed(activity: Activity): Promise<void>;
  /** What Teams told while nobody listened is not told again. */
  catchUp(): Promise<void>;
}

/** What Teams tells of a team without anybody speaking. Its events name the team and not the channel: all channels are looked at. */
export function teamEvents(
  { db, dispatcher }: Pick<Runtime, 'db' | 'dispatcher'>,
  readers: Pick<ChannelReaders, 'forget'>,
): TeamEvents {
  async function lookAgain(subjects: readonly string[]): Promise<void> {
    readers.forget();
    for (const topic of await topicsInChannels(db, subjects)) await dispatcher.wake('show', topic);
  }

  return {
    async changed({ conversation, membersAdded }) {
      if (conversation.conversationType === 'personal') return;
      // A case that is over stays in its channel, but not for the person whom it is about.
      await lookAgain(came.parse(membersAdded).flatMap(({ aadObjectId }) => aadObjectId?.toLowerCase() ?? []));
    },
    catchUp: () => lookAgain([]),
  };
}
