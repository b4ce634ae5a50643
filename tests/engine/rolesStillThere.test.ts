import assert from 'node:assert/strict';
import { minutes } from '../../bot/clock.ts';
import { directoryRole } from '../../bot/graph/access.ts';
import { idle, jumpingClock, letPass } from '../support/clock.ts';
import { approved, calls, caseIs, pressed, step, stepIs } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

/** What was read of somebody within the last ten seconds counts: the steps of a stage share it. */
const justRead = 10_000;

/** Whoever is locked out while they hold a role that let others in may have been the last who could. */
describe('an administrator whose roles are still there', () => {
  const clock = jumpingClock();
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ parts: () => ({ clock }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const sentence = 'offboard anders@contoso.com';
  async function approvedByTwo(): Promise<number> {
    const caseId = await approved(world, { sentence });
    await pressed(world, people.second, { verb: 'approve', caseId });
    return caseId;
  }

  it('is not blocked when taking the roles away was skipped', async () => {
    const caseId = await approvedByTwo();
    await pressed(world, people.approver, { verb: 'skip', caseId, step: 'remove-directory-roles' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'queued');
    // Microsoft 365 may need a moment to show that roles are gone: it is given two minutes.
    for (let look = 0; look < 20; look++) {
      await letPass(world, clock, minutes(1));
      await idle(world, clock);
      if ((await step(world, caseId, 'block-sign-in')).state === 'failed') break;
    }
    const failed = await stepIs(world, caseId, 'block-sign-in', 'failed');
    assert.match(failed.words ?? '', /^Anders .* still has .*Exchange Administrator.*Take the roles away first/);
    assert.deepEqual(calls(world, 'PATCH', /\/users\//), []);
    assert.equal(world.tenant.person('anders').accountEnabled, true);
  });

  it('is blocked as soon as they are gone', async () => {
    const caseId = await approvedByTwo();
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await stepIs(world, caseId, 'remove-directory-roles', 'proved');
    await stepIs(world, caseId, 'block-sign-in', 'proved');
  });
});

describe('somebody who becomes an administrator in mid-case', () => {
  it('is not touched any more on the approval of one', async () => {
    const clock = jumpingClock();
    await using world = await startWorld({ parts: () => ({ clock }) });
    const caseId = await approved(world);
    await stepIs(world, caseId, 'reset-password', 'awaiting-confirmation');
    world.tenant.data.roleAssignments.push({
      id: 'promoted',
      principalId: world.tenant.person('jane').id,
      roleDefinitionId: directoryRole.exchangeAdministrator,
      directoryScopeId: '/',
    });
    clock.jump(justRead + 1000);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'reset-password' });
    assert.match((await caseIs(world, caseId, 'awaiting-approval')).note ?? '', /is no longer what it was/);
    assert.deepEqual(calls(world, 'PATCH', /\/users\//), []);
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await pressed(world, people.second, { verb: 'approve', caseId });
    await caseIs(world, caseId, 'running');
  });

  it('is left alone when they become the last Global Administrator', async () => {
    const clock = jumpingClock();
    await using world = await startWorld({ parts: () => ({ clock }) });
    const caseId = await approved(world);
    await stepIs(world, caseId, 'block-sign-in', 'awaiting-confirmation');
    for (const one of world.tenant.data.roleAssignments)
      if (one.roleDefinitionId === directoryRole.globalAdministrator) one.principalId = world.tenant.person('jane').id;
    clock.jump(justRead + 1000);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    assert.match((await caseIs(world, caseId, 'refused')).note ?? '', /last Global Administrator/);
    assert.equal(world.tenant.person('jane').accountEnabled, true);
  });
});
