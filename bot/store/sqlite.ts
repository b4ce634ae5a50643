import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { SqliteDatabase } from 'kysely';
import { AppError, type ErrorCode } from '../errors.ts';
import type { Log } from '../log.ts';

/**
 * Opens the file, or makes it, for this process alone: a second one could start the same step again. Nobody but the
 * account that Signoff runs as may read it.
 * @throws AppError `database-…`
 */
export function openSqlite(file: string, log?: Log): SqliteDatabase {
  let sqlite: BetterSqlite3.Database | undefined;
  try {
    if (file !== ':memory:') keepToOurselves(file, log);
    sqlite = new BetterSqlite3(file, { timeout: 2000 });
    sqlite.pragma('locking_mode = EXCLUSIVE');
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    sqlite.exec('BEGIN IMMEDIATE; COMMIT;');
    return telling(sqlite);
  } catch (cause) {
    sqlite?.close();
    if (codeOf(cause)?.startsWith('SQLITE_BUSY')) {
      throw new AppError(
        'database-locked',
        `Another Signoff is using ${file}. Stop it first, or set DATABASE_URL to another file.`,
        { cause },
      );
    }
    throw (
      atStart(file, told(cause)) ??
      new AppError(
        'database-unusable',
        `${file} is not a database that Signoff can open. Set DATABASE_URL to another file.`,
        { cause },
      )
    );
  }
}

/** SQLite gives the files that it puts beside the database the same rights. */
function keepToOurselves(file: string, log?: Log): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  for (const one of [file, `${file}-wal`, `${file}-shm`]) {
    const mode = statSync(one, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & 0o077) === 0) continue;
    try {
      chmodSync(one, 0o600);
    } catch (error) {
      log?.warn({ error, file: one }, 'others on this machine may read this file: take their rights to it away');
    }
  }
}

interface Trouble {
  codes: RegExp;
  code: ErrorCode;
  is: string;
  /** For the admin while Signoff runs, and for whoever starts it. */
  toDo: string;
  toStart: string;
}

const troubles: readonly Trouble[] = [
  {
    codes: /^SQLITE_FULL/,
    code: 'database-full',
    is: 'has no room left on its disk',
    toDo: 'make room there',
    toStart: 'Make room there, then start again.',
  },
  {
    codes: /^SQLITE_(CORRUPT|NOTADB)/,
    code: 'database-damaged',
    is: 'is damaged, or is none',
    toDo: 'stop Signoff and put the last backup back',
    toStart: 'Put the last backup back, or set DATABASE_URL to another file, then start again.',
  },
  {
    codes: /^SQLITE_(IOERR|READONLY|CANTOPEN|PERM|AUTH)/,
    code: 'database-unusable',
    is: 'can’t be read or written',
    toDo: 'look at its disk and at the rights to the file',
    toStart: 'Look at its disk and at the rights to it, or set DATABASE_URL to another file, then start again.',
  },
];

const codeOf = (error: unknown): string | undefined =>
  error instanceof BetterSqlite3.SqliteError ? error.code : undefined;

/** The error as people may read it; any other stays as it is. */
function told(error: unknown): unknown {
  const code = codeOf(error);
  const trouble = troubles.find(({ codes }) => code !== undefined && codes.test(code));
  if (trouble === undefined) return error;
  return new AppError(
    trouble.code,
    `Signoff’s database ${trouble.is}, so this was not done. Tell your Signoff admin to ${trouble.toDo}.`,
    { cause: error, message: `${code}: ${(error as Error).message}` },
  );
}

/** For whoever starts Signoff, who must know which file it is about. @returns null for what is no trouble of disk or file */
export function atStart(file: string, error: unknown): AppError | null {
  const trouble = troubles.find(({ code }) => error instanceof AppError && error.code === code);
  if (trouble === undefined) return null;
  return new AppError(trouble.code, `The database ${file} ${trouble.is}. ${trouble.toStart}`, { cause: error });
}

const mostKnown = 500;

/** The same database; what it throws can be told to people. */
function telling(sqlite: BetterSqlite3.Database): SqliteDatabase {
  const tell = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw told(error);
    }
  };
  const known = new Map<string, ReturnType<SqliteDatabase['prepare']>>();
  return {
    close: () => sqlite.close(),
    // The same few statements again and again: to compile one takes longer than to run it.
    prepare(sql) {
      const prepared = known.get(sql) ?? prepare(sql);
      if (known.size >= mostKnown) known.clear();
      known.set(sql, prepared);
      return prepared;
    },
  };

  function prepare(sql: string): ReturnType<SqliteDatabase['prepare']> {
    const statement = tell(() => sqlite.prepare<unknown[]>(sql));
    return {
      reader: statement.reader,
      all: (values) => tell(() => statement.all(...values)),
      iterate: (values) => tell(() => statement.iterate(...values) as IterableIterator<unknown>),
      run(values) {
        // A full disk has ended the transaction already; that it can't be ended twice must not hide why.
        if (sql === 'rollback' && !sqlite.inTransaction) return { changes: 0, lastInsertRowid: 0 };
        return tell(() => statement.run(...values));
      },
    };
  }
}
