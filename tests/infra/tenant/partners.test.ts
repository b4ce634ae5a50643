import assert from 'node:assert/strict';
import { blocked, blockOf, tenantNamed, whatIf } from '../../graph/partnerSamples.ts';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

const eventual = { consistencylevel: 'eventual' };
const entries = '/policies/crossTenantAccessPolicy/partners';
const policies = '/identity/conditionalAccess/policies';

describe('other organizations in the local tenant', () => {
  let tenant: TestTenant;
  let relecloud: string;
  let trey: string;
  before(async () => {
    tenant = await startTestTenant({
      partners: true,
      change: ({ app }) =>
        app.permissions.push('Policy.ReadWrite.CrossTenantAccess', 'Policy.ReadWrite.ConditionalAccess'),
    });
    [relecloud, trey] = [tenantNamed(tenant, 'Relecloud'), tenantNamed(tenant, 'Trey Research')];
  });
  beforeEach(() => tenant.reset());
  after(async () => {
    assert.deepEqual(tenant.violations, []);
    await tenant.close();
  });

  const rows = async () =>
    (await tenant.call('GET', '/roleManagement/directory/roleAssignments')).body.value.filter(
      (row: { principalOrganizationId: string }) => row.principalOrganizationId === relecloud,
    ).length;
  const entry = (id: string) => tenant.call('GET', `${entries}/${id}`);
  const end = (index: number, agoMs = 0) => {
    tenant.data.partners.delegatedAdmin[index]!.endedAt = new Date(Date.now() - agoMs).toISOString();
  };

  describe('a service provider', () => {
    it('shows by its entry and a row for each role of its groups', async () => {
      assert.equal((await entry(relecloud)).body.isServiceProvider, true);
      assert.equal(await rows(), 4);
    });

    it('has groups whose names only show to whoever asks for partners’ references', async () => {
      const [group] = tenant.data.partners.delegatedAdmin[0]!.groups;
      const ask = (types?: string[]) => tenant.call('POST', '/directoryObjects/getByIds', { ids: [group!.id], types });
      assert.deepEqual((await ask()).body.value, []);
      assert.deepEqual((await ask(['group', 'user'])).body.value, []);
      const [named] = (await ask(['directoryObjectPartnerReference'])).body.value;
      assert.deepEqual(
        [named.displayName, named.objectType, named.externalPartnerTenantId],
        ['Relecloud Tier 2', 'Group', relecloud],
      );
      tenant.data.partners.is.foreignGroupsNamed = false;
      assert.equal((await ask(['directoryObjectPartnerReference'])).body.value[0].displayName, null);
    });

    it('makes a list of roles with principals too much to ask', async () => {
      const path = '/roleManagement/directory/roleAssignments?$expand=principal';
      const refused = await tenant.call('GET', path);
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '60']);
      tenant.data.partners.is.rolesThrottledWithPrincipals = false;
      assert.equal((await tenant.call('GET', path)).status, 200);
    });

    it('can’t be deleted, and its entry may be changed or not', async () => {
      assert.equal((await tenant.call('DELETE', `${entries}/${relecloud}`)).status, 403);
      const block = { b2bCollaborationInbound: blocked };
      assert.equal((await tenant.call('PATCH', `${entries}/${relecloud}`, block)).status, 204);
      tenant.data.partners.is.providerEntryChangeable = false;
      assert.equal((await tenant.call('PATCH', `${entries}/${relecloud}`, block)).status, 403);
    });

    it('keeps its entry as long as one relationship lasts, and loses the roles of those that ended at once', async () => {
      end(0);
      assert.equal(await rows(), 1);
      assert.equal((await entry(relecloud)).body.isServiceProvider, true);
    });

    it('is left by hand: one relationship at a time, and none that is over', async () => {
      const leave = async () =>
        (
          await fetch(`${tenant.url}/_local/endRelationship`, {
            method: 'POST',
            body: JSON.stringify({ tenantId: relecloud }),
          })
        ).status;
      assert.deepEqual([await leave(), await rows()], [200, 1]);
      assert.deepEqual([await leave(), await rows()], [200, 0]);
      assert.equal(await leave(), 404);
    });

    it('loses roles first and the entry later, with our block in it', async () => {
      tenant.setDelays({ providerEntryMs: 60_000 });
      await tenant.call('PATCH', `${entries}/${relecloud}`, { b2bCollaborationInbound: blocked });
      end(0);
      end(1);
      assert.equal(await rows(), 0);
      assert.equal((await entry(relecloud)).status, 200);
      end(0, 61_000);
      end(1, 61_000);
      assert.equal((await entry(relecloud)).status, 404);
      const apps = (await tenant.call('GET', '/servicePrincipals')).body.value.map(
        ({ appId }: { appId: string }) => appId,
      );
      assert.ok(!apps.includes('a3475900-ccec-4a69-98f5-a65cd5dc5306'));
      assert.ok(apps.includes('2832473f-ec63-45fb-976f-5d45a7d4bb91'));
    });

    it('leaves an entry with our block where only the mark of a provider goes', async () => {
      tenant.data.partners.is.blockGoesWithEntry = false;
      await tenant.call('PATCH', `${entries}/${relecloud}`, { b2bCollaborationInbound: blocked });
      end(0, 1000);
      end(1, 1000);
      const left = (await entry(relecloud)).body;
      assert.equal(left.isServiceProvider, false);
      assert.equal(left.b2bCollaborationInbound.applications.accessType, 'blocked');
    });
  });

  describe('cross-tenant access', () => {
    it('refuses to block people without apps, and replaces each setting whole', async () => {
      const half = { b2bCollaborationInbound: { usersAndGroups: blocked.usersAndGroups } };
      assert.equal((await tenant.call('PATCH', `${entries}/${trey}`, half)).status, 400);
      const allowed = { accessType: 'allowed', targets: [{ target: 'AllApplications', targetType: 'application' }] };
      const mixed = { b2bCollaborationInbound: { ...blocked, applications: allowed } };
      assert.equal((await tenant.call('PATCH', `${entries}/${trey}`, mixed)).status, 400);
    });

    it('takes a null back to the default, or refuses it', async () => {
      const inherit = { b2bDirectConnectInbound: null };
      assert.equal((await tenant.call('PATCH', `${entries}/${trey}`, inherit)).status, 204);
      tenant.data.partners.is.inheritsByNull = false;
      assert.equal((await tenant.call('PATCH', `${entries}/${trey}`, inherit)).status, 400);
    });

    it('keeps an entry that people are synchronized by', async () => {
      assert.equal((await tenant.call('DELETE', `${entries}/${trey}`)).status, 400);
      assert.equal((await tenant.call('DELETE', `${entries}/${trey}/identitySynchronization`)).status, 204);
      assert.equal((await tenant.call('DELETE', `${entries}/${trey}`)).status, 204);
      assert.equal((await entry(trey)).status, 404);
    });

    it('makes somebody again who was deleted while their own tenant synchronizes them', async () => {
      tenant.data.app.permissions.push('User.ReadWrite.All');
      const ida = tenant.data.users.find(({ displayName }) => displayName === 'Ida Falk')!;
      assert.equal((await tenant.call('DELETE', `/users/${ida.id}`)).status, 204);
      await tenant.call('GET', '/organization');
      const again = tenant.data.users.find(({ displayName }) => displayName === 'Ida Falk');
      assert.ok(again && again.id !== ida.id);
    });

    it('needs Microsoft Entra ID P1 to change what is trusted', async () => {
      tenant.data.partners.is.p1 = false;
      const inboundTrust = {
        isMfaAccepted: false,
        isCompliantDeviceAccepted: false,
        isHybridAzureADJoinedDeviceAccepted: false,
      };
      assert.equal((await tenant.call('PATCH', `${entries}/${trey}`, { inboundTrust })).status, 403);
      assert.equal(
        (await tenant.call('PATCH', `${entries}/${trey}`, { b2bCollaborationInbound: blocked })).status,
        204,
      );
    });
  });

  describe('conditional access', () => {
    const post = (body: unknown) => tenant.call('POST', policies, body);

    it('proves by What-If that a block is about a service provider', async () => {
      const ask = async (id: string) =>
        (await tenant.call('POST', '/identity/conditionalAccess/evaluate', whatIf(id))).body.value;
      assert.equal(
        (await ask(relecloud)).some(({ displayName }: { displayName: string }) => displayName === 'Block'),
        false,
      );
      assert.equal((await post(blockOf(relecloud))).status, 201);
      assert.equal(
        (await ask(relecloud)).some(({ displayName }: { displayName: string }) => displayName === 'Block'),
        true,
      );
      assert.equal(
        (await ask(trey)).some(({ displayName }: { displayName: string }) => displayName === 'Block'),
        false,
      );
    });

    it('does not understand tenants without their type, nor types as a list, nor everybody from outside twice', async () => {
      const { conditions, ...rest } = blockOf(relecloud);
      const { guestOrExternalUserTypes, externalTenants } = conditions.users.includeGuestsOrExternalUsers;
      const { '@odata.type': _type, ...untyped } = externalTenants;
      const wrong = [
        { includeGuestsOrExternalUsers: { guestOrExternalUserTypes, externalTenants: untyped } },
        { includeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'everybody', externalTenants } },
        { ...conditions.users, includeUsers: ['GuestsOrExternalUsers'] },
      ];
      const untold = await startTestTenant({
        partners: true,
        holdsContract: false,
        change: ({ app }) => app.permissions.push('Policy.ReadWrite.ConditionalAccess'),
      });
      for (const users of wrong)
        assert.equal(
          (await untold.call('POST', policies, { ...rest, conditions: { ...conditions, users } })).status,
          400,
        );
      await untold.close();
    });

    it('is refused without a license, and beside security defaults', async () => {
      tenant.data.partners.is.securityDefaults = true;
      assert.match((await post(blockOf(relecloud))).body.error.message, /^Security Defaults is enabled/);
      tenant.data.partners.is.p1 = false;
      const refused = await post(blockOf(relecloud));
      assert.deepEqual(
        [refused.status, refused.body.error.message],
        [403, 'Your tenant is not licensed for this feature.'],
      );
    });

    it('takes one write a second, and does not say how long to wait', async () => {
      tenant.data.partners.is.conditionalAccessPaced = true;
      assert.equal((await post(blockOf(relecloud))).status, 201);
      const refused = await post(blockOf(relecloud));
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, null]);
    });

    it('takes two policies of one name', async () => {
      for (const _ of [1, 2]) await post(blockOf(relecloud));
      const named = (await tenant.call('GET', policies)).body.value.filter(
        ({ displayName }: { displayName: string }) => displayName === 'Block',
      );
      assert.equal(named.length, 2);
    });
  });

  it('finds people by the domain of their mail with the header alone, and no other domain', async () => {
    const path = `/users?$filter=endswith(mail,'@treyresearch.net')&$count=true&$select=mail&$top=4`;
    assert.equal((await tenant.call('GET', path)).status, 400);
    const first = await tenant.call('GET', path, undefined, eventual);
    assert.equal(first.body['@odata.count'], 9);
    assert.ok(first.body['@odata.nextLink']);
  });

  it('finds apps by their owner’s id without quotes, with the header', async () => {
    const path = (id: string) => `/servicePrincipals?$filter=appOwnerOrganizationId eq ${id}&$count=true`;
    assert.equal((await tenant.call('GET', path(relecloud))).status, 400);
    assert.equal((await tenant.call('GET', path(`'${relecloud}'`), undefined, eventual)).status, 400);
    assert.equal((await tenant.call('GET', path(relecloud), undefined, eventual)).body.value.length, 2);
  });

  it('says who is behind a domain or an id, and 404 where nobody is', async () => {
    const find = (how: string) => tenant.call('GET', `/tenantRelationships/findTenantInformationBy${how}`);
    assert.equal((await find(`DomainName(domainName='research.treyresearch.net')`)).body.displayName, 'Trey Research');
    assert.equal((await find(`TenantId(tenantId='${trey}')`)).body.defaultDomainName, 'treyresearch.net');
    assert.equal((await find(`DomainName(domainName='gmail.com')`)).status, 404);
  });

  it('shows logs late, five requests in ten seconds, and sign-ins with P1 alone', async () => {
    const logs = (query = '') => tenant.call('GET', `/auditLogs/signIns${query}`);
    assert.equal((await logs()).body.value.length, 2);
    tenant.data.partners.signIns.push({
      ...tenant.data.partners.signIns[0]!,
      id: 'now',
      createdDateTime: new Date().toISOString(),
    });
    tenant.setDelays({ logMs: 300_000 });
    assert.equal((await logs()).body.value.length, 2);
    for (let n = 0; n < 3; n++) await logs();
    assert.equal((await logs()).status, 429);
    tenant.data.partners.is.p1 = false;
    assert.equal((await logs()).body.error.code, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant');
  });

  it('sells nothing to whoever asks in pages', async () => {
    assert.equal((await tenant.call('GET', '/directory/subscriptions?$top=5')).status, 400);
    const all = (await tenant.call('GET', '/directory/subscriptions')).body.value;
    assert.deepEqual([...new Set(all.map(({ status }: { status: string }) => status))].sort(), [
      'Deleted',
      'Enabled',
      'Suspended',
    ]);
  });
});
