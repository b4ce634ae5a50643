import {
  ClientCertificateCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  type TokenCredentialOptions,
  WorkloadIdentityCredential,
} from '@azure/identity';
import { signInFailure } from './signIn.ts';

export interface CredentialSettings {
  loginUrl: string;
  tenantId: string;
  clientId: string;
  certificatePath: string | undefined;
  federatedTokenFile: string | undefined;
}

type Policy = NonNullable<TokenCredentialOptions['additionalPolicies']>[number]['policy'];

/** A certificate or federated token where one is configured, else the managed identity. There is no way in with a client secret. */
export function createCredential(settings: CredentialSettings): TokenCredential {
  const { loginUrl, tenantId, clientId, certificatePath, federatedTokenFile } = settings;
  const options = authority(loginUrl);
  if (certificatePath !== undefined)
    return new ClientCertificateCredential(tenantId, clientId, { certificatePath }, options);
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

/** @returns a function that gives a valid token for `scope`, which the library caches and renews. It throws what {@link signInFailure} says. */
export function tokenFor(credential: TokenCredential, scope: string): () => Promise<string> {
  return async () => {
    try {
      const token = await credential.getToken(scope);
      if (token === null) throw new Error('no token');
      return token.token;
    } catch (cause) {
      throw signInFailure(cause);
    }
  };
}
