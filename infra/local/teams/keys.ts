import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SignJWT } from 'jose';
import type { Json } from './types.ts';

export const CONNECTOR_ISSUER = 'https://api.botframework.com';

export interface Keys {
  /** A token as the Bot Connector sends it: for this bot, from this service URL. */
  token(audience: string, serviceUrl: string): Promise<string>;
  jwks: { keys: Json[] };
}

export function openKeys(keyFile?: string, now: () => number = Date.now): Keys {
  const privateKey = readOrMake(keyFile);
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' }) as Json;
  const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url').slice(0, 27);
  let kept: { token: string; for: string; until: number } | undefined;
  return {
    jwks: { keys: [{ ...jwk, kid, x5t: kid, use: 'sig', alg: 'RS256', endorsements: ['msteams'] }] },
    async token(audience, serviceUrl) {
      const key = `${audience} ${serviceUrl}`;
      if (kept?.for === key && kept.until > now()) return kept.token;
      const token = await new SignJWT({ serviceurl: serviceUrl })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid, x5t: kid })
        .setIssuer(CONNECTOR_ISSUER)
        .setAudience(audience)
        .setNotBefore(Math.floor(now() / 1000))
        .setExpirationTime(Math.floor(now() / 1000) + 3600)
        .sign(privateKey);
      kept = { token, for: key, until: now() + 30 * 60_000 };
      return token;
    },
  };
}

function readOrMake(keyFile?: string): KeyObject {
  if (keyFile && existsSync(keyFile)) return createPrivateKey(readFileSync(keyFile));
  if (!keyFile) {
    ofThisProcess ??= makeKey();
    return ofThisProcess;
  }
  const made = makeKey();
  mkdirSync(dirname(keyFile), { recursive: true });
  writeFileSync(keyFile, made.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return made;
}

/** Making one takes a tenth of a second: where nothing is kept, once is enough. */
let ofThisProcess: KeyObject | undefined;

const makeKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
