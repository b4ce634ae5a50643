import assert from 'node:assert/strict';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

describe('licenses, sign-in methods, mailboxes, roles and the recycle bin of the local tenant', () => {
  let tenant: TestTenant;
  let jane: string;
  beforeEach(async () => {
    tenant = await startTestTenant();
    jane = tenant.person('jane').id;
  });
  afterEach(() => tenant.close());

  const sku = (name: string) => tenant.data.subscribedSkus.find((candidate) => candidate.skuPartNumber === name)!.skuId;
  const license = (body: unknown, id = jane) => tenant.call('POST', `/users/${id}/assignLicense`, body);

  it('takes a direct license and frees its seat', async () => {
    const taken = async () =>
      (await tenant.call('GET', '/subscribedSkus')).body.value.find(
        (item: { skuPartNumber: string }) => item.skuPartNumber === 'VISIOCLIENT',
      ).consumedUnits;
    const before = await taken();
    assert.equal((await license({ addLicenses: [], removeLicenses: [sku('VISIOCLIENT')] })).status, 200);
    assert.equal(await taken(), before - 1);
    assert.match(
      (await license({ addLicenses: [], removeLicenses: [sku('VISIOCLIENT')] })).body.error.message,
      /does not have a corresponding license/,
    );
  });

  it('does not take an inherited license, nor anything else in the same call', async () => {
    const answer = await license({ addLicenses: [], removeLicenses: [sku('VISIOCLIENT'), sku('SPE_E5')] });
    assert.match(answer.body.error.message, /inherited from a group membership/);
    assert.equal(tenant.person('jane').licenses.length, 3);
  });

  it('demands both arrays, a usage location and a free seat', async () => {
    assert.match((await license({ removeLicenses: [] })).body.error.message, /missing parameters are: addLicenses/);
    const add = { addLicenses: [{ skuId: sku('SPE_E3') }], removeLicenses: [] };
    tenant.person('tomasz').usageLocation = null;
    assert.match((await license(add, tenant.person('tomasz').id)).body.error.message, /usage location/);
    tenant.data.subscribedSkus.find((candidate) => candidate.skuPartNumber === 'SPE_E3')!.enabled = 1;
    assert.match((await license(add)).body.error.message, /available licenses/);
  });

  it('keeps the default sign-in method until it is the last', async () => {
    const segments: Record<string, string> = {
      phone: 'phoneMethods',
      microsoftAuthenticator: 'microsoftAuthenticatorMethods',
      fido2: 'fido2Methods',
    };
    const remove = (kind: string) => {
      const method = tenant
        .person('jane')
        .authenticationMethods.find((candidate) => candidate.type === `${kind}AuthenticationMethod`);
      return tenant.call('DELETE', `/users/${jane}/authentication/${segments[kind]}/${method?.id ?? 'gone'}`);
    };
    assert.equal((await remove('microsoftAuthenticator')).status, 400);
    assert.equal((await remove('phone')).status, 204);
    assert.equal((await remove('phone')).status, 404);
    assert.equal((await remove('fido2')).status, 204);
    assert.equal((await remove('microsoftAuthenticator')).status, 204);
    const { body } = await tenant.call('GET', `/users/${jane}/authentication/methods`);
    assert.deepEqual(
      body.value.map((item: { '@odata.type': string }) => item['@odata.type']),
      ['#microsoft.graph.passwordAuthenticationMethod'],
    );
  });

  it('keeps the first phone while there is an alternate one', async () => {
    const path = '/users/noor@contoso.com/authentication/phoneMethods';
    const [mobile, alternate] = ['3179e48a-750b-4051-897c-87b9720928f7', 'b6332ec1-7057-4abe-9331-3d72feddfe41'];
    assert.equal((await tenant.call('DELETE', `${path}/${mobile}`)).status, 400);
    assert.equal((await tenant.call('DELETE', `${path}/${alternate}`)).status, 204);
    assert.equal((await tenant.call('DELETE', `${path}/${mobile}`)).status, 204);
  });

  it('never deletes a password', async () => {
    const answer = await tenant.call(
      'DELETE',
      `/users/${jane}/authentication/passwordMethods/28c10230-6103-485e-b985-444c60001490`,
    );
    assert.equal(answer.status, 405);
  });

  it('sets an automatic reply and leaves the rest as it was', async () => {
    const body = { automaticRepliesSetting: { status: 'alwaysEnabled', internalReplyMessage: 'I have left.' } };
    assert.equal((await tenant.call('PATCH', `/users/${jane}/mailboxSettings`, body)).status, 200);
    const { body: settings } = await tenant.call('GET', `/users/${jane}/mailboxSettings`);
    assert.equal(settings.automaticRepliesSetting.status, 'alwaysEnabled');
    assert.equal(settings.automaticRepliesSetting.externalAudience, 'all');
    assert.equal((await tenant.call('PATCH', `/users/${jane}/mailboxSettings`, { userPurpose: 'shared' })).status, 400);
  });

  it('has no mailbox without an Exchange plan, unless it is a shared one', async () => {
    const purpose = (id: string) => tenant.call('GET', `/users/${id}/mailboxSettings/userPurpose`);
    assert.equal((await purpose(jane)).body.value, 'user');
    assert.equal((await purpose('sales@contoso.com')).body.value, 'shared');
    const none = await purpose('tomasz@contoso.com');
    assert.equal(none.status, 404);
    assert.equal(none.body.error.code, 'MailboxNotEnabledForRESTAPI');
    await tenant.call('DELETE', `/groups/${tenant.groupNamed('E5 Users').id}/members/${jane}/$ref`);
    assert.equal((await purpose(jane)).status, 404);
  });

  it('lets a dynamic group go of whoever is blocked, a while later, and of their license and mailbox with it', async () => {
    const { id } = tenant.person('ottilie');
    const purpose = () => tenant.call('GET', `/users/${id}/mailboxSettings/userPurpose`);
    await tenant.call('PATCH', `/users/${id}`, { accountEnabled: false });
    assert.equal((await purpose()).status, 200);
    tenant.setDelays({ dynamicMs: 0 });
    await tenant.call('PATCH', `/users/${id}`, { accountEnabled: true });
    assert.equal((await purpose()).status, 200);
    await tenant.call('PATCH', `/users/${id}`, { accountEnabled: false });
    assert.equal((await purpose()).status, 404);
    assert.ok(!tenant.groupNamed('Office Workers').members.includes(id));
  });

  it('grants and takes directory roles', async () => {
    const role = tenant.data.roleDefinitions.find((candidate) => candidate.displayName === 'Reports Reader')!.id;
    const body = { principalId: jane, roleDefinitionId: role, directoryScopeId: '/' };
    const granted = await tenant.call('POST', '/roleManagement/directory/roleAssignments', body);
    assert.equal(granted.status, 201);
    assert.match(
      (await tenant.call('POST', '/roleManagement/directory/roleAssignments', body)).body.error.message,
      /conflicting object/,
    );
    const list = await tenant.call(
      'GET',
      `/roleManagement/directory/roleAssignments?$filter=principalId eq '${jane}'&$expand=roleDefinition`,
    );
    assert.equal(list.body.value[0].roleDefinition.displayName, 'Reports Reader');
    const path = `/roleManagement/directory/roleAssignments/${granted.body.id}`;
    assert.equal((await tenant.call('DELETE', path)).status, 204);
    assert.equal((await tenant.call('DELETE', path)).status, 404);
  });

  it('deletes into the recycle bin and restores what belonged to the user', async () => {
    assert.equal((await tenant.call('DELETE', `/users/${jane}`)).status, 204);
    assert.equal((await tenant.call('DELETE', `/users/${jane}`)).status, 404);
    assert.equal((await tenant.call('GET', '/users/jane@contoso.com')).status, 404);
    const bin = (
      await tenant.call('GET', '/directory/deletedItems/microsoft.graph.user?$select=id,displayName,userPrincipalName')
    ).body.value;
    assert.deepEqual(
      bin.map((item: { displayName: string }) => item.displayName),
      ['Jane Miller', 'Jane Miller'],
    );
    assert.equal((await tenant.call('POST', `/directory/deletedItems/${jane}/restore`)).status, 200);
    assert.equal(
      (await tenant.call('GET', `/users/jane@contoso.com/memberOf/microsoft.graph.group`)).body.value.length,
      9,
    );
    assert.equal((await tenant.call('GET', `/users/jane@contoso.com/licenseDetails`)).body.value.length, 4);
    assert.equal((await tenant.call('GET', `/users/jane@contoso.com/ownedObjects`)).body.value.length, 4);
  });

  it('restores under a new name when the old one is taken', async () => {
    await tenant.call('DELETE', `/users/${jane}`);
    tenant.person('luca').userPrincipalName = 'jane@contoso.com';
    const path = `/directory/deletedItems/${jane}/restore`;
    assert.equal((await tenant.call('POST', path)).body.error.code, 'ObjectConflict');
    assert.equal(
      (await tenant.call('POST', path, { newUserPrincipalName: 'jane.m@contoso.com' })).body.userPrincipalName,
      'jane.m@contoso.com',
    );
  });

  it('purges for good', async () => {
    await tenant.call('DELETE', `/users/${jane}`);
    assert.equal((await tenant.call('DELETE', `/directory/deletedItems/${jane}`)).status, 204);
    assert.equal((await tenant.call('POST', `/directory/deletedItems/${jane}/restore`)).status, 404);
  });
});
