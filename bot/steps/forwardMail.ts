import { z } from 'zod';
import { dayInWords, days, minutes } from '../clock.ts';
import { powerShell } from '../exchange/exchange.ts';
import { isDeleted } from '../people/endState.ts';
import { noMailbox } from '../people/missingMailbox.ts';
import { personSchema } from '../people/person.ts';
import { exchangeMailboxes, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const before = z.object({
  successor: personSchema.pick({ id: true, displayName: true }),
  forwardingAddress: z.string().nullable(),
  deliverToMailboxAndForward: z.boolean(),
});

/** How long it makes sense; Exchange itself knows no end. */
const forDays = 90;

/** Comes after the leaver's own forwarding was stopped, and leaves a copy in the mailbox. */
export const forwardMail = definePersonStep({
  id: 'forward-mail',
  title: 'Forward mail to the successor',
  lasting: true,
  does: `Sends new mail to the successor as well, and says when to stop it (after ${forDays} days): Exchange ends no forwarding by itself.`,
  permissions: ['User.Read.All'],
  exchange: 'recipients',
  takes: { usually: 'within minutes', atMost: minutes(15) },
  before,

  appliesTo({ synced }, options) {
    const { successor, forwardMail: isWanted } = options;
    if (!isWanted) return { notNeeded: 'New mail is not forwarded.' };
    if (isDeleted(options)) return { notNeeded: 'The account is to be deleted: no mail arrives any more.' };
    if (successor === null) return { notNeeded: 'Nobody was chosen as successor.' };
    return synced
      ? {
          byHand:
            'Whoever comes from the on-premises directory is forwarded there (altRecipient): Exchange Online takes it from there.',
        }
      : null;
  },
  async preview({ subject, options: { successor }, exchange }) {
    if (successor === null) return { notNeeded: 'Nobody was chosen as successor.' };
    const mailbox = await exchange.mailbox(subject.id);
    if (mailbox === null) return noMailbox;
    const { forwardingAddress, deliverToMailboxAndForward } = mailbox;
    const { id, displayName } = successor;
    if (await goesTo({ exchange }, forwardingAddress, id))
      return { notNeeded: `New mail goes to ${displayName} already.`, leaves: [toStop] };
    return {
      before: { successor: { id, displayName }, forwardingAddress: null, deliverToMailboxAndForward },
      changes: [{ says: `New mail: to ${displayName} as well, with a copy in the mailbox`, touches: [subject.id, id] }],
      leaves: [toStop],
    };
  },
  receiver: ({ successor }) => successor,
  async run({ subject, exchange }, { successor }) {
    await exchange.change(subject.id, { forwardingAddress: successor.id, deliverToMailboxAndForward: true });
  },
  async verify({ subject, exchange, clock }, { successor }) {
    const mailbox = await exchange.mailbox(subject.id);
    if (mailbox === null || !(await goesTo({ exchange }, mailbox.forwardingAddress, successor.id)))
      return { notYet: 'New mail is not forwarded yet.' };
    if (!mailbox.deliverToMailboxAndForward) return { notYet: 'No copy stays in the mailbox yet.' };
    const end = dayInWords(new Date(clock.now().getTime() + days(forDays)));
    return { proved: `New mail goes to ${successor.displayName} as well. Stop it on ${end}.` };
  },
  byHand({ displayName, userPrincipalName, synced }, { successor }) {
    return {
      who: who.exchangeAdmin,
      ...exchangeMailboxes,
      clicks: synced
        ? [
            'In the on-premises directory, set altRecipient and deliverAndRedirect of the account, and wait for the next sync.',
          ]
        : [
            `Open the mailbox of ${displayName}.`,
            `Manage email forwarding: to ${successor?.displayName ?? 'the successor'}, and keep a copy.`,
            'Save.',
          ],
      command: synced
        ? null
        : powerShell('Set-Mailbox', {
            Identity: userPrincipalName,
            ForwardingAddress: successor?.userPrincipalName ?? 'SUCCESSOR',
            DeliverToMailboxAndForward: true,
          }),
    };
  },
  async undo({ subject, exchange }, { successor, ...was }) {
    const mailbox = await exchange.mailbox(subject.id);
    if (!(await goesTo({ exchange }, mailbox?.forwardingAddress ?? null, successor.id))) return;
    await exchange.change(subject.id, was);
  },
});

const toStop = `Exchange knows no end of a forwarding: stop it after ${forDays} days. Exchange admin center, the mailbox, Manage email forwarding.`;

/** Exchange names a recipient in a way of its own. */
const goesTo = async ({ exchange }: Pick<ReadContext, 'exchange'>, address: string | null, personId: string) =>
  address !== null && (await exchange.personBehind(address)) === personId;
