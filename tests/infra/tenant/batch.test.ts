import assert from 'node:assert/strict';
import { type Answer, startTestTenant, type TestTenant } from '../../support/tenant.ts';

interface Step {
  id: string;
  status: number;
  headers: Record<string, string>;
  body?: Answer['body'];
}

const json = { 'Content-Type': 'application/json' };

describe('batches of the local tenant', () => {
  let tenant: TestTenant;
  beforeEach(async () => {
    tenant = await startTestTenant();
  });
  afterEach(() => tenant.close());

  const batch = (...requests: unknown[]) => tenant.call('POST', '/$batch', { requests });
  const steps = async (...requests: unknown[]): Promise<Record<string, Step>> =>
    Object.fromEntries((await batch(...requests)).body.responses.map((step: Step) => [step.id, step]));

  it('answers each request with its own status, headers and body', async () => {
    const answer = await steps(
      { id: 'a', method: 'GET', url: '/users/jane@contoso.com?$select=displayName' },
      { id: 'b', method: 'GET', url: 'users/nobody@contoso.com' },
      { id: 'c', method: 'PATCH', url: '/users/jane@contoso.com', headers: json, body: { accountEnabled: false } },
    );
    assert.equal(answer.a!.body.displayName, 'Jane Miller');
    assert.equal(answer.b!.status, 404);
    assert.ok(answer.b!.headers['request-id']);
    assert.equal(answer.c!.status, 204);
    assert.equal(tenant.person('jane').accountEnabled, false);
  });

  it('sends the header of an advanced query with the sub-request', async () => {
    const url = '/users?$search="displayName:jane"&$count=true&$select=displayName';
    const answer = await steps(
      { id: '1', method: 'GET', url },
      { id: '2', method: 'GET', url, headers: { ConsistencyLevel: 'eventual' } },
    );
    assert.equal(answer['1']!.status, 400);
    assert.equal(answer['2']!.body['@odata.count'], 1);
  });

  it('does not do what depends on a failure', async () => {
    const answer = await steps(
      { id: '1', method: 'DELETE', url: '/users/nobody@contoso.com' },
      { id: '2', method: 'DELETE', url: '/users/jane@contoso.com', dependsOn: ['1'] },
      { id: '3', method: 'GET', url: '/organization', dependsOn: ['2'] },
    );
    assert.deepEqual([answer['1']!.status, answer['2']!.status, answer['3']!.status], [404, 424, 424]);
    assert.ok(tenant.person('jane'));
  });

  it('checks the permission of each request', async () => {
    tenant.data.app.permissions = ['Organization.Read.All'];
    const answer = await steps(
      { id: '1', method: 'GET', url: '/organization' },
      { id: '2', method: 'GET', url: '/users' },
    );
    assert.deepEqual([answer['1']!.status, answer['2']!.status], [200, 403]);
  });

  it('throttles one request and not its neighbor', async () => {
    tenant.setFaults({ kinds: ['throttle'], match: 'GET /organization', retryAfterSeconds: 7 });
    const answer = await steps(
      { id: '1', method: 'GET', url: '/organization' },
      { id: '2', method: 'GET', url: '/users?$top=1' },
    );
    assert.deepEqual([answer['1']!.status, answer['2']!.status], [429, 200]);
    assert.equal(answer['1']!.headers['retry-after'], '7');
  });

  it('passes each request to the contract by itself', async () => {
    await batch({ id: '1', method: 'GET', url: '/organization' });
    assert.deepEqual(
      tenant.exchanges
        .filter((exchange) => exchange.path.startsWith('/v1.0'))
        .map(({ path, inBatch }) => [path, inBatch]),
      [
        ['/v1.0/organization', true],
        ['/v1.0/$batch', false],
      ],
    );
  });

  const organization = { method: 'GET', url: '/organization' };
  const wrong: [string, unknown[], RegExp][] = [
    [
      'more than 20 requests',
      Array.from({ length: 21 }, (_, index) => ({ id: `${index}`, ...organization })),
      /maximum value of 20/,
    ],
    [
      'two requests of one id',
      [
        { id: '1', ...organization },
        { id: '1', ...organization },
      ],
      /unique/,
    ],
    [
      'a body without Content-Type',
      [{ id: '1', method: 'PATCH', url: '/users/jane@contoso.com', body: { accountEnabled: false } }],
      /Content-Type header or body/,
    ],
    ['a dependency on nothing', [{ id: '1', ...organization, dependsOn: ['9'] }], /dependsOn/],
  ];
  for (const [what, requests, message] of wrong) {
    it(`refuses ${what}`, async () => {
      const answer = await batch(...requests);
      assert.equal(answer.status, 400);
      assert.match(answer.body.error.message, message);
    });
  }
});
