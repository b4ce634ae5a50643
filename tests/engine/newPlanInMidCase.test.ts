import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { isSettled } from '../../bot/engine/states.ts';
import { idle, type JumpingClock, jumpingClock, letPass } from '../support/clock.ts';
import {
  approved,
  button,
  caseIs,
  confirmUntil,
  journaled,
  press,
  pressed,
  stepIs,
  steps,
  submitted,
  writes,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { becomesAdministrator, joins, startSimpleWorld } from '../support/simpleJane.ts';

/** What is done stays done, what has begun goes on, and everything else is planned anew. */
describe('a new plan in mid-case', () => {
  let world: World;
  let clock: JumpingClock;
  const join = (group: string) => joins(world, group);
  const promote = () => becomesAdministrator(world);
  /** She lets one more app act for her. */
  const consent = () => {
    const [like] = world.tenant.data.permissionGrants.filter(({ consentType }) => consentType === 'Principal');
    world.tenant.data.permissionGrants.push({
      ...like!,
      id: randomUUID(),
      principalId: world.tenant.person('jane').id,
    });
  };
  const inState = async (caseId: number, ...states: string[]) =>
    (await steps(world, caseId)).filter(({ state }) => states.includes(state)).map(({ stepId }) => stepId);
  beforeEach(async () => {
    clock = jumpingClock();
    world = await startSimpleWorld({ parts: () => ({ clock }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('goes back to the first stage that has something to do', async () => {
    const jane = world.tenant.person('jane');
    const caseId = await submitted(world);
    jane.accountEnabled = false;
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await stepIs(world, caseId, 'block-sign-in', 'not-needed');
    await confirmUntil(world, caseId, 'remove-group-memberships');
    // Somebody lets her in again: what was not needed two stages before is needed by now.
    jane.accountEnabled = true;
    join('Marketing');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    await caseIs(world, caseId, 'awaiting-approval');
    await pressed(world, people.second, { verb: 'approve', caseId });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    await confirmUntil(world, caseId, 'remove-licenses');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-licenses' });
    await caseIs(world, caseId, 'finished');
    assert.equal(jane.accountEnabled, false);
    assert.ok((await steps(world, caseId)).every(isSettled));
  });

  it('is not needed for a case to come back to a step of an earlier stage that is not settled', async () => {
    const caseId = await approved(world);
    await confirmUntil(world, caseId, 'remove-licenses');
    await world.signoff.runtime.db
      .updateTable('caseSteps')
      .set({ state: 'planned', before: null, found: null })
      .where('stepId', '=', 'block-sign-in')
      .execute();
    world.tenant.person('jane').accountEnabled = true;
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-licenses' });
    await stepIs(world, caseId, 'block-sign-in', 'awaiting-confirmation');
    assert.equal((await caseIs(world, caseId, 'running')).stage, 0);
  });

  it('is one for all steps that have changed, and leaves none of them under way', async () => {
    consent();
    const caseId = await approved(world);
    await confirmUntil(world, caseId, 'remove-group-memberships');
    const all = await button(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    consent();
    join('Marketing');
    await press(world, people.approver, all);
    await caseIs(world, caseId, 'awaiting-approval');
    await idle(world, clock);
    assert.deepEqual(await inState(caseId, 'running', 'queued'), []);
    assert.deepEqual(await inState(caseId, 'planned'), [
      'remove-group-memberships',
      'revoke-consents',
      'remove-licenses',
    ]);
    await pressed(world, people.second, { verb: 'approve', caseId });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await stepIs(world, caseId, 'remove-group-memberships', 'proved');
    await stepIs(world, caseId, 'revoke-consents', 'proved');
    assert.equal((await journaled(world, caseId, 'plan-changed')).length, 1);
    assert.match(JSON.stringify((await world.ask(people.helpdesk, 'status OFF-1')).card), /The case is as they say/);
  });

  it('keeps what a step had noted before its change, and goes on with that', async () => {
    const caseId = await approved(world);
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 60, match: 'PATCH /users/', count: 1 });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await idle(world, clock);
    const noted = await stepIs(world, caseId, 'block-sign-in', 'queued');
    assert.deepEqual(noted.before, { accountEnabled: true });
    promote();
    clock.jump(61_000);
    await world.signoff.runtime.dispatcher.wake('lock-out', `${caseId}/block-sign-in`);
    await caseIs(world, caseId, 'awaiting-approval');
    assert.deepEqual((await stepIs(world, caseId, 'block-sign-in', 'queued')).before, noted.before);
    assert.deepEqual(writes(world), []);

    await pressed(world, people.approver, { verb: 'approve', caseId });
    await pressed(world, people.second, { verb: 'approve', caseId });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-directory-roles' });
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.equal((await journaled(world, caseId, 'before-recorded', 'block-sign-in')).length, 1);
    assert.match(JSON.stringify((await world.ask(people.helpdesk, 'status OFF-1')).card), /The case is as they say/);
  });

  it('lets what has begun in a later stage wait for its stage to come again', async () => {
    const jane = world.tenant.person('jane');
    consent();
    const caseId = await submitted(world);
    jane.accountEnabled = false;
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await confirmUntil(world, caseId, 'remove-group-memberships');
    const match = 'DELETE /oauth2PermissionGrants/';
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 60, match, count: 1 });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'revoke-consents' });
    await idle(world, clock);
    jane.accountEnabled = true;
    join('Marketing');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    await caseIs(world, caseId, 'awaiting-approval');
    await pressed(world, people.second, { verb: 'approve', caseId });
    await stepIs(world, caseId, 'block-sign-in', 'awaiting-confirmation');
    await letPass(world, clock, 61_000);
    await idle(world, clock);
    assert.ok(!writes(world).some((call) => call.startsWith(match)));
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'revoke-consents', 'proved');
  });
});
