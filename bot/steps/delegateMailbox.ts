import { z } from 'zod';
import { hours } from '../clock.ts';
import { type ExchangeReader, type MailboxRight, powerShell } from '../exchange/exchange.ts';
import { noMailbox } from '../people/missingMailbox.ts';
import { type Person, personSchema } from '../people/person.ts';
import { exchangeMailboxes, who } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

const rights = ['FullAccess', 'SendAs'] as const;
const before = z.object({
  successor: personSchema.pick({ id: true, displayName: true, userPrincipalName: true }),
  given: z.array(z.enum(rights)),
});
const words: Record<MailboxRight, string> = { FullAccess: 'full access', SendAs: 'send as' };

/** The successor reads what was there and answers what still comes. */
export const delegateMailbox = definePersonStep({
  id: 'delegate-mailbox',
  title: 'Give the mailbox to the successor',
  lasting: true,
  keeps: true,
  does: 'Gives the successor full access to the mailbox, and the right to send as it.',
  permissions: ['User.Read.All'],
  exchange: 'recipients',
  takes: { usually: 'within minutes', atMost: hours(1) },
  before,

  appliesTo(_subject, { successor, endState }) {
    if (endState === 'inactive') return { notNeeded: 'Nobody can be given an inactive mailbox.' };
    if (endState === 'delete') return { notNeeded: 'The account is to be deleted, and its mailbox with it.' };
    return successor === null ? { notNeeded: 'Nobody was chosen as successor.' } : null;
  },
  async preview({ subject, options: { successor, endState, hold }, exchange }) {
    if (successor === null) return { notNeeded: 'Nobody was chosen as successor.' };
    if ((await exchange.mailbox(subject.id)) === null) return noMailbox;
    const given = await withoutRight(exchange, subject.id, rights, successor);
    if (given.length === 0) return { notNeeded: `${successor.displayName} already has both rights.` };
    const { id, displayName, userPrincipalName } = successor;
    const until = endState === 'keep' && !hold ? ', which goes 30 days after its license' : '';
    return {
      before: { successor: { id, displayName, userPrincipalName }, given },
      changes: given.map((right) => ({
        says: `${successor.displayName}: ${words[right]} on the mailbox${until}`,
        touches: [subject.id, successor.id],
      })),
    };
  },
  receiver: ({ successor }) => successor,
  async run({ subject, exchange }, { successor, given }) {
    for (const right of given) await exchange.giveRight(subject.id, right, successor.id);
  },
  async verify({ subject, exchange }, { successor, given }) {
    const missing = await withoutRight(exchange, subject.id, given, successor);
    if (missing.length > 0) return { notYet: `Not there yet: ${missing.map((right) => words[right]).join(' and ')}.` };
    return { proved: `${successor.displayName} has ${given.map((right) => words[right]).join(' and ')}.` };
  },
  byHand(subject, { successor }) {
    const name = successor?.displayName ?? 'the successor';
    return {
      who: who.exchangeAdmin,
      ...exchangeMailboxes,
      clicks: [
        `Open the mailbox of ${subject.displayName}.`,
        `Delegation: add ${name} to “Read and manage” and to “Send as”.`,
        'Save.',
      ],
      command: successor === null ? null : commandFor(subject.userPrincipalName, successor.userPrincipalName),
    };
  },
  async undo({ subject, exchange }, { successor, given }) {
    for (const right of given) await exchange.takeRight(subject.id, right, successor.id);
  },
});

function commandFor(Identity: string, delegate: string): string {
  const read = powerShell('Add-MailboxPermission', { Identity, User: delegate, AccessRights: 'FullAccess' });
  const send = { Identity, Trustee: delegate, AccessRights: 'SendAs', Confirm: false };
  return `${read}; ${powerShell('Add-RecipientPermission', send)}`;
}

async function withoutRight(
  exchange: ExchangeReader,
  mailboxId: string,
  wanted: readonly MailboxRight[],
  person: Pick<Person, 'id' | 'userPrincipalName'>,
): Promise<MailboxRight[]> {
  const held = await Promise.all(wanted.map((right) => exchange.hasRight(mailboxId, right, person)));
  return wanted.filter((_right, index) => held[index] !== true);
}
