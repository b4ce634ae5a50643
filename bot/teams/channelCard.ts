import type { Card } from '../cards/card.ts';
import { shorten } from '../cards/stepLines.ts';
import { cleanText } from '../cards/text.ts';
import type { Actor } from '../cases/actor.ts';
import type { Db } from '../store/database.ts';
import type { Post } from '../store/posts.ts';
import { readSetting } from '../store/settings.ts';

/** Where approvals go in place of the approvers’ own chats; one that can’t be posted in any more is lost. */
export async function approvalsChannel(
  db: Db,
  posts: readonly Post[],
): Promise<{ channel: string | null; lost: boolean }> {
  const set = await readSetting(db, 'approvals-channel');
  const lost = set !== null && posts.some(({ toKey, unreachable }) => toKey === set && unreachable);
  return { channel: lost ? null : set, lost };
}

/** Teams draws no more mentions than that as such, and nobody reads more. */
const mostMentions = 20;
/** Each stands on the card three times. */
const longestName = 60;
/** Teams refreshes a card by itself for so many at most. */
const mostRefreshed = 60;

interface Called {
  caseId: number;
  /** Who must act now: they are mentioned, which rings. */
  names: readonly Actor[];
  /** Teams' ids of those among them that are known: they see by themselves what they may do. */
  ids: readonly string[];
}

/** A card that many read: each sees by a refresh, or by a tap, what they may do; nobody’s buttons are on it. */
export function inChannel({ content, summary }: Card, { caseId, names, ids }: Called): Card {
  const mentioned = names
    .slice(0, mostMentions)
    .map(({ id, name }) => ({ id, name: shorten(cleanText(name).replace(/[<>]/g, ''), longestName) }));
  const more = names.length - mentioned.length;
  const call = {
    type: 'TextBlock',
    text: `Waits for ${mentioned.map(({ name }) => `<at>${name}</at>`).join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    wrap: true,
    size: 'Small',
  };
  const view = { type: 'Action.Execute', verb: 'view', data: { case: caseId } };
  const { body, actions, msteams, ...card } = content as { body: unknown[]; actions?: unknown[]; msteams?: object };
  return {
    summary,
    content: {
      ...card,
      body: [...body, ...(mentioned.length > 0 ? [call] : [])],
      actions: [...(actions ?? []), { ...view, title: 'Open my view' }],
      msteams: {
        ...msteams,
        entities: mentioned.map(({ id, name }) => ({
          type: 'mention',
          text: `<at>${name}</at>`,
          mentioned: { id, name },
        })),
      },
      ...(ids.length > 0 && { refresh: { action: view, userIds: ids.slice(0, mostRefreshed) } }),
    },
  };
}
