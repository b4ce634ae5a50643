import { z } from 'zod';
import { powerShell } from '../exchange/exchange.ts';
import { exchangeMailboxes, who } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

const before = z.object({
  forwardingAddress: z.string().nullable(),
  forwardingSmtpAddress: z.string().nullable(),
  deliverToMailboxAndForward: z.boolean(),
});

/** Mail that still comes must not go on to an address of the leaver's choice. */
export const removeForwarding = definePersonStep({
  id: 'remove-forwarding',
  title: 'Stop forwarding',
  does: 'Removes forwarding that is set on the mailbox itself.',
  permissions: [],
  exchange: 'recipients',
  before,

  async preview({ subject, exchange }) {
    const mailbox = await exchange.mailbox(subject.id);
    if (mailbox === null) return { notNeeded: 'There is no mailbox.' };
    const { forwardingAddress, forwardingSmtpAddress, deliverToMailboxAndForward } = mailbox;
    const targets = [forwardingAddress, forwardingSmtpAddress].filter((one) => one !== null);
    if (targets.length === 0) return { notNeeded: 'Nothing is forwarded.' };
    if (subject.synced && forwardingAddress !== null)
      return { byHand: 'Mail is forwarded by the on-premises directory, where Exchange Online takes it from.' };
    return {
      before: { forwardingAddress, forwardingSmtpAddress, deliverToMailboxAndForward },
      changes: targets.map((target) => ({ says: `Forwarding to ${target}: on → off`, touches: [subject.id] })),
    };
  },
  async run({ subject, exchange }) {
    await exchange.change(subject.id, {
      forwardingAddress: null,
      forwardingSmtpAddress: null,
      deliverToMailboxAndForward: false,
    });
  },
  async verify({ subject, exchange }) {
    const mailbox = await exchange.mailbox(subject.id);
    const off = mailbox === null || (mailbox.forwardingAddress === null && mailbox.forwardingSmtpAddress === null);
    return off ? { proved: 'Nothing is forwarded any more.' } : { notYet: 'Forwarding is still on.' };
  },
  byHand(subject) {
    return {
      who: who.exchangeAdmin,
      ...exchangeMailboxes,
      clicks: [
        `Open the mailbox of ${subject.displayName}.`,
        'Manage email forwarding: turn it off.',
        'Save.',
        ...(subject.synced
          ? ['Where it comes from the on-premises directory: clear altRecipient there, and wait for the next sync.']
          : []),
      ],
      command: powerShell('Set-Mailbox', {
        Identity: subject.userPrincipalName,
        ForwardingAddress: null,
        ForwardingSmtpAddress: null,
        DeliverToMailboxAndForward: false,
      }),
    };
  },
  async undo({ subject, exchange }, was) {
    await exchange.change(subject.id, was);
  },
});
