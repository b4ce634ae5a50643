import assert from 'node:assert/strict';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

const eventual = { consistencylevel: 'eventual' };
const names = (body: { value: { displayName: string }[] }) => body.value.map((item) => item.displayName);

describe('users of the local tenant', () => {
  let tenant: TestTenant;
  beforeEach(async () => {
    tenant = await startTestTenant();
  });
  afterEach(() => tenant.close());

  it('shows only the default properties without $select', async () => {
    const { body } = await tenant.call('GET', '/users/jane@contoso.com');
    assert.equal(body.displayName, 'Jane Miller');
    assert.equal('accountEnabled' in body, false);
    assert.match(body['@odata.context'], /\/v1\.0\/\$metadata#users\/\$entity$/);
  });

  it('answers by id, by name and by a key in parentheses with an apostrophe', async () => {
    const { id } = tenant.person("sean.o'brien");
    for (const key of [
      `/${id}`,
      "/sean.o'brien@contoso.com",
      '/sean.o%27brien%40contoso.com',
      "('sean.o''brien@contoso.com')",
    ]) {
      assert.equal((await tenant.call('GET', `/users${key}`)).body.id, id, key);
    }
  });

  it('finds a guest only when the # of the name is encoded', async () => {
    const guest = tenant.data.users.find((user) => user.userType === 'Guest')!;
    assert.equal((await tenant.call('GET', `/users/${encodeURIComponent(guest.userPrincipalName)}`)).status, 200);
    assert.equal((await tenant.call('GET', `/users/${guest.userPrincipalName}`)).status, 404);
  });

  it('shows the manager inside the user and answers 404 where there is none', async () => {
    const expanded = await tenant.call(
      'GET',
      '/users/jane@contoso.com?$select=id&$expand=manager($select=id,displayName)',
    );
    assert.equal(expanded.body.manager.displayName, 'Luca Moretti');
    assert.equal((await tenant.call('GET', '/users/jane@contoso.com/manager')).body.displayName, 'Luca Moretti');
    const none = await tenant.call('GET', '/users/amara@contoso.com/manager');
    assert.equal(none.status, 404);
    assert.equal(none.body.error.code, 'Request_ResourceNotFound');
  });

  it('echoes the client request id and gives one of its own', async () => {
    const answer = await tenant.call('GET', '/users/nobody@contoso.com', undefined, { 'client-request-id': 'mine' });
    assert.equal(answer.headers.get('client-request-id'), 'mine');
    assert.equal(answer.body.error.innerError['client-request-id'], 'mine');
    assert.equal(answer.body.error.innerError['request-id'], answer.headers.get('request-id'));
  });

  const filters: [string, string[]][] = [
    [
      "mail eq 'elizabeth.fraser-ng@contoso.com' or proxyAddresses/any(p:p eq 'smtp:elizabeth.fraser-ng@contoso.com')",
      ['Elizabeth Fraser-Ng'],
    ],
    ["userPrincipalName eq 'sean.o''brien@contoso.com'", ["Sean O'Brien"]],
    ["displayName eq 'alex kim'", ['Alex Kim', 'Alex Kim']],
    ["startswith(displayName,'Alex') and department eq 'Sales'", ['Alex Kim']],
    ["userType eq 'Guest' and (externalUserState eq 'Accepted' or accountEnabled eq false)", ['Gregor Weiss']],
    ["mail in ('jane@contoso.com','luca@contoso.com')", ['Luca Moretti', 'Jane Miller']],
  ];
  for (const [filter, expected] of filters) {
    it(`filters by ${filter}`, async () => {
      const { body } = await tenant.call('GET', `/users?$select=displayName&$filter=${encodeURIComponent(filter)}`);
      assert.deepEqual(names(body), expected);
    });
  }

  const advanced: [string, string[]][] = [
    ['accountEnabled eq false and assignedLicenses/$count ne 0', ['Hendrik Vos']],
    ["endsWith(mail,'@fabrikam.com')", ['Gregor Weiss']],
    ["not(accountEnabled eq true) and userType ne 'Guest' and mail eq 'sales@contoso.com'", ['Contoso Sales']],
  ];
  for (const [filter, expected] of advanced) {
    it(`demands ConsistencyLevel and $count for ${filter}`, async () => {
      const path = `/users?$select=displayName&$filter=${encodeURIComponent(filter)}`;
      assert.equal((await tenant.call('GET', path)).body.error.code, 'Request_UnsupportedQuery');
      assert.equal((await tenant.call('GET', `${path}&$count=true`)).status, 400);
      const { body } = await tenant.call('GET', `${path}&$count=true`, undefined, eventual);
      assert.deepEqual(names(body), expected);
      assert.equal(body['@odata.count'], expected.length);
    });
  }

  it('searches by the beginnings of words, only with ConsistencyLevel', async () => {
    const path = `/users?$select=displayName&$search=${encodeURIComponent('"displayName:jan" OR "userPrincipalName:tess"')}`;
    const refused = await tenant.call('GET', path);
    assert.equal(refused.status, 400);
    assert.match(refused.body.error.message, /ConsistencyLevel: eventual/);
    assert.deepEqual(names((await tenant.call('GET', path, undefined, eventual)).body), [
      'Jane Miller',
      'Tess van Dijk',
    ]);
  });

  it('pages with links that survive the removal of what was already read', async () => {
    const mei = tenant.person('mei-ling').id;
    const seen: string[] = [];
    let path: string | undefined = `/users/${mei}/memberOf/microsoft.graph.group?$select=id,groupTypes`;
    while (path) {
      const { body } = await tenant.call('GET', path);
      for (const group of body.value) {
        seen.push(group.id);
        const live = tenant.data.groups.find((candidate) => candidate.id === group.id)!;
        live.members = live.members.filter((id) => id !== mei);
      }
      path = body['@odata.nextLink']?.slice(`${tenant.url}/v1.0`.length);
    }
    assert.equal(seen.length, 130);
    assert.equal(new Set(seen).size, 130);
  });

  it('orders, and keeps the query in the next link', async () => {
    const first = await tenant.call('GET', '/users?$orderby=displayName desc&$top=3&$select=displayName');
    assert.deepEqual(names(first.body), names(first.body).toSorted().reverse());
    const second = await tenant.call('GET', first.body['@odata.nextLink'].slice(`${tenant.url}/v1.0`.length));
    assert.deepEqual(Object.keys(second.body.value[0]), ['displayName']);
    assert.equal((await tenant.call('GET', '/users?$top=1000')).status, 400);
    assert.equal((await tenant.call('GET', '/users?$skiptoken=old')).body.error.code, 'Directory_ExpiredPageToken');
  });

  it('blocks sign-in, and again without complaint', async () => {
    for (const _ of [1, 2])
      assert.equal((await tenant.call('PATCH', '/users/jane@contoso.com', { accountEnabled: false })).status, 204);
    assert.equal(
      (await tenant.call('GET', '/users/jane@contoso.com?$select=accountEnabled')).body.accountEnabled,
      false,
    );
  });

  it('changes the password without keeping it anywhere', async () => {
    const before = tenant.person('jane').lastPasswordChangeDateTime;
    const body = { passwordProfile: { password: 'Very-Secret-93', forceChangePasswordNextSignIn: true } };
    assert.equal((await tenant.call('PATCH', '/users/jane@contoso.com', body)).status, 204);
    assert.notEqual(tenant.person('jane').lastPasswordChangeDateTime, before);
    assert.equal(JSON.stringify([tenant.data, tenant.requests(), tenant.exchanges]).includes('Very-Secret-93'), false);
  });

  it('refuses a weak password and an unknown property', async () => {
    const weak = await tenant.call('PATCH', '/users/jane@contoso.com', { passwordProfile: { password: 'short' } });
    assert.match(weak.body.error.message, /password complexity/);
    const wrong = await tenant.call('PATCH', '/users/jane@contoso.com', { accountEnabled: null });
    assert.equal(wrong.status, 400);
  });

  it('refuses to change a synchronized user, but blocks their sign-in', async () => {
    assert.equal((await tenant.call('PATCH', '/users/dariusz@contoso.com', { accountEnabled: false })).status, 204);
    assert.equal(tenant.person('dariusz').accountEnabled, false);
    for (const body of [
      { accountEnabled: true, passwordProfile: { password: 'Very-Secret-94' } },
      { passwordProfile: { password: 'Very-Secret-93' } },
    ]) {
      const answer = await tenant.call('PATCH', '/users/dariusz@contoso.com', body);
      assert.equal(answer.status, 400);
      assert.match(answer.body.error.message, /on-premises mastered/);
    }
  });

  it('ends the sessions of whoever has their credentials here, and does nothing to others', async () => {
    const before = tenant.person('jane').signInSessionsValidFromDateTime!;
    const answer = await tenant.call('POST', '/users/jane@contoso.com/revokeSignInSessions');
    assert.equal(answer.body.value, true);
    assert.ok(tenant.person('jane').signInSessionsValidFromDateTime! > before);
    const ended = async (name: string) => {
      const one = tenant.person(name);
      one.signInSessionsValidFromDateTime = null;
      assert.equal((await tenant.call('POST', `/users/${one.id}/revokeSignInSessions`)).status, 200);
      return one.signInSessionsValidFromDateTime !== null;
    };
    // Neither kind of membership says where they sign in (learn.microsoft.com/entra/external-id/user-properties).
    assert.equal(await ended('bruno.keller'), true);
    for (const name of ['gregor.weiss_fabrikam.com', 'amelie.roche_litware.com', 'kenji.ito_litware.com'])
      assert.equal(await ended(`${name}#EXT#@contoso.onmicrosoft.com`), false, name);
  });

  it('checks memberships through nested groups, all or nothing', async () => {
    const nested = tenant.groupNamed('All Signoff Users').id;
    const path = '/users/hana@contoso.com/checkMemberGroups';
    const answer = await tenant.call('POST', path, { groupIds: [nested, tenant.data.signoff.approverGroupId] });
    assert.deepEqual(answer.body.value, [nested]);
    assert.equal((await tenant.call('POST', path, { groupIds: [nested, 'x'] })).status, 400);
    assert.equal((await tenant.call('POST', path, { groupIds: Array(21).fill(nested) })).status, 400);
  });

  it('shows directory roles among the memberships, and only groups behind the cast', async () => {
    const all = (await tenant.call('GET', '/users/kwame@contoso.com/memberOf')).body.value;
    assert.ok(all.some((item: { '@odata.type': string }) => item['@odata.type'] === '#microsoft.graph.directoryRole'));
    const groups = (await tenant.call('GET', '/users/kwame@contoso.com/memberOf/microsoft.graph.group')).body.value;
    assert.equal(groups.length, all.length - 1);
    assert.equal('@odata.type' in groups[0], false);
  });

  it('answers sign-in activity by id alone', async () => {
    const { id } = tenant.person('jane');
    assert.ok((await tenant.call('GET', `/users/${id}?$select=signInActivity`)).body.signInActivity.lastSignInDateTime);
    assert.equal((await tenant.call('GET', '/users/jane@contoso.com?$select=signInActivity')).status, 400);
  });
});
