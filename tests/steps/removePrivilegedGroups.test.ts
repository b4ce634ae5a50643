import assert from 'node:assert/strict';
import { minutes } from '../../bot/clock.ts';
import { AppError } from '../../bot/errors.ts';
import { removeDirectoryRoles } from '../../bot/steps/removeDirectoryRoles.ts';
import { removePrivilegedGroups } from '../../bot/steps/removePrivilegedGroups.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('remove-privileged-groups', () => {
  const suite = stepSuite(removePrivilegedGroups);
  const solveig = () => suite.tenant.person('solveig').id;
  const operators = () => suite.tenant.groupNamed('Tier 0 Operators');
  const switchOn = (startDateTime: string) => {
    operators().members.push(solveig());
    suite.data.groupActivations.push({
      id: 'active',
      principalId: solveig(),
      groupId: operators().id,
      accessId: 'member',
      startDateTime,
      endDateTime: null,
    });
  };
  const justNow = () => new Date(Date.now() - 60_000).toISOString();
  const writes = () =>
    suite.tenant.exchanges
      .filter(({ method, path }) => method === 'POST' && path.includes('privilegedAccess'))
      .map(({ path, requestBody }) => [path.split('/').at(-1), requestBody]);

  it('ends by the requests that an app may make, the right to come back first', async () => {
    switchOn('2026-11-20T09:00:00Z');
    const { found, proved } = await suite.go('solveig');
    assert.deepEqual(found.changes, [
      'Group “Tier 0 Operators”, which gives roles: a member for a while → neither is nor may become one',
    ]);
    const request = {
      accessId: 'member',
      action: 'adminRemove',
      groupId: operators().id,
      principalId: solveig(),
      justification: 'Offboarding OFF-42',
    };
    assert.deepEqual(writes(), [
      ['eligibilityScheduleRequests', request],
      ['assignmentScheduleRequests', request],
    ]);
    assert.ok(!operators().members.includes(solveig()));
    assert.equal(proved, '1 place in a group is ended.');
  });

  it('ends a place that was switched on since the plan: it is the same one', async () => {
    const { context, before, found } = await suite.preview('solveig');
    assert.deepEqual(found.changes, [
      'Group “Tier 0 Operators”, which gives roles: may become a member → neither is nor may become one',
    ]);
    switchOn('2026-11-20T09:00:00Z');
    await removePrivilegedGroups.run(context, before);
    assert.ok('proved' in (await removePrivilegedGroups.verify(context, before)));
    assert.ok(!operators().members.includes(solveig()));
  });

  it('waits six minutes where it was switched on a moment ago, which Microsoft 365 does not end yet', async () => {
    switchOn(justNow());
    const { context, before } = await suite.preview('solveig');
    await assert.rejects(removePrivilegedGroups.run(context, before), (error) => {
      assert.ok(error instanceof AppError && error.passing);
      assert.equal(error.retryAfterMs, minutes(6));
      assert.match(error.say, /within five minutes.*tried again by itself\.$/);
      return true;
    });
    assert.ok('notYet' in (await removePrivilegedGroups.verify(context, before)));
    suite.data.groupActivations[0]!.startDateTime = '2026-11-20T09:00:00Z';
    await removePrivilegedGroups.run({ ...context, attempt: 2 }, before);
    assert.ok('proved' in (await removePrivilegedGroups.verify(context, before)));
  });

  it('has such a membership to itself, and leaves the lasting ones to remove-directory-roles', async () => {
    switchOn('2026-11-20T09:00:00Z');
    const context = await suite.world.contextOf('solveig');
    const found = await removeDirectoryRoles.preview(context);
    assert.ok('notNeeded' in found);
    assert.equal(found.notNeeded, 'There are no directory roles, but for groups that they have activated for a while.');
    suite.data.groupActivations = [];
    const lasting = await removeDirectoryRoles.preview(context);
    assert.ok('changes' in lasting);
    assert.equal(lasting.changes.length, 1);
  });

  it('is not needed for most people, in a tenant without P2, or in a cloud without such things', async () => {
    const why = 'There are no groups that they could switch themselves into.';
    assert.equal((await suite.plan('jane')).why, why);
    suite.data.premium.p2 = false;
    assert.equal((await suite.plan('solveig')).why, why);
    Object.assign(suite.data.premium, { p2: true, globalCloud: false });
    assert.equal((await suite.plan('solveig')).why, why);
  });
});
