import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  type TokenCredentialOptions,
  WorkloadIdentityCredential,
} from '@azure/identity';
import { minutes } from '../clock.ts';
import { signInFailure } from './signIn.ts';

export interface CredentialSettings {
  loginUrl: string;
  tenantId: string;
  clientId: string;
  certificatePath: string | undefined;
  federatedTokenFile: string | undefined;
  /** The managed identity whose token stands for the app. */
  managedIdentityId: string | undefined;
  /** The audience of such a token: `api://AzureADTokenExchange`, or as the cloud has it. */
  tokenExchange: string;
}

type Policy = NonNullable<TokenCredentialOptions['additionalPolicies']>[number]['policy'];

/**
 * A certificate where one is configured; a managed identity that the app trusts; a federated token in a file; else a managed
 * identity that is the app itself. There is no way in with a client secret.
 */
export function createCredential(settings: CredentialSettings): TokenCredential {
  const { loginUrl, tenantId, clientId, certificatePath, federatedTokenFile, managedIdentityId, tokenExchange } =
    settings;
  const options = authority(loginUrl);
  if (certificatePath !== undefined)
    return new ClientCertificateCredential(tenantId, clientId, { certificatePath }, options);
  if (managedIdentityId !== undefined) {
    const identity = new ManagedIdentityCredential({ clientId: managedIdentityId });
    const assertion = async () => (await identity.getToken(`${tokenExchange}/.default`)).token;
    return new ClientAssertionCredential(tenantId, clientId, assertion, options);
  }
  if (federatedTokenFile !== undefined) {
    return new WorkloadIdentityCredential({ tenantId, clientId, tokenFilePath: federatedTokenFile, ...options });
  }
  return new ManagedIdentityCredential({ clientId });
}

/**
 * The rehearsal's sign-in service is plain HTTP on loopback (config.ts holds it to that), which the library refuses:
 * it is told https and the last policy before the wire takes the s away.
 */
function authority(loginUrl: string): TokenCredentialOptions {
  if (loginUrl.startsWith('https:')) return { authorityHost: loginUrl };
  const host = loginUrl.replace(/^http:/, 'https:');
  const plainHttp: Policy = {
    name: 'plainHttpOnLoopback',
    sendRequest(request, next) {
      if (request.url.startsWith(host)) {
        request.url = request.url.replace(/^https:/, 'http:');
        request.allowInsecureConnection = true;
      }
      return next(request);
    },
  };
  const options: TokenCredentialOptions & { disableInstanceDiscovery: boolean } = {
    authorityHost: host,
    disableInstanceDiscovery: true,
    additionalPolicies: [{ policy: plainHttp, position: 'perCall' }],
  };
  return options;
}

/** How long before its end a token is no longer used, where nobody says when to renew it. */
const renewAheadMs = minutes(5);

/**
 * @returns a function that gives a valid token for `scope`. The library caches and renews it, but takes a while for each
 *   answer; so it is asked again only when it is time to renew. It throws what {@link signInFailure} says.
 */
export function tokenFor(credential: TokenCredential, scope: string): () => Promise<string> {
  let known: { token: string; until: number } | undefined;
  return async () => {
    if (known !== undefined && known.until > Date.now()) return known.token;
    try {
      const token = await credential.getToken(scope);
      if (token === null) throw new Error('no token');
      known = { token: token.token, until: token.refreshAfterTimestamp ?? token.expiresOnTimestamp - renewAheadMs };
      return known.token;
    } catch (cause) {
      throw signInFailure(cause);
    }
  };
}
