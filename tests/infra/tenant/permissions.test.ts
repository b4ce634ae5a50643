import assert from 'node:assert/strict';
import { everyRoute } from '../../../infra/local/tenant/areas/index.ts';
import { readPermissions } from '../../../infra/local/tenant/permissions.ts';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1';
const privilegedAuthenticationAdministrator = '7be44c8a-adaf-4e2a-84d6-ab2649e08a13';

describe('permissions in the local tenant', () => {
  let tenant: TestTenant;
  beforeEach(async () => {
    tenant = await startTestTenant();
  });
  afterEach(() => tenant.close());

  const grant = (...permissions: string[]) => {
    tenant.data.app.permissions = permissions;
  };
  const hold = (...roles: string[]) => {
    const { servicePrincipalId: principalId } = tenant.data.signoff;
    tenant.data.roleAssignments = tenant.data.roleAssignments.filter(
      (assignment) => assignment.principalId !== principalId,
    );
    for (const roleDefinitionId of roles)
      tenant.data.roleAssignments.push({ id: roleDefinitionId, principalId, roleDefinitionId, directoryScopeId: '/' });
  };
  const block = (who: string) => tenant.call('PATCH', `/users/${who}@contoso.com`, { accountEnabled: false });
  const reset = (who: string) =>
    tenant.call('PATCH', `/users/${who}@contoso.com`, { passwordProfile: { password: 'Very-Secret-93' } });

  it('knows what every route needs', () => {
    const permissions = readPermissions();
    assert.deepEqual(
      everyRoute.filter((route) => permissions(route).length === 0).map((route) => `${route.method} ${route.path}`),
      [],
    );
  });

  const least: [string, string, string, unknown?][] = [
    ['User.Read.All', 'GET', '/users/jane@contoso.com'],
    ['User.RevokeSessions.All', 'POST', '/users/jane@contoso.com/revokeSignInSessions'],
    ['User.EnableDisableAccount.All', 'PATCH', '/users/jane@contoso.com', { accountEnabled: false }],
    [
      'User-PasswordProfile.ReadWrite.All',
      'PATCH',
      '/users/jane@contoso.com',
      { passwordProfile: { password: 'Very-Secret-93' } },
    ],
    [
      'UserAuthMethod-Phone.ReadWrite.All',
      'DELETE',
      '/users/jane@contoso.com/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7',
    ],
    ['MailboxSettings.Read', 'GET', '/users/jane@contoso.com/mailboxSettings/userPurpose'],
    ['LicenseAssignment.Read.All', 'GET', '/subscribedSkus'],
    ['RoleManagement.Read.Directory', 'GET', '/roleManagement/directory/roleAssignments'],
    ['User.DeleteRestore.All', 'DELETE', '/users/jane@contoso.com'],
    ['Organization.Read.All', 'GET', '/organization'],
  ];
  for (const [permission, method, path, body] of least) {
    it(`lets ${permission} alone ${method} ${path}`, async () => {
      grant('Calendars.Read');
      const denied = await tenant.call(method, path, body);
      assert.equal(denied.status, 403);
      assert.equal(denied.body.error.code, 'Authorization_RequestDenied');
      grant(permission);
      assert.ok((await tenant.call(method, path, body)).status < 300);
    });
  }

  it('shows only the basics to User.ReadBasic.All', async () => {
    grant('User.ReadBasic.All');
    const { body } = await tenant.call(
      'GET',
      '/users/jane@contoso.com?$select=displayName,jobTitle,assignedLicenses,accountEnabled',
    );
    assert.deepEqual(
      [body.displayName, body.jobTitle, body.assignedLicenses, body.accountEnabled],
      ['Jane Miller', null, [], null],
    );
  });

  it('does not let the wide permissions set a password', async () => {
    grant('User.ReadWrite.All', 'Directory.ReadWrite.All');
    assert.equal((await block('jane')).status, 204);
    assert.equal((await reset('jane')).status, 403);
  });

  it('does not let a narrow permission change something else', async () => {
    grant('User.EnableDisableAccount.All');
    assert.equal((await tenant.call('PATCH', '/users/jane@contoso.com', { jobTitle: 'x' })).status, 403);
  });

  it('resets no password without a directory role on the app', async () => {
    hold();
    assert.equal((await reset('jane')).status, 403);
    hold(userAdministrator);
    assert.equal((await reset('jane')).status, 204);
    assert.equal((await reset('kwame')).status, 204);
    assert.equal((await reset('marguerite')).status, 403);
    hold(privilegedAuthenticationAdministrator);
    assert.equal((await reset('marguerite')).status, 204);
  });

  it('blocks plain users without a role, light administrators with one, privileged people only with the highest', async () => {
    hold();
    assert.equal((await block('jane')).status, 204);
    assert.equal((await block('kwame')).status, 403);
    hold(userAdministrator);
    assert.equal((await block('kwame')).status, 204);
    for (const who of ['marguerite', 'rafael']) assert.equal((await block(who)).status, 403, who);
    hold(privilegedAuthenticationAdministrator);
    for (const who of ['marguerite', 'rafael']) assert.equal((await block(who)).status, 204, who);
  });

  it('deletes neither privileged people nor their sign-in methods without the highest role', async () => {
    const { id, authenticationMethods } = tenant.person('marguerite');
    assert.equal((await tenant.call('DELETE', `/users/${id}`)).status, 403);
    const method = authenticationMethods.find((candidate) => candidate.type.startsWith('microsoft'))!;
    assert.equal(
      (await tenant.call('DELETE', `/users/${id}/authentication/microsoftAuthenticatorMethods/${method.id}`)).status,
      403,
    );
  });

  it('reads the permissions from the token, not from the tenant', async () => {
    const authorization = `Bearer ${await tenant.token()}`;
    grant();
    assert.equal((await tenant.call('GET', '/organization', undefined, { authorization })).status, 200);
    assert.equal((await tenant.call('GET', '/organization')).status, 403);
  });

  it('demands AuditLog.Read.All for the last sign-in', async () => {
    grant('User.Read.All');
    const { id } = tenant.person('jane');
    const answer = await tenant.call('GET', `/users/${id}?$select=signInActivity`);
    assert.equal(answer.status, 403);
    assert.match(answer.body.error.message, /AuditLog\.Read\.All/);
  });

  it('writes down which permission was needed and which one fitted', async () => {
    await tenant.call('GET', '/subscribedSkus');
    const record = tenant.requests().at(-1)!;
    assert.equal(record.needed[0], 'LicenseAssignment.Read.All');
    assert.equal(record.matched, 'LicenseAssignment.Read.All');
  });
});
