import {
  createHmac,
  createSign,
  createVerify,
  generateKeyPairSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import { z } from 'zod';
import type { TenantData } from './seedSchema.ts';

export const assertionIssuer = 'https://signoff.local';
const assertionDays = 365;

export interface SigningKey {
  privateKey: KeyObject;
  publicKey: KeyObject;
  publicJwk: Record<string, unknown>;
  kid: string;
}

export function createSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = String(jwk.n).slice(0, 27);
  return { privateKey, publicKey, kid, publicJwk: { ...jwk, kid, x5t: kid, use: 'sig', alg: 'RS256' } };
}

const encode = (content: unknown): string => Buffer.from(JSON.stringify(content)).toString('base64url');

export type Claims = Record<string, unknown>;

/** null when it isn't a JWT at all. */
export function readClaims(token: string): Claims | null {
  try {
    return z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
  } catch {
    return null;
  }
}

export function signAccessToken(key: SigningKey, claims: Claims): string {
  const content = `${encode({ typ: 'JWT', alg: 'RS256', kid: key.kid })}.${encode(claims)}`;
  return `${content}.${createSign('RSA-SHA256').update(content).sign(key.privateKey, 'base64url')}`;
}

export function isSignedBy(key: SigningKey, token: string): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return createVerify('RSA-SHA256').update(`${header}.${payload}`).verify(key.publicKey, signature, 'base64url');
}

// The rehearsal has no certificate authority: whoever has the tenant file may be the bot.
const seal = (data: TenantData, content: string): string =>
  createHmac('sha256', `${data.signoff.tenantId}/${data.signoff.clientId}`).update(content).digest('base64url');

/** The federated token that stands in for a workload identity's: `iss` https://signoff.local, `sub` the client id. */
export function mintAssertion(data: TenantData, now: Date = new Date()): string {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const claims = {
    iss: assertionIssuer,
    sub: data.signoff.clientId,
    aud: 'api://AzureADTokenExchange',
    iat: issuedAt,
    nbf: issuedAt - 60,
    exp: issuedAt + assertionDays * 86_400,
  };
  const content = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
  return `${content}.${seal(data, content)}`;
}

export function isMintedFor(data: TenantData, assertion: string): boolean {
  const [header = '', payload = '', signature = ''] = assertion.split('.');
  const expected = Buffer.from(seal(data, `${header}.${payload}`));
  const presented = Buffer.from(signature);
  return expected.length === presented.length && timingSafeEqual(expected, presented);
}
