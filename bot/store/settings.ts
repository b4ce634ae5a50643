import type { Db } from './database.ts';

export type SettingName = 'approvals-channel';

export async function readSetting(db: Db, name: SettingName): Promise<string | null> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value ?? null;
}

/** @param value null takes it away */
export async function writeSetting(db: Db, name: SettingName, value: string | null): Promise<void> {
  if (value === null) await db.deleteFrom('settings').where('name', '=', name).execute();
  else
    await db
      .insertInto('settings')
      .values({ name, value })
      .onConflict((on) => on.column('name').doUpdateSet({ value }))
      .execute();
}
