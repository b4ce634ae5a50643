import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
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
import { journal } from '../../bot/store/journal.ts';
import { migrations } from '../../bot/store/migrations.ts';
import type { Schema } from '../../bot/store/schema.ts';
import { openSqlite } from '../../bot/store/sqlite.ts';
import { startInVain } from '../support/botProcess.ts';
import { newCase, newStep } from '../support/rows.ts';
import { startWorld } from '../support/signoff.ts';

const at = new Date('2026-11-20T09:00:00Z');

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
      'settings',
      'settings_journal',
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

  it('of an older version goes on: steps of the first stage have a queue of their own, and nothing is waited for yet', async () => {
    const file = join(folder, 'signoff.db');
    const old = new Kysely<Schema>({ dialect: new SqliteDialect({ database: openSqlite(file) }) });
    const migrator = new Migrator({ db: old, provider: { getMigrations: async () => migrations } });
    await migrator.migrateTo('0002-agreed-plans');
    const { waitedMs: _, secondBy: __, ...step } = newStep(1, 'block-sign-in');
    for (const [table, row] of [
      ['cases', { ...newCase('jane'), id: 1, subject: '{}', options: '{}', urgent: 0, stageOpen: 1 }],
      ['case_steps', { ...step, plan: '{}', state: 'verifying', verifyUntil: at.toISOString() }],
      ['case_steps', { ...step, plan: '{}', stepId: 'remove-licenses', stage: 3 }],
      ['wakeups', { queue: 'step', key: '1/block-sign-in', dueAt: 1, version: 1, running: 0, failures: 0 }],
      ['wakeups', { queue: 'step', key: '1/remove-licenses', dueAt: 2, version: 1, running: 0, failures: 0 }],
    ] as const)
      await old
        .withPlugin(new CamelCasePlugin())
        .insertInto(table as keyof Schema)
        .values(row as never)
        .execute();
    await old.destroy();
    const db = await openDatabase(`file:${file}`);
    const wakeups = await db.selectFrom('wakeups').select(['queue', 'key']).orderBy('dueAt').execute();
    assert.deepEqual(wakeups, [
      { queue: 'lock-out', key: '1/block-sign-in' },
      { queue: 'step', key: '1/remove-licenses' },
    ]);
    assert.equal((await findStep(db, 1, 'block-sign-in'))?.waitedMs, 0);
    await db.destroy();
  });

  /** A database that a version of long ago has left behind. */
  async function asItWas(migration: string) {
    const file = join(folder, 'signoff.db');
    const plain = new Kysely<Schema>({ dialect: new SqliteDialect({ database: openSqlite(file) }) });
    await new Migrator({ db: plain, provider: { getMigrations: async () => migrations } }).migrateTo(migration);
    const old = plain.withPlugin(new CamelCasePlugin());
    const put = (table: keyof Schema, row: object) =>
      old
        .insertInto(table)
        .values(row as never)
        .execute();
    return { file, old, put };
  }

  it('of an older version learns from the journal who the second approver was, whose name alone was kept', async () => {
    const { file, old, put } = await asItWas('0004-served-activities');
    await put('cases', { ...newCase('jane'), id: 1, subject: '{}', options: '{}', urgent: 0, stageOpen: 1 });
    for (const [stepId, secondName] of [
      ['delete-account', 'Priya'],
      ['wipe', null],
    ] as const) {
      const { secondBy: _, ...step } = newStep(1, stepId);
      await put('caseSteps', { ...step, plan: '{}', secondName });
    }
    await old.transaction().execute(async (tx) => {
      for (const [actor, what, stepId] of [
        ['arno', 'confirmed-first', 'delete-account'],
        ['priya', 'confirmed', 'delete-account'],
        ['omar', 'confirmed', 'wipe'],
      ] as const)
        await journal(tx, 1, { at, actor, what, words: '', data: { stepId } });
    });
    await old.destroy();
    const db = await openDatabase(`file:${file}`);
    assert.equal((await findStep(db, 1, 'delete-account'))?.secondBy, 'priya');
    assert.equal((await findStep(db, 1, 'wipe'))?.secondBy, null);
    await db.destroy();
  });

  it('of an older version names messages by the version of their plan, and keeps one row a channel', async () => {
    const { file, old, put } = await asItWas('0006-asked-and-waited');
    await put('cases', {
      ...newCase('jane'),
      id: 1,
      version: 4,
      subject: '{}',
      options: '{}',
      urgent: 0,
      stageOpen: 1,
    });
    const post = { topic: 'case/1', toKey: 'user:arno', copy: 0, sending: 0, doubts: 0, failures: 0, unreachable: 0 };
    for (const kind of ['plan', 'approval:4', 'stage:2', 'needs:2:1', 'unconfirmed:2:3', 'reminder:2:1', 'notice'])
      await put('posts', { ...post, kind });
    for (const key of ['channel:a', 'channel:a;messageid=1', 'user:arno'])
      await put('conversations', { key, reference: '{}', updatedAt: at.toISOString() });
    await old.destroy();
    const db = await openDatabase(`file:${file}`);
    const kinds = (await db.selectFrom('posts').select('kind').execute()).map(({ kind }) => kind);
    assert.deepEqual(kinds.toSorted(), [
      'approval:4',
      'needs:4:2:1',
      'notice:4',
      'plan',
      'reminder:4:2:1',
      'stage:4:2',
      'unconfirmed:4:2:3',
    ]);
    const keys = (await db.selectFrom('conversations').select('key').execute()).map(({ key }) => key);
    assert.deepEqual(keys.toSorted(), ['channel:a', 'user:arno']);
    await db.destroy();
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
    const file = world.environment.DATABASE_URL?.replace('file:', '');
    assert.deepEqual(await startInVain(world.environment), {
      code: 1,
      said: `Another Signoff is using ${file}. Stop it first, or set DATABASE_URL to another file.`,
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
      confirms: 'nothing' as const,
      at: at.toISOString(),
    };
    await inTx((tx) => insertApproval(tx, decision));
    await assert.rejects(
      inTx((tx) => insertApproval(tx, decision)),
      /UNIQUE/,
    );
    await inTx((tx) => voidApprovals(tx, caseId, at, 'priya'));
    await assert.rejects(
      inTx((tx) => insertApproval(tx, decision)),
      /UNIQUE/,
      'hers alone',
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
