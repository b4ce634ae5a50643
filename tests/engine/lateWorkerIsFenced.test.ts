import assert from 'node:assert/strict';
import { runStep } from '../../bot/engine/runStep.ts';
import { eventually } from '../support/clock.ts';
import { approved, button, journaled, press, step, stepIs } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

/** A worker that was thought lost comes back when another has taken its step over. */
describe('a late worker', () => {
  let world: World;
  let caseId: number;
  beforeEach(async () => {
    world = await startSimpleWorld();
    caseId = await approved(world);
    const confirm = await button(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    world.tenant.setLatency({ ms: 250 });
    await press(world, people.approver, confirm);
    await eventually(
      'the first worker has its change on the way',
      async () => (await journaled(world, caseId, 'before-recorded')).length > 0,
    );
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('has its success not recorded: the attempt is no longer the current one', async () => {
    const second = runStep(world.signoff.runtime, caseId, 'block-sign-in');
    await eventually(
      'the second worker has taken over',
      async () => (await step(world, caseId, 'block-sign-in')).attempt === 2,
    );
    world.tenant.setLatency({ ms: 0 });
    await second;
    const done = await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.equal(done.attempt, 2);
    assert.equal((await journaled(world, caseId, 'step-proved')).length, 1);
    assert.equal((await journaled(world, caseId, 'before-recorded')).length, 1);
  });

  it('has its failure not recorded either', async () => {
    const second = runStep(world.signoff.runtime, caseId, 'block-sign-in');
    await eventually(
      'the second worker has taken over',
      async () => (await step(world, caseId, 'block-sign-in')).attempt === 2,
    );
    // Only the first worker's change is still to arrive: it is turned down, and the second one's goes through.
    world.tenant.setFaults({ kinds: ['unavailable'], match: 'PATCH /users/', count: 1 });
    await second;
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.deepEqual(await journaled(world, caseId, 'step-waits'), []);
    assert.deepEqual(await journaled(world, caseId, 'step-failed'), []);
    assert.equal((await journaled(world, caseId, 'step-proved')).length, 1);
  });
});
