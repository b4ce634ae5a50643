import type { Selectable, Updateable } from 'kysely';
import type { Db } from './database.ts';
import { readRow, type Stored } from './rows.ts';
import type { PostTable } from './schema.ts';

const columns = { json: [], flags: ['sending', 'unreachable'] } as const;

/** A message of ours. `copy` is 0, or counts messages that went out more than once. */
export type Post = Stored<Selectable<PostTable>, typeof columns>;
type PostKey = Pick<Post, 'topic' | 'kind' | 'toKey' | 'copy'>;
const toPost = (row: Selectable<PostTable>): Post => readRow(row, columns);

export async function rememberConversation(db: Db, key: string, reference: unknown, at: Date): Promise<void> {
  const row = { key, reference: JSON.stringify(reference), updatedAt: at.toISOString() };
  await db
    .insertInto('conversations')
    .values(row)
    .onConflict((on) => on.column('key').doUpdateSet(row))
    .execute();
}

export async function findConversation(db: Db, key: string): Promise<unknown> {
  const row = await db.selectFrom('conversations').select('reference').where('key', '=', key).executeTakeFirst();
  return row === undefined ? undefined : JSON.parse(row.reference);
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
};

export interface WantedPost {
  to: string;
  kind: string;
  /** Whose chat it is, where the requester is told whom it reached. */
  name?: string;
}

/** All of them or none: whoever is not told because of a crash would never be. */
export async function ensurePosts(db: Db, topic: string, wanted: readonly WantedPost[]): Promise<void> {
  if (wanted.length === 0) return;
  await db
    .insertInto('posts')
    .values(wanted.map(({ to, kind, name = null }) => ({ ...unsent, topic, kind, toKey: to, toName: name })))
    .onConflict((on) => on.doNothing())
    .execute();
}

/** The same message once more, at the end of the chat. */
export async function sendAnew(db: Db, { topic, kind, toKey }: Omit<PostKey, 'copy'>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { last } = await tx
      .selectFrom('posts')
      .select(({ fn }) => fn.max('copy').as('last'))
      .where('topic', '=', topic)
      .where('kind', '=', kind)
      .where('toKey', '=', toKey)
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('posts')
      .values({ ...unsent, topic, kind, toKey, toName: null, copy: last === null ? 0 : Number(last) + 1 })
      .execute();
  });
}

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
    const known = await tx
      .selectFrom('posts')
      .selectAll()
      .where('topic', '=', topic)
      .where('kind', '=', kind)
      .where('toKey', '=', toKey)
      .execute();
    const same = known.find(({ activityId }) => activityId === null || activityId === sent.activityId);
    const copy = same?.copy ?? known.length;
    const toName = known[0]?.toName ?? null;
    if (same === undefined)
      await tx
        .insertInto('posts')
        .values({ ...unsent, topic, kind, toKey, toName, copy })
        .execute();
    await changePost(tx, { topic, kind, toKey, copy }, { ...sent, shownHash, sending: 0, failures: 0, againAt: null });
    return { ...unsent, topic, kind, toKey, toName, copy, ...sent, shownHash, sending: false, unreachable: false };
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
  const row = await db.selectFrom('conversations').select('updatedAt').where('key', '=', key).executeTakeFirst();
  return row?.updatedAt ?? null;
}

/** Somebody can be reached (again): what was held back for them goes out. @returns the topics it is about */
export async function reachAgain(db: Db, toKey: string): Promise<string[]> {
  const held = await db
    .updateTable('posts')
    .set({ unreachable: 0 })
    .where('toKey', '=', toKey)
    .where('unreachable', '=', 1)
    .returning('topic')
    .execute();
  return [...new Set(held.map(({ topic }) => topic))];
}
