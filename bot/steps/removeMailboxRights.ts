import { z } from 'zod';
import { hours } from '../clock.ts';
import { cameLater } from '../engine/cameLater.ts';
import { forEach, ofEach, powerShell } from '../exchange/exchange.ts';
import { exchangeMailboxes, who } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

const right = z.object({ mailboxId: z.string(), name: z.string(), right: z.enum(['FullAccess', 'SendAs']) });
type Right = z.output<typeof right>;
const words: Record<Right['right'], string> = { FullAccess: 'full access', SendAs: 'send as' };

/** Whoever comes back to the account, or knows it, would still read and write as others. */
export const removeMailboxRights = definePersonStep({
  id: 'remove-mailbox-rights',
  title: 'Remove rights on others’ mailboxes',
  endsWithSubject: true,
  does: 'Takes away Send As everywhere and full access to shared mailboxes, and says where it did not look.',
  permissions: [],
  exchange: 'recipients',
  takes: { usually: 'within minutes', atMost: hours(1) },
  before: z.object({ rights: z.array(right) }),

  appliesTo: ({ external }) => (external ? { notNeeded: 'Nobody from outside has rights on mailboxes here.' } : null),
  async preview({ subject, exchange }) {
    const { held, looked, all } = await exchange.rightsHeldBy(subject);
    const rights = inOrder(held);
    const leaves = [
      ...(looked < all
        ? [
            `Full access: Signoff looked in ${looked} shared mailboxes, and there are more. Each tells by itself whom it lets in.`,
          ]
        : []),
      notLooked,
    ];
    if (rights.length === 0) return { notNeeded: 'No rights on others’ mailboxes were found.', leaves };
    return {
      before: { rights },
      changes: rights.map(({ mailboxId, name, right: one }) => ({
        says: `Mailbox “${name}”: ${words[one]} → none`,
        touches: [mailboxId],
        binds: `${one} on “${name}”`,
      })),
      leaves,
    };
  },
  async run({ subject, exchange }, { rights }) {
    for (const { mailboxId, right: one } of rights) await exchange.takeRight(mailboxId, one, subject.id);
  },
  async verify({ subject, exchange }, { rights }) {
    const now = inOrder((await exchange.rightsHeldBy(subject)).held);
    const left = rights.filter(isAmong(now));
    if (left.length > 0)
      return { notYet: `Still there: ${left.map(({ name, right: one }) => `${words[one]} on “${name}”`).join(', ')}.` };
    const later = now.filter((one) => !isAmong(rights)(one)).length;
    const done = rights.length === 1 ? '1 right was taken away.' : `${rights.length} rights were taken away.`;
    return { proved: `${done}${cameLater(later, 'right')}` };
  },
  byHand({ displayName, userPrincipalName }) {
    return {
      who: who.exchangeAdmin,
      ...exchangeMailboxes,
      clicks: [
        `For each shared mailbox: Delegation, take ${displayName} out of “Send as” and “Read and manage”.`,
        'Or open Exchange Online PowerShell and paste the line below, which ends Send As everywhere.',
      ],
      command: [
        powerShell('Get-RecipientPermission', { Trustee: userPrincipalName, ResultSize: 'Unlimited' }),
        forEach(
          powerShell('Remove-RecipientPermission', {
            Identity: ofEach('Identity'),
            Trustee: userPrincipalName,
            AccessRights: 'SendAs',
            Confirm: false,
          }),
        ),
      ].join(' | '),
    };
  },
  async undo({ subject, exchange }, { rights }) {
    for (const { mailboxId, right: one } of rights) await exchange.giveRight(mailboxId, one, subject.id);
  },
});

const notLooked =
  'Full access to colleagues’ own mailboxes, Send on behalf and shared calendars: Signoff does not look there. What came through a group ends with it.';

const isSame = (a: Right, b: Right): boolean => a.mailboxId === b.mailboxId && a.right === b.right;
const isAmong = (all: readonly Right[]) => (one: Right) => all.some((other) => isSame(one, other));
const inOrder = (rights: readonly Right[]): Right[] =>
  [...rights].sort((a, b) => a.name.localeCompare(b.name) || a.right.localeCompare(b.right));
