import assert from 'node:assert/strict';
import { eventually, idle, type JumpingClock, jumpingClock, letPass } from '../support/clock.ts';
import {
  asked,
  button,
  caseIs,
  caseRow,
  confirmUntil,
  defaults,
  journaled,
  pressed,
  step,
  stepIs,
  submitAs,
  submitted,
  writes,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

/** What Microsoft 365 does not let be looked at for one step is the trouble of that step alone. */
describe('a step that can’t be looked at', () => {
  let world: World;
  let clock: JumpingClock;
  beforeEach(async () => {
    clock = jumpingClock();
    world = await startSimpleWorld({ parts: () => ({ clock }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const hide = () => world.tenant.setFaults({ kinds: ['refuse'], match: 'GET /users/.*authentication' });
  const methods = 'remove-sign-in-methods';

  it('stands so in the plan, and the others go on; skipped, it is named in the report', async () => {
    hide();
    const caseId = await submitted(world);
    const plan = JSON.stringify((await button(world, people.approver, { verb: 'approve', caseId })).message.card);
    assert.match(plan, /It could not be looked at\. Microsoft 365 refused/);
    await pressed(world, people.approver, { verb: 'approve', caseId });
    const failed = await stepIs(world, caseId, methods, 'failed');
    assert.match(failed.words ?? '', /^It could not be looked at\. Microsoft 365 refused.*not acceptable/);
    await pressed(world, people.approver, { verb: 'skip', caseId, step: methods });
    await confirmUntil(world, caseId, 'remove-licenses');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-licenses' });
    await caseIs(world, caseId, 'finished');
    const report = JSON.stringify((await world.card(people.helpdesk, 'is offboarded')).card);
    assert.match(report, /Skipped by Arno Lindqvist after it had failed: It could not be looked at/);
    assert.ok(!writes(world).some((call) => call.includes('/authentication/')));
  });

  it('is looked at again by Retry, and what it would do is approved anew', async () => {
    hide();
    const caseId = await submitted(world);
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await stepIs(world, caseId, methods, 'failed');
    await pressed(world, people.helpdesk, { verb: 'retry', caseId, step: methods });
    await idle(world, clock);
    await stepIs(world, caseId, methods, 'failed');
    world.tenant.clearFaults();
    await pressed(world, people.helpdesk, { verb: 'retry', caseId, step: methods });
    assert.match((await caseIs(world, caseId, 'awaiting-approval')).note ?? '', /“Remove sign-in methods” would do/);
    assert.ok(!writes(world).some((call) => call.includes('/authentication/')));
    await pressed(world, people.second, { verb: 'approve', caseId });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: methods });
    await stepIs(world, caseId, methods, 'proved');
    assert.match(JSON.stringify((await world.ask(people.helpdesk, 'status OFF-1')).card), /The case is as they say/);
  });

  it('when its stage opens, though it could be in the plan, is confirmed by itself after Retry', async () => {
    const caseId = await submitted(world);
    hide();
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await stepIs(world, caseId, methods, 'failed');
    await stepIs(world, caseId, 'block-sign-in', 'awaiting-confirmation');
    world.tenant.clearFaults();
    await pressed(world, people.helpdesk, { verb: 'retry', caseId, step: methods });
    await stepIs(world, caseId, methods, 'awaiting-confirmation');
    assert.ok(!writes(world).some((call) => call.includes('/authentication/')));
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: methods });
    await stepIs(world, caseId, methods, 'proved');
    assert.equal((await journaled(world, caseId, 'plan-changed')).length, 0);
  });

  it('is waited for a little where it passes by itself, and not for ever', async () => {
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 30, match: 'GET /users/.*authentication' });
    await world.ask(people.helpdesk, 'offboard jane@contoso.com');
    for (let tries = 1; tries <= 3; tries++) {
      await eventually(`it was tried ${tries} times`, async () => (await caseRow(world, 1)).attempts === tries);
      await letPass(world, clock, 31_000);
    }
    await caseIs(world, 1, 'draft');
    assert.equal((await step(world, 1, methods)).plan.kind, 'unseen');
    world.tenant.clearFaults();
    await submitAs(world, 1, defaults);
    await caseIs(world, 1, 'awaiting-approval');
    assert.equal((await step(world, 1, methods)).plan.kind, 'change');
  });

  it('holds up no other case', async () => {
    world.tenant.setFaults({
      kinds: ['throttle'],
      retryAfterSeconds: 60,
      match: `GET /users/${world.tenant.person('jane').id}.*authentication`,
    });
    await world.ask(people.helpdesk, 'offboard jane@contoso.com');
    const other = await asked(world, 'offboard luca@contoso.com');
    assert.equal((await caseRow(world, other)).state, 'draft');
    assert.equal((await caseRow(world, 1)).state, 'planning');
  });
});
