import { z } from 'zod';
import { powerShell } from '../exchange/exchange.ts';
import { noMailbox } from '../people/missingMailbox.ts';
import { exchangeMailboxes, onPremises, who } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

/** Nobody writes to somebody who is gone because the address book offered them. */
export const hideFromAddressList = definePersonStep({
  id: 'hide-from-address-list',
  title: 'Hide from the address list',
  does: 'Hides the mailbox from the global address list.',
  permissions: [],
  exchange: 'recipients',
  before: z.object({ hidden: z.boolean() }),

  async preview({ subject, exchange }) {
    const mailbox = await exchange.mailbox(subject.id);
    if (mailbox === null) return noMailbox;
    if (mailbox.hidden) return { notNeeded: 'The mailbox is already hidden.' };
    if (subject.synced)
      return { byHand: 'Hide the person in the on-premises directory: Exchange Online takes this from there.' };
    return { before: { hidden: false }, changes: [{ says: 'Address list: shown → hidden', touches: [subject.id] }] };
  },
  async run({ subject, exchange }) {
    await exchange.change(subject.id, { hidden: true });
  },
  async verify({ subject, exchange }) {
    return (await exchange.mailbox(subject.id))?.hidden
      ? { proved: 'The mailbox is hidden.' }
      : { notYet: 'The mailbox is still shown.' };
  },
  byHand(subject) {
    if (subject.synced)
      return onPremises(
        subject,
        ['Attribute Editor: set msExchHideFromAddressLists to TRUE.'],
        'Set-ADUser -Replace @{msExchHideFromAddressLists=$true}',
      );
    return {
      who: who.exchangeAdmin,
      ...exchangeMailboxes,
      clicks: [`Open the mailbox of ${subject.displayName}.`, 'Hide from global address list (GAL): on.', 'Save.'],
      command: powerShell('Set-Mailbox', { Identity: subject.userPrincipalName, HiddenFromAddressListsEnabled: true }),
    };
  },
  async undo({ subject, exchange }, { hidden }) {
    await exchange.change(subject.id, { hidden });
  },
});
