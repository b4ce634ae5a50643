import { z } from 'zod';
import { hours } from '../clock.ts';
import { powerShell } from '../exchange/exchange.ts';
import { licensesThatMeet, licenseThatMeets } from '../graph/exchangePlans.ts';
import { readHeldLicenses } from '../graph/licenses.ts';
import { isHeld } from '../people/endState.ts';
import { noMailbox } from '../people/missingMailbox.ts';
import { exchangeMailboxes, who } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

/** Comes before anything else is done to the mailbox: what is on hold can't be lost. */
export const holdMailbox = definePersonStep({
  id: 'hold-mailbox',
  title: 'Hold the mailbox',
  keeps: true,
  does: 'Puts the mailbox on litigation hold, so that nothing in it can be deleted for good.',
  permissions: ['Directory.Read.All'],
  exchange: 'hold',
  takes: { usually: 'within an hour', atMost: hours(2) },
  before: z.object({ onHold: z.boolean() }),

  appliesTo(_subject, options) {
    return isHeld(options) ? null : { notNeeded: 'No hold was asked for.' };
  },
  async preview({ subject, exchange, graph }) {
    const mailbox = await exchange.mailbox(subject.id);
    if (mailbox === null) return noMailbox;
    if (mailbox.onHold) return { notNeeded: 'The mailbox is already on hold.' };
    if (licensesThatMeet('archiving', await readHeldLicenses(graph, subject.id)) === null)
      return { byHand: `A hold takes ${licenseThatMeets.archiving}. Assign it, then put the mailbox on hold.` };
    return {
      before: { onHold: false },
      changes: [{ says: 'Mailbox: not on hold → on litigation hold, without end', touches: [subject.id] }],
    };
  },
  async run({ subject, exchange }) {
    await exchange.change(subject.id, { onHold: true });
  },
  async verify({ subject, exchange }) {
    const mailbox = await exchange.mailbox(subject.id);
    return mailbox?.onHold
      ? { proved: 'Litigation hold is set; it takes effect within 60 minutes.' }
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
