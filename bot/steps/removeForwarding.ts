import { z } from 'zod';
import { cameLater } from '../engine/cameLater.ts';
import { type Mailbox, powerShell } from '../exchange/exchange.ts';
import { noMailbox } from '../people/missingMailbox.ts';
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

  async preview({ subject, exchange, options: { forwardMail, successor } }) {
    const mailbox = await exchange.mailbox(subject.id);
    if (mailbox === null) return noMailbox;
    const { forwardingSmtpAddress, deliverToMailboxAndForward } = mailbox;
    const isOurs = async (to: string) => forwardMail && (await exchange.personBehind(to)) === successor?.id;
    // What forward-mail has set, or is about to, stays.
    const forwardingAddress =
      mailbox.forwardingAddress !== null && (await isOurs(mailbox.forwardingAddress))
        ? null
        : mailbox.forwardingAddress;
    const targets = [forwardingAddress, forwardingSmtpAddress].filter((one) => one !== null);
    if (targets.length === 0) return { notNeeded: 'They forward nothing.' };
    if (subject.synced && forwardingAddress !== null)
      return { byHand: 'Mail is forwarded by the on-premises directory, where Exchange Online takes it from.' };
    return {
      before: { forwardingAddress, forwardingSmtpAddress, deliverToMailboxAndForward },
      changes: targets.map((target) => ({ says: `Forwarding to ${target}: on → off`, touches: [subject.id] })),
    };
  },
  async run({ subject, exchange }, was) {
    const mailbox = await exchange.mailbox(subject.id);
    if (mailbox === null) return;
    const { left, later } = split(mailbox, was);
    if (left.length === 0) return;
    await exchange.change(subject.id, {
      ...Object.fromEntries(left.map((kind) => [kind, null])),
      ...(later.length === 0 && { deliverToMailboxAndForward: false }),
    });
  },
  async verify({ subject, exchange }, was) {
    const mailbox = await exchange.mailbox(subject.id);
    const { left, later } = mailbox === null ? { left: [], later: [] } : split(mailbox, was);
    if (left.length > 0) return { notYet: 'Forwarding is still on.' };
    if (later.length === 0) return { proved: 'They forward nothing any more.' };
    return { proved: `The forwarding of the plan is off.${cameLater(later.length, 'forwarding')}` };
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
    const mailbox = await exchange.mailbox(subject.id);
    if (mailbox === null) return;
    const { later } = split(mailbox, was);
    const back = kinds.filter((kind) => was[kind] !== null && !later.includes(kind));
    if (back.length === 0) return;
    await exchange.change(subject.id, {
      ...Object.fromEntries(back.map((kind) => [kind, was[kind]])),
      deliverToMailboxAndForward: was.deliverToMailboxAndForward,
    });
  },
});

const kinds = ['forwardingAddress', 'forwardingSmtpAddress'] as const;

/** What goes on to where the plan said, and what goes elsewhere since. */
function split(now: Mailbox, was: z.output<typeof before>) {
  const on = kinds.filter((kind) => now[kind] !== null);
  return { left: on.filter((kind) => now[kind] === was[kind]), later: on.filter((kind) => now[kind] !== was[kind]) };
}
