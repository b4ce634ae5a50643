import assert from 'node:assert/strict';
import { readApprovals } from '../../bot/store/cases.ts';
import {
  approved,
  button,
  caseIs,
  confirmUntil,
  journaled,
  press,
  pressed,
  refused,
  step,
  stepIs,
  steps,
  submitted,
  writes,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { becomesAdministrator, joins, startSimpleWorld } from '../support/simpleJane.ts';

/** An approval is for one plan: what would be done now must be what was agreed to. */
describe('a plan that changes after it was approved', () => {
  let world: World;
  const join = (group: string) => joins(world, group);
  const promote = () => becomesAdministrator(world);
  beforeEach(async () => {
    world = await startSimpleWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('voids the approval before a stage: a group was added', async () => {
    const caseId = await approved(world);
    const version = (await world.signoff.runtime.db.selectFrom('cases').select('version').executeTakeFirstOrThrow())
      .version;
    await confirmUntil(world, caseId, 'revoke-sessions');
    join('Marketing');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'revoke-sessions' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-sign-in-methods' });
    const row = await caseIs(world, caseId, 'awaiting-approval');
    assert.equal(row.version, version + 1);
    assert.equal(row.note, 'What “Remove group memberships” would do has changed since the plan was approved.');
    assert.ok((await readApprovals(world.signoff.runtime.db, caseId)).every(({ voidedAt }) => voidedAt !== null));
    assert.deepEqual(
      (await steps(world, caseId))
        .filter(({ stage, state }) => stage === 0 && state !== 'not-needed')
        .map(({ state }) => state),
      ['proved', 'proved', 'proved', 'proved'],
      'what was done stays done',
    );
    assert.ok(!writes(world).some((call) => call.includes('/groups/')));

    // The new plan names the new group, and goes on when it is approved.
    await world.teams.waitFor(
      people.second,
      ({ card }) => JSON.stringify(card ?? '').includes('Marketing') && JSON.stringify(card).includes('"approve"'),
    );
    await pressed(world, people.second, { verb: 'approve', caseId });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    await stepIs(world, caseId, 'remove-group-memberships', 'proved');
    assert.ok(!world.tenant.groupNamed('Marketing').members.includes(world.tenant.person('jane').id));
  });

  it('voids the approval when something is to be done by now that was not needed then', async () => {
    for (const group of world.tenant.data.groups)
      group.members = group.members.filter((id) => id !== world.tenant.person('jane').id);
    const caseId = await approved(world);
    assert.equal((await step(world, caseId, 'remove-group-memberships')).state, 'not-needed');
    join('Marketing');
    await confirmUntil(world, caseId, 'remove-sign-in-methods');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-sign-in-methods' });
    const row = await caseIs(world, caseId, 'awaiting-approval');
    assert.equal(row.note, 'What “Remove group memberships” would do has changed since the plan was approved.');
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    await stepIs(world, caseId, 'remove-group-memberships', 'proved');
  });

  it('voids the approval at a step: a group was added after its stage was opened', async () => {
    const caseId = await approved(world);
    await confirmUntil(world, caseId, 'remove-group-memberships');
    const confirm = await button(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    join('Marketing');
    await press(world, people.approver, confirm);
    await caseIs(world, caseId, 'awaiting-approval');
    assert.ok(!writes(world).some((call) => call.includes('/groups/')));
    assert.equal((await journaled(world, caseId, 'plan-changed')).length, 1);
    await refused(
      press(world, people.approver, confirm),
      'OFF-1 has moved on, so nothing was changed. Type “status OFF-1” to see where it is.',
    );
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    await stepIs(world, caseId, 'remove-group-memberships', 'proved');
  });

  it('voids the approval at a step that is not needed any more, where access stays that was not shown', async () => {
    const { id } = world.tenant.person('jane');
    const caseId = await approved(world);
    await confirmUntil(world, caseId, 'remove-group-memberships');
    const confirm = await button(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    for (const group of world.tenant.data.groups.filter(({ onPremisesSyncEnabled }) => !onPremisesSyncEnabled))
      group.members = group.members.filter((member) => member !== id);
    Object.assign(world.tenant.groupNamed('Marketing'), { onPremisesSyncEnabled: true });
    join('Marketing');
    await press(world, people.approver, confirm);
    const row = await caseIs(world, caseId, 'awaiting-approval');
    assert.equal(row.note, 'What “Remove group memberships” would do has changed since the plan was approved.');
    assert.match((await step(world, caseId, 'remove-group-memberships')).plan.warns?.join() ?? '', /“Marketing”/);
  });

  it('is found out at a step when the agreement was changed in the database after its stage was opened', async () => {
    for (const [table, change] of [
      ['approvals', { voidedAt: new Date().toISOString() }],
      ['cases', { planHash: 'another' }],
    ] as const) {
      const caseId = await approved(world, table === 'cases' ? { sentence: 'offboard luca@contoso.com' } : {});
      const confirm = await button(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
      await world.signoff.runtime.db.updateTable(table).set(change).execute();
      await press(world, people.approver, confirm);
      const row = await caseIs(world, caseId, 'awaiting-approval');
      assert.equal(row.note, 'The plan on record is not the one that was approved.');
    }
    assert.deepEqual(writes(world), []);
  });

  it('is asked about again when Microsoft 365 fails just then, and is not forgotten', async () => {
    const caseId = await approved(world);
    await confirmUntil(world, caseId, 'remove-group-memberships');
    join('Marketing');
    world.tenant.setFaults({
      kinds: ['throttle'],
      retryAfterSeconds: 11,
      match: 'GET /users/.*transitiveMemberOf',
      count: 1,
    });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    const waits = await stepIs(world, caseId, 'remove-group-memberships', 'queued');
    await world.signoff.runtime.dispatcher.wake('step', `${caseId}/remove-group-memberships`);
    await caseIs(world, caseId, 'awaiting-approval');
    assert.ok(waits.attempt > 0);
    assert.ok(!writes(world).some((call) => call.includes('/groups/')));
  });

  it('keeps the approval when there is merely nothing left to do', async () => {
    const caseId = await submitted(world);
    world.tenant.person('jane').accountEnabled = false;
    await pressed(world, people.approver, { verb: 'approve', caseId });
    const step = await stepIs(world, caseId, 'block-sign-in', 'not-needed');
    assert.equal(step.words, 'Sign-in is already blocked.');
    await stepIs(world, caseId, 'reset-password', 'awaiting-confirmation');
    assert.equal((await journaled(world, caseId, 'plan-changed')).length, 0);
  });

  it('voids the approval when the person was made an administrator meanwhile', async () => {
    const caseId = await submitted(world);
    promote();
    await pressed(world, people.approver, { verb: 'approve', caseId });
    const row = await caseIs(world, caseId, 'awaiting-approval');
    assert.equal(row.note, 'Jane Miller’s account is no longer what it was when the plan was approved.');
    // From now on it takes two.
    await pressed(world, people.approver, { verb: 'approve', caseId });
    assert.equal((await caseIs(world, caseId, 'awaiting-approval', 'running')).state, 'awaiting-approval');
    await pressed(world, people.second, { verb: 'approve', caseId });
    await caseIs(world, caseId, 'running');
    assert.deepEqual(writes(world), []);
  });

  it('voids the approval when they were made an administrator between two stages', async () => {
    const caseId = await approved(world);
    await confirmUntil(world, caseId, 'revoke-sessions');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-sign-in-methods' });
    await stepIs(world, caseId, 'remove-sign-in-methods', 'proved');
    promote();
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'revoke-sessions' });
    const row = await caseIs(world, caseId, 'awaiting-approval');
    assert.equal(row.note, 'Jane Miller’s account is no longer what it was when the plan was approved.');
    assert.ok(!writes(world).some((call) => call.includes('/groups/')));
  });

  it('takes no confirmation from a card of the old plan, though the same stage is open again', async () => {
    const caseId = await approved(world);
    await confirmUntil(world, caseId, 'remove-group-memberships');
    const old = await button(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    join('Marketing');
    await press(world, people.approver, old);
    await caseIs(world, caseId, 'awaiting-approval');
    await pressed(world, people.second, { verb: 'approve', caseId });
    await stepIs(world, caseId, 'remove-group-memberships', 'awaiting-confirmation');
    await refused(
      press(world, people.approver, old),
      'OFF-1 has moved on, so nothing was changed. Type “status OFF-1” to see where it is.',
    );
    assert.equal((await step(world, caseId, 'remove-group-memberships')).state, 'awaiting-confirmation');
    assert.ok(!writes(world).some((call) => call.includes('/groups/')));
  });

  it('voids the approval when the account is kept by the on-premises directory by now', async () => {
    const caseId = await submitted(world);
    world.tenant.person('jane').onPremisesSyncEnabled = true;
    await pressed(world, people.approver, { verb: 'approve', caseId });
    const row = await caseIs(world, caseId, 'awaiting-approval');
    assert.equal(row.note, 'Jane Miller’s account is no longer what it was when the plan was approved.');
    assert.deepEqual(writes(world), []);
  });
});
