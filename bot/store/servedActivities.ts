import type { Db } from './database.ts';

/** Far longer than Teams goes on trying. */
const keptMs = 24 * 60 * 60 * 1000;

/** Whether a message or a tap of this conversation was carried out and answered before. */
export async function wasServed(db: Db, conversationId: string, activityId: string): Promise<boolean> {
  const row = await db
    .selectFrom('servedActivities')
    .select('at')
    .where('conversationId', '=', conversationId)
    .where('activityId', '=', activityId)
    .executeTakeFirst();
  return row !== undefined;
}

export async function noteServed(db: Db, conversationId: string, activityId: string, at: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx
      .deleteFrom('servedActivities')
      .where('at', '<', new Date(at.getTime() - keptMs).toISOString())
      .execute();
    await tx
      .insertInto('servedActivities')
      .values({ conversationId, activityId, at: at.toISOString() })
      .onConflict((on) => on.doNothing())
      .execute();
  });
}
