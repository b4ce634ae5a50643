import { isPersonal } from '../cases/audience.ts';
import type { CaseView } from '../cases/caseView.ts';
import { caseState } from '../engine/states.ts';
import type { Db } from '../store/database.ts';
import { isUnreachable, type Post } from '../store/posts.ts';
import { readSetting } from '../store/settings.ts';
import type { ChannelReaders, Member } from './channelReaders.ts';

/** Where the approvals of one case go. */
export interface ApprovalsPlace {
  /** In place of the approvers’ own chats. */
  channel: string | null;
  /** Why nothing goes to the channel that was set: it is refused there, or Teams does not let it be known who reads it. */
  lost: 'refused' | 'unknown' | null;
  /** Who keeps this case out of the channel. */
  apart: 'subject' | 'guests' | null;
  /** Channels that show what they have of the case. */
  shows: ReadonlySet<string>;
  members: readonly Member[];
}

/** @param fresh as {@link ChannelReaders} has it @throws while Teams does not answer who is in the channel’s team: until then nothing goes there, or elsewhere instead */
export async function approvalsPlace(
  db: Db,
  readers: ChannelReaders,
  view: CaseView,
  posts: readonly Post[],
  fresh?: 'fresh',
): Promise<ApprovalsPlace> {
  const { row, playbook, subject } = view;
  const set = await readSetting(db, 'approvals-channel');
  const isLost = set !== null && (await isUnreachable(db, set));
  const aim = isLost ? null : set;
  const apart = aim === null ? null : await whoKeepsOut(aim);
  const channel = apart === null ? aim : null;
  const members = channel === null ? [] : ((await readers.of(channel))?.members ?? []);
  // What is over stays where it was: nothing of it goes on elsewhere.
  const old = caseState(row.state).closed ? channelsIn(posts).filter((one) => one !== aim && one !== row.origin) : [];
  const readable = await Promise.all(old.map(async (one) => ((await whoKeepsOut(one)) === null ? [one] : [])));
  return {
    channel,
    lost: isLost ? 'refused' : apart === 'unknown' ? 'unknown' : null,
    apart: apart === 'unknown' ? null : apart,
    shows: new Set([...(channel === null ? [] : [channel]), ...readable.flat()]),
    members,
  };

  async function whoKeepsOut(one: string): Promise<'subject' | 'guests' | 'unknown' | null> {
    const known = await readers.of(one, fresh);
    if (known === null) return 'unknown';
    if (known.members.some(({ id }) => id !== null && playbook.subject.isOf(subject, id))) return 'subject';
    return known.others ? 'guests' : null;
  }
}

/** Whether an approver reads it in their own chat: where there is no channel, or none that they are a member of. */
export const isToldAlone = ({ channel, members }: ApprovalsPlace, personId: string): boolean =>
  channel === null || !members.some(({ id }) => id === personId);

const channelsIn = (posts: readonly Post[]): string[] => [
  ...new Set(posts.flatMap(({ toKey }) => (isPersonal(toKey) ? [] : [toKey]))),
];
