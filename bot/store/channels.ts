import { sql } from 'kysely';
import type { Db } from './database.ts';
import { rootOf } from './posts.ts';

export async function knownChannels(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('conversations').select('key').where('key', 'like', 'channel:%').execute();
  return rows.map(({ key }) => key);
}

/** Topics of the cases that stand in a channel. */
export async function topicsInChannels(db: Db, which: 'open' | 'all'): Promise<string[]> {
  const rows = await db
    .selectFrom('posts')
    .innerJoin('cases', (on) => on.on(sql`'case/' || cases.id`, '=', sql.ref('posts.topic')))
    .select('topic')
    .distinct()
    .where('toKey', 'like', 'channel:%')
    .where('activityId', 'is not', null)
    .$if(which === 'open', (query) => query.where('openSubjectId', 'is not', null))
    .execute();
  return rows.map(({ topic }) => topic);
}

/** Topics of the open cases of which something stands there, or is to. */
export async function openTopicsIn(db: Db, toKey: string): Promise<string[]> {
  const rows = await db
    .selectFrom('posts')
    .innerJoin('cases', (on) => on.on(sql`'case/' || cases.id`, '=', sql.ref('posts.topic')))
    .select('topic')
    .distinct()
    .where('toKey', '=', rootOf(toKey))
    .where('openSubjectId', 'is not', null)
    .execute();
  return rows.map(({ topic }) => topic);
}
