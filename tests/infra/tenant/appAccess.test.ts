import assert from 'node:assert/strict';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

describe('apps, consents and access packages of the local tenant', () => {
  let tenant: TestTenant;
  before(async () => {
    tenant = await startTestTenant();
  });
  beforeEach(() => tenant.reset());
  after(async () => {
    assert.deepEqual(tenant.violations, []);
    await tenant.close();
  });

  const jane = () => tenant.person('jane').id;
  const assignments = async () => (await tenant.call('GET', `/users/${jane()}/appRoleAssignments`)).body.value;

  it('lists the apps of a person, and those that come through a group', async () => {
    const all = await assignments();
    assert.deepEqual(
      all.map((own: Record<string, string>) => [own.resourceDisplayName, own.principalType]),
      [
        ['Northwind CRM', 'User'],
        ['Proseware Sign', 'User'],
        ['Tailspin Travel', 'User'],
        ['Fabrikam CRM', 'Group'],
      ],
    );
    const ofGroup = await tenant.call('DELETE', `/users/${jane()}/appRoleAssignments/${all[3].id}`);
    assert.equal(ofGroup.status, 404);
  });

  it('takes an app away and gives it back', async () => {
    const [{ id, principalId, resourceId, appRoleId }] = await assignments();
    const path = `/users/${jane()}/appRoleAssignments`;
    const body = { principalId, resourceId, appRoleId };
    const twice = await tenant.call('POST', path, body);
    assert.deepEqual(
      [twice.status, twice.body.error.message],
      [400, 'Permission being assigned already exists on the object'],
    );
    assert.equal((await tenant.call('DELETE', `${path}/${id}`)).status, 204);
    assert.equal((await tenant.call('DELETE', `${path}/${id}`)).status, 404);
    const given = await tenant.call('POST', path, body);
    assert.deepEqual([given.status, given.body.resourceDisplayName], [201, 'Northwind CRM']);
    assert.equal((await assignments()).length, 4);
    const noRole = await tenant.call('POST', path, { ...body, appRoleId: '00000000-0000-0000-0000-000000000000' });
    assert.match(noRole.body.error.message, /was not found on application/);
  });

  it('revokes a consent and gives it back', async () => {
    const path = `/users/${jane()}/oauth2PermissionGrants`;
    const [{ id, ...grant }, ...others] = (await tenant.call('GET', path)).body.value;
    assert.deepEqual([grant.consentType, others.length], ['Principal', 1]);
    assert.equal((await tenant.call('POST', '/oauth2PermissionGrants', grant)).status, 409);
    assert.equal((await tenant.call('DELETE', `/oauth2PermissionGrants/${id}`)).status, 204);
    assert.equal((await tenant.call('GET', `/oauth2PermissionGrants/${id}`)).status, 404);
    assert.equal((await tenant.call('DELETE', `/oauth2PermissionGrants/${id}`)).status, 404);
    const given = await tenant.call('POST', '/oauth2PermissionGrants', grant);
    assert.deepEqual([given.status, given.body.scope], [201, grant.scope]);
    assert.equal((await tenant.call('GET', path)).body.value.length, 2);
  });

  it('lists groups, app registrations and service principals that a person owns', async () => {
    const { body } = await tenant.call('GET', `/users/${jane()}/ownedObjects`);
    assert.deepEqual(
      body.value.map((own: Record<string, string>) => [own['@odata.type']?.split('.').at(-1), own.displayName]),
      [
        ['group', 'EMEA Key Deals'],
        ['group', 'Customer Advisory Board'],
        ['application', 'Deal Room Exporter'],
        ['servicePrincipal', 'Deal Room Exporter'],
      ],
    );
    const cast = await tenant.call('GET', `/users/${jane()}/ownedObjects/microsoft.graph.group`);
    assert.equal(cast.body.value.length, 2);
  });

  it('hands an app registration over', async () => {
    const path = `/applications/${tenant.data.applications[0]!.id}/owners`;
    const luca = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${tenant.person('luca').id}` };
    assert.equal((await tenant.call('POST', `${path}/$ref`, luca)).status, 204);
    assert.match((await tenant.call('POST', `${path}/$ref`, luca)).body.error.message, /already exist/);
    assert.equal((await tenant.call('DELETE', `${path}/${jane()}/$ref`)).status, 204);
    assert.equal((await tenant.call('DELETE', `${path}/${jane()}/$ref`)).status, 404);
    const names = (await tenant.call('GET', path)).body.value.map((own: { displayName: string }) => own.displayName);
    assert.deepEqual(names, ['Luca Moretti']);
  });

  it('lets an owner go only with a permission to write applications', async () => {
    tenant.data.app.permissions = ['Application.Read.All', 'Directory.Read.All'];
    const path = `/applications/${tenant.data.applications[0]!.id}/owners`;
    const luca = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${tenant.person('luca').id}` };
    assert.equal((await tenant.call('GET', path)).status, 200);
    assert.equal((await tenant.call('POST', `${path}/$ref`, luca)).status, 403);
    assert.equal((await tenant.call('DELETE', `${path}/${jane()}/$ref`)).status, 403);
  });

  it('finds the access packages of a person', async () => {
    const path = '/identityGovernance/entitlementManagement/assignments';
    const filter = `$filter=target/objectId eq '${jane()}'`;
    const { body } = await tenant.call('GET', `${path}?${filter}&$expand=accessPackage,target`);
    assert.deepEqual(
      body.value.map((own: { state: string; accessPackage: { displayName: string }; target: { objectId: string } }) => [
        own.accessPackage.displayName,
        own.state,
        own.target.objectId === jane(),
      ]),
      [
        ['EMEA Data Room', 'delivered', true],
        ['Trade Show 2025', 'expired', true],
      ],
    );
    const plain = await tenant.call('GET', `${path}?${filter} and state eq 'delivered'`);
    assert.equal(plain.body.value.length, 1);
    assert.ok(!('target' in plain.body.value[0]));
  });
});
