import assert from 'node:assert/strict';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { removeDirectoryRoles } from '../../bot/steps/removeDirectoryRoles.ts';
import { stepSuite } from '../support/stepSuite.ts';

const unit = '/administrativeUnits/7c1f5b1e-3a52-4b8e-9d0c-0a6f0b1c2d3e';

describe('remove-directory-roles', () => {
  const suite = stepSuite(removeDirectoryRoles);
  const id = (name: string) => suite.tenant.person(name).id;
  const roleId = (displayName: string) => {
    const found = suite.data.roleDefinitions.find((one) => one.displayName === displayName);
    assert.ok(found);
    return found.id;
  };
  const held = (name: string) =>
    suite.data.roleAssignments
      .filter(({ principalId }) => principalId === id(name))
      .map(({ roleDefinitionId, directoryScopeId }) => `${roleDefinitionId} ${directoryScopeId}`)
      .toSorted();
  const eligible = (name: string) => suite.data.roleEligibilities.filter(({ principalId }) => principalId === id(name));
  const assign = (name: string, role: string, directoryScopeId = '/') =>
    suite.data.roleAssignments.push({
      id: `${name}-${role}-${directoryScopeId}`.replaceAll('/', '_').replaceAll(' ', '_'),
      principalId: id(name),
      roleDefinitionId: roleId(role),
      directoryScopeId,
    });
  const operators = () => suite.tenant.groupNamed('Tier 0 Operators');
  const requests = () =>
    suite.tenant.exchanges
      .filter(({ path }) => path.endsWith('/roleEligibilityScheduleRequests'))
      .map(({ requestBody }) => requestBody as Record<string, unknown>);

  it('takes away active roles, eligible ones, and groups that give roles', async () => {
    assign('anders', 'Reports Reader');
    operators().members.push(id('anders'));
    const { found, proved } = await suite.go('anders');
    assert.deepEqual(found.changes.toSorted(), [
      'Group “Tier 0 Operators”, which gives roles: member → not a member',
      'Role Authentication Administrator: eligible → not eligible',
      'Role Exchange Administrator: eligible → not eligible',
      'Role Exchange Administrator: held → taken away',
      'Role Reports Reader: held → taken away',
    ]);
    assert.equal(proved, 'No directory role is left.');
    assert.deepEqual([held('anders'), eligible('anders')], [[], []]);
    assert.ok(!operators().members.includes(id('anders')));
  });

  it('ends eligible roles by the request that an app may make, and says for which case', async () => {
    await suite.go('anders');
    assert.equal(requests().length, 2);
    for (const { action, principalId, directoryScopeId, justification } of requests()) {
      assert.deepEqual([action, principalId, directoryScopeId], ['adminRemove', id('anders'), '/']);
      assert.equal(justification, 'Offboarding OFF-42');
    }
  });

  it('gives each role back in its scope, twice the same role too', async () => {
    assign('anders', 'Helpdesk Administrator');
    assign('anders', 'Helpdesk Administrator', unit);
    const done = await suite.go('anders');
    // Undo was cut off after the first of the two.
    assign('anders', 'Helpdesk Administrator');
    await suite.undo(done);
    const role = roleId('Helpdesk Administrator');
    assert.deepEqual(held('anders'), [`${role} /`, `${role} ${unit}`]);
  });

  it('gives an eligible role back with its scope and its end, never for longer', async () => {
    for (const one of eligible('anders'))
      Object.assign(one, { directoryScopeId: unit, endDateTime: '2027-02-03T09:00:00Z' });
    await suite.undo(await suite.go('anders'));
    assert.deepEqual(
      eligible('anders').map(({ directoryScopeId, endDateTime }) => [directoryScopeId, endDateTime]),
      [
        [unit, '2027-02-03T09:00:00Z'],
        [unit, '2027-02-03T09:00:00Z'],
      ],
    );
  });

  it('gives an eligible role without end back without end, and none whose end has passed', async () => {
    const [first, second] = eligible('anders');
    assert.ok(first && second);
    first.endDateTime = null;
    second.endDateTime = '2020-01-01T00:00:00Z';
    const kept = first.roleDefinitionId;
    await suite.undo(await suite.go('anders'));
    assert.deepEqual(
      eligible('anders').map(({ roleDefinitionId, endDateTime }) => [roleDefinitionId, endDateTime]),
      [[kept, null]],
    );
  });

  it('gives a role that was switched on for a while back to be switched on, not for good', async () => {
    assert.equal(held('anders').length, 1, 'activated in the tenant file');
    await suite.undo(await suite.go('anders'));
    assert.deepEqual(held('anders'), []);
    assert.equal(eligible('anders').length, 2);
  });

  it('has only active roles to take away in a tenant without P2', async () => {
    suite.data.premium.p2 = false;
    const done = await suite.go('anders');
    assert.deepEqual(done.found.changes, ['Role Exchange Administrator: held → taken away']);
    await suite.undo(done);
    assert.deepEqual(requests(), []);
    assert.equal(held('anders').length, 1);
  });

  it('does not go on when eligible roles can’t be read for another reason', async () => {
    const context = await suite.world.contextOf('anders');
    suite.tenant.setFaults({ kinds: ['throttle'], match: 'GET .*roleEligibilitySchedules', retryAfterSeconds: 60 });
    await assert.rejects(removeDirectoryRoles.preview(context), GraphFailure);
  });

  it('is content with a request that is under way, and waits for its effect', async () => {
    suite.tenant.setDelays({ pimMs: 3_600_000 });
    const { context, before } = await suite.preview('anders');
    await removeDirectoryRoles.run(context, before);
    assert.ok('notYet' in (await removeDirectoryRoles.verify(context, before)));
    await removeDirectoryRoles.run(context, before);
    for (const change of suite.data.pendingRoleChanges) change.dueAt = 0;
    assert.ok('proved' in (await removeDirectoryRoles.verify(context, before)));
  });

  it('leaves a role that was given after the plan, and says so', async () => {
    const { context, before } = await suite.preview('anders');
    assign('anders', 'Reports Reader');
    await removeDirectoryRoles.run(context, before);
    assert.deepEqual(held('anders'), [`${roleId('Reports Reader')} /`]);
    assert.deepEqual(await removeDirectoryRoles.verify(context, before), {
      proved: 'What the plan names is taken away. 1 role or group that gives roles came after the plan and stays.',
    });
  });

  it('takes the role of the plan in its own scope alone', async () => {
    assign('anders', 'Helpdesk Administrator');
    const { context, before } = await suite.preview('anders');
    assign('anders', 'Helpdesk Administrator', unit);
    await removeDirectoryRoles.run(context, before);
    assert.deepEqual(held('anders'), [`${roleId('Helpdesk Administrator')} ${unit}`]);
  });

  it('takes away an eligible role of the plan that was switched on since', async () => {
    const { context, before } = await suite.preview('anders');
    assign('anders', 'Authentication Administrator');
    await removeDirectoryRoles.run(context, before);
    assert.deepEqual(held('anders'), []);
    assert.deepEqual(await removeDirectoryRoles.verify(context, before), { proved: 'No directory role is left.' });
  });

  it('ends the ownership of a group that gives roles where somebody else owns it, and gives it back', async () => {
    operators().owners.push(id('jane'));
    const owners = [...operators().owners];
    const done = await suite.go('jane');
    assert.deepEqual(done.found.changes, ['Group “Tier 0 Operators”, which gives roles: owner → not an owner']);
    assert.ok(!operators().owners.includes(id('jane')));
    await suite.undo(done);
    assert.deepEqual(operators().owners, owners);
  });

  it('makes nobody owner of such a group by the way: a lone owner is left to people', async () => {
    operators().owners = [id('jane')];
    const { kind, why, hand } = await suite.plan('jane');
    assert.equal(kind, 'by-hand');
    assert.match(why ?? '', /“Tier 0 Operators”.*alone: a Privileged Role Administrator must decide/);
    assert.match(hand?.who ?? '', /Privileged Role Administrator/);
    assert.deepEqual(suite.writes(), []);
  });

  it('says in Microsoft’s words when the last Global Administrator is refused', async () => {
    const context = await suite.world.contextOf('marguerite');
    operators().owners = [id('omar')];
    suite.data.roleAssignments = suite.data.roleAssignments.filter(
      ({ principalId, roleDefinitionId }) =>
        roleDefinitionId !== roleId('Global Administrator') || principalId === id('marguerite'),
    );
    const found = await removeDirectoryRoles.preview(context);
    assert.ok('before' in found);
    await assert.rejects(
      removeDirectoryRoles.run(context, found.before),
      (error) => error instanceof GraphFailure && error.kind === 'refused',
    );
  });

  it('is not needed for most people', async () => {
    assert.equal((await suite.plan('jane')).why, 'There are no directory roles.');
  });
});
