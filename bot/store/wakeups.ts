import type { Selectable } from 'kysely';
import type { Db } from './database.ts';
import type { WakeupTable } from './schema.ts';

export type Wakeup = Selectable<WakeupTable>;

/** Later than any wake-up asked for: what a row holds while it is worked on and nobody asked again. */
const notAgain = 8_640_000_000_000_000;

/** Asks for a wake-up. The earliest one asked for wins; one asked for during the work leads to another round. */
export async function putWakeup(db: Db, queue: string, key: string, dueAt: Date): Promise<void> {
  const due = dueAt.getTime();
  const later = db.updateTable('wakeups').where('queue', '=', queue).where('key', '=', key);
  const raised = await later
    .set((set) => ({
      version: set('version', '+', 1),
      dueAt: set.case().when('dueAt', '>', due).then(due).else(set.ref('dueAt')).end(),
    }))
    .executeTakeFirst();
  if (raised.numUpdatedRows > 0n) return;
  await db
    .insertInto('wakeups')
    .values({ queue, key, dueAt: due, version: 1, running: 0, failures: 0 })
    .onConflict((on) =>
      on.columns(['queue', 'key']).doUpdateSet((set) => ({ dueAt: due, version: set('wakeups.version', '+', 1) })),
    )
    .execute();
}

/** How many are asked for until then and not taken yet. */
export async function countDueSoon(db: Db, queue: string, until: Date): Promise<number> {
  const counted = db.selectFrom('wakeups').select(({ fn }) => fn.countAll<number>().as('count'));
  const { count } = await counted
    .where('queue', '=', queue)
    .where('running', '=', 0)
    .where('dueAt', '<=', until.getTime())
    .executeTakeFirstOrThrow();
  return Number(count);
}

export function findWakeups(db: Db, key: string): Promise<Wakeup[]> {
  return db.selectFrom('wakeups').selectAll().where('key', '=', key).execute();
}

/** Takes what is due, as far as there is room, earliest first; what is taken is nobody else's until it is finished or put back. */
export async function takeDueWakeups(
  db: Db,
  now: Date,
  rooms: readonly { queue: string; room: number }[],
): Promise<Wakeup[]> {
  return db.transaction().execute(async (tx) => {
    const taken: Wakeup[] = [];
    for (const { queue, room } of rooms) {
      const due = await tx
        .selectFrom('wakeups')
        .selectAll()
        .where('queue', '=', queue)
        .where('running', '=', 0)
        .where('dueAt', '<=', now.getTime())
        .orderBy('dueAt')
        .limit(room)
        .execute();
      taken.push(...due);
    }
    for (const { queue, key } of taken) {
      await tx
        .updateTable('wakeups')
        .set({ running: 1, dueAt: notAgain })
        .where('queue', '=', queue)
        .where('key', '=', key)
        .execute();
    }
    return taken;
  });
}

/** After a crash: whatever was being worked on is due at once. */
export async function releaseWakeups(db: Db, now: Date): Promise<void> {
  await db.updateTable('wakeups').set({ running: 0, dueAt: now.getTime() }).where('running', '=', 1).execute();
}

/** When the next one of each queue is due. */
export async function nextDueTimes(db: Db): Promise<{ queue: string; dueAt: number }[]> {
  const rows = await db
    .selectFrom('wakeups')
    .select(({ fn }) => ['queue', fn.min('dueAt').as('dueAt')])
    .where('running', '=', 0)
    .groupBy('queue')
    .execute();
  return rows.map(({ queue, dueAt }) => ({ queue, dueAt: Number(dueAt) }));
}

/** Every wake-up comes so many milliseconds later, or (below zero) sooner. */
export async function moveWakeups(db: Db, ms: number): Promise<void> {
  await db
    .updateTable('wakeups')
    .set((set) => ({ dueAt: set('dueAt', '+', ms) }))
    .where('dueAt', '<', notAgain)
    .execute();
}

/** Forgets a wake-up that was served, or frees it when it was asked for again meanwhile. */
export async function finishWakeup(db: Db, served: Wakeup): Promise<void> {
  const { queue, key, version } = served;
  const forgotten = await db
    .deleteFrom('wakeups')
    .where('queue', '=', queue)
    .where('key', '=', key)
    .where('version', '=', version)
    .executeTakeFirst();
  if (forgotten.numDeletedRows > 0n) return;
  await db
    .updateTable('wakeups')
    .set({ running: 0, failures: 0 })
    .where('queue', '=', queue)
    .where('key', '=', key)
    .execute();
}

export async function postponeWakeup(db: Db, failed: Wakeup, dueAt: Date): Promise<void> {
  await putWakeup(db, failed.queue, failed.key, dueAt);
  await db
    .updateTable('wakeups')
    .set({ running: 0, failures: failed.failures + 1 })
    .where('queue', '=', failed.queue)
    .where('key', '=', failed.key)
    .execute();
}
