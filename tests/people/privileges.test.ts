import assert from 'node:assert/strict';
import { lightRoles } from '../../bot/graph/access.ts';
import { isPrivileged, subjectSuite } from '../support/subjects.ts';

describe('whom a case is about', () => {
  const suite = subjectSuite();
  const { subject, give, roleId } = suite;

  describe('when they hold privileges', () => {
    it('is privileged by a role', async () => {
      give(suite.tenant.person('jane').id, roleId('Exchange Administrator'));
      const found = await subject('jane');
      assert.deepEqual([found.roles, isPrivileged(found)], [['Exchange Administrator'], true]);
    });

    it('is privileged as a member of a role-assignable group, and says through which', async () => {
      const found = await subject('rafael');
      assert.deepEqual(
        [found.roles, isPrivileged(found)],
        [['Exchange Administrator (through “Tier 0 Operators”)'], true],
      );
    });

    it('is privileged by such a group even when it gives no role at the moment', async () => {
      const group = suite.tenant.groupNamed('Tier 0 Operators');
      suite.tenant.data.roleAssignments = suite.tenant.data.roleAssignments.filter(
        ({ principalId }) => principalId !== group.id,
      );
      const found = await subject('rafael');
      assert.deepEqual([found.roles, isPrivileged(found)], [[], true]);
    });

    it('is privileged as an owner of such a group', async () => {
      suite.tenant.groupNamed('Tier 0 Operators').owners.push(suite.tenant.person('jane').id);
      assert.equal(isPrivileged(await subject('jane')), true);
    });

    it('is not privileged by an ordinary group, owned or not', async () => {
      assert.ok(suite.tenant.groupNamed('EMEA Key Deals').owners.includes(suite.tenant.person('jane').id));
      assert.equal(isPrivileged(await subject('jane')), false);
    });

    it('is not privileged by light roles alone', async () => {
      for (const id of lightRoles) {
        if (!suite.tenant.data.roleDefinitions.some((role) => role.id === id)) continue;
        suite.tenant.reset();
        give(suite.tenant.person('jane').id, id);
        const found = await subject('jane');
        assert.equal(isPrivileged(found), false, found.roles.join());
        assert.equal(found.roles.length, 1);
      }
    });

    it('is privileged when one role of several is not light', async () => {
      give(suite.tenant.person('kwame').id, roleId('Authentication Administrator'));
      const found = await subject('kwame');
      assert.deepEqual(
        [found.roles, isPrivileged(found)],
        [['Authentication Administrator', 'Helpdesk Administrator'], true],
      );
    });

    it('is privileged by a role over a part of the directory, too', async () => {
      const unit = '/administrativeUnits/6f0c9d53-0f6e-4d9b-8a55-1d3a3f0b7a11';
      give(suite.tenant.person('jane').id, roleId('Authentication Administrator'));
      Object.assign(suite.tenant.data.roleAssignments.at(-1) ?? {}, { directoryScopeId: unit });
      assert.equal(isPrivileged(await subject('jane')), true);
    });

    const makeEligible = (principalId: string, role: string) =>
      suite.tenant.data.roleEligibilities.push({
        id: `${principalId}/${role}`,
        principalId,
        roleDefinitionId: roleId(role),
        directoryScopeId: '/',
        createdDateTime: '2026-01-01T00:00:00Z',
        endDateTime: null,
      });

    it('is privileged by a role that could be activated, but not beyond what the app may touch', async () => {
      makeEligible(suite.tenant.person('jane').id, 'Global Administrator');
      const { roles, strongRoles, guarded, privileges } = await subject('jane');
      assert.deepEqual(
        [roles, strongRoles],
        [['Global Administrator (eligible)'], ['Global Administrator (eligible)']],
      );
      assert.equal(guarded, false);
      assert.deepEqual(privileges, ['Holds privileged rights, or can get at them.']);
    });

    it('is privileged by a role that a group of theirs could activate, and says through which', async () => {
      makeEligible(suite.tenant.groupNamed('Tier 0 Operators').id, 'Exchange Administrator');
      assert.ok(
        (await subject('rafael')).strongRoles.includes('Exchange Administrator (eligible, through “Tier 0 Operators”)'),
      );
    });

    it('is not privileged by a light role that could be activated', async () => {
      makeEligible(suite.tenant.person('jane').id, 'Reports Reader');
      const { roles, privileges } = await subject('jane');
      assert.deepEqual([roles, privileges], [['Reports Reader (eligible)'], []]);
    });

    it('counts as privileged while Signoff may not see what they could activate', async () => {
      suite.tenant.data.app.permissions = suite.tenant.data.app.permissions.filter(
        (name) => !/^RoleManagement|^RoleEligibility/.test(name),
      );
      assert.match((await subject('jane')).privileges.join(), /^Signoff may not see which roles they could activate/);
    });

    it('has no roles to activate in a tenant without Entra ID P2', async () => {
      suite.tenant.data.premium.p2 = false;
      assert.deepEqual((await subject('jane')).privileges, []);
    });

    it('is privileged by a group that they could switch themselves into, or the ownership of', async () => {
      const { roles, strongRoles, guarded, privileges } = await subject('solveig');
      const through = 'Exchange Administrator (eligible, through “Tier 0 Operators”)';
      assert.deepEqual([roles, strongRoles, guarded], [[through], [], false]);
      assert.deepEqual(privileges, ['Holds privileged rights, or can get at them.']);
      suite.tenant.data.groupEligibilities[0]!.accessId = 'owner';
      const owner = await subject('solveig');
      assert.deepEqual(owner.roles, ['Exchange Administrator (eligible, as owner of “Tier 0 Operators”)']);
      assert.equal(isPrivileged(owner), true);
    });

    it('is privileged by such a place in a group that decides who may use Signoff, but by no ordinary one', async () => {
      const [place] = suite.tenant.data.groupEligibilities;
      place!.groupId = suite.tenant.groupNamed('Engineering').id;
      assert.deepEqual((await subject('solveig')).privileges, []);
      place!.groupId = suite.tenant.groupNamed('Signoff Approvers').id;
      assert.deepEqual((await subject('solveig')).privileges, [
        'Could join the groups that decide who may use Signoff.',
      ]);
    });

    it('counts as privileged while Signoff may not see which groups they could join', async () => {
      suite.tenant.data.app.permissions = suite.tenant.data.app.permissions.filter(
        (name) => name !== 'PrivilegedEligibilitySchedule.Read.AzureADGroup',
      );
      assert.match((await subject('jane')).privileges.join(), /^Signoff may not see which groups they could join/);
    });

    it('is privileged as a member or an owner of a group that decides who may use Signoff', async () => {
      const words = ['Belongs to the groups that decide who may use Signoff.'];
      assert.deepEqual((await subject('kwame')).privileges, words);
      suite.tenant.groupNamed('Signoff Approvers').owners.push(suite.tenant.person('jane').id);
      assert.deepEqual((await subject('jane')).privileges, words);
    });
  });
});
