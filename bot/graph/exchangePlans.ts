/**
 * What Exchange Online's service plans are good for on a shared mailbox (learn.microsoft.com, "About shared mailboxes" and
 * "Product names and service plan identifiers for licensing"). By the beginning of the name: clouds add to the end of it.
 */
const plan2 = ['EXCHANGE_S_ENTERPRISE'];
/** Plan 1 and Kiosk: archive and hold with the add-on besides, and no more than 50 GB. */
const extensible = ['EXCHANGE_S_STANDARD', 'EXCHANGE_S_DESKLESS'];
/** Not `EXCHANGE_S_ARCHIVE`, which is for a mailbox on premises. */
const archiving = ['EXCHANGE_S_ARCHIVE_ADDON'];
const small = ['EXCHANGE_L_STANDARD', 'EXCHANGE_S_ESSENTIALS'];

/** What of Exchange Online a license has in it, switched on. */
export type ExchangePart = 'plan2' | 'extensible' | 'archiving' | 'small';

const parts: Readonly<Record<ExchangePart, readonly string[]>> = { plan2, extensible, archiving, small };

export function exchangePart(servicePlanName: string): ExchangePart | null {
  const found = Object.entries(parts).find(([, names]) => names.some((name) => servicePlanName.startsWith(name)));
  return found === undefined ? null : (found[0] as ExchangePart);
}

/** What a shared mailbox needs a license for: `plan2` for its size, `archiving` for archive or hold. */
export interface LicenseNeed {
  needs: 'plan2' | 'archiving';
  /** Why, in a sentence without its period. */
  why: string;
}

const freeBytes = 50 * 1024 ** 3;

export function licenseNeed(mailbox: { onHold: boolean; hasArchive: boolean }, bytes: number): LicenseNeed | null {
  if (bytes > freeBytes)
    return { needs: 'plan2', why: `It holds ${(bytes / 1024 ** 3).toFixed(1)} GB, more than 50 GB` };
  if (mailbox.hasArchive) return { needs: 'archiving', why: 'It has an archive' };
  return mailbox.onHold ? { needs: 'archiving', why: 'It is on litigation hold' } : null;
}

/** What such a need can be met with, for people. */
export const licenseThatMeets: Readonly<Record<LicenseNeed['needs'], string>> = {
  plan2: 'an Exchange Online (Plan 2) license',
  archiving: 'an Exchange Online (Plan 2) license, or Plan 1 with Exchange Online Archiving',
};

/** A license as far as Exchange goes. */
interface Holding {
  groupId: string | null;
  exchange: ReadonlySet<ExchangePart>;
}

/** The fewest of the licenses that meet the need, direct ones rather than a group's; null when they do not. */
export function licensesThatMeet<L extends Holding>(needs: LicenseNeed['needs'], held: readonly L[]): L[] | null {
  const having = (part: ExchangePart) => held.filter(({ exchange }) => exchange.has(part));
  const first = (found: readonly L[]) => found.find(({ groupId }) => groupId === null) ?? found[0];
  const both = first(having('extensible').filter(({ exchange }) => exchange.has('archiving')));
  const one = first([...having('plan2'), ...(needs === 'archiving' && both !== undefined ? [both] : [])]);
  if (one !== undefined) return [one];
  if (needs === 'plan2') return null;
  const plan = first(having('extensible'));
  const addOn = first(having('archiving'));
  return plan === undefined || addOn === undefined ? null : [plan, addOn];
}
