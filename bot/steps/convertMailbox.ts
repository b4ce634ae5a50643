import { z } from 'zod';
import { hours } from '../clock.ts';
import { powerShell } from '../exchange/exchange.ts';
import { licenseNeed, licensesThatMeet, licenseThatMeets } from '../graph/exchangePlans.ts';
import { readHeldLicenses } from '../graph/licenses.ts';
import { mailboxPurpose } from '../graph/mailboxes.ts';
import { noMailbox } from '../people/missingMailbox.ts';
import { exchangeMailboxes, onPremises, who } from '../people/places.ts';
import { definePersonStep, type ReadContext, type Verdict } from '../people/step.ts';

/** Needs the license while it happens; afterwards a shared mailbox of up to 50 GB lives without one. */
export const convertMailbox = definePersonStep({
  id: 'convert-mailbox',
  title: 'Convert to a shared mailbox',
  lasting: true,
  keeps: true,
  does: 'Turns the mailbox into a shared one, so that mail is kept without a license of its own.',
  permissions: ['Directory.Read.All', 'MailboxSettings.Read'],
  exchange: 'recipients',
  takes: { usually: 'within minutes, sometimes within hours', atMost: hours(6) },
  before: z.object({ type: z.enum(['Shared', 'Regular']) }),

  appliesTo(_subject, { endState }) {
    const why = {
      shared: null,
      inactive: 'The mailbox is to become an inactive one.',
      delete: 'The account is to be deleted, and its mailbox with it.',
      keep: 'The mailbox is not kept.',
    }[endState];
    return why === null ? null : { notNeeded: why };
  },
  async preview({ subject, options, exchange, graph }) {
    const mailbox = await exchange.mailbox(subject.id);
    if (mailbox === null) return noMailbox;
    if (mailbox.type === 'SharedMailbox') return { notNeeded: 'The mailbox is already shared.' };
    if (mailbox.turnedBackBySync) {
      return {
        byHand:
          'Directory sync would turn the mailbox back into a regular one, which is lost without a license: it is shared on premises first. Look after two syncs whether it stays so, before its license goes.',
      };
    }
    const need = licenseNeed(
      { ...mailbox, onHold: mailbox.onHold || options.hold },
      await exchange.mailboxSize(subject.id),
    );
    const kept = need && licensesThatMeet(need.needs, await readHeldLicenses(graph, subject.id));
    if (need !== null && kept === null) {
      return {
        byHand: `${need.why}: a shared mailbox like that needs ${licenseThatMeets[need.needs]}. Assign it, or make the mailbox smaller, before it is converted.`,
      };
    }
    return {
      before: { type: 'Regular' as const },
      changes: [
        {
          says: `Mailbox: regular → shared${need === null ? '' : `; it keeps ${(kept ?? []).map(({ name }) => name).join(' and ')}, because ${need.why.charAt(0).toLowerCase()}${need.why.slice(1)}`}`,
          touches: [subject.id],
          binds: need === null ? 'shared' : 'shared, with a license',
        },
      ],
    };
  },
  async run({ subject, exchange }) {
    await exchange.change(subject.id, { type: 'Shared' });
  },
  verify: isShared,
  byHand(subject) {
    // The values of a shared mailbox that was migrated, as Microsoft's article gives them.
    if (subject.synced)
      return onPremises(
        subject,
        [
          'In Exchange on premises: Set-RemoteMailbox with -Type Shared. Without one: run the line below.',
          'In the Exchange admin center: open the mailbox; Others, Convert to shared mailbox.',
        ],
        'Set-ADUser -Replace @{msExchRemoteRecipientType=100;msExchRecipientTypeDetails=34359738368}',
      );
    return {
      who: who.exchangeAdmin,
      ...exchangeMailboxes,
      clicks: [`Open the mailbox of ${subject.displayName}.`, 'Others, Convert to shared mailbox.', 'Confirm.'],
      command: powerShell('Set-Mailbox', { Identity: subject.userPrincipalName, Type: 'Shared' }),
    };
  },
  async verifyByHand(context) {
    return (await mailboxPurpose(context.graph, context.subject.id)) === null ? null : isShared(context);
  },
  async undo({ subject, exchange }, { type }) {
    await exchange.change(subject.id, { type });
  },
});

async function isShared({ subject, graph }: ReadContext): Promise<Verdict> {
  return (await mailboxPurpose(graph, subject.id)) === 'shared'
    ? { proved: 'The mailbox is shared.' }
    : { notYet: 'The mailbox is not shared yet.' };
}
