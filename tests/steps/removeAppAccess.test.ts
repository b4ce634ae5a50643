import assert from 'node:assert/strict';
import { removeAppAccess } from '../../bot/steps/removeAppAccess.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('remove-app-access', () => {
  const suite = stepSuite(removeAppAccess);
  const of = (name: string) => {
    const { id } = suite.tenant.person(name);
    return suite.data.appRoleAssignments.filter(({ principalId }) => principalId === id);
  };
  const rolesOf = (name: string) =>
    of(name)
      .map(({ resourceId, appRoleId }) => `${resourceId} ${appRoleId}`)
      .toSorted();

  it('takes away what was assigned to the person and not what comes through a group', async () => {
    const all = suite.data.appRoleAssignments.length;
    const { found } = await suite.go('jane');
    assert.deepEqual(found.changes.toSorted(), [
      'App Northwind CRM: assigned → not assigned',
      'App Proseware Sign: assigned → not assigned',
      'App Tailspin Travel: assigned → not assigned',
    ]);
    assert.doesNotMatch(found.changes.join(), /Fabrikam CRM/);
    assert.equal(suite.data.appRoleAssignments.length, all - 3);
  });

  it('gives back each app in the role that the person had in it', async () => {
    const before = rolesOf('jane');
    const done = await suite.go('jane');
    await suite.undo(done);
    assert.deepEqual(rolesOf('jane'), before);
    await suite.undo(done);
    assert.deepEqual(rolesOf('jane'), before);
  });

  it('knows two roles of one app apart', async () => {
    const crm = suite.data.servicePrincipals.find(({ displayName }) => displayName === 'Northwind CRM');
    const held = new Set(of('jane').map(({ appRoleId }) => appRoleId));
    const other = crm?.appRoles.find(({ id }) => !held.has(id));
    assert.ok(crm && other);
    suite.data.appRoleAssignments.push({
      id: 'second-role',
      principalId: suite.tenant.person('jane').id,
      resourceId: crm.id,
      appRoleId: other.id,
      createdDateTime: '2026-01-01T00:00:00Z',
    });
    const before = rolesOf('jane');
    const done = await suite.go('jane');
    assert.deepEqual(rolesOf('jane'), []);
    await suite.undo(done);
    assert.deepEqual(rolesOf('jane'), before);
  });

  it('leaves an app that was assigned after the plan', async () => {
    const [kept] = of('jane');
    assert.ok(kept);
    suite.data.appRoleAssignments = suite.data.appRoleAssignments.filter((one) => one !== kept);
    const { context, before } = await suite.preview('jane');
    suite.data.appRoleAssignments.push(kept);
    await removeAppAccess.run(context, before);
    assert.deepEqual(of('jane'), [kept]);
    assert.ok('proved' in (await removeAppAccess.verify(context, before)));
  });

  it('names the access packages that go on giving, and only those', async () => {
    const { found } = await suite.preview('jane');
    assert.equal(found.leaves?.length, 1);
    assert.match(found.leaves?.[0] ?? '', /^The access package “[^”]+”: end its assignment under Identity Governance/);
    const { leaves } = await suite.plan('luca');
    assert.deepEqual(leaves, []);
  });

  it('names them also when there is nothing to take away', async () => {
    suite.data.appRoleAssignments = [];
    const { kind, leaves } = await suite.plan('jane');
    assert.deepEqual([kind, leaves.length], ['not-needed', 1]);
  });

  it('does without where it may not read access packages', async () => {
    const { context } = await suite.preview('jane');
    const permissions = new Set(context.access.permissions);
    permissions.delete('EntitlementManagement.Read.All');
    suite.tenant.exchanges.length = 0;
    const found = await removeAppAccess.preview({ ...context, access: { ...context.access, permissions } });
    assert.ok('changes' in found);
    assert.deepEqual(found.leaves, []);
    assert.ok(!suite.tenant.exchanges.some(({ path }) => path.includes('entitlementManagement')));
  });
});
