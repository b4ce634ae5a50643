import { randomUUID } from 'node:crypto';
import { GraphError } from './errors.ts';
import type { Caller } from './route.ts';
import type { TenantData } from './seedSchema.ts';
import { assertionIssuer, isMintedFor, isSignedBy, readClaims, type SigningKey, signAccessToken } from './tokens.ts';

export interface OAuthAnswer {
  status: number;
  body: unknown;
}

export interface Authority {
  /** undefined when the path is none of the authority's. */
  answer(method: string, path: string, form: URLSearchParams): OAuthAnswer | undefined;
  /** The caller of a request to Graph, or to the service whose audiences are given; throws Graph's 401. */
  callerOf(authorization: string | undefined, audiences?: readonly string[]): Caller;
}

const lifetimeSeconds = 3600;
/** It stands in for a tenant of any cloud. */
export const exchangeAudiences = [
  'https://outlook.office365.com',
  'https://outlook.office365.us',
  'https://outlook-dod.office365.us',
  'https://partner.outlook.cn',
  '00000002-0000-0ff1-ce00-000000000000',
];
/** https://learn.microsoft.com/graph/deployments */
const graphAudiences = [
  'https://graph.microsoft.com',
  'https://graph.microsoft.us',
  'https://dod-graph.microsoft.us',
  'https://microsoftgraph.chinacloudapi.cn',
  '00000003-0000-0000-c000-000000000000',
];

/** `origin` is the https address under which clients believe they talk to the authority. */
export function createAuthority(data: TenantData, key: SigningKey, origin: () => string, now: () => Date): Authority {
  return {
    answer(method, path, form) {
      const [tenant = '', ...rest] = path.split('/').filter(Boolean);
      const route = `${method} ${rest.join('/')}`;
      if (path === '/discovery/v2.0/keys' || route === 'GET discovery/v2.0/keys')
        return { status: 200, body: { keys: [key.publicJwk] } };
      if (route === 'GET v2.0/.well-known/openid-configuration')
        return isKnown(data, tenant) ? metadata(tenant, origin()) : unknownTenant(tenant, now());
      if (route === 'POST oauth2/v2.0/token') return issue(data, key, tenant, form, origin(), now());
      return undefined;
    },
    callerOf: (authorization, audiences = graphAudiences) => readCaller(data, key, authorization, audiences, now()),
  };
}

function isKnown(data: TenantData, tenant: string): boolean {
  const names = data.organization.verifiedDomains.map((domain) => domain.name);
  // The Bot Framework's own directory issues tokens for bots that live in every tenant.
  return [data.signoff.tenantId, 'botframework.com', ...names].includes(tenant.toLowerCase());
}

function metadata(tenant: string, origin: string): OAuthAnswer {
  return {
    status: 200,
    body: {
      token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      issuer: `${origin}/${tenant}/v2.0`,
      authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
      end_session_endpoint: `${origin}/${tenant}/oauth2/v2.0/logout`,
      claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'tid', 'oid'],
    },
  };
}

function refusal(status: number, error: string, code: number, description: string, at: Date): OAuthAnswer {
  const trace = randomUUID();
  const timestamp = `${at.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    status,
    body: {
      error,
      error_description: `AADSTS${code}: ${description} Trace ID: ${trace} Correlation ID: ${trace} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: trace,
      correlation_id: trace,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
  };
}

const unknownTenant = (tenant: string, at: Date) =>
  refusal(
    400,
    'invalid_tenant',
    90002,
    `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID.`,
    at,
  );

