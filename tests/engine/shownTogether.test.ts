import assert from 'node:assert/strict';
import { changeCase, topicOf } from '../../bot/engine/caseRecord.ts';
import { findWakeups } from '../../bot/store/wakeups.ts';
import { eventually } from '../support/clock.ts';
import { approved } from '../support/journey.ts';
import type { World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

/** A chat takes only so many messages, and to draw a card takes as long as to do what it tells of. */
describe('what many cases have to show', () => {
  let world: World;
  beforeEach(async () => {
    world = await startSimpleWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  /** Milliseconds until a change of a running case is shown, while so many other cases have something to show. */
  async function shownAfter(others: number): Promise<number> {
    const { runtime } = world.signoff;
    const caseId = await approved(world);
    // What waits for people is called for again in hours.
    const soon = ({ dueAt }: { dueAt: number }) => dueAt < Date.now() + 60_000;
    await eventually('all is shown', async () => !(await findWakeups(runtime.db, topicOf(caseId))).some(soon));
    const at = new Date(Date.now() + 5000);
    for (let other = 0; other < others; other++) await runtime.dispatcher.wake('show', `case/${1000 + other}`, { at });
    const changedAt = Date.now();
    await changeCase(runtime, caseId, 'signoff', (record) => record.noteCase({}));
    const [wakeup] = await findWakeups(runtime.db, topicOf(caseId));
    return (wakeup?.dueAt ?? assert.fail()) - changedAt;
  }

  it('is shown at once where one case goes on', async () => {
    const ms = await shownAfter(0);
    assert.ok(ms >= 250 && ms < 1000, `${ms} ms`);
  });

  it('is shown later the more go on', async () => {
    const ms = await shownAfter(40);
    assert.ok(ms >= 4250 && ms < 6000, `${ms} ms`);
  });

  it('is shown within ten seconds, however many go on', async () => {
    const ms = await shownAfter(200);
    assert.ok(ms >= 10_000 && ms < 11_000, `${ms} ms`);
  });
});
