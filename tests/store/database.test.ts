import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../bot/errors.ts';
import {
  findCase,
  findStep,
  insertApproval,
  insertCase,
  putSteps,
  type StepChange,
  type StepFence,
  updateCase,
  updateStep,
  voidApprovals,
} from '../../bot/store/cases.ts';
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
      'served_activities',
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
    assert.equal((await findCase(second, id))?.subjectId, 'jane');
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

  const seen = { state: 'planning', stage: 0, stageOpen: false, version: 0 };

  it('changes a case only as it was seen: in its state, stage and version', async () => {
    const to = { state: 'draft' };
    for (const other of [{ state: 'running' }, { stage: 1 }, { stageOpen: true }, { version: 1 }])
      assert.equal(await inTx((tx) => updateCase(tx, caseId, { ...seen, ...other }, to, at)), false);
    assert.equal((await findCase(db, caseId))?.state, 'planning');
    assert.equal(await inTx((tx) => updateCase(tx, caseId, seen, to, at)), true);
    assert.equal(await inTx((tx) => updateCase(tx, caseId, seen, to, at)), false, 'once');
    assert.equal((await findCase(db, caseId))?.updatedAt, at.toISOString());
  });

  it('changes a step only in its state and in the attempt that was named', async () => {
    const stepId = 'block-sign-in';
    const update = (fence: StepFence, change: StepChange) => inTx((tx) => updateStep(tx, caseId, fence, change));
    const planned = { stepId, state: 'planned', attempt: 0 };
    assert.equal(await update(planned, { state: 'running', attempt: 1 }), true);
    assert.equal(await update({ stepId, state: 'running', attempt: 0 }, { state: 'proved' }), false);
    assert.equal(await update({ stepId, state: 'verifying', attempt: 1 }, { state: 'proved' }), false);
    assert.equal(await update({ stepId: 'other', state: 'running', attempt: 1 }, { state: 'proved' }), false);
    assert.equal((await findStep(db, caseId, stepId))?.state, 'running');
    assert.equal(await update({ stepId, state: 'running', attempt: 1 }, { state: 'proved' }), true);
  });

  it('lets one of many at the same moment through', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () => inTx<boolean>((tx) => updateCase(tx, caseId, seen, { state: 'draft' }, at))),
    );
    assert.equal(all.filter(Boolean).length, 1);
  });

  it('takes one counting decision of a person about a plan', async () => {
    const decision = {
      caseId,
      planHash: 'abc',
      actorId: 'arno',
      actorName: 'Arno',
      decision: 'approved' as const,
      reason: null,
      at: at.toISOString(),
    };
    await inTx((tx) => insertApproval(tx, decision));
    await assert.rejects(
      inTx((tx) => insertApproval(tx, decision)),
      /UNIQUE/,
    );
    await inTx((tx) => voidApprovals(tx, caseId, at));
    await inTx((tx) => insertApproval(tx, decision));
  });

  it('keeps a person out of two open cases', async () => {
    await assert.rejects(
      inTx((tx) => insertCase(tx, newCase('jane'))),
      /UNIQUE/,
    );
    await inTx((tx) => updateCase(tx, caseId, seen, { state: 'canceled', openSubjectId: null }, at));
    await inTx((tx) => insertCase(tx, newCase('jane')));
  });
});
