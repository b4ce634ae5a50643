import assert from 'node:assert/strict';
import { insertCase } from '../../bot/store/cases.ts';
import { type Db, openDatabase } from '../../bot/store/database.ts';
import { firstBrokenEntry, type JournalEntry, journal, readJournal } from '../../bot/store/journal.ts';
import { newCase } from '../support/rows.ts';

describe('the journal', () => {
  let db: Db;
  let caseId: number;
  const at = new Date('2026-11-20T09:00:00Z');
  beforeEach(async () => {
    db = await openDatabase('file::memory:');
    caseId = (await db.transaction().execute((tx) => insertCase(tx, newCase('jane')))).id;
    for (const what of ['asked', 'planned', 'approved', 'finished']) {
      await db
        .transaction()
        .execute((tx) =>
          journal(tx, caseId, { at, actor: 'signoff', what, words: `It was ${what}.`, data: { b: 1, a: [2] } }),
        );
    }
  });
  afterEach(() => db.destroy());

  it('is whole as it was written; one without an entry has lost them', async () => {
    const entries = await readJournal(db, caseId);
    assert.deepEqual(
      entries.map(({ n }) => n),
      [1, 2, 3, 4],
    );
    assert.equal(firstBrokenEntry(entries), null);
    assert.equal(firstBrokenEntry([]), 1);
    assert.equal(entries[0]?.previousHash, '');
    assert.equal(entries[1]?.previousHash, entries[0]?.hash);
  });

  const columns: (keyof JournalEntry)[] = [
    'caseId',
    'n',
    'at',
    'actor',
    'what',
    'words',
    'data',
    'previousHash',
    'hash',
  ];
  for (const column of columns) {
    it(`shows where “${column}” was changed afterwards`, async () => {
      const entries = await readJournal(db, caseId);
      const known = Object.keys(entries[0] ?? {}).sort();
      assert.deepEqual(known, [...columns].sort(), 'every column is under the hash');
      const changed = entries.map((entry, index) =>
        index === 1
          ? { ...entry, [column]: typeof entry[column] === 'number' ? Number(entry[column]) + 7 : `${entry[column]}x` }
          : entry,
      );
      assert.equal(firstBrokenEntry(changed), 2);
    });
  }

  it('shows where an entry was changed in the database', async () => {
    await db.updateTable('journal').set({ words: 'It was never approved.' }).where('n', '=', 3).execute();
    assert.equal(firstBrokenEntry(await readJournal(db, caseId)), 3);
  });

  for (const n of [1, 2, 3]) {
    it(`shows that entry ${n} was taken out`, async () => {
      await db.deleteFrom('journal').where('n', '=', n).execute();
      assert.equal(firstBrokenEntry(await readJournal(db, caseId)), n);
    });
  }

  it('shows that two entries were exchanged', async () => {
    const [one, two, three, four] = (await readJournal(db, caseId)) as [
      JournalEntry,
      JournalEntry,
      JournalEntry,
      JournalEntry,
    ];
    assert.equal(firstBrokenEntry([one, three, two, four]), 2);
  });

  it('keeps one chain a case', async () => {
    const other = (await db.transaction().execute((tx) => insertCase(tx, newCase('luca')))).id;
    await db
      .transaction()
      .execute((tx) => journal(tx, other, { at, actor: 'signoff', what: 'asked', words: 'Asked.' }));
    const [only] = await readJournal(db, other);
    assert.equal(only?.n, 1);
    assert.equal(only?.previousHash, '');
    assert.equal(firstBrokenEntry(await readJournal(db, other)), null);
  });

  it('has no entry of a transaction that was rolled back', async () => {
    await assert.rejects(
      db.transaction().execute(async (tx) => {
        await journal(tx, caseId, { at, actor: 'signoff', what: 'never', words: 'Never.' });
        throw new Error('rolled back');
      }),
    );
    assert.equal((await readJournal(db, caseId)).length, 4);
  });
});
