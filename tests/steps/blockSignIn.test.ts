import assert from 'node:assert/strict';
import { previewStep } from '../../bot/engine/plan.ts';
import { blockSignIn } from '../../bot/steps/blockSignIn.ts';
import { previewChange, proveSoon, type StepWorld, startStepWorld, writesIn } from '../support/stepWorld.ts';

describe('block-sign-in', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
  });
  after(() => world.tenant.close());

  it('sends one write that says nothing but that the account is disabled', async () => {
    const context = await world.contextOf('jane');
    const { before, changes } = await previewChange(blockSignIn, context);
    assert.deepEqual(changes, ['Sign-in: allowed → blocked']);
    await blockSignIn.run(context, before);
    const [write, ...others] = writesIn(world.tenant.exchanges);
    assert.deepEqual(write?.requestBody, { accountEnabled: false });
    assert.deepEqual(others, []);
    assert.equal(world.tenant.person('jane').accountEnabled, false);
  });

  it('is not needed where sign-in is already blocked', async () => {
    const { planned } = await previewStep(blockSignIn, await world.contextOf('hendrik'));
    assert.deepEqual([planned.kind, planned.why], ['not-needed', 'Sign-in is already blocked.']);
  });

  it('opens the door again in an undo', async () => {
    const context = await world.contextOf('jane');
    const { before } = await previewChange(blockSignIn, context);
    await blockSignIn.run(context, before);
    await blockSignIn.undo?.(context, before);
    assert.equal(world.tenant.person('jane').accountEnabled, true);
  });

  it('blocks a synchronized account at once, whatever the on-premises directory does', async () => {
    const context = await world.contextOf('dariusz');
    const { before } = await previewChange(blockSignIn, context);
    await blockSignIn.run(context, before);
    await proveSoon(blockSignIn, context, before);
    assert.equal(world.tenant.person('dariusz').accountEnabled, false);
  });

  it('blocks a guest, whose account here is as good a door as any', async () => {
    const guest = 'gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com';
    const context = await world.contextOf(guest);
    const { before } = await previewChange(blockSignIn, context);
    await blockSignIn.run(context, before);
    await proveSoon(blockSignIn, context, before);
    assert.equal(world.tenant.person(guest).accountEnabled, false);
  });

  it('is not proved any more when somebody opens the account again', async () => {
    const context = await world.contextOf('jane');
    const { before } = await previewChange(blockSignIn, context);
    await blockSignIn.run(context, before);
    world.tenant.person('jane').accountEnabled = true;
    assert.deepEqual(await blockSignIn.verify(context, before), { notYet: 'Sign-in still shows as allowed.' });
  });
});
