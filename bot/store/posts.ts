import type { Selectable, Updateable } from 'kysely';
import type { Db } from './database.ts';
import type { PostTable } from './schema.ts';

export type PostRow = Selectable<PostTable>;
export type PostKey = Pick<PostRow, 'case_id' | 'kind' | 'to_key'>;

export async function rememberConversation(db: Db, key: string, reference: unknown, at: Date): Promise<void> {
  const row = { key, reference: JSON.stringify(reference), updated_at: at.toISOString() };
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

export function readPosts(db: Db, caseId: number): Promise<PostRow[]> {
  return db.selectFrom('posts').selectAll().where('case_id', '=', caseId).execute();
}

/** The case that a message of ours is about. */
export function findPost(db: Db, activityId: string): Promise<PostRow | undefined> {
  return db.selectFrom('posts').selectAll().where('activity_id', '=', activityId).executeTakeFirst();
}

export async function ensurePost(db: Db, key: PostKey): Promise<void> {
  await db
    .insertInto('posts')
    .values({ ...key, activity_id: null, conversation_id: null, shown_hash: null, failures: 0, unreachable: 0 })
    .onConflict((on) => on.doNothing())
    .execute();
}

export async function changePost(db: Db, key: PostKey, change: Updateable<PostTable>): Promise<void> {
  await db
    .updateTable('posts')
    .set(change)
    .where('case_id', '=', key.case_id)
    .where('kind', '=', key.kind)
    .where('to_key', '=', key.to_key)
    .execute();
}

/** When we last heard from there; null when we never did. */
export async function lastHeardFrom(db: Db, key: string): Promise<string | null> {
  const row = await db.selectFrom('conversations').select('updated_at').where('key', '=', key).executeTakeFirst();
  return row?.updated_at ?? null;
}

/** Somebody can be reached (again): what was held back for them goes out. @returns the cases it is about */
export async function reachAgain(db: Db, to_key: string): Promise<number[]> {
  const held = await db
    .selectFrom('posts')
    .select('case_id')
    .distinct()
    .where('to_key', '=', to_key)
    .where('unreachable', '=', 1)
    .execute();
  await db
    .updateTable('posts')
    .set({ unreachable: 0 })
    .where('to_key', '=', to_key)
    .where('unreachable', '=', 1)
    .execute();
  return held.map(({ case_id }) => case_id);
}
