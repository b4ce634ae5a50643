import assert from 'node:assert/strict';
import { eventually, idle, type JumpingClock, jumpingClock, letPass } from '../support/clock.ts';
import { approved, calls, caseIs, confirmUntil, journaled, pressed, stepIs } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('a write that is carried out and never answered', () => {
  let world: World;
  let clock: JumpingClock;
  beforeEach(async () => {
    clock = jumpingClock();
    world = await startSimpleWorld({ parts: () => ({ clock }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const cases = [
    { step: 'block-sign-in', method: 'PATCH', path: /users/, match: 'PATCH /users/' },
    { step: 'revoke-sessions', method: 'POST', path: /revokeSignInSessions/, match: 'revokeSignInSessions' },
    { step: 'remove-sign-in-methods', method: 'DELETE', path: /phoneMethods/, match: 'DELETE /users/' },
  ];
  for (const { step, method, path, match } of cases) {
    it(`is read back before anything else and not sent again: ${step}`, async () => {
      const caseId = await approved(world);
      if (step === 'revoke-sessions') await confirmUntil(world, caseId, step);
      const before = calls(world, method, path).length;
      world.tenant.setFaults({ kinds: ['timeoutAfter'], match, count: 1, hangMs: 20 });
      await pressed(world, people.approver, { verb: 'confirm', caseId, step });
      await stepIs(world, caseId, step, 'proved');
      assert.equal(calls(world, method, path).length - before, 1);
      const [waits] = await journaled(world, caseId, 'step-waits', step);
      assert.match(waits?.words ?? '', /Microsoft 365 does not answer\. It is tried again by itself\./);
      assert.equal((await journaled(world, caseId, 'step-proved', step)).length, 1);
    });
  }

  it('is not sent again either when it deletes the account', async () => {
    const caseId = await approved(world, { inputs: { endState: 'delete' } });
    await confirmUntil(world, caseId, 'delete-account');
    const path = new RegExp(`/users/${world.tenant.person('jane').id}$`);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'delete-account' }, { reason: 'She left.' });
    world.tenant.setFaults({ kinds: ['timeoutAfter'], match: 'DELETE /users/', count: 1, hangMs: 20 });
    await pressed(world, people.second, { verb: 'confirm', caseId, step: 'delete-account' });
    const done = await stepIs(world, caseId, 'delete-account', 'proved');
    assert.match(done.words ?? '', /^The account is among the deleted users; it can be restored until /);
    assert.equal(calls(world, 'DELETE', path).length, 1);
  });

  it('is read back until it shows, also where the deleted account is nowhere to be seen for a while', async () => {
    const jane = world.tenant.person('jane');
    const caseId = await approved(world, { inputs: { endState: 'delete' } });
    await confirmUntil(world, caseId, 'delete-account');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'delete-account' }, { reason: 'She left.' });
    world.tenant.setFaults({ kinds: ['timeoutAfter'], match: 'DELETE /users/', count: 1, hangMs: 20 });
    const { deletedUsers } = world.tenant.data;
    await pressed(world, people.second, { verb: 'confirm', caseId, step: 'delete-account' });
    const her = await eventually('she is deleted', async () => deletedUsers.find(({ user }) => user.id === jane.id));
    deletedUsers.splice(deletedUsers.indexOf(her), 1);
    // What was read of her before the deletion is forgotten by now.
    await letPass(world, clock, 11_000);
    await stepIs(world, caseId, 'delete-account', 'verifying');
    await idle(world, clock);
    deletedUsers.push(her);
    await letPass(world, clock, 15_000);
    await stepIs(world, caseId, 'delete-account', 'proved');
    assert.equal((await caseIs(world, caseId, 'finished')).note, null);
  });
});
