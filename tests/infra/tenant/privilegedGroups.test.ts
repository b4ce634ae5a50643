import assert from 'node:assert/strict';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

const base = '/identityGovernance/privilegedAccess/group';

describe('places in groups of the local tenant that may be switched on', () => {
  let tenant: TestTenant;
  before(async () => {
    tenant = await startTestTenant();
  });
  beforeEach(() => tenant.reset());
  after(async () => {
    assert.deepEqual(tenant.violations, []);
    await tenant.close();
  });

  const solveig = () => tenant.person('solveig').id;
  const listed = (kind: string, query = `?$filter=principalId eq '${solveig()}'`) =>
    tenant.call('GET', `${base}/${kind}ScheduleInstances${query}`);
  const remove = (kind: string) =>
    tenant.call('POST', `${base}/${kind}ScheduleRequests`, {
      accessId: 'member',
      action: 'adminRemove',
      groupId: tenant.groupNamed('Tier 0 Operators').id,
      principalId: solveig(),
      justification: 'Leaves',
    });

  it('are listed for one person or group only', async () => {
    assert.equal((await listed('eligibility')).body.value.length, 1);
    assert.equal((await listed('eligibility', '')).status, 400);
  });

  it('end when five minutes are over, and not before', async () => {
    const [own] = tenant.data.groupEligibilities;
    own!.startDateTime = new Date(Date.now() - 4 * 60_000).toISOString();
    assert.equal((await remove('eligibility')).body.error.code, 'ActiveDurationTooShort');
    own!.startDateTime = new Date(Date.now() - 6 * 60_000).toISOString();
    assert.equal((await remove('eligibility')).status, 201);
    assert.equal((await remove('eligibility')).body.error.code, 'RoleAssignmentDoesNotExist');
  });

  it('outlive their eligibility when they are switched on, and end with the membership', async () => {
    const group = tenant.groupNamed('Tier 0 Operators');
    tenant.data.groupActivations.push({ ...tenant.data.groupEligibilities[0]!, id: 'active' });
    group.members.push(solveig());
    await remove('eligibility');
    assert.equal((await listed('assignment')).body.value[0].assignmentType, 'activated');
    assert.equal((await remove('assignment')).status, 201);
    assert.ok(!group.members.includes(solveig()));
    assert.deepEqual((await listed('assignment')).body.value, []);
  });
});
