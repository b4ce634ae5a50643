import assert from 'node:assert/strict';
import type { Look } from '../../bot/engine/lookAt.ts';
import { Looks } from '../../bot/engine/looks.ts';
import type { Looked } from '../../bot/engine/plan.ts';
import { directoryRole } from '../../bot/graph/access.ts';
import { pressed, stepIs, submitted } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

/** Reads and writes of Graph since `from`, as `METHOD path`. */
function callsSince({ tenant }: World, from: number): string[] {
  return tenant.exchanges
    .slice(from)
    .filter(({ path }) => path.startsWith('/v1.0/') && !path.includes('checkMemberGroups'))
    .map(({ method, path }) => `${method} ${decodeURIComponent(path.slice('/v1.0'.length))}`);
}

describe('the look at a stage that begins by itself', () => {
  it('reads each thing once, and what begins at once acts on it', async () => {
    await using world = await startSimpleWorld();
    const caseId = await submitted(world, { sentence: 'offboard jane@contoso.com urgent' });
    const from = world.tenant.exchanges.length;
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await stepIs(world, caseId, 'revoke-sessions', 'proved');
    const calls = callsSince(world, from);
    const before = calls.slice(
      0,
      calls.findIndex((call) => call.startsWith('PATCH')),
    );
    assert.ok(before.length > 5);
    assert.deepEqual(
      before.filter((call, index) => before.indexOf(call) !== index && call.includes(world.tenant.person('jane').id)),
      [],
    );
  });

  it('is not acted on where a step before it has changed something', async () => {
    await using world = await startSimpleWorld({
      change: ({ roleAssignments, signoff }) =>
        void roleAssignments.push({
          id: 'signoff-may-reset-administrators',
          principalId: signoff.servicePrincipalId,
          roleDefinitionId: directoryRole.privilegedAuthenticationAdministrator,
          directoryScopeId: '/',
        }),
    });
    const caseId = await submitted(world, { sentence: 'offboard rafael@contoso.com urgent' });
    await pressed(world, people.approver, { verb: 'approve', caseId });
    const from = world.tenant.exchanges.length;
    await pressed(world, people.second, { verb: 'approve', caseId });
    await stepIs(world, caseId, 'revoke-sessions', 'proved');
    const calls = callsSince(world, from);
    const leftRoleGroup = calls.findIndex((call) => /^DELETE .groups/.test(call));
    const blocked = calls.findIndex((call) => call.startsWith('PATCH /users/'));
    assert.ok(leftRoleGroup >= 0 && blocked > leftRoleGroup, calls.join('\n'));
    const between = calls.slice(leftRoleGroup, blocked);
    assert.ok(
      between.some((call) => call.endsWith('$select=accountEnabled')),
      between.join('\n'),
    );
  });
});

describe('what was found a moment ago', () => {
  let now = 0;
  const looks = new Looks({ now: () => new Date(), monotonic: () => now });
  const opening = { id: 7, stage: 0, version: 3 };
  const looked: Looked = {
    planned: { kind: 'change', why: null, changes: [], leaves: [], destructive: false, hand: null },
    before: {},
  };
  const look: Look = { subject: { id: 'x', displayName: 'X' }, found: new Map() };

  it('is had once', async () => {
    looks.keepStep(opening, 'block-sign-in', looked);
    assert.equal(looks.takeStep(opening, 'block-sign-in'), looked);
    assert.equal(looks.takeStep(opening, 'block-sign-in'), null);
    looks.ahead(opening, async () => look);
    assert.equal(await looks.takeStage(opening), look);
    assert.equal(looks.takeStage(opening), null);
  });

  it('is nothing to another plan, stage or case', () => {
    looks.keepStep(opening, 'block-sign-in', looked);
    looks.ahead(opening, async () => look);
    for (const other of [{ version: 4 }, { stage: 1 }, { id: 8 }]) {
      assert.equal(looks.takeStep({ ...opening, ...other }, 'block-sign-in'), null);
      assert.equal(looks.takeStage({ ...opening, ...other }), null);
    }
  });

  it('is forgotten after ten seconds', () => {
    looks.keepStep(opening, 'block-sign-in', looked);
    looks.ahead(opening, async () => look);
    now += 10_001;
    assert.equal(looks.takeStep(opening, 'block-sign-in'), null);
    assert.equal(looks.takeStage(opening), null);
  });

  it('is nothing when it could not be found', async () => {
    looks.ahead(opening, () => Promise.reject(new Error('not now')));
    await new Promise(setImmediate);
    assert.equal(looks.takeStage(opening), null);
  });
});
