import { z } from 'zod';
import { exchangeMailboxes, who } from '../engine/places.ts';
import { defineStep } from '../engine/step.ts';
import { powerShell } from '../exchange/exchange.ts';

/** Comes before anything else is done to the mailbox: what is on hold can't be lost. */
export const holdMailbox = defineStep({
  id: 'hold-mailbox',
  title: 'Hold the mailbox',
  does: 'Puts the mailbox on litigation hold, so that nothing in it can be deleted for good.',
  permissions: [],
  exchange: 'hold',
  before: z.object({ onHold: z.boolean() }),

  appliesTo(_subject, { hold }) {
    return hold ? null : { notNeeded: 'No hold was asked for.' };
  },
  async preview({ subject, exchange }) {
    const mailbox = await exchange.mailbox(subject.id);
    if (mailbox === null) return { notNeeded: 'There is no mailbox.' };
    if (mailbox.onHold) return { notNeeded: 'The mailbox is already on hold.' };
    return { before: { onHold: false }, changes: ['Mailbox: not on hold → on litigation hold, without end'] };
  },
  async run({ subject, exchange }) {
    await exchange.change(subject.id, { onHold: true });
  },
  async verify({ subject, exchange }) {
    const mailbox = await exchange.mailbox(subject.id);
    return mailbox?.onHold
      ? { proved: 'The mailbox is on litigation hold.' }
      : { notYet: 'The mailbox is not on hold yet.' };
  },
  byHand(subject) {
    return {
      who: who.exchangeAdmin,
      ...exchangeMailboxes,
      clicks: [`Open the mailbox of ${subject.displayName}.`, 'Others, Manage litigation hold.', 'Turn it on.'],
      command: powerShell('Set-Mailbox', { Identity: subject.userPrincipalName, LitigationHoldEnabled: true }),
    };
  },
  async undo({ subject, exchange }, { onHold }) {
    await exchange.change(subject.id, { onHold });
  },
});
