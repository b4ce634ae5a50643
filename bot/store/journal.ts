import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import { canonicalJson } from './canonicalJson.ts';
import type { Db, Tx } from './database.ts';
import type { JournalTable } from './schema.ts';

type Columns = Selectable<JournalTable>;
export type JournalEntry = Omit<Columns, 'data'> & { data: unknown };

/** The newest entry of a case. */
export interface JournalHead {
  n: number;
  hash: string;
}

export interface NewEntry {
  at: Date;
  /** Object id of a person, or `signoff`. */
  actor: string;
  what: string;
  /** The sentence that `status` shows. */
  words: string;
  data?: unknown;
}

/** Appends one entry; each carries the hash of the last, so that a changed or missing one shows. @returns the new head */
export async function journal(tx: Tx, caseId: number, entry: NewEntry): Promise<JournalHead> {
  const last = await tx
    .selectFrom('journal')
    .select(['n', 'hash'])
    .where('caseId', '=', caseId)
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst();
  const row = { caseId, ...follows(last, entry) };
  const hash = hashOf(row);
  await tx
    .insertInto('journal')
    .values({ ...row, hash })
    .execute();
  return { n: row.n, hash };
}

/** The same for what belongs to no case: what an admin sets. */
export async function journalSetting(tx: Tx, entry: NewEntry): Promise<JournalHead> {
  const last = await tx
    .selectFrom('settingsJournal')
    .select(['n', 'hash'])
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst();
  const row = follows(last, entry);
  const hash = hashOf(row);
  await tx
    .insertInto('settingsJournal')
    .values({ ...row, hash })
    .execute();
  return { n: row.n, hash };
}

const follows = (last: JournalHead | undefined, { at, actor, what, words, data }: NewEntry) => ({
  n: (last?.n ?? 0) + 1,
  at: at.toISOString(),
  actor,
  what,
  words,
  data: canonicalJson(data ?? null),
  previousHash: last?.hash ?? '',
});

/** Who made the first entry: it is their case, whatever the rows say. */
export async function whoBegan(db: Db, caseId: number): Promise<string | undefined> {
  const first = db.selectFrom('journal').select('actor').where('caseId', '=', caseId).where('n', '=', 1);
  return (await first.executeTakeFirst())?.actor;
}

/** The entries of these kinds about a case, the oldest first. */
export async function entriesOf(db: Db, caseId: number, what: readonly string[]): Promise<JournalEntry[]> {
  const rows = await db
    .selectFrom('journal')
    .selectAll()
    .where('caseId', '=', caseId)
    .where('what', 'in', what)
    .orderBy('n')
    .execute();
  return rows.map(read);
}

export async function readJournal(db: Db, caseId: number): Promise<JournalEntry[]> {
  return (await db.selectFrom('journal').selectAll().where('caseId', '=', caseId).orderBy('n').execute()).map(read);
}

export async function readSettingsJournal(db: Db): Promise<Omit<JournalEntry, 'caseId'>[]> {
  return (await db.selectFrom('settingsJournal').selectAll().orderBy('n').execute()).map(read);
}

const read = <Row extends { data: string }>(row: Row): Omit<Row, 'data'> & { data: unknown } => ({
  ...row,
  data: JSON.parse(row.data) as unknown,
});

/** When something last happened to each of these cases. */
export async function lastEntries(db: Db, caseIds: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (caseIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('journal')
    .select(({ fn }) => ['caseId', fn.max('at').as('at')])
    .where('caseId', 'in', caseIds)
    .groupBy('caseId')
    .execute();
  return new Map(rows.map(({ caseId, at }) => [caseId, at]));
}

/** When the newest entry of all was made; null when there is none. */
export async function lastEntryAt(db: Db): Promise<number | null> {
  const { at } = await db
    .selectFrom('journal')
    .select(({ fn }) => fn.max('at').as('at'))
    .executeTakeFirstOrThrow();
  return at === null ? null : Date.parse(at);
}

/** The number of the first entry that is not as it was written, or null. A case without any has lost them. */
export function firstBrokenEntry(entries: readonly Omit<JournalEntry, 'caseId'>[]): number | null {
  if (entries.length === 0) return 1;
  let previous = '';
  for (const [index, { hash, ...entry }] of entries.entries()) {
    const row = { ...entry, data: canonicalJson(entry.data) };
    if (row.n !== index + 1 || row.previousHash !== previous || hashOf(row) !== hash) return index + 1;
    previous = hash;
  }
  return null;
}

/** Over the names of the columns, which outlast the names in the code. */
function hashOf({ caseId, previousHash, ...row }: Omit<Columns, 'hash' | 'caseId'> & { caseId?: number }): string {
  return createHash('sha256')
    .update(canonicalJson({ ...row, ...(caseId !== undefined && { case_id: caseId }), previous_hash: previousHash }))
    .digest('hex');
}
