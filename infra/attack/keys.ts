import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JWTPayload, SignJWT } from 'jose';

/** Keys as the Bot Connector could publish them. The last one is nobody's: it is not published. */
const endorsements = { teams: ['msteams'], skype: ['skype'], silent: undefined, nobody: [], foreign: ['msteams'] };
export type KeyName = keyof typeof endorsements;

export interface AttackKeys {
  openIdUrl: string;
  /** Claims that are given replace those of a genuine token; `undefined` leaves one out. */
  sign(claims: JWTPayload, key?: KeyName): Promise<string>;
  close(): void;
}

/**
 * Stands where the Bot Connector publishes its keys, so that an attacker can be given what no attacker has: a key that is
 * published, for another channel or for none.
 * @param teamsKeys what the local Teams publishes
 */
export async function publishKeys(teamsKeys: () => Promise<unknown[]>, genuine: () => JWTPayload): Promise<AttackKeys> {
  const keys = new Map<KeyName, KeyObject>();
  const published: Record<string, unknown>[] = [];
  for (const kid of Object.keys(endorsements) as KeyName[]) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    keys.set(kid, privateKey);
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', endorsements: endorsements[kid] };
    if (kid !== 'foreign') published.push(jwk);
  }
  const server = createServer(async (request, response) => {
    const body = request.url?.endsWith('/keys')
      ? { keys: [...published, ...(await teamsKeys())] }
      : { jwks_uri: `${origin()}/keys`, id_token_signing_alg_values_supported: ['RS256'] };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    openIdUrl: `${origin()}/openid`,
    sign(claims, key = 'teams') {
      const privateKey = keys.get(key);
      if (privateKey === undefined) throw new Error(`No key ${key}`);
      return new SignJWT({ ...genuine(), ...claims })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key })
        .sign(privateKey);
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
