import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../bot/errors.ts';
import { changeCase, changeStep, findCase, findStep, insertCase, putSteps } from '../../bot/store/cases.ts';
import { type Db, openDatabase } from '../../bot/store/database.ts';
import { newCase, newStep } from '../support/rows.ts';
import { startWorld } from '../support/signoff.ts';

const at = new Date('2026-11-20T09:00:00Z');
const entry = fileURLToPath(new URL('../../bot/index.ts', import.meta.url));

describe('the database', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signoff-store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is made with all its tables where there was none, also in a folder that is not there yet', async () => {
    const db = await openDatabase(`file:${join(folder, 'new', 'deep', 'signoff.db')}`);
    const tables = (await db.introspection.getTables())
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('kysely'));
    assert.deepEqual(tables.sort(), [
      'approvals',
      'case_steps',
      'cases',
      'conversations',
      'journal',
      'posts',
      'wakeups',
    ]);
    await db.destroy();
  });

  it('keeps what is in it when it is opened again', async () => {
    const url = `file:${join(folder, 'signoff.db')}`;
    const first = await openDatabase(url);
    const { id } = await first.transaction().execute((tx) => insertCase(tx, newCase('jane')));
    await first.destroy();
    const second = await openDatabase(url);
    assert.equal((await findCase(second, id))?.subject_id, 'jane');
    await second.destroy();
  });

  it('is refused to a second opener, with a sentence that says what to do', async () => {
    const file = join(folder, 'signoff.db');
    const db = await openDatabase(`file:${file}`);
    await assert.rejects(openDatabase(`file:${file}`), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'database-locked');
      assert.equal(error.say, `Another Signoff is using ${file}. Stop it first, or set DATABASE_URL to another file.`);
      return true;
    });
    await db.destroy();
    await (await openDatabase(`file:${file}`)).destroy();
  });

  it('is refused to a second process, which ends with that sentence and nothing else', async () => {
    await using world = await startWorld();
    const child = spawn(process.execPath, [entry], {
      env: { PATH: process.env.PATH, ...world.environment, PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    const [code] = await once(child, 'exit');
    assert.equal(code, 1);
    const file = world.environment.DATABASE_URL?.replace('file:', '');
    assert.equal(said.trim(), `Another Signoff is using ${file}. Stop it first, or set DATABASE_URL to another file.`);
  });

  it('says that a file is not a database of its own', async () => {
    const file = join(folder, 'signoff.db');
    writeFileSync(
      file,
      'This is a text, and not a short one: more than a header would need, by any measure at all.'.repeat(20),
    );
    await assert.rejects(openDatabase(`file:${file}`), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.say, `${file} is not a database that Signoff can open. Set DATABASE_URL to another file.`);
      return true;
    });
  });
});

describe('a folder where nothing can be written', () => {
  it('is named in the sentence, and no stack is shown', async () => {
    const file = '/dev/null/signoff.db';
    await assert.rejects(
      openDatabase(`file:${file}`),
      (error) => error instanceof AppError && error.say.startsWith(file),
    );
  });
});

describe('a fenced update', () => {
  let db: Db;
  let caseId: number;
  beforeEach(async () => {
    db = await openDatabase('file::memory:');
    caseId = await db.transaction().execute(async (tx) => {
      const { id } = await insertCase(tx, newCase('jane'));
      await putSteps(tx, [newStep(id, 'block-sign-in')]);
      return id;
    });
  });
  afterEach(() => db.destroy());
  const inTx = <T>(work: Parameters<ReturnType<Db['transaction']>['execute']>[0]) =>
    db.transaction().execute(work) as Promise<T>;

  it('changes a case only in one of the states that were named', async () => {
    assert.equal(await inTx((tx) => changeCase(tx, caseId, ['running', 'draft'], { state: 'finished' }, at)), false);
    assert.equal((await findCase(db, caseId))?.state, 'planning');
    assert.equal(await inTx((tx) => changeCase(tx, caseId, ['planning'], { state: 'draft' }, at)), true);
    assert.equal(await inTx((tx) => changeCase(tx, caseId, ['planning'], { state: 'draft' }, at)), false, 'once');
    assert.equal((await findCase(db, caseId))?.updated_at, at.toISOString());
  });

  it('changes a step only in its state and in the attempt that was named', async () => {
    const step = { caseId, stepId: 'block-sign-in' };
    assert.equal(
      await inTx((tx) => changeStep(tx, { ...step, attempt: 0 }, ['planned'], { state: 'running', attempt: 1 })),
      true,
    );
    assert.equal(await inTx((tx) => changeStep(tx, { ...step, attempt: 0 }, ['running'], { state: 'proved' })), false);
    assert.equal(
      await inTx((tx) => changeStep(tx, { ...step, attempt: 1 }, ['verifying'], { state: 'proved' })),
      false,
    );
    assert.equal(
      await inTx((tx) => changeStep(tx, { ...step, stepId: 'other' }, ['running'], { state: 'proved' })),
      false,
    );
    assert.equal((await findStep(db, caseId, 'block-sign-in'))?.state, 'running');
    assert.equal(await inTx((tx) => changeStep(tx, { ...step, attempt: 1 }, ['running'], { state: 'proved' })), true);
  });

  it('lets one of many at the same moment through', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () =>
        inTx<boolean>((tx) => changeCase(tx, caseId, ['planning'], { state: 'draft' }, at)),
      ),
    );
    assert.equal(all.filter(Boolean).length, 1);
  });

  it('keeps a person out of two open cases', async () => {
    await assert.rejects(
      inTx((tx) => insertCase(tx, newCase('jane'))),
      /UNIQUE/,
    );
    await inTx((tx) => changeCase(tx, caseId, ['planning'], { state: 'canceled', open_subject_id: null }, at));
    await inTx((tx) => insertCase(tx, newCase('jane')));
  });
});
