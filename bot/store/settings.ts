import type { Db, Tx } from './database.ts';
import { type JournalHead, journalSetting, type NewEntry } from './journal.ts';

export type SettingName = 'approvals-channel';

export async function readSetting(db: Db, name: SettingName): Promise<string | null> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value ?? null;
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
  follows: (tx: Tx) => Promise<void>,
): Promise<JournalHead> {
  return db.transaction().execute(async (tx) => {
    const before = await readSetting(tx, name);
    await write(tx, name, value);
    await follows(tx);
    return journalSetting(tx, { ...entry, what: name, data: { from: before, to: value } });
  });
}

async function write(tx: Tx, name: SettingName, value: string | null): Promise<void> {
  if (value === null) await tx.deleteFrom('settings').where('name', '=', name).execute();
  else
    await tx
      .insertInto('settings')
      .values({ name, value })
      .onConflict((on) => on.column('name').doUpdateSet({ value }))
      .execute();
}
