import type { Hand, NoChange } from '../engine/step.ts';
import { unlessDenied } from '../graph/failure.ts';
import type { ReadContext } from './step.ts';

/** As a step says it that finds none; {@link orElsewhere} looks whether it is somewhere else. */
export const noMailbox: { notNeeded: string } = { notNeeded: 'There is no mailbox.' };

/**
 * Microsoft 365 shows no mailbox also where it is in the organization's own Exchange ("either inactive, soft-deleted, or is
 * hosted on-premise"), which only somebody from the on-premises directory can have. Online they are a mail user that has the
 * mailbox's ExchangeGuid.
 * @param hand what a person would do online: the cmdlets are the same there
 */
export async function orElsewhere({ subject, access, exchange }: ReadContext, hand: Hand): Promise<NoChange> {
  if (!subject.synced) return noMailbox;
  const isOnPremises = access.exchange.has('recipients')
    ? await unlessDenied(() => exchange.isOnPremises(subject.id))
    : null;
  // Whoever has no address has no mailbox either.
  if (isOnPremises === false || (isOnPremises === null && subject.mail === null)) return noMailbox;
  return {
    byHand: isOnPremises
      ? 'The mailbox is in your own Exchange, where Signoff changes nothing.'
      : 'Microsoft 365 shows no mailbox, and Signoff may not look whether there is one in your own Exchange.',
    hand: onPremises(hand, isOnPremises === true),
    unseen: true,
  };
}

const onPremises = ({ command }: Hand, isThere: boolean): Hand => ({
  who: 'an administrator of your own Exchange',
  where: 'the Exchange Management Shell on one of your Exchange servers',
  page: { center: 'learn', path: 'powershell/exchange/open-the-exchange-management-shell' },
  clicks: [
    ...(isThere ? [] : ['Look whether the mailbox is there. If it is not, nothing need be done.']),
    command === null ? 'Do there what the step says.' : 'Paste the line below.',
  ],
  command,
});
