import type { CaseDesk } from '../cases/cases.ts';
import { topicOf } from '../engine/caseRecord.ts';
import { Refusal } from '../errors.ts';
import { openCases } from '../store/cases.ts';
import type { Db } from '../store/database.ts';
import { rootOf } from '../store/posts.ts';
import { changeSetting, readSetting } from '../store/settings.ts';
import { defineCommand, type Who } from './command.ts';

const setting = 'approvals-channel';
/** What the messages about the channel itself belong to. */
export const approvalsTopic = 'approvals';
const words = ['here', 'off'] as const;
type Where = (typeof words)[number];

/** Whose channel approvals go to, with everything that calls approvers; without one, to their personal chats. */
export const approvals = defineCommand<Where>({
  name: 'approvals',
  does: 'Sends approvals to the channel where it is said, or to the approvers’ own chats again.',
  roles: ['admin'],
  words: {
    usage: 'approvals here | off',
    example: '@Signoff approvals here',
    read({ text }) {
      const where = words.find((one) => one === text.trim().toLowerCase());
      if (where === undefined)
        throw new Refusal('which', 'Write “@Signoff approvals here” in a channel, or “approvals off”.');
      return where;
    },
  },

  async run(desk, who, where) {
    await desk.roles.require(who, ['admin'], 'say where approvals go', 'fresh');
    const { db } = desk.runtime;
    const before = await readSetting(db, setting);
    if (where === 'off' && before === null)
      return { text: 'Approvals go to the approvers’ own chats already; nothing was changed.' };
    const channel = where === 'off' ? null : channelOf(who);
    // Asked before anything is changed: should there be no answer, it is true that nothing was.
    const outsiders = channel === null ? false : await who.outsidersRead();
    if (channel === before) await wakeCases(desk, db);
    else await change(desk, who, channel);
    return {
      text:
        channel === null
          ? 'Approvals go to the approvers’ own chats from now on.'
          : `${toChannel(outsiders)} “@Signoff approvals off” undoes it.`,
    };
  },
});

/** @param outsiders whether some read along now; null where that is not known */
function toChannel(outsiders: boolean | null): string {
  if (outsiders === false)
    return 'Approvals come to this channel from now on, with what must be confirmed or mended. Everybody in it reads them; only approvers can decide. A case stays out of it while whoever it is about, or a guest without a role, is in its team.';
  const why =
    outsiders === null
      ? 'Teams does not let Signoff see who is in its team'
      : 'guests who may see no cases are in its team';
  return `Approvals are to come to this channel, but ${why}: until that changes, every case goes to the approvers’ own chats.`;
}

/** What was posted before is told that it goes on elsewhere. */
async function wakeCases({ runtime: { dispatcher } }: CaseDesk, on: Db): Promise<void> {
  for (const { id } of await openCases(on)) await dispatcher.wake('show', topicOf(id), { on });
  await dispatcher.wake('show', approvalsTopic, { on });
}

async function change(desk: CaseDesk, who: Who, channel: string | null): Promise<void> {
  const { db, clock, log } = desk.runtime;
  const where = channel === null ? 'the approvers’ own chats' : `the channel ${channel.replace(/^channel:/, '')}`;
  const entry = { at: clock.now(), actor: who.id, words: `${who.name} sent approvals to ${where}.` };
  // The end of the chain is kept where the database is not.
  log.info(
    { setting, ...(await changeSetting(db, setting, channel, entry, (tx) => wakeCases(desk, tx))) },
    'settings journal',
  );
}

/** @throws Refusal where approvals can't be posted, with the reason */
function channelOf({ place, origin }: Who): string {
  switch (place) {
    case 'personal':
      throw new Refusal('place', 'Write “@Signoff approvals here” in the channel that approvals are to go to.');
    case 'group':
      throw new Refusal(
        'place',
        'Approvals go to a channel of a team, not to a group chat: add Signoff to a team first.',
      );
    case 'private':
      throw new Refusal('place', 'Signoff works in standard channels alone. Choose one of these.');
    case 'shared':
      throw new Refusal(
        'place',
        'People of other organizations may be in a shared channel. Choose a standard channel.',
      );
    case 'standard':
      return rootOf(origin);
  }
}
