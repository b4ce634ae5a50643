import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientAssertionCredential, type TokenCredentialOptions, WorkloadIdentityCredential } from '@azure/identity';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

type Policy = NonNullable<TokenCredentialOptions['additionalPolicies']>[number]['policy'];

const throughPlainHttp = (tenant: TestTenant) => ({
  authorityHost: tenant.url.replace('http://', 'https://'),
  disableInstanceDiscovery: true,
  additionalPolicies: [
    {
      position: 'perCall' as const,
      policy: {
        name: 'plainHttp',
        sendRequest(request, next) {
          request.url = request.url.replace('https://', 'http://');
          request.allowInsecureConnection = true;
          return next(request);
        },
      } satisfies Policy,
    },
  ],
});

describe('the local authority', () => {
  let tenant: TestTenant;
  before(async () => {
    tenant = await startTestTenant();
  });
  after(() => tenant.close());

  it('gives a token to the real ClientAssertionCredential', async () => {
    const { tenantId, clientId } = tenant.data.signoff;
    const credential = new ClientAssertionCredential(
      tenantId,
      clientId,
      async () => tenant.mintAssertion(),
      throughPlainHttp(tenant),
    );
    const { token } = await credential.getToken('https://graph.microsoft.com/.default');
    const keys = createRemoteJWKSet(new URL(`${tenant.url}/discovery/v2.0/keys`));
    const { payload } = await jwtVerify(token, keys, { audience: 'https://graph.microsoft.com' });
    assert.equal(payload.tid, tenantId);
    assert.equal(payload.appid, clientId);
    assert.equal(payload.azp, clientId);
    assert.equal(payload.oid, tenant.data.signoff.servicePrincipalId);
    assert.ok((payload.roles as string[]).includes('User.Read.All'));
  });

  it('gives a token to the real WorkloadIdentityCredential, which reads its assertion from a file', async () => {
    const { tenantId, clientId } = tenant.data.signoff;
    const tokenFilePath = join(mkdtempSync(join(tmpdir(), 'tenant-')), 'assertion');
    writeFileSync(tokenFilePath, tenant.mintAssertion());
    const credential = new WorkloadIdentityCredential({
      tenantId,
      clientId,
      tokenFilePath,
      ...throughPlainHttp(tenant),
    });
    const { token } = await credential.getToken('https://api.botframework.com/.default');
    assert.equal(decodeJwt(token).aud, 'https://api.botframework.com');
    assert.deepEqual(decodeJwt(token).roles, []);
  });

  it("puts only Exchange's own permissions into a token for Exchange", async () => {
    assert.deepEqual(decodeJwt(await tenant.token('https://outlook.office365.com/.default')).roles, [
      'Exchange.ManageAsApp',
    ]);
  });

  it('serves metadata whose addresses are https, as Microsoft identity clients insist', async () => {
    const { tenantId } = tenant.data.signoff;
    const response = await fetch(`${tenant.url}/${tenantId}/v2.0/.well-known/openid-configuration`);
    const metadata = (await response.json()) as Record<string, string>;
    assert.equal(metadata.token_endpoint, `${tenant.url.replace('http:', 'https:')}/${tenantId}/oauth2/v2.0/token`);
  });

  const refused: [string, Record<string, string>, number, RegExp][] = [
    ['a client it does not know', { client_id: '00000000-0000-0000-0000-000000000001' }, 400, /AADSTS700016/],
    ['an assertion that is no JWT', { client_assertion: 'x' }, 401, /AADSTS50027/],
    [
      'an assertion of somebody else',
      { client_assertion: `e30.${Buffer.from('{"iss":"https://example.com"}').toString('base64url')}.x` },
      401,
      /AADSTS70021/,
    ],
    ['a scope without /.default', { scope: 'https://graph.microsoft.com/User.Read.All' }, 400, /AADSTS1002012/],
    ['another grant type', { grant_type: 'password' }, 400, /AADSTS70003/],
  ];
  for (const [what, over, status, expected] of refused) {
    it(`refuses ${what} in Microsoft's words`, async () => {
      const answer = await askForToken(tenant, over);
      assert.equal(answer.status, status);
      assert.match(answer.body.error_description, expected);
    });
  }

  it('refuses an assertion with a changed signature', async () => {
    const answer = await askForToken(tenant, { client_assertion: `${tenant.mintAssertion().slice(0, -4)}AAAA` });
    assert.match(answer.body.error_description, /AADSTS700030/);
  });

  it('refuses another tenant', async () => {
    const answer = await askForToken(tenant, {}, '11111111-1111-4111-8111-111111111111');
    assert.equal(answer.status, 400);
    assert.match(answer.body.error_description, /AADSTS90002/);
  });

  for (const [what, authorization, message] of [
    ['no token', '', /empty/],
    ['no JWT', 'Bearer x', /parsing failed/],
  ] as const) {
    it(`answers Graph's 401 to ${what}`, async () => {
      const answer = await tenant.call('GET', '/organization', undefined, { authorization });
      assert.equal(answer.status, 401);
      assert.equal(answer.body.error.code, 'InvalidAuthenticationToken');
      assert.match(answer.body.error.message, message);
    });
  }

  it('does not accept a token that was given for another resource', async () => {
    const authorization = `Bearer ${await tenant.token('https://api.botframework.com/.default')}`;
    const answer = await tenant.call('GET', '/organization', undefined, { authorization });
    assert.match(answer.body.error.message, /audience/);
  });
});

async function askForToken(tenant: TestTenant, over: Record<string, string>, directory = tenant.data.signoff.tenantId) {
  const response = await fetch(`${tenant.url}/${directory}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: tenant.data.signoff.clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: tenant.mintAssertion(),
      scope: 'https://graph.microsoft.com/.default',
      ...over,
    }),
  });
  return { status: response.status, body: (await response.json()) as { error_description: string } };
}
