import assert from 'node:assert/strict';
import { type Answer, startTestTenant, type TestTenant } from '../../support/tenant.ts';

describe('the controls of the local tenant', () => {
  let tenant: TestTenant;
  beforeEach(async () => {
    tenant = await startTestTenant();
  });
  afterEach(() => tenant.close());

  const read = () => tenant.call('GET', '/users/jane@contoso.com?$select=accountEnabled');
  const block = () => tenant.call('PATCH', '/users/jane@contoso.com', { accountEnabled: false });
  const local = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${tenant.url}/_local/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answered: Answer['body'] = await response.json();
    return { status: response.status, body: answered };
  };

  it('throttles with Retry-After, only what matches, only so often', async () => {
    tenant.setFaults({ kinds: ['throttle'], match: 'PATCH /users/', count: 2, retryAfterSeconds: 3 });
    assert.equal((await read()).status, 200);
    for (const _ of [1, 2]) {
      const answer = await block();
      assert.equal(answer.status, 429);
      assert.equal(answer.headers.get('retry-after'), '3');
      assert.equal(answer.body.error.code, 'TooManyRequests');
    }
    assert.equal((await block()).status, 204);
  });

  it('takes a regular expression for what to hit', async () => {
    tenant.setFaults({ kinds: ['unavailable'], match: '^GET /(users|groups)/[^/]+$' });
    assert.equal((await read()).status, 503);
    assert.equal((await tenant.call('GET', '/users?$top=1')).status, 200);
  });

  it('hits about the asked share, the same one every time', async () => {
    const run = async () => {
      tenant.setFaults({ kinds: ['unavailable'], share: 0.3 });
      const statuses: number[] = [];
      for (let index = 0; index < 40; index += 1) statuses.push((await read()).status);
      return statuses;
    };
    const first = await run();
    const hits = first.filter((status) => status === 503).length;
    assert.ok(hits > 4 && hits < 22, `${hits} of 40`);
    assert.deepEqual(await run(), first);
  });

  it('breaks the connection before the effect', async () => {
    tenant.setFaults({ kinds: ['reset'], match: 'PATCH', count: 1 });
    await assert.rejects(block());
    assert.equal(tenant.person('jane').accountEnabled, true);
  });

  it('breaks the connection after the effect', async () => {
    tenant.setFaults({ kinds: ['timeoutAfter'], match: 'PATCH', count: 1, hangMs: 20 });
    await assert.rejects(block());
    assert.equal(tenant.person('jane').accountEnabled, false);
  });

  it('shows the old state for a while after a write', async () => {
    tenant.setFaults({ staleMs: 1000 });
    const group = tenant.groupNamed('CRM Users').id;
    await block();
    await tenant.call('DELETE', `/groups/${group}/members/${tenant.person('jane').id}/$ref`);
    const memberships = async () =>
      (await tenant.call('GET', `/users/${tenant.person('jane').id}/memberOf/microsoft.graph.group`)).body.value.length;
    assert.equal((await read()).body.accountEnabled, true);
    assert.equal(await memberships(), 9);
    assert.equal((await tenant.call('GET', '/users/luca@contoso.com')).status, 200);
    await new Promise((resolve) => setTimeout(resolve, 1020));
    assert.equal((await read()).body.accountEnabled, false);
    assert.equal(await memberships(), 8);
  });

  it('counts writes against the quota and says how long to wait', async () => {
    tenant.setQuota({ writesPer150s: 2 });
    for (const _ of [1, 2]) assert.equal((await block()).status, 204);
    const answer = await block();
    assert.equal(answer.status, 429);
    assert.ok(Number(answer.headers.get('retry-after')) > 100);
    assert.equal(answer.headers.get('x-ms-throttle-information'), 'WriteLimitExceeded');
    assert.equal((await read()).status, 200);
  });

  it('counts resource units as documented', async () => {
    assert.equal((await tenant.call('GET', '/users')).headers.get('x-ms-resource-unit'), '2');
    assert.equal((await read()).headers.get('x-ms-resource-unit'), '1');
    tenant.setQuota({ unitsPer10s: 3 });
    assert.equal((await tenant.call('GET', '/users')).status, 200);
    assert.equal(
      (await tenant.call('GET', '/users')).headers.get('x-ms-throttle-information'),
      'ResourceUnitLimitExceeded',
    );
  });

  it('slows down when asked', async () => {
    tenant.setLatency({ ms: 60 });
    const startedAt = performance.now();
    await read();
    assert.ok(performance.now() - startedAt >= 60);
  });

  it('goes back to the seed with everything', async () => {
    await block();
    tenant.setFaults({ kinds: ['unavailable'] });
    tenant.reset();
    assert.equal((await read()).body.accountEnabled, true);
    assert.equal(tenant.person('jane').accountEnabled, true);
  });

  it('can be controlled over HTTP as well', async () => {
    assert.equal((await local('POST', 'faults', { share: 1, kinds: ['unavailable'], count: 1 })).status, 200);
    assert.equal((await read()).status, 503);
    assert.equal((await local('POST', 'latency', { ms: 0 })).status, 200);
    assert.equal((await local('POST', 'quota', { writesPer150s: 5 })).status, 200);
    await block();
    assert.deepEqual((await local('POST', 'reset')).body, { reset: true });
    assert.equal(tenant.person('jane').accountEnabled, true);
    const wrong = await local('POST', 'faults', { kinds: ['explode'] });
    assert.equal(wrong.status, 400);
    assert.match(wrong.body.message, /kinds/);
    assert.equal((await local('GET', 'nothing')).status, 404);
  });

  it('lists requests since a number, with their permission and without passwords', async () => {
    await tenant.call('PATCH', '/users/jane@contoso.com', { passwordProfile: { password: 'Very-Secret-93' } });
    const all = (await local('GET', 'requests')).body;
    const last = all.at(-1);
    assert.equal(last.path, '/v1.0/users/jane@contoso.com');
    assert.equal(last.status, 204);
    assert.equal(last.requestBody.passwordProfile.password, '[redacted]');
    await read();
    const later = (await local('GET', `requests?since=${last.number}`)).body;
    assert.ok(later.length > 0 && later.length < all.length + 2);
    assert.equal(later.at(-1).matched, 'User.Read.All');
  });

  it('offers people by the beginnings of their names, twenty at a time', async () => {
    const alex = (await local('GET', 'people?search=alex%20kim')).body;
    assert.deepEqual(alex.value.map((person: { userPrincipalName: string }) => person.userPrincipalName).toSorted(), [
      'alex.kim2@contoso.com',
      'alex.kim@contoso.com',
    ]);
    assert.deepEqual(Object.keys(alex.value[0]), ['id', 'displayName', 'userPrincipalName', 'jobTitle', 'userType']);
    const all = (await local('GET', 'people?search=')).body;
    assert.equal(all.value.length, 20);
    assert.equal((await local('GET', `people?skip=${all.next}`)).body.value.length, 20);
  });

  it('listens to no page of another site', async () => {
    const answer = await fetch(`${tenant.url}/_local/reset`, {
      method: 'POST',
      headers: { origin: 'https://example.com' },
    });
    assert.equal(answer.status, 403);
  });

  it('fails a whole batch only when the fault names it', async () => {
    const batch = () =>
      tenant.call('POST', '/$batch', { requests: [{ id: '1', method: 'GET', url: '/organization' }] });
    tenant.setFaults({ kinds: ['throttle'] });
    assert.equal((await batch()).body.responses[0].status, 429);
    tenant.setFaults({ kinds: ['throttle'], match: 'POST /$batch' });
    assert.equal((await batch()).status, 429);
    tenant.setFaults({ kinds: ['timeoutAfter'], match: 'POST /$batch', hangMs: 10 });
    await assert.rejects(batch());
  });

  it('answers a body that is no JSON as Graph does', async () => {
    await using careless = await startTestTenant({ holdsContract: false });
    const headers = { authorization: `Bearer ${await careless.token()}`, 'content-type': 'application/json' };
    const answer = await fetch(`${careless.url}/v1.0/users/jane@contoso.com/revokeSignInSessions`, {
      method: 'POST',
      headers,
      body: '{',
    });
    assert.equal(answer.status, 400);
  });
});
