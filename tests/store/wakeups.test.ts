import assert from 'node:assert/strict';
import { hours, minutes } from '../../bot/clock.ts';
import { type Db, openDatabase } from '../../bot/store/database.ts';
import { finishWakeup, nextDueTimes, putWakeup, releaseWakeups, takeDueWakeups } from '../../bot/store/wakeups.ts';

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
