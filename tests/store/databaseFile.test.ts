import assert from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { AppError } from '../../bot/errors.ts';
import { createLog } from '../../bot/log.ts';
import { insertCase, openCases, putSteps } from '../../bot/store/cases.ts';
import { type Db, openDatabase } from '../../bot/store/database.ts';
import { startInVain } from '../support/botProcess.ts';
import { newCase, newStep } from '../support/rows.ts';
import { people, startWorld } from '../support/signoff.ts';

const damagedAtStart = (file: string) =>
  `The database ${file} is damaged, or is none. Put the last backup back, or set DATABASE_URL to another file, then start again.`;

describe('a database that is full or damaged', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signoff-store-'));
    file = join(folder, 'signoff.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** From now on it may not grow, as on a disk without room. */
  async function fill(db: Db): Promise<void> {
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db.withoutPlugins());
    await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count)}`.execute(db);
  }
  /** Its tables, but not its head, are overwritten. */
  function damage(): void {
    const { size } = statSync(file);
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(size - 4096, 'x'), 0, size - 4096, 4096);
    closeSync(handle);
  }
  const isTold = (code: string, sentence: string) => (error: unknown) => {
    assert.ok(error instanceof AppError, String(error));
    assert.deepEqual([error.code, error.say], [code, sentence]);
    return true;
  };

  it('takes nothing of a change that has no room, says so, and goes on when there is some', async () => {
    const db = await openDatabase(`file:${file}`);
    await fill(db);
    const add = (name: string) =>
      db.transaction().execute(async (tx) => {
        const { id } = await insertCase(tx, newCase(name));
        await putSteps(tx, [{ ...newStep(id, 'block-sign-in'), plan: { why: 'x'.repeat(200_000) } }]);
      });
    await assert.rejects(
      add('jane'),
      isTold(
        'database-full',
        'Signoff’s database has no room left on its disk, so this was not done. Tell your Signoff admin to make room there.',
      ),
    );
    assert.deepEqual(await openCases(db), []);
    await sql`pragma max_page_count = 100000`.execute(db);
    await add('jane');
    assert.equal((await openCases(db)).length, 1);
    await db.destroy();
  });

  it('says why a transaction failed that SQLite has ended by itself', async () => {
    const db = await openDatabase(`file:${file}`);
    await db.transaction().execute((tx) => insertCase(tx, newCase('jane')));
    await assert.rejects(
      db.transaction().execute((tx) => sql`insert or rollback into cases select * from cases`.execute(tx)),
      /UNIQUE constraint failed/,
    );
    await db.destroy();
  });

  it('is told by one sentence in a chat, and by one line in the log', async () => {
    const lines: string[] = [];
    await using world = await startWorld({
      parts: () => ({ log: createLog('info', { write: (line) => void lines.push(line) }) }),
    });
    await world.ask(people.helpdesk, 'help');
    await fill(world.signoff.runtime.db);
    const answers: string[] = [];
    // The last page of a table has some room left.
    for (const person of ['jane', 'luca', 'tess', 'mei-ling', 'dariusz', 'hiroshi']) {
      await world.teams.say(people.helpdesk, `offboard ${person}@contoso.com`);
      const answer = await world.teams.waitFor(
        people.helpdesk,
        ({ text = '' }) => !answers.includes(text) && /looking|Signoff’s/.test(text),
      );
      answers.push(answer.text ?? '');
      if (answers.at(-1)?.startsWith('Signoff’s')) break;
    }
    assert.match(
      answers.at(-1) ?? '',
      /^Signoff’s database has no room left on its disk, so this was not done\. Tell your Signoff admin to make room there\. \(Reference \w+\)$/,
    );
    const told = lines.filter((line) => line.includes('SQLITE_FULL'));
    assert.ok(told.length > 0);
    assert.ok(told.every((line) => JSON.parse(line).error.code === 'database-full'));
    await sql`pragma max_page_count = 100000`.execute(world.signoff.runtime.db);
  });

  it('says that a file is not a database of its own', async () => {
    writeFileSync(
      file,
      'This is a text, and not a short one: more than a header would need, by any measure at all.'.repeat(20),
    );
    await assert.rejects(openDatabase(`file:${file}`), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'database-damaged');
      assert.equal(error.say, damagedAtStart(file));
      return true;
    });
  });

  it('is told by a sentence when its pages are damaged', async () => {
    const db = await openDatabase(`file:${file}`);
    await db.destroy();
    damage();
    await assert.rejects(openDatabase(`file:${file}`), isTold('database-damaged', damagedAtStart(file)));
  });

  it('is told by a sentence when its pages are damaged while it is used', async () => {
    const db = await openDatabase(`file:${file}`);
    for (let n = 0; n < 20; n++)
      await db.transaction().execute((tx) => insertCase(tx, { ...newCase(`jane-${n}`), subject: 'x'.repeat(200_000) }));
    await sql`pragma wal_checkpoint(truncate)`.execute(db);
    await sql`pragma cache_size = 0`.execute(db);
    damage();
    await assert.rejects(
      openCases(db),
      isTold(
        'database-damaged',
        'Signoff’s database is damaged, or is none, so this was not done. Tell your Signoff admin to stop Signoff and put the last backup back.',
      ),
    );
    await db.destroy();
  });

  it('ends a start with that sentence and nothing else', async () => {
    await using world = await startWorld();
    await world.signoff.stop();
    file = world.environment.DATABASE_URL?.replace('file:', '') ?? '';
    const whole = readFileSync(file);
    damage();
    assert.deepEqual(await startInVain(world.environment), { code: 1, said: damagedAtStart(file) });
    writeFileSync(file, whole);
    await world.restart();
  });
});

describe('the files of the database', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signoff-store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const rights = (path: string) => (statSync(path).mode & 0o777).toString(8);
  /** All that lies in it, while the database is in use. */
  const filesIn = (place: string) => readdirSync(place).map((name) => `${name} ${rights(join(place, name))}`);

  it('are for the account that runs Signoff alone, whatever the umask, and so is a folder that it makes', async () => {
    const before = process.umask(0);
    try {
      const place = join(folder, 'new', 'data');
      const db = await openDatabase(`file:${join(place, 'signoff.db')}`);
      assert.deepEqual([rights(join(folder, 'new')), rights(place)], ['700', '700']);
      assert.deepEqual(filesIn(place), ['signoff.db 600', 'signoff.db-wal 600']);
      await db.destroy();
    } finally {
      process.umask(before);
    }
  });

  it('are taken from others who could read them', async () => {
    const file = join(folder, 'signoff.db');
    await (await openDatabase(`file:${file}`)).destroy();
    chmodSync(file, 0o644);
    const db = await openDatabase(`file:${file}`);
    assert.deepEqual(filesIn(folder), ['signoff.db 600', 'signoff.db-wal 600']);
    await db.destroy();
  });
});
