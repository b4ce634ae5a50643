import { AuthenticationConfiguration, AuthenticationError, type Claim } from 'botframework-connector';
import { z } from 'zod';

export interface DoorSettings {
  clientId: string;
  tenantId: string;
  /** Where the Bot Connector may be: a request that names another place is turned away. */
  serviceUrls: readonly string[];
  /** No tokens at all: for a bot that listens on loopback and talks to a local tenant (config.ts holds it to that). */
  open: boolean;
}

const issuer = 'https://api.botframework.com';
export const channel = 'msteams';

const guid = z.guid();
const claims = z.object({ iss: z.literal(issuer), aud: z.string(), serviceurl: z.string(), exp: z.number() });
const envelope = z.object({
  type: z.string(),
  channelId: z.literal(channel),
  serviceUrl: z.string(),
  from: z.object({ id: z.string(), aadObjectId: guid.optional() }),
  conversation: z.object({ id: z.string(), tenantId: z.string().optional() }),
  channelData: z.object({ tenant: z.object({ id: z.string() }) }),
});

/** Types that somebody sends; the others (installed, member added) carry no wish of anybody's. */
const spoken: ReadonlySet<string> = new Set(['message', 'invoke']);

/**
 * The cheap gate, before botbuilder sees anything: botbuilder 4.23.3 accepts tokens of other issuers, skips the
 * serviceUrl check when there is none, and remembers every tenant id it meets. What passes here is still to be verified.
 * @returns why not, for the log, or null
 */
export function gate(
  settings: DoorSettings,
  authorization: string | undefined,
  body: unknown,
): { status: 401 | 403; why: string } | null {
  const read = envelope.safeParse(body);
  if (!settings.open) {
    const token = unverifiedClaims(authorization);
    if (token === null) return { status: 401, why: 'no token of the Bot Connector' };
    if (token.aud !== settings.clientId) return { status: 401, why: 'token for somebody else' };
    if (token.exp * 1000 < Date.now() - 300_000) return { status: 401, why: 'token has expired' };
    if (!read.success) return { status: 403, why: 'not an activity of Teams' };
    if (token.serviceurl !== read.data.serviceUrl) return { status: 403, why: 'serviceUrl is not the token’s' };
  }
  if (!read.success) return { status: 403, why: 'not an activity of Teams' };
  const { serviceUrl, from, conversation, channelData, type } = read.data;
  if (!isAllowed(settings.serviceUrls, serviceUrl)) return { status: 403, why: 'serviceUrl is not on the list' };
  const tenants = [channelData.tenant.id, conversation.tenantId ?? settings.tenantId];
  if (tenants.some((id) => id.toLowerCase() !== settings.tenantId)) return { status: 403, why: 'another tenant' };
  if (spoken.has(type) && from.aadObjectId === undefined) return { status: 403, why: 'nobody of the directory' };
  return null;
}

/** Same origin, and below the path: a prefix of the text alone would let `https://smba.example.evil.com` in. */
export function isAllowed(list: readonly string[], address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { origin, pathname, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  return list.some((one) => {
    const allowed = new URL(one);
    return allowed.origin === origin && `${pathname}/`.startsWith(allowed.pathname.replace(/\/*$/, '/'));
  });
}

function unverifiedClaims(authorization: string | undefined): z.output<typeof claims> | null {
  const payload = /^Bearer [\w-]+\.([\w-]+)\.[\w-]+$/i.exec(authorization ?? '')?.[1];
  if (payload === undefined) return null;
  try {
    return claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** After botbuilder has verified the signature: the claims once more, from the verified token. */
export function authentication({ clientId }: DoorSettings): AuthenticationConfiguration {
  return new AuthenticationConfiguration([channel], async (verified: Claim[]) => {
    const value = (type: string) => verified.find((claim) => claim.type === type)?.value;
    if (value('iss') !== issuer || value('aud') !== clientId || !value('serviceurl')) {
      throw new AuthenticationError('Not a token of the Bot Connector for this bot', 401);
    }
  });
}
