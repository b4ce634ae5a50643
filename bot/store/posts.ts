import type { Selectable, Updateable } from 'kysely';
import { z } from 'zod';
import type { Db, Tx } from './database.ts';
import { readRow, type Stored } from './rows.ts';
import type { PostTable } from './schema.ts';

const columns = { json: [], flags: ['sending', 'unreachable', 'replaced'] } as const;

/** A message of ours. `copy` is 0, or counts messages that went out more than once. */
export type Post = Stored<Selectable<PostTable>, typeof columns>;
type PostKey = Pick<Post, 'topic' | 'kind' | 'toKey' | 'copy'>;
const toPost = (row: Selectable<PostTable>): Post => readRow(row, columns);

/** A channel has many threads, which come and go; how to reach it is known once. */
export const rootOf = (key: string): string => key.split(';')[0] ?? key;

const ofChannel = z.looseObject({ conversation: z.looseObject({ id: z.string() }) });

export async function rememberConversation(db: Db, of: string, reference: unknown, at: Date): Promise<void> {
  const key = rootOf(of);
  const row = {
    key,
    reference: JSON.stringify(key === of ? reference : atRoot(reference)),
    updatedAt: at.toISOString(),
  };
  await db
    .insertInto('conversations')
    .values(row)
    .onConflict((on) => on.column('key').doUpdateSet(row))
    .execute();
}

export async function findConversation(db: Db, key: string): Promise<unknown> {
  const root = rootOf(key);
  const row = await db.selectFrom('conversations').select('reference').where('key', '=', root).executeTakeFirst();
  if (row === undefined) return undefined;
  const reference: unknown = JSON.parse(row.reference);
  return root === key ? reference : inThread(reference, key);
}

/** What Signoff says first in a channel begins a thread of its own. */
function atRoot(reference: unknown): unknown {
  const { conversation, activityId: _, ...rest } = ofChannel.parse(reference);
  return { ...rest, conversation: { ...conversation, id: rootOf(conversation.id) } };
}

function inThread(reference: unknown, key: string): unknown {
  const { conversation, ...rest } = ofChannel.parse(reference);
  return { ...rest, conversation: { ...conversation, id: key.slice(key.indexOf(':') + 1) } };
}

export async function readPosts(db: Db, topic: string): Promise<Post[]> {
  return (await db.selectFrom('posts').selectAll().where('topic', '=', topic).execute()).map(toPost);
}

/** The message of ours with this id in this conversation: ids are unique only there. */
export async function findPost(db: Db, conversationId: string, activityId: string): Promise<Post | undefined> {
  const row = await db
    .selectFrom('posts')
    .selectAll()
    .where('conversationId', '=', conversationId)
    .where('activityId', '=', activityId)
    .executeTakeFirst();
  return row && toPost(row);
}

const unsent = {
  copy: 0,
  activityId: null,
  conversationId: null,
  shownHash: null,
  sending: 0,
  doubts: 0,
  againAt: null,
  failures: 0,
  unreachable: 0,
  replaced: 0,
};

export interface WantedPost {
  to: string;
  kind: string;
  /** Whose chat it is, where the requester is told whom it reached. */
  name?: string;
  /** Counts as made and is not sent: something else that is new says the same there. */
  spared?: true;
}

/** All of them or none: whoever is not told because of a crash would never be. */
export async function ensurePosts(db: Db, topic: string, wanted: readonly WantedPost[]): Promise<void> {
  if (wanted.length === 0) return;
  await db
    .insertInto('posts')
    .values(
      wanted.map(({ to, kind, name = null, spared }) => ({
        ...unsent,
        topic,
        kind,
        toKey: to,
        toName: name,
        replaced: spared ? 1 : 0,
      })),
    )
    .onConflict((on) => on.doNothing())
    .execute();
}

/** The same message once more, at the end of the chat; what stands further up says so. */
export async function sendAnew(db: Db, { topic, kind, toKey }: Omit<PostKey, 'copy'>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const known = await copiesOf(tx, { topic, kind, toKey });
    const said = known.filter(({ replaced, shownHash, copy }) => replaced === 1 && shownHash !== null && copy > 0);
    // Of the first copy it is told whom it has reached.
    for (const { copy } of said)
      await tx
        .deleteFrom('posts')
        .where('topic', '=', topic)
        .where('kind', '=', kind)
        .where('toKey', '=', toKey)
        .where('copy', '=', copy)
        .execute();
    for (const { copy } of known.filter(({ replaced }) => replaced === 0))
      await changePost(tx, { topic, kind, toKey, copy }, { replaced: 1, shownHash: null });
    await tx
      .insertInto('posts')
      .values({ ...unsent, topic, kind, toKey, toName: null, copy: nextCopy(known) })
      .execute();
  });
}

