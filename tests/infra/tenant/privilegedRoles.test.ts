import assert from 'node:assert/strict';
import { standingOf } from '../../../infra/local/tenant/privileges.ts';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

const base = '/roleManagement/directory';

describe('roles of the local tenant, eligible and active', () => {
  let tenant: TestTenant;
  before(async () => {
    tenant = await startTestTenant();
  });
  beforeEach(() => tenant.reset());
  after(async () => {
    assert.deepEqual(tenant.violations, []);
    await tenant.close();
  });

  const anders = () => tenant.person('anders').id;
  const held = async (kind: string) =>
    (await tenant.call('GET', `${base}/${kind}s?$filter=principalId eq '${anders()}'&$expand=roleDefinition`)).body
      .value;
  const ask = (kind: string, action: string, roleDefinitionId: string, more = {}) =>
    tenant.call('POST', `${base}/${kind}Requests`, {
      action,
      principalId: anders(),
      roleDefinitionId,
      directoryScopeId: '/',
      justification: 'Leaves',
      ...more,
    });

  it('lists eligible roles and active ones with their names', async () => {
    const names = (list: { roleDefinition: { displayName: string } }[]) =>
      list.map((own) => own.roleDefinition.displayName);
    assert.deepEqual(names(await held('roleEligibilitySchedule')), [
      'Exchange Administrator',
      'Authentication Administrator',
    ]);
    const active = await held('roleAssignmentSchedule');
    assert.deepEqual(names(active), ['Exchange Administrator']);
    assert.deepEqual(
      [active[0].assignmentType, active[0].memberType, active[0].scheduleInfo.expiration.type],
      ['Activated', 'Direct', 'afterDateTime'],
    );
  });

  for (const kind of ['roleEligibilitySchedule', 'roleAssignmentSchedule']) {
    it(`removes and gives back by ${kind}Requests`, async () => {
      const [{ roleDefinitionId }, ...others] = await held(kind);
      const removed = await ask(kind, 'adminRemove', roleDefinitionId);
      assert.deepEqual([removed.status, removed.body.status, removed.body.action], [201, 'Revoked', 'adminRemove']);
      assert.equal((await held(kind)).length, others.length);
      assert.equal((await ask(kind, 'adminRemove', roleDefinitionId)).body.error.code, 'RoleAssignmentDoesNotExist');
      assert.equal((await ask(kind, 'adminAssign', roleDefinitionId)).status, 201);
      assert.equal((await held(kind)).length, others.length + 1);
      assert.equal((await ask(kind, 'adminAssign', roleDefinitionId)).body.error.code, 'RoleAssignmentExists');
    });
  }

  it('lets a request take its time, and refuses a second one meanwhile', async () => {
    tenant.setDelays({ pimMs: 1000 });
    const [{ roleDefinitionId }] = await held('roleEligibilitySchedule');
    assert.equal((await ask('roleEligibilitySchedule', 'adminRemove', roleDefinitionId)).status, 201);
    assert.equal((await held('roleEligibilitySchedule')).length, 2);
    const second = await ask('roleEligibilitySchedule', 'adminRemove', roleDefinitionId);
    assert.deepEqual([second.status, second.body.error.code], [400, 'PendingRoleAssignmentRequest']);
    await new Promise((resolve) => setTimeout(resolve, 1020));
    assert.equal((await held('roleEligibilitySchedule')).length, 1);
  });

  it('changes nothing when only asked whether it would be valid', async () => {
    const [{ roleDefinitionId }] = await held('roleEligibilitySchedule');
    const answer = await ask('roleEligibilitySchedule', 'adminRemove', roleDefinitionId, { isValidationOnly: true });
    assert.equal(answer.status, 201);
    assert.equal((await held('roleEligibilitySchedule')).length, 2);
  });

  it('refuses actions that only people may take, and unknown roles and people', async () => {
    const role = tenant.data.roleDefinitions[1]!.id;
    assert.equal((await ask('roleAssignmentSchedule', 'selfActivate', role)).status, 400);
    const nobody = '00000000-0000-4000-8000-000000000000';
    assert.equal((await ask('roleAssignmentSchedule', 'adminAssign', nobody)).status, 404);
    assert.equal((await ask('roleAssignmentSchedule', 'adminAssign', role, { principalId: nobody })).status, 404);
  });

  it('needs the license', async () => {
    tenant.data.premium.p2 = false;
    for (const kind of ['roleEligibilitySchedule', 'roleAssignmentSchedule']) {
      const read = await tenant.call('GET', `${base}/${kind}s`);
      const write = await ask(kind, 'adminRemove', tenant.data.roleDefinitions[1]!.id);
      for (const answer of [read, write])
        assert.deepEqual([answer.status, answer.body.error.code], [400, 'AadPremiumLicenseRequired']);
    }
    assert.equal((await tenant.call('GET', `${base}/roleAssignments`)).status, 200);
  });

  it('makes a person plain again once the roles are gone, so that a User Administrator may act', async () => {
    const path = `/users/${anders()}`;
    assert.equal(standingOf(tenant.data, tenant.person('anders')), 'privileged');
    assert.equal((await tenant.call('PATCH', path, { accountEnabled: false })).status, 403);
    const own = tenant.data.roleAssignments.find((assignment) => assignment.principalId === anders())!;
    assert.equal((await tenant.call('DELETE', `${base}/roleAssignments/${own.id}`)).status, 204);
    assert.equal(standingOf(tenant.data, tenant.person('anders')), 'plain');
    assert.equal((await tenant.call('PATCH', path, { accountEnabled: false })).status, 204);
  });

  it('keeps the last Global Administrator, whichever way is tried', async () => {
    const [first, last] = tenant.data.roleAssignments;
    assert.equal((await tenant.call('DELETE', `${base}/roleAssignments/${first!.id}`)).status, 204);
    const refused = await tenant.call('DELETE', `${base}/roleAssignments/${last!.id}`);
    assert.deepEqual([refused.status, refused.body.error.code], [400, 'Request_BadRequest']);
    assert.match(refused.body.error.message, /last active Global Administrator/);
    const { principalId, roleDefinitionId } = last!;
    const bySchedule = await ask('roleAssignmentSchedule', 'adminRemove', roleDefinitionId, { principalId });
    assert.equal(bySchedule.status, 400);
  });

  it('takes eligible roles away with the account', async () => {
    const noor = tenant.person('noor').id;
    assert.equal((await tenant.call('DELETE', `/users/${noor}`)).status, 204);
    assert.ok(!tenant.data.roleEligibilities.some((own) => own.principalId === noor));
  });
});
