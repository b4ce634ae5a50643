import { Refusal } from '../errors.ts';
import { isMicrosoft } from './microsoft.ts';
import type { Partner } from './partner.ts';
import type { Seen } from './partnerLooks.ts';

/**
 * Whom somebody means by a name, a domain, a tenant id or an address.
 * @returns one when nobody else can be meant, otherwise all that could be
 * @throws Refusal for nobody, for one's own organization and for Microsoft
 */
export function findPartner(seen: Seen, who: string): Partner[] {
  const wanted = who.trim().toLowerCase();
  const domain = wanted.includes('@') ? (wanted.split('@').at(-1) ?? '') : wanted.replace(/^https?:\/\/(www\.)?/, '');
  const { own } = seen;
  const partners = seen.partners.flatMap((one) => [one, ...one.joined]);
  const exact = partners.filter(
    ({ key, name, domains }) => key === domain || domains.includes(domain) || name.toLowerCase() === wanted,
  );
  if (exact.length > 0) return exact;
  if (
    wanted === own.id ||
    own.displayName?.toLowerCase() === wanted ||
    own.verifiedDomains.some(({ name }) => name === domain)
  )
    throw new Refusal('protected', 'That is your own organization.');
  if (
    seen.leftOut.ownOrganizations.some(
      (one) => one.tenantId === wanted || one.domain === domain || one.name?.toLowerCase() === wanted,
    )
  )
    throw new Refusal('protected', `“${who}” is of your own multitenant organization, and no partner.`);
  if (isMicrosoft(wanted) || /^microsoft\b/.test(wanted) || /(^|\.)microsoft\.[a-z]+$/.test(domain))
    throw new Refusal(
      'protected',
      'Microsoft’s own tenants and apps belong to the service, and are never among partners.',
    );
  const like = partners.filter(
    ({ name, domains }) => beginsIn(name.toLowerCase(), wanted) || domains.some((one) => beginsIn(one, domain)),
  );
  if (like.length > 0) return like;
  const rest =
    seen.reading.length > 0
      ? `Signoff is still looking at ${seen.reading.length} things: ask again in a moment.`
      : 'Type “partners” to see all that do.';
  throw new Refusal('nobody', `“${who}” has nothing in your organization that Signoff can see. ${rest}`);
}

/** Whether a word of it begins so. */
const beginsIn = (words: string, beginning: string): boolean =>
  words.startsWith(beginning) || [' ', '.', '-'].some((mark) => words.includes(mark + beginning));
