import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { hours } from '../clock.ts';

export interface TokenSettings {
  clientId: string;
  /** Where the Bot Connector says which keys it signs with. */
  openIdUrl: string;
  /** The Bot Connector of the cloud: who signs what it sends, and the audience of tokens for it. */
  botConnector: string;
}

export const channel = 'msteams';

/** What Microsoft allows clocks to differ. */
const toleranceSeconds = 300;
const answerMs = 5_000;
/** Microsoft’s own advice; a key that is not known yet is asked for at once. */
const keysKeptMs = hours(24);

const claims = z.object({ iss: z.string(), aud: z.string(), serviceurl: z.string().min(1), exp: z.number() });
const published = z.object({ jwks_uri: z.url() });
const endorsed = z.looseObject({ endorsements: z.array(z.string()) });

/** Reads the token of a request. @returns the service address it was signed for, or why it is refused. @throws when the keys can’t be had */
export type ReadToken = (authorization: string | undefined) => Promise<{ serviceUrl: string } | { why: string }>;

/**
 * Who sends is known from the header alone, so that nothing else of a stranger's request is ever read. What is cheap to
 * refuse is refused before the signature is looked at.
 */
export function tokenReader({ clientId, openIdUrl, botConnector }: TokenSettings): ReadToken {
  const keys = keysOf(openIdUrl);

  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    const claimed = token === undefined ? undefined : claims.safeParse(unverified(token)).data;
    if (token === undefined || claimed?.iss !== botConnector) return { why: 'no token of the Bot Connector' };
    if (claimed.aud !== clientId) return { why: 'token for somebody else' };
    if ((claimed.exp + toleranceSeconds) * 1000 < Date.now()) return { why: 'token has expired' };
    const signers = await keys();
    try {
      const { protectedHeader } = await jwtVerify(token, signers, {
        issuer: botConnector,
        audience: clientId,
        algorithms: ['RS256'],
        clockTolerance: toleranceSeconds,
      });
      const key = signers.jwks()?.keys.find(({ kid }) => kid !== undefined && kid === protectedHeader.kid);
      // A key that says nothing of the channels it is for is for none: botbuilder takes it as being for all of them.
      if (!endorsed.safeParse(key).data?.endorsements.includes(channel)) return { why: 'key is not for Teams' };
      return { serviceUrl: claimed.serviceurl };
    } catch (error) {
      if (isRefusal(error)) return { why: 'token is not signed by the Bot Connector' };
      throw error;
    }
  };
}

function unverified(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

/** As against keys that could not be had, which is not the fault of whoever knocks. */
const isRefusal = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  !['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'].includes(error.code);

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** Asks where the keys are once they are needed, and again if that failed. */
function keysOf(openIdUrl: string): () => Promise<Keys> {
  let known: Promise<Keys> | undefined;
  const find = async () => {
    const answer = await fetch(openIdUrl, { signal: AbortSignal.timeout(answerMs) });
    if (!answer.ok) throw new Error(`The Bot Connector’s keys could not be found: HTTP ${answer.status}`);
    const { jwks_uri: address } = published.parse(await answer.json());
    return createRemoteJWKSet(new URL(address), { timeoutDuration: answerMs, cacheMaxAge: keysKeptMs });
  };
  return () => {
    known ??= find();
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
}
