import assert from 'node:assert/strict';
import { hours } from '../../bot/clock.ts';
import { eventually, idle, type JumpingClock, jumpingClock, letPass } from '../support/clock.ts';
import { approved, caseIs, confirmUntil, pressed, step, stepIs, submitted } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

/** A machine whose clock is put right while cases are under way. */
describe('a clock that is set', () => {
  let world: World;
  let clock: JumpingClock;
  beforeEach(async () => {
    clock = jumpingClock();
    world = await startSimpleWorld({ parts: () => ({ clock }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const throttle = (retryAfterSeconds: number) =>
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds, match: 'PATCH /users/' });

  it('back an hour holds nothing up: a step that waits comes in its time, and the case goes on', async () => {
    const caseId = await approved(world);
    throttle(60);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await idle(world, clock);
    world.tenant.clearFaults();
    clock.set(-hours(1));
    await letPass(world, clock, 61_000);
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    await confirmUntil(world, caseId, 'remove-licenses');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-licenses' });
    await caseIs(world, caseId, 'finished');
  });

  it('back an hour does not prolong the proof of what never shows', async () => {
    const caseId = await approved(world);
    world.tenant.setFaults({ staleMs: 600_000 });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'verifying');
    clock.set(-hours(1));
    for (let n = 0; n < 20; n++) {
      await letPass(world, clock, 15_000);
      await idle(world, clock);
    }
    await stepIs(world, caseId, 'block-sign-in', 'failed');
  });

  it('ahead does not fail a step that Microsoft 365 had no time to show', async () => {
    const caseId = await approved(world);
    world.tenant.setFaults({ staleMs: 1000 });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'verifying');
    clock.set(hours(1));
    await stepIs(world, caseId, 'block-sign-in', 'proved', 'failed');
    assert.equal((await step(world, caseId, 'block-sign-in')).state, 'proved');
  });

  it('ahead two days does not exhaust the patience with Microsoft 365', async () => {
    const caseId = await approved(world);
    throttle(60);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await eventually('it waits', async () => (await step(world, caseId, 'block-sign-in')).tries === 1);
    clock.set(hours(48));
    await letPass(world, clock, 0);
    await eventually('it was tried again', async () => (await step(world, caseId, 'block-sign-in')).tries === 2);
    assert.equal((await step(world, caseId, 'block-sign-in')).state, 'queued');
    world.tenant.clearFaults();
    await letPass(world, clock, 61_000);
    await stepIs(world, caseId, 'block-sign-in', 'proved');
  });

  it('back an hour keeps nobody’s role for longer', async () => {
    await submitted(world);
    await world.ask(people.approver, 'cases');
    const approvers = world.tenant.groupNamed('Signoff Approvers');
    approvers.members = approvers.members.filter((id) => id !== world.tenant.person('arno').id);
    clock.set(-hours(1));
    await letPass(world, clock, 301_000);
    assert.match(
      (await world.ask(people.approver, 'cases')).text ?? '',
      /^Only the helpdesk, approvers and Signoff admins/,
    );
  });
});
