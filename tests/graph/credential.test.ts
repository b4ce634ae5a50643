import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import { z } from 'zod';
import { cloudNames, clouds } from '../../bot/clouds.ts';
import { AppError } from '../../bot/errors.ts';
import { createCredential, tokenFor } from '../../bot/graph/credential.ts';
import { connectGraph } from '../../bot/graph/microsoftGraph.ts';
import { createLog } from '../../bot/log.ts';
import {
  type ScriptedAnswer,
  type ScriptedRequest,
  type ScriptedServer,
  startScript,
} from '../support/scriptedServer.ts';
import { startTestTenant, type TestTenant } from '../support/tenant.ts';

const scope = 'https://graph.microsoft.com/.default';

describe('the credential', () => {
  let tenant: TestTenant;
  let folder: string;
  let tokenFile: string;
  before(async () => {
    tenant = await startTestTenant();
    folder = mkdtempSync(join(tmpdir(), 'signoff-'));
    tokenFile = join(folder, 'federated-token');
  });
  beforeEach(() => {
    tenant.reset();
    tenant.exchanges.length = 0;
    writeFileSync(tokenFile, tenant.mintAssertion());
  });
  after(async () => {
    await tenant.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const settings = (change: Partial<Parameters<typeof createCredential>[0]> = {}) => ({
    loginUrl: tenant.url,
    tenantId: tenant.data.signoff.tenantId,
    clientId: tenant.data.signoff.clientId,
    certificatePath: undefined,
    federatedTokenFile: tokenFile,
    managedIdentityId: undefined,
    tokenExchange: clouds.global.tokenExchange,
    ...change,
  });
  const signIns = () => tenant.exchanges.filter(({ path }) => path.includes('/oauth2/v2.0/token'));

  it('signs in with the federated token of a file, and Graph accepts what it gets', async () => {
    const token = tokenFor(createCredential(settings()), scope);
    const graph = connectGraph({ url: tenant.url, token, log: createLog('silent') });
    const jane = await graph.read('/users/jane%40contoso.com?$select=id', z.object({ id: z.string() }));
    assert.equal(jane.id, tenant.person('jane').id);
  });

  it('signs in once for many calls', async () => {
    const token = tokenFor(createCredential(settings()), scope);
    const first = await token();
    assert.equal(await token(), first);
    assert.equal(signIns().length, 1);
  });

  it('asks for the resource that it is told', async () => {
    const credential = createCredential(settings());
    const audience = async (wanted: string) => {
      const [, payload = ''] = (await tokenFor(credential, wanted)()).split('.');
      return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { aud: string }).aud;
    };
    assert.equal(await audience(scope), 'https://graph.microsoft.com');
    assert.equal(await audience('https://api.botframework.com/.default'), 'https://api.botframework.com');
  });

  const wrong: [string, () => void, Partial<Parameters<typeof createCredential>[0]>, string][] = [
    [
      'the file is not there',
      () => rmSync(tokenFile),
      {},
      'Signoff can’t read the file with its certificate or federated token. Tell your Signoff admin.',
    ],
    [
      'the certificate’s file is not there',
      () => {},
      { certificatePath: '/no/such/certificate.pem' },
      'Signoff can’t read the file with its certificate or federated token. Tell your Signoff admin.',
    ],
    [
      'the federated token is no token',
      () => writeFileSync(tokenFile, 'nonsense-secret'),
      {},
      'Microsoft Entra does not let Signoff sign in (AADSTS50027). Tell your Signoff admin.',
    ],
    [
      'the app is unknown',
      () => {},
      { clientId: '00000000-0000-4000-8000-000000000000' },
      'Microsoft Entra does not know Signoff’s app in this tenant. Tell your Signoff admin.',
    ],
    [
      'the app is disabled',
      () => Object.assign(ownPrincipal(), { accountEnabled: false }),
      {},
      'Signoff’s app is disabled in Microsoft Entra. Tell your Signoff admin.',
    ],
  ];
  for (const [what, spoil, change, say] of wrong) {
    it(`says in one sentence what is wrong when ${what}`, async () => {
      spoil();
      await assert.rejects(tokenFor(createCredential(settings(change)), scope)(), (error) => {
        assert.ok(error instanceof AppError);
        assert.equal(error.code, 'sign-in');
        assert.equal(error.say, say);
        assert.equal(error.passing, false);
        return true;
      });
    });

    it(`logs no federated token when ${what}`, async () => {
      spoil();
      const lines: string[] = [];
      const log = createLog('debug', { write: (line) => void lines.push(line) });
      const error: unknown = await tokenFor(createCredential(settings(change)), scope)().catch(
        (thrown: unknown) => thrown,
      );
      log.error({ error }, 'failed');
      const assertion = tenant.mintAssertion().split('.').at(-1) ?? '';
      assert.ok(assertion.length > 20 && lines.length === 1);
      assert.ok(!lines.join('').includes(assertion) && !lines.join('').includes('nonsense-secret'));
      assert.doesNotMatch(inspect(error, { depth: 1 }), /nonsense-secret/);
    });
  }

  // As the library passes them on, from Microsoft's own texts.
  const told: [string, string, string, boolean][] = [
    [
      'an expired certificate',
      'invalid_client: Error(s): 700027 - Description: AADSTS700027: The certificate with identifier used to sign the client assertion is expired on application. [Reason - The key used is expired.]',
      'Signoff’s certificate has expired. Tell your Signoff admin.',
      false,
    ],
    [
      'an unknown certificate',
      'invalid_client: AADSTS700027: Client assertion contains an invalid signature. [Reason - The key was not found.]',
      'Microsoft Entra does not know Signoff’s certificate. Tell your Signoff admin.',
      false,
    ],
    [
      'a federated credential that is not set up',
      'invalid_request: AADSTS700213: No matching federated identity record found for presented assertion subject.',
      'Microsoft Entra does not trust Signoff’s federated credential. Tell your Signoff admin.',
      false,
    ],
    [
      'a wrong clock',
      'invalid_client: AADSTS700024: Client assertion is not within its valid time range.',
      'Signoff’s federated token has run out, or the clock of its machine is wrong. It is tried again by itself; if it stays, tell your Signoff admin.',
      true,
    ],
    [
      'a passing trouble of Microsoft Entra',
      'temporarily_unavailable: AADSTS90033: A transient error has occurred. Please try again.',
      'Microsoft’s sign-in service does not answer. It is tried again by itself.',
      true,
    ],
    [
      'a machine without a managed identity',
      'ManagedIdentityCredential: Authentication failed. Message: Identity not found',
      'Signoff’s machine has no managed identity for it. Tell your Signoff admin.',
      false,
    ],
    [
      'a managed identity that is busy',
      'ManagedIdentityCredential: Authentication failed. Message network_error: 429',
      'Signoff’s managed identity does not answer. It is tried again by itself; if it stays, tell your Signoff admin.',
      true,
    ],
    [
      'no answer',
      'endpoints_resolution_error: See https://aka.ms/msal.js.errors#endpoints_resolution_error for details',
      'Microsoft’s sign-in service does not answer. It is tried again by itself.',
      true,
    ],
  ];
  for (const [what, text, say, passing] of told) {
    it(`tells ${what} apart from the rest`, async () => {
      const cause = new Error(text);
      const credential = { getToken: () => Promise.reject(cause) };
      await assert.rejects(tokenFor(credential, scope)(), (error) => {
        assert.ok(error instanceof AppError);
        assert.deepEqual([error.say, error.passing, error.cause], [say, passing, cause]);
        return true;
      });
    });
  }

  const ownPrincipal = () => {
    const own = tenant.data.servicePrincipals.find(({ id }) => id === tenant.data.signoff.servicePrincipalId);
    assert.ok(own);
    return own;
  };

  describe('by a managed identity that the app trusts', () => {
    let identity: ScriptedServer;
    let answer: () => ScriptedAnswer;
    let managedIdentityId: string;
    before(async () => {
      identity = await startScript(() => answer());
      // As Azure tells a container where its identities are. The library looks once, and keeps what it got for each identity.
      process.env.IDENTITY_ENDPOINT = `${identity.url}/msi/token`;
      process.env.IDENTITY_HEADER = 'header';
    });
    beforeEach(() => {
      managedIdentityId = randomUUID();
      identity.requests.length = 0;
      answer = () => ({
        body: {
          access_token: tenant.mintAssertion(),
          expires_on: String(Math.floor(Date.now() / 1000) + 3600),
          // The library keeps a token by what is named here.
          resource: resourceOf(identity.requests.at(-1)),
          token_type: 'Bearer',
        },
      });
    });
    after(async () => {
      delete process.env.IDENTITY_ENDPOINT;
      delete process.env.IDENTITY_HEADER;
      await identity[Symbol.asyncDispose]();
    });
    const resourceOf = (request: ScriptedRequest | undefined) =>
      new URL(request?.path ?? '', identity.url).searchParams.get('resource');

    it('signs in as the app, not as the identity, and Graph accepts what it gets', async () => {
      const token = tokenFor(createCredential(settings({ managedIdentityId })), scope);
      const graph = connectGraph({ url: tenant.url, token, log: createLog('silent') });
      const jane = await graph.read('/users/jane%40contoso.com?$select=id', z.object({ id: z.string() }));
      assert.equal(jane.id, tenant.person('jane').id);
      const [asked] = identity.requests;
      assert.equal(new URL(asked?.path ?? '', identity.url).searchParams.get('client_id'), managedIdentityId);
      const [form] = signIns().map(({ requestBody }) => requestBody as { client_id: string });
      assert.equal(form?.client_id, tenant.data.signoff.clientId);
    });

    const audiences = {
      global: 'api://AzureADTokenExchange',
      gcc: 'api://AzureADTokenExchange',
      'gcc-high': 'api://AzureADTokenExchangeUSGov',
      dod: 'api://AzureADTokenExchangeUSGov',
      china: 'api://AzureADTokenExchangeChina',
    } as const;
    for (const cloud of cloudNames) {
      it(`asks for the cloud’s own audience: ${cloud}`, async () => {
        const { tokenExchange } = clouds[cloud];
        await tokenFor(createCredential(settings({ managedIdentityId, tokenExchange })), scope)();
        assert.deepEqual(identity.requests.map(resourceOf), [audiences[cloud]]);
      });
    }

    it('says so when there is no such identity', async () => {
      answer = () => ({ status: 400, body: { error: { code: 'BadRequest', message: 'Identity not found' } } });
      await assert.rejects(tokenFor(createCredential(settings({ managedIdentityId })), scope)(), {
        code: 'sign-in',
        say: 'Signoff’s machine has no managed identity for it. Tell your Signoff admin.',
      });
    });

    it('waits where the identity does not answer', async () => {
      answer = () => ({ broken: true });
      await assert.rejects(tokenFor(createCredential(settings({ managedIdentityId })), scope)(), {
        code: 'sign-in-unavailable',
        passing: true,
      });
    });
  });

  it('prefers a certificate, then a managed identity that the app trusts, then a federated token, then its own; a secret is no choice', () => {
    const real = { loginUrl: 'https://login.microsoftonline.com' };
    const certificatePath = join(folder, 'certificate.pem');
    assert.ok(createCredential(settings({ ...real, certificatePath })) instanceof ClientCertificateCredential);
    const managedIdentityId = tenant.data.signoff.clientId;
    assert.ok(createCredential(settings({ ...real, managedIdentityId })) instanceof ClientAssertionCredential);
    assert.ok(createCredential(settings(real)) instanceof WorkloadIdentityCredential);
    const managed = createCredential(settings({ ...real, federatedTokenFile: undefined }));
    assert.ok(managed instanceof ManagedIdentityCredential);
  });
});
