import type { Db, Tx } from './database.ts';
import { type JournalHead, journalSetting, type NewEntry } from './journal.ts';

export type SettingName = 'approvals-channel' | `partner-${'kept' | 'joined' | 'person'}/${string}`;
/** What Signoff itself found, as a moment: since when it can't post in the approvals channel. */
type FindingName = 'approvals-lost-at';

export async function readSetting(db: Db, name: SettingName | FindingName): Promise<string | null> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value ?? null;
}

/** Every setting whose name begins so, by the rest of its name. */
export async function readSettings(db: Db, prefix: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('settings')
    .selectAll()
    .where('name', 'like', `${prefix}%`)
    .orderBy('name')
    .execute();
  return new Map(rows.map(({ name, value }) => [name.slice(prefix.length), value]));
}

/**
 * Sets it, puts down who did, and does what follows from it: all or nothing.
 * @param value null takes it away
 * @returns the head of the chain
 */
export function changeSetting(
  db: Db,
  name: SettingName,
  value: string | null,
  entry: Omit<NewEntry, 'what' | 'data'>,
  follows: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<JournalHead> {
  return db.transaction().execute(async (tx) => {
    const before = await readSetting(tx, name);
    await write(tx, name, value);
    await follows(tx);
    return journalSetting(tx, { ...entry, what: name, data: { from: before, to: value } });
  });
}

/** Notes since when something is so, or that it is not any more, and does what follows; nothing where that is known. */
export function noteFinding(
  db: Db,
  name: FindingName,
  at: Date | null,
  follows: (tx: Tx) => Promise<void>,
): Promise<void> {
  return db.transaction().execute(async (tx) => {
    const known = (await readSetting(tx, name)) !== null;
    if (known === (at !== null)) return;
    await write(tx, name, at?.toISOString() ?? null);
    await follows(tx);
  });
}

async function write(tx: Tx, name: SettingName | FindingName, value: string | null): Promise<void> {
  if (value === null) await tx.deleteFrom('settings').where('name', '=', name).execute();
  else
    await tx
      .insertInto('settings')
      .values({ name, value })
      .onConflict((on) => on.column('name').doUpdateSet({ value }))
      .execute();
}