const copiesOf = (tx: Tx, { topic, kind, toKey }: Omit<PostKey, 'copy'>): Promise<Selectable<PostTable>[]> =>
  tx
    .selectFrom('posts')
    .selectAll()
    .where('topic', '=', topic)
    .where('kind', '=', kind)
    .where('toKey', '=', toKey)
    .execute();

const nextCopy = (known: readonly { copy: number }[]): number => Math.max(-1, ...known.map(({ copy }) => copy)) + 1;

/** Notes that something is about to leave. @returns whether the last time nobody knows whether it did */
export async function beginSending(db: Db, post: Post): Promise<boolean> {
  const doubts = post.sending ? post.doubts + 1 : post.doubts;
  await changePost(db, post, { sending: 1, doubts });
  return post.sending;
}

export async function changePost(
  db: Db,
  { topic, kind, toKey, copy }: PostKey,
  change: Updateable<PostTable>,
): Promise<void> {
  await db
    .updateTable('posts')
    .set(change)
    .where('topic', '=', topic)
    .where('kind', '=', kind)
    .where('toKey', '=', toKey)
    .where('copy', '=', copy)
    .execute();
}

/** A message that went out. One that went out a second time is kept up to date like the first from now on. */
export async function recordSent(
  db: Db,
  { topic, kind, toKey }: PostKey,
  sent: { activityId: string; conversationId: string },
  shownHash: string | null,
): Promise<Post> {
  return db.transaction().execute(async (tx) => {
    const known = await copiesOf(tx, { topic, kind, toKey });
    const same =
      known.find(({ activityId }) => activityId === sent.activityId) ??
      known.find(({ activityId, replaced }) => activityId === null && replaced === 0);
    const copy = same?.copy ?? nextCopy(known);
    const toName = known[0]?.toName ?? null;
    if (same === undefined)
      await tx
        .insertInto('posts')
        .values({ ...unsent, topic, kind, toKey, toName, copy })
        .execute();
    await changePost(tx, { topic, kind, toKey, copy }, { ...sent, shownHash, sending: 0, failures: 0, againAt: null });
    return {
      ...unsent,
      topic,
      kind,
      toKey,
      toName,
      copy,
      ...sent,
      shownHash,
      sending: false,
      unreachable: false,
      replaced: false,
    };
  });
}

/** A message of this topic in this conversation of which it is not known whether, or how often, it went out. */
export async function findDoubtful(db: Db, topic: string, toKey: string): Promise<Post[]> {
  const rows = await db
    .selectFrom('posts')
    .selectAll()
    .where('topic', '=', topic)
    .where('toKey', '=', toKey)
    .where('copy', '=', 0)
    .where((is) => is.or([is('doubts', '>', 0), is('sending', '=', 1)]))
    .execute();
  return rows.map(toPost);
}

/** When we last heard from there; null when we never did. */
export async function lastHeardFrom(db: Db, key: string): Promise<string | null> {
  const heard = db.selectFrom('conversations').select('updatedAt').where('key', '=', rootOf(key));
  return (await heard.executeTakeFirst())?.updatedAt ?? null;
}

/** Whether something could not be sent there since we last heard from there. */
export async function isUnreachable(db: Db, toKey: string): Promise<boolean> {
  const found = db.selectFrom('posts').select('topic').where('toKey', '=', toKey).where('unreachable', '=', 1);
  return (await found.limit(1).executeTakeFirst()) !== undefined;
}

/** Somebody can be reached (again): what was held back for them goes out. @returns the topics it is about */
export async function reachAgain(db: Db, toKey: string): Promise<string[]> {
  const root = rootOf(toKey);
  const held = await db
    .updateTable('posts')
    .set({ unreachable: 0 })
    .where((is) => is.or([is('toKey', '=', root), is('toKey', 'like', `${root};%`)]))
    .where('unreachable', '=', 1)
    .returning('topic')
    .execute();
  return [...new Set(held.map(({ topic }) => topic))];
}
