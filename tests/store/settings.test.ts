import assert from 'node:assert/strict';
import { type Db, openDatabase } from '../../bot/store/database.ts';
import { firstBrokenEntry, readSettingsJournal } from '../../bot/store/journal.ts';
import { changeSetting, readSetting } from '../../bot/store/settings.ts';

describe('what admins set in the chat', () => {
  let db: Db;
  beforeEach(async () => {
    db = await openDatabase('file::memory:');
  });
  afterEach(() => db.destroy());

  const change = (value: string | null, words: string) =>
    changeSetting(
      db,
      'approvals-channel',
      value,
      { at: new Date('2026-11-27T10:00:00Z'), actor: 'omar', words },
      async () => undefined,
    );

  it('is on record with who set it, from what to what, in a chain that shows what was changed', async () => {
    await change('channel:a', 'Omar sent approvals to a.');
    const head = await change(null, 'Omar sent approvals to the approvers’ own chats.');
    assert.equal(await readSetting(db, 'approvals-channel'), null);
    const entries = await readSettingsJournal(db);
    assert.deepEqual(
      entries.map(({ n, actor, what, data }) => ({ n, actor, what, data })),
      [
        { n: 1, actor: 'omar', what: 'approvals-channel', data: { from: null, to: 'channel:a' } },
        { n: 2, actor: 'omar', what: 'approvals-channel', data: { from: 'channel:a', to: null } },
      ],
    );
    assert.equal(firstBrokenEntry(entries), null);
    assert.equal(head.hash, entries.at(-1)?.hash);
    await db.updateTable('settingsJournal').set({ actor: 'hana' }).where('n', '=', 1).execute();
    assert.equal(firstBrokenEntry(await readSettingsJournal(db)), 1);
  });
});
