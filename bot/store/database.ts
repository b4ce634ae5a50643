import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { CamelCasePlugin, Kysely, SqliteDialect, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import { AppError } from '../errors.ts';
import { migrations } from './migrations.ts';
import type { Schema } from './schema.ts';

/** Either the database or a transaction on it: queries do not care. */
export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

/**
 * Opens (and creates, and migrates) the database of one machine.
 * @param url `file:` and a path, or `file::memory:`
 * @throws AppError `database-locked` when another Signoff has it open, `database-unusable` when it can't be read or written
 */
export async function openDatabase(url: string): Promise<Db> {
  const file = url.replace(/^file:(\/\/)?/, '');
  const sqlite = open(file);
  try {
    // One process at a time: a second one could start the same step again.
    sqlite.pragma('locking_mode = EXCLUSIVE');
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    sqlite.exec('BEGIN IMMEDIATE; COMMIT;');
  } catch (cause) {
    sqlite.close();
    if (!(cause instanceof BetterSqlite3.SqliteError && cause.code.startsWith('SQLITE_BUSY')))
      throw unusable(file, cause);
    throw new AppError(
      'database-locked',
      `Another Signoff is using ${file}. Stop it first, or set DATABASE_URL to another file.`,
      { cause },
    );
  }
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: sqlite }), plugins: [new CamelCasePlugin()] });
  const migrator = new Migrator({ db: db.withoutPlugins(), provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) {
    await db.destroy();
    throw new AppError('database-migration', `The database ${file} could not be brought up to date.`, { cause: error });
  }
  return db;
}

function open(file: string): BetterSqlite3.Database {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    return new BetterSqlite3(file, { timeout: 2000 });
  } catch (cause) {
    throw unusable(file, cause);
  }
}

function unusable(file: string, cause: unknown): AppError {
  return new AppError(
    'database-unusable',
    `${file} is not a database that Signoff can open. Set DATABASE_URL to another file.`,
    { cause },
  );
}
