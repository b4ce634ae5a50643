import { z } from 'zod';
import { powerShell } from '../exchange/exchange.ts';
import { readHeldLicenses } from '../graph/licenses.ts';
import { mailboxPurpose, whyPlan2 } from '../graph/mailboxes.ts';
import { exchangeMailboxes, who } from '../people/places.ts';
import { definePersonStep, type ReadContext, type Verdict } from '../people/step.ts';

/** Needs the license while it happens; afterwards a shared mailbox of up to 50 GB lives without one. */
export const convertMailbox = definePersonStep({
  id: 'convert-mailbox',
  title: 'Convert to a shared mailbox',
  does: 'Turns the mailbox into a shared one, so that mail is kept without a license of its own.',
  permissions: ['Directory.Read.All', 'MailboxSettings.Read'],
  exchange: 'recipients',
  verifyFor: 30 * 60_000,
  before: z.object({ type: z.enum(['Shared', 'Regular']) }),

  appliesTo(_subject, { endState }) {
    return endState === 'shared'
      ? null
      : {
          notNeeded:
            endState === 'delete'
              ? 'The account is to be deleted, and its mailbox with it.'
              : 'The mailbox is not kept.',
        };
  },
  async preview({ subject, options, exchange, graph }) {
    const mailbox = await exchange.mailbox(subject.id);
    if (mailbox === null) return { notNeeded: 'There is no mailbox.' };
    if (mailbox.type === 'SharedMailbox') return { notNeeded: 'The mailbox is already shared.' };
    const why = whyPlan2(
      { ...mailbox, onHold: mailbox.onHold || options.hold },
      await exchange.mailboxSize(subject.id),
    );
    if (why !== null && !(await readHeldLicenses(graph, subject.id)).some(({ exchangePlan2 }) => exchangePlan2)) {
      return {
        byHand: `${why}: a shared mailbox like that needs an Exchange Online (Plan 2) license. Assign one, or make it smaller, before it is converted.`,
      };
    }
    return {
      before: { type: 'Regular' as const },
      changes: [
        {
          says: `Mailbox: regular → shared${why === null ? '' : `; it keeps an Exchange Online (Plan 2) license, because ${why.charAt(0).toLowerCase()}${why.slice(1)}`}`,
          touches: [subject.id],
          binds: why === null ? 'shared' : 'shared, with a license',
        },
      ],
    };
  },
  async run({ subject, exchange }) {
    await exchange.change(subject.id, { type: 'Shared' });
  },
  verify: isShared,
  byHand(subject) {
    return {
      who: who.exchangeAdmin,
      ...exchangeMailboxes,
      clicks: [`Open the mailbox of ${subject.displayName}.`, 'Others, Convert to shared mailbox.', 'Confirm.'],
      command: powerShell('Set-Mailbox', { Identity: subject.userPrincipalName, Type: 'Shared' }),
    };
  },
  verifyByHand: isShared,
  async undo({ subject, exchange }, { type }) {
    await exchange.change(subject.id, { type });
  },
});

async function isShared({ subject, graph }: ReadContext): Promise<Verdict> {
  return (await mailboxPurpose(graph, subject.id)) === 'shared'
    ? { proved: 'The mailbox is shared.' }
    : { notYet: 'The mailbox is not shared yet.' };
}
