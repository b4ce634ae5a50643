import { createRemoteJWKSet, decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import { CONNECTOR_ISSUER } from './keys.ts';
import { TeamsError } from './types.ts';

/** The Bot Connector's audience is its own issuer. */
const AUDIENCE = CONNECTOR_ISSUER;

export interface Door {
  check(authorization: string | undefined): Promise<void>;
}

/** Lets in whoever holds a token for the Bot Connector that was issued to this bot. */
export function openDoor(options: {
  clientId: string;
  tenantUrl: string | undefined;
  open: boolean;
  signedAt: () => number;
}): Door {
  const keys = options.tenantUrl
    ? createRemoteJWKSet(new URL(`${options.tenantUrl}/discovery/v2.0/keys`), { cooldownDuration: 1000 })
    : undefined;

  async function claims(token: string): Promise<JWTPayload> {
    const currentDate = new Date(options.signedAt());
    if (keys) return (await jwtVerify(token, keys, { audience: AUDIENCE, currentDate })).payload;
    const payload = decodeJwt(token);
    if (![payload.aud].flat().includes(AUDIENCE)) throw new Error('another audience');
    return payload;
  }

  return {
    async check(authorization) {
      if (options.open) return;
      const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
      const payload = token && (await claims(token).catch(() => undefined));
      if (!payload) {
        throw new TeamsError(401, 'Unauthorized', 'Authorization has been denied for this request.');
      }
      const app = payload.appid ?? payload.azp;
      if (app !== undefined && app !== options.clientId) {
        throw new TeamsError(403, 'ForbiddenOperationException', 'The token belongs to another bot.');
      }
    },
  };
}
