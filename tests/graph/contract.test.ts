import assert from 'node:assert/strict';
import { everyRoute } from '../../infra/local/tenant/areas/index.ts';
import { createRouter } from '../../infra/local/tenant/route.ts';
import type { Exchange } from '../../infra/local/tenant/server.ts';
import { startTestTenant } from '../support/tenant.ts';
import { contractViolations } from './contract.ts';
import { samplesOfPartners } from './partnerSamples.ts';
import { samplesOfPeople } from './peopleSamples.ts';
import { samplesBeyond } from './samples.ts';

const exchange = (over: Partial<Exchange>): Exchange => ({
  method: 'GET',
  path: '/v1.0/users/1',
  requestHeaders: {},
  requestBody: undefined,
  status: 200,
  responseBody: { '@odata.context': 'x', id: '1' },
  at: '2026-11-20T09:00:00.000Z',
  durationMs: 1,
  inBatch: false,
  ...over,
});

const list = (...value: unknown[]) => ({ '@odata.context': 'x', value });

describe('the contract with Microsoft Graph', () => {
  const wrong: [string, Partial<Exchange>, RegExp][] = [
    ['an entity set that is none', { path: '/v1.0/persons' }, /'persons' is no entity set/],
    [
      'a segment that only beta has',
      { path: '/v1.0/users/1/authentication/hardwareOathMethods' },
      /'hardwareOathMethods' is nothing of/,
    ],
    [
      'a cast to an unrelated type',
      { path: '/v1.0/users/1/memberOf/microsoft.graph.mailboxSettings' },
      /is no g.directoryObject/,
    ],
    ['a property that is none in $select', { path: '/v1.0/users/1?$select=id,nickName' }, /\$select: 'nickName'/],
    [
      'a property that is none in $filter',
      { path: '/v1.0/users?$filter=enabled eq false', responseBody: list() },
      /\$filter: 'enabled'/,
    ],
    [
      'a lambda over no collection',
      { path: "/v1.0/users?$filter=mail/any(m:m eq 'x')", responseBody: list() },
      /no collection/,
    ],
    ['an unknown query option', { path: '/v1.0/users?$where=1', responseBody: list() }, /\$where is no query option/],
    ['an $expand of a plain property', { path: '/v1.0/users/1?$expand=mail' }, /\$expand: 'mail'/],
    ['a wrong name inside $expand', { path: '/v1.0/users/1?$expand=manager($select=nickName)' }, /nickName/],
    [
      'a request property that is none',
      { method: 'PATCH', requestBody: { enabled: false }, status: 204, responseBody: undefined },
      /request.enabled/,
    ],
    [
      'a request value of the wrong type',
      { method: 'PATCH', requestBody: { accountEnabled: 'no' }, status: 204, responseBody: undefined },
      /is no Edm.Boolean/,
    ],
    [
      'a request value that is not in its enum',
      {
        method: 'PATCH',
        path: '/v1.0/users/1/mailboxSettings',
        requestBody: { automaticRepliesSetting: { status: 'on' } },
      },
      /"on" is no value of/,
    ],
    [
      'an action parameter that is none',
      { method: 'POST', path: '/v1.0/users/1/assignLicense', requestBody: { addLicenses: [], remove: [] } },
      /no parameter 'remove'/,
    ],
    [
      'an action parameter of the wrong type',
      { method: 'POST', path: '/v1.0/users/1/assignLicense', requestBody: { addLicenses: [], removeLicenses: ['E5'] } },
      /is no Edm.Guid/,
    ],
    [
      'an action called with GET',
      { path: '/v1.0/users/1/revokeSignInSessions' },
      /'revokeSignInSessions' is nothing of/,
    ],
    [
      'a reference with more than its id',
      {
        method: 'POST',
        path: '/v1.0/groups/1/members/$ref',
        requestBody: { id: '1' },
        status: 204,
        responseBody: undefined,
      },
      /@odata.id alone/,
    ],
    [
      'a DELETE with a body',
      { method: 'DELETE', requestBody: {}, status: 204, responseBody: undefined },
      /a DELETE with a body/,
    ],
    [
      'an answer property that is none',
      { responseBody: { '@odata.context': 'x', nickName: 'J' } },
      /response.nickName/,
    ],
    [
      'an answer value of the wrong type',
      { responseBody: { '@odata.context': 'x', accountEnabled: 1 } },
      /is no Edm.Boolean/,
    ],
    [
      'a nested answer property that is none',
      { responseBody: { '@odata.context': 'x', assignedLicenses: [{ sku: 'x' }] } },
      /assignedLicenses\[0\].sku/,
    ],
    ['a list that is none', { path: '/v1.0/users', responseBody: { '@odata.context': 'x', id: '1' } }, /no 'value'/],
    ['an answer without a context', { responseBody: { id: '1' } }, /no @odata.context/],
    ['a 204 with a body', { method: 'PATCH', status: 204, responseBody: {} }, /204 with a body/],
    [
      'an item of a foreign type',
      { path: '/v1.0/users/1/memberOf', responseBody: list({ '@odata.type': '#microsoft.graph.phone', id: '1' }) },
      /is no g.directoryObject/,
    ],
    [
      'a property of another type of the family',
      {
        path: '/v1.0/users/1/memberOf',
        responseBody: list({ '@odata.type': '#microsoft.graph.group', jobTitle: 'x' }),
      },
      /jobTitle does not exist in g.group/,
    ],
    ['an error without its envelope', { status: 404, responseBody: { message: 'gone' } }, /without the envelope/],
    [
      'an error without its request id',
      {
        status: 404,
        responseBody: { error: { code: 'x', message: 'y', innerError: { date: 'z', 'client-request-id': 'c' } } },
      },
      /request-id is missing/,
    ],
    [
      'a batch step without an id',
      {
        method: 'POST',
        path: '/v1.0/$batch',
        requestBody: { requests: [{ method: 'GET', url: '/users' }] },
        responseBody: { responses: [] },
      },
      /has no id/,
    ],
  ];
  for (const [what, over, expected] of wrong) {
    it(`reports ${what}`, () => {
      assert.match(contractViolations(exchange(over)).join('\n'), expected);
    });
  }

  const right: [string, Partial<Exchange>][] = [
    [
      'a filter over mail addresses',
      { path: "/v1.0/users?$filter=mail eq 'o''x' or proxyAddresses/any(p:p eq 'smtp:x')", responseBody: list() },
    ],
    [
      'a count inside a filter',
      {
        path: '/v1.0/users?$filter=accountEnabled eq false and assignedLicenses/$count ne 0&$count=true',
        responseBody: list(),
      },
    ],
    [
      'a property that only one kind of member has',
      { path: '/v1.0/groups/1/members?$select=id,jobTitle', responseBody: list() },
    ],
    ['what is not Graph at all', { path: '/tenant/oauth2/v2.0/token', responseBody: {} }],
    ['a connection that broke', { status: 0, responseBody: undefined }],
  ];
  for (const [what, over] of right) {
    it(`lets ${what} pass`, () => assert.deepEqual(contractViolations(exchange(over)), []));
  }

  it('is kept by every route of the local tenant', async () => {
    await using tenant = await startTestTenant({ partners: true });
    const router = createRouter(everyRoute);
    const visited = new Set<string>();
    for (const [method, path, body] of [
      ...samplesOfPeople(tenant),
      ...(await samplesBeyond(tenant)),
      ...samplesOfPartners(tenant),
    ]) {
      const { route } = router(
        method,
        path.split('?')[0]!.replace(/^\/servicePrincipals\(appId='(.*)'\)$/, "/servicePrincipals(appId='$1')"),
      );
      visited.add(`${route.method} ${route.path}`);
      const answer = await tenant.call(method, path, body, { consistencylevel: 'eventual' });
      assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    assert.deepEqual(
      everyRoute.map((route) => `${route.method} ${route.path}`).filter((route) => !visited.has(route)),
      [],
    );
    assert.deepEqual(tenant.violations, []);
  });
});
