import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import { canonicalJson } from './canonicalJson.ts';
import type { Db, Tx } from './database.ts';
import type { JournalTable } from './schema.ts';

export type JournalEntry = Selectable<JournalTable>;

export interface NewEntry {
  at: Date;
  /** Object id of a person, or `signoff`. */
  actor: string;
  what: string;
  /** The sentence that `status` shows. */
  words: string;
  data?: unknown;
}

/** Appends one entry; each carries the hash of the last, so that a changed or missing one shows. */
export async function journal(tx: Tx, caseId: number, entry: NewEntry): Promise<void> {
  const last = await tx
    .selectFrom('journal')
    .select(['n', 'hash'])
    .where('case_id', '=', caseId)
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst();
  const row = {
    case_id: caseId,
    n: (last?.n ?? 0) + 1,
    at: entry.at.toISOString(),
    actor: entry.actor,
    what: entry.what,
    words: entry.words,
    data: canonicalJson(entry.data ?? null),
    previous_hash: last?.hash ?? '',
  };
  await tx
    .insertInto('journal')
    .values({ ...row, hash: hashOf(row) })
    .execute();
}

export async function readJournal(db: Db, caseId: number): Promise<JournalEntry[]> {
  return db.selectFrom('journal').selectAll().where('case_id', '=', caseId).orderBy('n').execute();
}

/** The number of the first entry that is not as it was written, or null. */
export function firstBrokenEntry(entries: JournalEntry[]): number | null {
  let previous = '';
  for (const [index, { hash, ...row }] of entries.entries()) {
    if (row.n !== index + 1 || row.previous_hash !== previous || hashOf(row) !== hash) return index + 1;
    previous = hash;
  }
  return null;
}

function hashOf(row: Omit<JournalEntry, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(row)).digest('hex');
}
