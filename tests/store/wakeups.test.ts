import assert from 'node:assert/strict';
import { type Clock, hours, minutes } from '../../bot/clock.ts';
import type { Dispatcher } from '../../bot/engine/dispatcher.ts';
import { inProcessDispatcher } from '../../bot/engine/inProcessDispatcher.ts';
import { createLog } from '../../bot/log.ts';
import { type Db, openDatabase } from '../../bot/store/database.ts';
import { finishWakeup, nextDueTimes, putWakeup, releaseWakeups, takeDueWakeups } from '../../bot/store/wakeups.ts';
import { eventually } from '../support/clock.ts';

const start = new Date('2026-11-20T09:00:00Z');
const rooms = ['case', 'show'].map((queue) => ({ queue, room: 32 }));
const inAWhile = (ms: number) => new Date(start.getTime() + ms);

describe('a wake-up', () => {
  let db: Db;
  beforeEach(async () => {
    db = await openDatabase('file::memory:');
  });
  afterEach(() => db.destroy());
  const take = (at: Date) => takeDueWakeups(db, at, rooms);
  const keys = async (at: Date) => (await take(at)).map(({ key }) => key);

  it('comes when it is due and not before', async () => {
    await putWakeup(db, 'case', '1', inAWhile(minutes(5)));
    assert.deepEqual(await keys(inAWhile(minutes(5) - 1)), []);
    assert.deepEqual(await nextDueTimes(db), [{ queue: 'case', dueAt: inAWhile(minutes(5)).getTime() }]);
    assert.deepEqual(await keys(inAWhile(minutes(5))), ['1']);
  });

  it('is nobody else’s while it is worked on', async () => {
    await putWakeup(db, 'case', '1', start);
    assert.deepEqual(await keys(start), ['1']);
    assert.deepEqual(await keys(inAWhile(hours(1))), []);
    assert.deepEqual(await nextDueTimes(db), []);
  });

  it('comes at the earliest time asked for, whichever was asked for first', async () => {
    await putWakeup(db, 'case', 'later', inAWhile(minutes(5)));
    await putWakeup(db, 'case', 'later', inAWhile(hours(1)));
    await putWakeup(db, 'case', 'sooner', inAWhile(hours(1)));
    await putWakeup(db, 'case', 'sooner', inAWhile(minutes(5)));
    assert.deepEqual((await keys(inAWhile(minutes(6)))).sort(), ['later', 'sooner']);
  });

  it('comes again when it was asked for during the work, at the time that was asked for', async () => {
    await putWakeup(db, 'case', '1', start);
    const [taken] = await take(start);
    assert.ok(taken);
    await putWakeup(db, 'case', '1', inAWhile(minutes(5)));
    await finishWakeup(db, taken);
    assert.deepEqual(await keys(inAWhile(minutes(4))), []);
    assert.deepEqual(await keys(inAWhile(minutes(5))), ['1']);
  });

  it('is forgotten once it was served and nobody asked again', async () => {
    await putWakeup(db, 'case', '1', start);
    const [taken] = await take(start);
    assert.ok(taken);
    await finishWakeup(db, taken);
    assert.deepEqual(await keys(inAWhile(hours(1000))), []);
    assert.deepEqual(await db.selectFrom('wakeups').selectAll().execute(), []);
  });

  it('never comes when its transaction was rolled back', async () => {
    await assert.rejects(
      db.transaction().execute(async (tx) => {
        await putWakeup(tx, 'case', '1', start);
        throw new Error('rolled back');
      }),
    );
    assert.deepEqual(await keys(inAWhile(hours(1))), []);
  });

  it('keeps its old time when the transaction that asked for an earlier one was rolled back', async () => {
    await putWakeup(db, 'case', '1', inAWhile(hours(1)));
    await assert.rejects(
      db.transaction().execute(async (tx) => {
        await putWakeup(tx, 'case', '1', start);
        throw new Error('rolled back');
      }),
    );
    assert.deepEqual(await keys(inAWhile(minutes(59))), []);
    assert.deepEqual(await keys(inAWhile(hours(1))), ['1']);
  });

  it('is due at once after a crash in the middle of the work', async () => {
    await putWakeup(db, 'case', '1', start);
    await keys(start);
    await putWakeup(db, 'case', '2', inAWhile(hours(1)));
    await releaseWakeups(db, inAWhile(minutes(1)));
    assert.deepEqual(await keys(inAWhile(minutes(1))), ['1'], 'what was not being worked on keeps its time');
  });

  it('of one queue is no wake-up of another', async () => {
    await putWakeup(db, 'case', '1', start);
    await putWakeup(db, 'show', '1', start);
    assert.deepEqual((await take(start)).map(({ queue }) => queue).sort(), ['case', 'show']);
  });
});

describe('the dispatcher', () => {
  let db: Db;
  let now = start;
  let dispatcher: Dispatcher;
  const clock: Clock = { now: () => now, monotonic: () => now.getTime() };
  beforeEach(async () => {
    now = start;
    db = await openDatabase('file::memory:');
    dispatcher = inProcessDispatcher({ db, clock, log: createLog('silent') });
  });
  afterEach(async () => {
    await dispatcher.stop();
    await db.destroy();
  });

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
    now = inAWhile(1000);
    await dispatcher.wake('show', 'nobody');
    dispatcher.work('show', async () => undefined);
    const again = () => db.selectFrom('wakeups').selectAll().where('queue', '=', 'case').executeTakeFirstOrThrow();
    const second = await eventually('it failed twice', async () => ((await again()).failures === 2 ? again() : null));
    assert.equal(Number(second.dueAt), start.getTime() + 3000);
  });

  it('finds what another process was working on when it was killed', async () => {
    await putWakeup(db, 'case', '1', start);
    await takeDueWakeups(db, start, rooms);
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
});
