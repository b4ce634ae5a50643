import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { type Clock, minutes, systemClock } from '../../bot/clock.ts';
import type { Dispatcher, Queue } from '../../bot/engine/dispatcher.ts';
import { inProcessDispatcher } from '../../bot/engine/inProcessDispatcher.ts';
import { createLog } from '../../bot/log.ts';
import { type Db, openDatabase } from '../../bot/store/database.ts';
import { putWakeup, takeDueWakeups } from '../../bot/store/wakeups.ts';
import { eventually } from '../support/clock.ts';

const start = new Date('2026-11-20T09:00:00Z');
const inAWhile = (ms: number) => new Date(start.getTime() + ms);

describe('the dispatcher', () => {
  let db: Db;
  /** Milliseconds that have gone by. */
  let passed = 0;
  let dispatcher: Dispatcher;
  const clock: Clock = { now: () => inAWhile(passed), monotonic: () => passed };
  const log = createLog('silent');
  beforeEach(async () => {
    passed = 0;
    db = await openDatabase('file::memory:');
    dispatcher = inProcessDispatcher({ db, clock, log, graceMs: 50 });
  });
  afterEach(async () => {
    await dispatcher.stop();
    await db.destroy();
  });

  /** Takes down whom it is called for. */
  const serve = (...queues: Queue[]): string[] => {
    const served: string[] = [];
    for (const queue of queues) dispatcher.work(queue, async (key) => void served.push(key));
    return served;
  };
  /** Makes it look at the clock. */
  const nudge = () => dispatcher.wake('watch', 'nobody');
  const settled = () => new Promise((resolve) => setTimeout(resolve, 50));
  const rename = (from: string, to: string) => sql`alter table ${sql.id(from)} rename to ${sql.id(to)}`.execute(db);

  it('calls again for what was asked for during the work, and never twice at a time for one key', async () => {
    let calls = 0;
    let atOnce = 0;
    let most = 0;
    dispatcher.work('case', async () => {
      calls++;
      atOnce++;
      most = Math.max(most, atOnce);
      if (calls < 4) await Promise.all([1, 2, 3].map(() => dispatcher.wake('case', '1')));
      await new Promise((resolve) => setImmediate(resolve));
      atOnce--;
    });
    await dispatcher.start();
    await dispatcher.wake('case', '1');
    await eventually('four rounds', async () => calls === 4);
    assert.equal(most, 1);
  });

  it('works on many keys at a time', async () => {
    const met = new Set<string>();
    let all: () => void = () => undefined;
    const together = new Promise<void>((resolve) => {
      all = resolve;
    });
    dispatcher.work('case', async (key) => {
      met.add(key);
      if (met.size === 10) all();
      await together;
    });
    await dispatcher.start();
    await Promise.all(Array.from({ length: 10 }, (_, index) => dispatcher.wake('case', String(index))));
    await together;
    assert.equal(met.size, 10);
  });

  it('comes back to what threw, later each time', async () => {
    let calls = 0;
    dispatcher.work('case', async () => {
      calls++;
      throw new Error('not yet');
    });
    await dispatcher.start();
    await dispatcher.wake('case', '1');
    const failures = () => db.selectFrom('wakeups').selectAll().executeTakeFirstOrThrow();
    const first = await eventually('it failed once', async () =>
      (await failures()).failures === 1 ? failures() : null,
    );
    assert.equal(calls, 1);
    assert.equal(Number(first.dueAt), start.getTime() + 1000);
    passed = 1000;
    await dispatcher.wake('show', 'nobody');
    dispatcher.work('show', async () => undefined);
    const again = () => db.selectFrom('wakeups').selectAll().where('queue', '=', 'case').executeTakeFirstOrThrow();
    const second = await eventually('it failed twice', async () => ((await again()).failures === 2 ? again() : null));
    assert.equal(Number(second.dueAt), start.getTime() + 3000);
  });

  it('finds what another process was working on when it was killed', async () => {
    await putWakeup(db, 'case', '1', start);
    await takeDueWakeups(db, start, [{ queue: 'case', room: 1 }]);
    const served: string[] = [];
    dispatcher.work('case', async (key) => void served.push(key));
    await dispatcher.start();
    await eventually('it is served', async () => served.length === 1);
  });

  it('does not call for what was asked for in a transaction that did not commit', async () => {
    const served: string[] = [];
    dispatcher.work('case', async (key) => void served.push(key));
    await dispatcher.start();
    await assert.rejects(
      db.transaction().execute(async (tx) => {
        await dispatcher.wake('case', 'never', { on: tx });
        throw new Error('rolled back');
      }),
    );
    await dispatcher.wake('case', 'this one');
    await eventually('the other is served', async () => served.length > 0);
    assert.deepEqual(served, ['this one']);
  });

  describe('of which something hangs', () => {
    const hang = () => new Promise<void>(() => undefined);

    it('does not let a step wait behind messages that Teams does not take', async () => {
      dispatcher.work('show', hang);
      const served = serve('step', 'lock-out', 'case');
      await dispatcher.start();
      for (let n = 0; n < 100; n++) await dispatcher.wake('show', `case/${n}`);
      await settled();
      for (const queue of ['step', 'lock-out', 'case'] as const) await dispatcher.wake(queue, queue);
      await eventually('all three are served', async () => served.length === 3, 1000);
    });

    it('does not let a lock-out wait behind other steps', async () => {
      dispatcher.work('step', hang);
      const served = serve('lock-out');
      await dispatcher.start();
      for (let n = 0; n < 100; n++) await dispatcher.wake('step', `1/${n}`);
      await settled();
      await dispatcher.wake('lock-out', '2/block-sign-in');
      await eventually('it is served', async () => served.length === 1, 1000);
    });

    it('is ill when something has been due for a minute and nobody serves it, and well again when somebody does', async () => {
      const waiting: (() => void)[] = [];
      dispatcher.work('case', () => new Promise((done) => waiting.push(done)));
      serve('watch');
      await dispatcher.start();
      for (let n = 0; n < 12; n++) await dispatcher.wake('case', String(n));
      await eventually('every slot is taken', async () => waiting.length === 12);
      passed = minutes(30);
      await nudge();
      await settled();
      assert.equal(dispatcher.healthy(), true, 'what takes long is not late');
      await dispatcher.wake('case', 'late');
      await settled();
      assert.equal(dispatcher.healthy(), true);
      passed += minutes(1);
      assert.equal(dispatcher.healthy(), false);
      waiting.splice(0).forEach((done) => void done());
      await eventually('it is served', async () => waiting.length === 1);
      waiting.splice(0).forEach((done) => void done());
      await eventually('it is well', async () => dispatcher.healthy());
    });

    it('is well in a crowd that waits for its turn for minutes, as long as some of it is served', async () => {
      const waiting: (() => void)[] = [];
      dispatcher.work('case', () => new Promise((done) => waiting.push(done)));
      serve('watch');
      await dispatcher.start();
      for (let n = 0; n < 30; n++) await dispatcher.wake('case', String(n));
      await eventually('every slot is taken', async () => waiting.length === 12);
      await settled();
      passed = minutes(5);
      await nudge();
      await settled();
      assert.equal(dispatcher.healthy(), false, 'that others are served is no help');
      waiting.shift()?.();
      await eventually('the next one is taken', async () => waiting.length === 12);
      await settled();
      assert.equal(dispatcher.healthy(), true);
      passed += minutes(1);
      assert.equal(dispatcher.healthy(), false);
      waiting.splice(0).forEach((done) => void done());
    });

    it('stops all the same, and leaves it to the next start', async () => {
      dispatcher.work('step', hang);
      await dispatcher.start();
      await dispatcher.wake('step', '1/block-sign-in');
      await settled();
      const since = Date.now();
      await dispatcher.stop();
      assert.ok(Date.now() - since < 1000);
      assert.equal(dispatcher.healthy(), false);
      dispatcher = inProcessDispatcher({ db, clock, log, graceMs: 50 });
      const served = serve('step');
      await dispatcher.start();
      await eventually('it is served', async () => served.length === 1);
    });
  });

  describe('whose database fails', () => {
    beforeEach(() => {
      dispatcher = inProcessDispatcher({ db, clock: systemClock, log, graceMs: 50 });
    });

    it('is ill, looks again by itself, and is well when the database is', async () => {
      const served = serve('case');
      await dispatcher.start();
      await dispatcher.wake('case', '1', { at: new Date(Date.now() + 100) });
      await settled();
      assert.equal(dispatcher.healthy(), true);
      await rename('wakeups', 'away');
      await eventually('a look fails', async () => !dispatcher.healthy());
      await rename('away', 'wakeups');
      await eventually('it is served', async () => served.length === 1);
      await eventually('it is well', async () => dispatcher.healthy());
    });

    it('looks ever more seldom, so that no log is filled by it', async () => {
      const lines: string[] = [];
      const counting = createLog('error', { write: (line) => void lines.push(line) });
      dispatcher = inProcessDispatcher({ db, clock: systemClock, log: counting, graceMs: 50 });
      await dispatcher.start();
      await dispatcher.wake('case', '1', { at: new Date(Date.now() + 100) });
      await rename('wakeups', 'away');
      await eventually('it has looked twice', async () => lines.length >= 2);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.ok(lines.length === 2, `${lines.length} looks`);
      await rename('away', 'wakeups');
    });

    it('comes back to what it could not even put back', async () => {
      let calls = 0;
      dispatcher.work('case', async () => {
        if (calls++ > 0) return;
        await rename('wakeups', 'away');
        throw new Error('the disk is full');
      });
      await dispatcher.start();
      await dispatcher.wake('case', '1');
      await eventually('a look fails', async () => calls === 1 && !dispatcher.healthy());
      await rename('away', 'wakeups');
      await eventually('it is called again', async () => calls === 2);
      await eventually('nothing is left over', async () => {
        const left = await db.selectFrom('wakeups').selectAll().execute();
        return left.length === 0;
      });
    });
  });
});