function issue(
  data: TenantData,
  key: SigningKey,
  tenant: string,
  form: URLSearchParams,
  origin: string,
  at: Date,
): OAuthAnswer {
  if (!isKnown(data, tenant)) return unknownTenant(tenant, at);
  if (form.get('grant_type') !== 'client_credentials')
    return refusal(
      400,
      'unsupported_grant_type',
      70003,
      `The app requested an unsupported grant type '${form.get('grant_type') ?? ''}'.`,
      at,
    );
  const clientId = form.get('client_id') ?? '';
  const principal = data.servicePrincipals.find((candidate) => candidate.id === data.signoff.servicePrincipalId);
  if (clientId !== data.signoff.clientId || !principal)
    return refusal(
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${clientId}' was not found in the directory '${data.organization.displayName}'.`,
      at,
    );
  if (!principal.accountEnabled)
    return refusal(
      400,
      'unauthorized_client',
      7000112,
      `Application '${clientId}'(${principal.displayName}) is disabled.`,
      at,
    );
  const refused = checkAssertion(data, form, clientId, at);
  if (refused) return refused;
  const scope = form
    .get('scope')
    ?.split(' ')
    .find((name) => name.endsWith('/.default'));
  if (!scope)
    return refusal(
      400,
      'invalid_scope',
      1002012,
      `The provided value for scope ${form.get('scope') ?? ''} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
      at,
    );

  const audience = scope.slice(0, -'/.default'.length);
  const issuedAt = Math.floor(at.getTime() / 1000);
  const token = signAccessToken(key, {
    aud: audience,
    iss: `${origin}/${data.signoff.tenantId}/v2.0`,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + lifetimeSeconds,
    tid: data.signoff.tenantId,
    appid: clientId,
    azp: clientId,
    azpacr: '2',
    idtyp: 'app',
    oid: principal.id,
    sub: principal.id,
    roles: rolesFor(audience, data.app.permissions),
    ver: '2.0',
  });
  return {
    status: 200,
    body: { token_type: 'Bearer', expires_in: lifetimeSeconds, ext_expires_in: lifetimeSeconds, access_token: token },
  };
}

/** Each resource puts its own permissions into the token; Exchange Online's begin with its name. */
function rolesFor(audience: string, permissions: string[]): string[] {
  const isExchange = (name: string) => name.startsWith('Exchange.');
  if (graphAudiences.includes(audience)) return permissions.filter((name) => !isExchange(name));
  return exchangeAudiences.includes(audience) ? permissions.filter(isExchange) : [];
}

function checkAssertion(data: TenantData, form: URLSearchParams, clientId: string, at: Date): OAuthAnswer | undefined {
  const assertion = form.get('client_assertion');
  if (!assertion || form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    return refusal(
      401,
      'invalid_client',
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
      at,
    );
  const claims = readClaims(assertion);
  if (!claims) return refusal(401, 'invalid_client', 50027, 'JWT token is invalid or malformed.', at);
  if (claims.iss !== assertionIssuer || claims.sub !== clientId)
    return refusal(
      401,
      'invalid_client',
      70021,
      `No matching federated identity record found for presented assertion. Assertion Issuer: '${String(claims.iss)}'. Assertion Subject: '${String(claims.sub)}'.`,
      at,
    );
  if (!isMintedFor(data, assertion))
    return refusal(
      401,
      'invalid_client',
      700030,
      'Invalid certificate - signature of the assertion could not be verified.',
      at,
    );
  if (Number(claims.exp) * 1000 < at.getTime())
    return refusal(401, 'invalid_client', 700024, 'Client assertion is not within its valid time range.', at);
  return undefined;
}

const unauthorized = (message: string) =>
  new GraphError(401, 'InvalidAuthenticationToken', message, { 'www-authenticate': 'Bearer' });

function readCaller(
  data: TenantData,
  key: SigningKey,
  authorization: string | undefined,
  audiences: readonly string[],
  at: Date,
): Caller {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (!token) throw unauthorized('Access token is empty.');
  const claims = readClaims(token);
  if (!claims) throw unauthorized('CompactToken parsing failed with error code: 80049217');
  if (!isSignedBy(key, token)) throw unauthorized('Access token validation failure. Invalid signature.');
  if (!audiences.includes(String(claims.aud))) throw unauthorized('Access token validation failure. Invalid audience.');
  if (Number(claims.exp) * 1000 <= at.getTime())
    throw unauthorized('Lifetime validation failed, the token is expired.');
  if (claims.tid !== data.signoff.tenantId) throw unauthorized('Invalid tenant.');
  const permissions = new Set(Array.isArray(claims.roles) ? claims.roles.map(String) : []);
  return { appId: String(claims.appid), servicePrincipalId: String(claims.oid), permissions };
}
