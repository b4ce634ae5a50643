import { licenseNeed, licensesThatMeet, licenseThatMeets } from '../graph/exchangePlans.ts';
import type { HeldLicense } from '../graph/licenses.ts';
import { isDeleted, isHeld } from './endState.ts';
import type { ReadContext } from './step.ts';

const none = { kept: [], why: null };
const names = (licenses: readonly HeldLicense[]): string =>
  `${licenses.map(({ name }) => name).join(' and ')} ${licenses.length === 1 ? 'is' : 'are'} kept`;

/** What a kept mailbox goes on needing. Where it is not clear whether that is enough, whatever there is of Exchange stays. */
export async function keptLicenses(
  { subject, options, access, exchange }: ReadContext,
  held: HeldLicense[],
): Promise<{ kept: HeldLicense[]; why: string | null }> {
  if (options.endState === 'keep' && !options.hold) return none;
  const all = held.filter((one) => one.exchange.size > 0);
  if (all.length === 0) return none;
  const seen = access.exchange.has('recipients');
  const mailbox = seen ? await exchange.mailbox(subject.id) : null;
  if (seen && mailbox === null) return none;
  if (isDeleted(options)) {
    const kept = isHeld(options) || mailbox?.onHold ? (licensesThatMeet('archiving', held) ?? all) : [];
    return kept.length === 0 ? none : { kept, why: `${names(kept)} until the account is deleted, for the hold.` };
  }
  if (mailbox === null) {
    return {
      kept: all,
      why: `${names(all)}, and paid for: Signoff can’t see how big the mailbox is. Up to 50 GB, without archive and hold, it needs none: take back by hand what it does not need.`,
    };
  }
  const need = licenseNeed(
    { ...mailbox, onHold: mailbox.onHold || options.hold },
    await exchange.mailboxSize(subject.id),
  );
  if (need === null) return none;
  const kept = licensesThatMeet(need.needs, held);
  return kept === null
    ? {
        kept: all,
        why: `${names(all)} for the mailbox, and paid for. ${need.why}, which takes ${licenseThatMeets[need.needs]}.`,
      }
    : { kept, why: `${names(kept)} for the mailbox, and paid for. ${need.why}.` };
}
