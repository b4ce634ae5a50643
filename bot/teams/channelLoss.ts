import { chatOf } from '../cases/audience.ts';
import type { Roles } from '../cases/roles.ts';
import { approvalsTopic } from '../commands/approvals.ts';
import type { Runtime } from '../engine/runtime.ts';
import { noteFinding, readSetting } from '../store/settings.ts';
import type { TopicOwner } from './topic.ts';

/** Notes whether the approvals channel is lost, whichever case finds it. */
export function noteLoss({ db, clock, dispatcher }: Pick<Runtime, 'db' | 'clock' | 'dispatcher'>, lost: boolean) {
  return noteFinding(db, 'approvals-lost-at', lost ? clock.now() : null, (on) =>
    dispatcher.wake('show', approvalsTopic, { on }),
  );
}

/** Tells the admins that the approvals channel was lost: once each time, for all cases. */
export function lossPosts({ db }: Pick<Runtime, 'db'>, roles: Pick<Roles, 'holders'>): TopicOwner {
  return {
    async read(topic) {
      if (topic !== approvalsTopic) return null;
      const channel = await readSetting(db, 'approvals-channel');
      const lostAt = channel === null ? null : await readSetting(db, 'approvals-lost-at');
      const now = lostAt === null ? null : `lost:${Math.floor(Date.parse(lostAt) / 1000)}`;
      return {
        wanted: [],
        more: async () =>
          now === null ? [] : (await roles.holders('admin')).map(({ id }) => ({ to: chatOf(id), kind: now })),
        sendsTo: (_to, kind) => kind === now,
        showsTo: (_to, kind) => ({ text: kind === now ? lost : over(channel) }),
        order: (a, b) => a.localeCompare(b),
        speaksIn: channel ?? '',
      };
    },
  };
}

const lost =
  'Signoff can’t post in the approvals channel any more, so approvals go to the approvers’ own chats. Write “@Signoff approvals here” in another channel, or “approvals off”.';
const over = (channel: string | null) =>
  `Signoff could not post in the approvals channel for a while. Approvals go to ${channel === null ? 'the approvers’ own chats' : 'a channel again'} by now.`;
