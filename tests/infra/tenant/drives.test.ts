import assert from 'node:assert/strict';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

describe('OneDrive of the local tenant', () => {
  let tenant: TestTenant;
  let janeId: string;
  before(async () => {
    tenant = await startTestTenant();
    janeId = tenant.person('jane').id;
  });
  beforeEach(() => tenant.reset());
  after(async () => {
    assert.deepEqual(tenant.violations, []);
    await tenant.close();
  });

  const jane = () => janeId;
  const item = () => {
    const drive = tenant.data.drives.find((own) => own.ownerId === jane())!;
    return `/drives/${drive.id}/items/${drive.rootId}`;
  };
  const invite = (email: string, role = 'write') =>
    tenant.call('POST', `${item()}/invite`, {
      recipients: [{ email }],
      roles: [role],
      requireSignIn: true,
      sendInvitation: false,
    });
  const permissions = async () => (await tenant.call('GET', `${item()}/permissions`)).body.value;

  it('shows the drive, its size and its root', async () => {
    const { body: drive } = await tenant.call('GET', `/users/${jane()}/drive`);
    assert.equal(drive.webUrl, 'https://contoso-my.sharepoint.com/personal/jane_contoso_com/Documents');
    assert.equal(drive.quota.total, drive.quota.used + drive.quota.remaining);
    assert.ok(!('sharePointIds' in drive));
    assert.ok((await tenant.call('GET', `/users/${jane()}/drive?$select=id,sharePointIds`)).body.sharePointIds.siteUrl);
    const { body: root } = await tenant.call('GET', `/users/${jane()}/drive/root`);
    assert.deepEqual([root.size, root.parentReference.driveId], [drive.quota.used, drive.id]);
  });

  it('answers 404 where nothing was ever provisioned, and where there is nobody', async () => {
    for (const name of ['yuki', 'tomasz']) {
      const { status, body } = await tenant.call('GET', `/users/${tenant.person(name).id}/drive`);
      assert.deepEqual([status, body.error.code], [404, 'ResourceNotFound']);
    }
    assert.equal((await tenant.call('GET', '/users/nobody@contoso.com/drive')).status, 404);
  });

  it('gives the whole of it once, however often it is asked', async () => {
    const first = await invite('luca@contoso.com');
    const [grant] = first.body.value;
    assert.deepEqual([first.status, grant.roles], [200, ['write']]);
    assert.equal(grant.grantedToV2.user.id, tenant.person('luca').id);
    assert.equal((await invite('LUCA@contoso.com', 'read')).body.value[0].id, grant.id);
    const all = await permissions();
    assert.deepEqual(
      all.map((own: { roles: string[] }) => own.roles),
      [['owner'], ['read']],
    );
    assert.equal((await tenant.call('DELETE', `${item()}/permissions/${grant.id}`)).status, 204);
    assert.equal((await tenant.call('DELETE', `${item()}/permissions/${grant.id}`)).status, 404);
    assert.equal((await tenant.call('DELETE', `${item()}/permissions/${all[0].id}`)).status, 403);
  });

  it('refuses somebody who is not there', async () => {
    assert.equal((await invite('nobody@contoso.com')).status, 400);
    assert.equal((await tenant.call('GET', '/drives/b!x/items/y/permissions')).status, 404);
  });

  it('keeps the drive when the account is deleted', async () => {
    await tenant.call('DELETE', `/users/${jane()}`);
    assert.equal((await permissions()).length, 1);
    assert.equal((await invite('luca@contoso.com')).status, 200);
    assert.equal((await tenant.call('GET', `/users/${jane()}/drive`)).status, 404);
  });

  it('says for how long', async () => {
    tenant.data.sharePoint.deletedUserPersonalSiteRetentionPeriodInDays = 93;
    const { body } = await tenant.call('GET', '/admin/sharepoint/settings');
    assert.equal(body.deletedUserPersonalSiteRetentionPeriodInDays, 93);
  });
});
