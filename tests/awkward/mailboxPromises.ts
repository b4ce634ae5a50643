import {
  autoReply,
  canceled,
  type Expectation,
  everybody,
  forwarding,
  mailbox,
  type Promised,
} from './expectations.ts';

export type Sentence = [RegExp, (found: string[], promised: Promised) => Expectation[]];

const right = (kind: 'fullAccess' | 'sendAs') => (_found: string[], promised: Promised) => [
  { came: mailbox(promised, `${kind}[${promised.successor?.id}]`) },
];

/** What steps promise of the mailbox. */
export const mailboxPromises: Record<string, Sentence[]> = {
  'remove-mail-rules': [
    [
      /^Mail rule “(.+)”: removed$/s,
      ([name], promised) => {
        const theirs = (promised.person.mailbox?.rules ?? []).filter(({ displayName }) => displayName === name);
        return [{ gone: mailbox(promised, `rules[${promised.once(theirs, `rule ${name}`).id}]`) }];
      },
    ],
    [
      /^Hidden mail rule “(.+)”: removed, and can’t be put back$/s,
      ([name], promised) => {
        const theirs = (promised.person.mailbox?.rules ?? []).filter((one) => one.isHidden && one.displayName === name);
        return [{ gone: mailbox(promised, `rules[${promised.once(theirs, `rule ${name}`).id}]`) }];
      },
    ],
  ],
  'remove-mailbox-rights': [
    [
      /^Mailbox “(.+)”: (full access|send as) → none$/s,
      ([name, kind], { before, person }) => {
        const owner = before.users.find(({ displayName, mailbox: box }) => box !== null && displayName === name);
        return [{ gone: `users[${owner?.id}].mailbox.${kind === 'send as' ? 'sendAs' : 'fullAccess'}[${person.id}]` }];
      },
    ],
  ],
  'remove-mobile-partnerships': [
    [
      /^Phone “(.+)”: fetches mail → forgotten; mail that is on it stays$/s,
      ([name], promised) => {
        const theirs = (promised.person.mailbox?.mobileDevices ?? []).map((one) => ({ ...one, id: one.deviceId }));
        const named = theirs.filter((one) => (one.friendlyName || one.deviceModel) === name);
        return [{ gone: mailbox(promised, `mobileDevices[${promised.once(named, `phone ${name}`).deviceId}]`) }];
      },
    ],
  ],
  'remove-forwarding': [[/^Forwarding to (.+): on → off$/, ([target = ''], promised) => forwarding(promised, target)]],
  'cancel-meetings': [
    [
      /^(?:(\d+) meetings?)?(?: and )?(?:(\d+) series of meetings)?: canceled, everybody invited is told$/,
      ([single = '0', series = '0'], promised) => canceled(promised, Number(single), Number(series)),
    ],
  ],
  'forward-mail': [
    [
      /^New mail: to (.+) as well, with a copy in the mailbox$/,
      (_found, promised) => [
        { path: mailbox(promised, 'forwardingAddress'), becomes: promised.successor?.id ?? '' },
        { path: mailbox(promised, 'deliverToMailboxAndForward'), becomes: 'true' },
      ],
    ],
  ],
  'set-auto-reply': [
    [
      /^Automatic reply: (?:off|on, with another text) → on(?: until the account is deleted)?: “(.+)”$/s,
      ([text = ''], promised) => autoReply(promised, text),
    ],
  ],
  'hide-from-address-list': [
    [
      /^Address list: shown → hidden$/,
      (_found, promised) => [{ path: mailbox(promised, 'hiddenFromAddressLists'), becomes: 'true' }],
    ],
  ],
  'convert-mailbox': [
    [
      /^Mailbox: regular → shared(?:; it keeps .+, because .+)?$/,
      (_found, promised) => [{ path: mailbox(promised, 'userPurpose'), becomes: 'shared' }],
    ],
  ],
  'delegate-mailbox': [
    [/^(.+?): full access on the mailbox(?:, which goes 30 days after its license)?$/, right('fullAccess')],
    [/^(.+?): send as on the mailbox(?:, which goes 30 days after its license)?$/, right('sendAs')],
  ],
  'hold-mailbox': [
    [
      /^Mailbox: not on hold → on litigation hold, without end$/,
      (_found, promised) => [
        {
          area: mailbox(promised, 'litigationHold'),
          holds: (after) =>
            everybody(after).find(({ id }) => id === promised.person.id)?.mailbox?.litigationHold?.durationDays ===
            null,
        },
      ],
    ],
  ],
};
