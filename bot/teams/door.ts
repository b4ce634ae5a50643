import { AuthenticationConfiguration, AuthenticationError, type Claim } from 'botframework-connector';
import { z } from 'zod';
import { channel, type TokenSettings } from './token.ts';

export interface DoorSettings extends TokenSettings {
  tenantId: string;
  /** Where the Bot Connector may be: a request that names another place is turned away. */
  serviceUrls: readonly string[];
  /** No tokens at all: for a bot that listens on loopback and talks to a local tenant (config.ts holds it to that). */
  open: boolean;
}

const guid = z.guid();
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
 * Before botbuilder sees an activity: botbuilder 4.23.3 accepts tokens of other issuers, skips the serviceUrl check when
 * there is none, and remembers every tenant id it meets.
 * @param signedFor the service address in the verified token; null where none is asked for
 * @returns why not, for the log, or null
 */
export function gate(settings: DoorSettings, signedFor: string | null, body: unknown): string | null {
  const read = envelope.safeParse(body);
  if (!read.success) return 'not an activity of Teams';
  const { serviceUrl, from, conversation, channelData, type } = read.data;
  if (signedFor !== null && signedFor !== serviceUrl) return 'serviceUrl is not the token’s';
  if (!isAllowed(settings.serviceUrls, serviceUrl))
    return `serviceUrl is not on the list: ${URL.parse(serviceUrl)?.origin ?? 'no address'}`;
  const tenants = [channelData.tenant.id, conversation.tenantId ?? settings.tenantId];
  if (tenants.some((id) => id.toLowerCase() !== settings.tenantId)) return 'another tenant';
  if (spoken.has(type) && from.aadObjectId === undefined) return 'nobody of the directory';
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

/** After botbuilder has verified the signature: the claims once more, from the verified token. */
export function authentication({ clientId, botConnector }: DoorSettings): AuthenticationConfiguration {
  return new AuthenticationConfiguration([channel], async (verified: Claim[]) => {
    const value = (type: string) => verified.find((claim) => claim.type === type)?.value;
    if (value('iss') !== botConnector || value('aud') !== clientId || !value('serviceurl')) {
      throw new AuthenticationError('Not a token of the Bot Connector for this bot', 401);
    }
  });
}
