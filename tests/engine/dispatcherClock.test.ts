import assert from 'node:assert/strict';
import { type Clock, hours, minutes } from '../../bot/clock.ts';
import type { Dispatcher, Queue } from '../../bot/engine/dispatcher.ts';
import { inProcessDispatcher } from '../../bot/engine/inProcessDispatcher.ts';
import { createLog } from '../../bot/log.ts';
import { insertCase } from '../../bot/store/cases.ts';
import { type Db, openDatabase } from '../../bot/store/database.ts';
import { journal } from '../../bot/store/journal.ts';
import { putWakeup } from '../../bot/store/wakeups.ts';
import { eventually } from '../support/clock.ts';
import { newCase } from '../support/rows.ts';

const start = new Date('2026-11-20T09:00:00Z');
const inAWhile = (ms: number) => new Date(start.getTime() + ms);

describe('a dispatcher whose clock is set', () => {
  let db: Db;
  /** Milliseconds that have gone by, and by which the clock was set. */
  let passed = 0;
  let set = 0;
  let dispatcher: Dispatcher;
  const clock: Clock = { now: () => inAWhile(passed + set), monotonic: () => passed };
  const log = createLog('silent');
  beforeEach(async () => {
    passed = 0;
    set = 0;
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

  it('back an hour, calls when it would have called', async () => {
    const served = serve('step', 'watch');
    await dispatcher.start();
    await dispatcher.wake('step', 'in ten seconds', { at: inAWhile(10_000) });
    await settled();
    set = -hours(1);
    passed = 5000;
    await nudge();
    await settled();
    assert.equal(served.join(), 'nobody', 'nor earlier');
    passed = 10_000;
    await nudge();
    await eventually('it is served', async () => served.includes('in ten seconds'));
  });

  it('back while it was stopped, calls no later than it would have called', async () => {
    const { id } = await db.transaction().execute((tx) => insertCase(tx, newCase('jane')));
    await db
      .transaction()
      .execute((tx) => journal(tx, id, { at: start, actor: 'signoff', what: 'asked', words: 'Asked.' }));
    await putWakeup(db, 'step', 'in ten seconds', inAWhile(10_000));
    const served = serve('step', 'watch');
    set = -hours(1);
    await dispatcher.start();
    await settled();
    assert.equal(served.length, 0);
    passed = 10_000;
    await nudge();
    await eventually('it is served', async () => served.includes('in ten seconds'));
  });

  it('ahead, stays well', async () => {
    const served = serve('step', 'watch');
    await dispatcher.start();
    await dispatcher.wake('step', 'in half an hour', { at: inAWhile(minutes(30)) });
    await settled();
    set = hours(1);
    assert.equal(dispatcher.healthy(), true);
    await nudge();
    await eventually('it is served', async () => served.includes('in half an hour'));
    assert.equal(dispatcher.healthy(), true);
  });
});
