import { CamelCasePlugin, Kysely, SqliteDialect, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { migrations } from './migrations.ts';
import type { Schema } from './schema.ts';
import { atStart, openSqlite } from './sqlite.ts';

/** Either the database or a transaction on it: queries do not care. */
export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

/**
 * Opens (and creates, and migrates) the database of one machine.
 * @param url `file:` and a path, or `file::memory:`
 * @throws AppError `database-locked` when another Signoff has it open; `database-full`, `database-damaged`,
 * `database-unusable`, `database-migration`
 */
export async function openDatabase(url: string, log?: Log): Promise<Db> {
  const file = url.replace(/^file:(\/\/)?/, '');
  const dialect = new SqliteDialect({ database: openSqlite(file, log) });
  const db = new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin()] });
  const migrator = new Migrator({ db: db.withoutPlugins(), provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) {
    await db.destroy();
    throw (
      atStart(file, error) ??
      new AppError('database-migration', `The database ${file} could not be brought up to date.`, { cause: error })
    );
  }
  return db;
}
