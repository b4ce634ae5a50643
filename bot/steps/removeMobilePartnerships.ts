import { z } from 'zod';
import { cameLater } from '../engine/cameLater.ts';
import { forEach, ofEach, powerShell } from '../exchange/exchange.ts';
import { noMailbox } from '../people/missingMailbox.ts';
import { exchangeMailboxes, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const phone = z.object({ identity: z.string(), name: z.string() });
type Phone = z.output<typeof phone>;

/** Before the mailbox is converted or loses its license: without it, nobody sees any more which phones there were. */
export const removeMobilePartnerships = definePersonStep({
  id: 'remove-mobile-partnerships',
  title: 'Remove phones from the mailbox',
  does: 'Makes Exchange forget the phones that fetch the person’s mail. Nothing on a phone is erased by it.',
  permissions: [],
  exchange: 'recipients',
  before: z.object({ phones: z.array(phone) }),

  async preview(context) {
    const phones = await phonesOf(context);
    if (phones.length === 0)
      return (await context.exchange.mailbox(context.subject.id)) === null
        ? noMailbox
        : { notNeeded: 'No phone fetches mail from the mailbox.' };
    return {
      before: { phones },
      changes: phones.map(({ identity, name }) => ({
        says: `Phone “${name}”: fetches mail → forgotten; mail that is on it stays`,
        touches: [identity],
      })),
    };
  },
  async run({ exchange }, { phones }) {
    for (const { identity } of phones) await exchange.forgetPhone(identity);
  },
  async verify(context, { phones }) {
    const now = await phonesOf(context);
    const left = phones.filter((one) => now.some(({ identity }) => identity === one.identity));
    if (left.length > 0) return { notYet: `Still there: ${left.map(({ name }) => `“${name}”`).join(', ')}.` };
    const done = phones.length === 1 ? '1 phone is forgotten.' : `${phones.length} phones are forgotten.`;
    return { proved: `${done}${cameLater(now.length, 'phone')}` };
  },
  byHand({ displayName, userPrincipalName }) {
    return {
      who: who.exchangeAdmin,
      ...exchangeMailboxes,
      clicks: [
        `Open the mailbox of ${displayName}.`,
        'Manage mobile devices: remove each of them. Do not wipe the device: that erases the whole phone.',
      ],
      command: [
        powerShell('Get-MobileDevice', { Mailbox: userPrincipalName }),
        forEach(powerShell('Remove-MobileDevice', { Identity: ofEach('Identity'), Confirm: false })),
      ].join(' | '),
    };
  },
  cannotUndo: 'A phone that is forgotten is set up anew by whoever has it, once they may sign in again.',
});

const phonesOf = async ({ subject, exchange }: ReadContext): Promise<Phone[]> =>
  (await exchange.phones(subject.id)).sort((a, b) => a.identity.localeCompare(b.identity));
