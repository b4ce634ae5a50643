import assert from 'node:assert/strict';
import { days, hours } from '../../bot/clock.ts';
import { eventually, idle, jumpingClock, letPass } from '../support/clock.ts';
import { approved, confirmUntil, journaled, pressed, step, stepIs } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

/** An order to a device may take days: nothing waits for it, and nobody calls it done before it is. */
describe('a step that Microsoft 365 has only taken the order for', () => {
  let world: World;
  const clock = jumpingClock();
  beforeEach(async () => {
    world = await startWorld({ parts: () => ({ clock }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const wipe = 'wipe-app-data';
  const jane = () => world.tenant.person('jane').id;

  async function ordered(): Promise<number> {
    const inputs = { successor: 'luca@contoso.com', endState: 'keep', appData: 'true' };
    const caseId = await approved(world, { inputs });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await stepIs(world, caseId, wipe, 'ordered');
    return caseId;
  }

  it('holds up no stage, is called ordered, and is proved when it is carried out', async () => {
    const caseId = await ordered();
    await confirmUntil(world, caseId, 'remove-licenses');
    await idle(world, clock);
    assert.equal((await journaled(world, caseId, 'step-ordered', wipe)).length, 1);
    for (const registration of world.tenant.data.appRegistrations.filter(({ userId }) => userId === jane()))
      for (const operation of registration.operations) operation.state = 'completed';
    await letPass(world, clock, hours(2));
    await stepIs(world, caseId, wipe, 'proved');
  });

  it('is looked at for a month, and then left to people with a sentence', async () => {
    const caseId = await ordered();
    // As after so many looks.
    const steps = world.signoff.runtime.db.updateTable('caseSteps').set({ waitedMs: days(30) });
    await steps.where('stepId', '=', wipe).execute();
    await letPass(world, clock, hours(2));
    await eventually('it is left to people', async () =>
      /Not carried out within 30 days: look there by hand\.$/.test((await step(world, caseId, wipe)).words ?? ''),
    );
    await letPass(world, clock, hours(24));
    await idle(world, clock);
    assert.equal((await step(world, caseId, wipe)).state, 'ordered');
  });
});
