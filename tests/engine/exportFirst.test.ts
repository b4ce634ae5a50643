import assert from 'node:assert/strict';
import { systemClock } from '../../bot/clock.ts';
import { idle } from '../support/clock.ts';
import { approved, pressed, step, stepIs } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('an export that fails', () => {
  let world: World;
  beforeEach(async () => {
    world = await startSimpleWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('holds back the licenses, which would take the mailbox away, until somebody leaves it out', async () => {
    const caseId = await approved(world, { inputs: { exportContent: 'true' } });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    await stepIs(world, caseId, 'export-content', 'awaiting-confirmation');
    world.tenant.setFaults({ kinds: ['refuse'], match: 'POST /security/cases' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await stepIs(world, caseId, 'export-content', 'failed');
    await idle(world, systemClock);
    const waits = await step(world, caseId, 'remove-licenses');
    assert.deepEqual([waits.state, waits.words], ['queued', 'Waits for “Export content”.']);
    await pressed(world, people.approver, { verb: 'skip', caseId, step: 'export-content' });
    await stepIs(world, caseId, 'remove-licenses', 'proved');
  });
});
