import { z } from 'zod';
import { derivedId, hasExchangePlan, plansOf } from '../directory.ts';
import { liveMailbox, purposeOf } from '../mailboxes.ts';
import { stamp } from '../resources.ts';
import { type Cmdlet, defineCmdlet, identity, on, type Row, type Work } from './cmdlet.ts';
import { mastered, objectNotFound, parameterError, refused } from './errors.ts';
import {
  everyMailbox,
  findMailbox,
  findRecipient,
  mailboxType,
  type OwnedMailbox,
  recipientRow,
} from './recipients.ts';

const noMailboxGuid = '00000000-0000-0000-0000-000000000000';
const days = (count: number | null): string => (count === null ? 'Unlimited' : `${count}.00:00:00`);

function mailboxRow({ now }: Work, { user, mailbox }: OwnedMailbox): Row {
  const hold = mailbox.litigationHold;
  return {
    Identity: user.id,
    Id: user.id,
    Name: user.id,
    Guid: derivedId('exchangeObject', user.id),
    ExchangeGuid: derivedId('mailbox', user.id),
    ExternalDirectoryObjectId: user.id,
    UserPrincipalName: user.userPrincipalName,
    DisplayName: user.displayName,
    Alias: user.mailNickname ?? user.userPrincipalName.split('@')[0],
    PrimarySmtpAddress: user.mail ?? user.userPrincipalName,
    EmailAddresses: user.proxyAddresses,
    RecipientType: 'UserMailbox',
    RecipientTypeDetails: mailboxType(mailbox, now),
    IsDirSynced: user.onPremisesSyncEnabled === true,
    RemoteRecipientType: mailbox.remoteRecipientType,
    IsExchangeCloudManaged: mailbox.exchangeCloudManaged,
    AccountDisabled: !user.accountEnabled,
    LitigationHoldEnabled: hold !== null,
    LitigationHoldDate: hold?.since ?? null,
    LitigationHoldOwner: hold?.by ?? '',
    LitigationHoldDuration: days(hold?.durationDays ?? null),
    InPlaceHolds: mailbox.inPlaceHolds,
    ForwardingAddress: mailbox.forwardingAddress,
    ForwardingSmtpAddress: mailbox.forwardingSmtpAddress,
    DeliverToMailboxAndForward: mailbox.deliverToMailboxAndForward,
    HiddenFromAddressListsEnabled: mailbox.hiddenFromAddressLists,
    GrantSendOnBehalfTo: mailbox.grantSendOnBehalfTo,
    ArchiveStatus: mailbox.archive ? 'Active' : 'None',
    ArchiveState: mailbox.archive ? 'Local' : 'None',
    ArchiveGuid: mailbox.archive?.id ?? noMailboxGuid,
    WhenMailboxCreated: user.createdDateTime,
    IsInactiveMailbox: false,
  };
}

/** Of deleted people whose mailbox was on hold; by ExchangeGuid, or an address that others may have by now. */
function inactiveRows(work: Work, what: string | undefined): Row[] {
  const rows: Row[] = work.data.deletedUsers.flatMap(({ user, deletedDateTime, inactiveMailbox }) =>
    inactiveMailbox && user.mailbox
      ? [
          {
            ...mailboxRow(work, { user, mailbox: user.mailbox }),
            IsInactiveMailbox: true,
            WhenSoftDeleted: deletedDateTime,
          },
        ]
      : [],
  );
  if (what === undefined) return rows;
  const found = rows.filter((row) => [row.ExchangeGuid, row.PrimarySmtpAddress].includes(what.toLowerCase()));
  if (found.length === 0) throw objectNotFound(what);
  return found;
}

const getMailbox = defineCmdlet({
  name: 'Get-Mailbox',
  roles: ['Mail Recipients', 'View-Only Recipients'],
  parameters: {
    Identity: identity.optional(),
    RecipientTypeDetails: z.union([z.string(), z.array(z.string())]).optional(),
    ResultSize: z.union([z.literal('Unlimited'), z.int().positive()]).optional(),
    InactiveMailboxOnly: on,
  },
  run(work, { Identity, RecipientTypeDetails, ResultSize, InactiveMailboxOnly }) {
    if (InactiveMailboxOnly) return inactiveRows(work, Identity);
    const found = Identity === undefined ? everyMailbox(work) : [findMailbox(work, Identity)];
    const types = RecipientTypeDetails === undefined ? undefined : [RecipientTypeDetails].flat();
    const rows = found
      .map((owned) => mailboxRow(work, owned))
      .filter((row) => !types || types.includes(String(row.RecipientTypeDetails)));
    const most = ResultSize === 'Unlimited' ? rows.length : (ResultSize ?? 1000);
    return rows.slice(0, most);
  },
});

const duration = z
  .union([z.int().positive(), z.string().regex(/^(Unlimited|\d+(\.00:00:00)?)$/i)])
  .transform((value) =>
    typeof value === 'string' && /^unlimited$/i.test(value) ? null : Number.parseInt(`${value}`, 10),
  );

/** A list, or what to add to it and take from it. */
const several = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const changeOfList = z.union([
  several.transform((set) => ({ set, add: [], remove: [] })),
  z
    .looseObject({ add: several.default([]), remove: several.default([]) })
    .transform(({ add, remove }) => ({ set: undefined, add, remove })),
]);

const setMailbox = defineCmdlet({
  name: 'Set-Mailbox',
  roles: ['Mail Recipients', 'Legal Hold'],
  parameterRoles: { LitigationHoldEnabled: 'Legal Hold', LitigationHoldDuration: 'Legal Hold' },
  parameters: {
    Identity: identity,
    Type: z.enum(['Shared', 'Regular', 'Room', 'Equipment', 'Workspace', 'Desk']).optional(),
    LitigationHoldEnabled: on,
    LitigationHoldDuration: duration.optional(),
    ForwardingAddress: identity.nullish(),
    ForwardingSmtpAddress: z.string().includes('@').nullish(),
    DeliverToMailboxAndForward: on,
    HiddenFromAddressListsEnabled: on,
    GrantSendOnBehalfTo: changeOfList.nullish(),
  },
  run(work, sent) {
    const owned = findMailbox(work, sent.Identity);
    const { user, mailbox } = owned;
    const before = JSON.stringify(mailbox);
    const next: Partial<OwnedMailbox['mailbox']> = {};
    if (sent.ForwardingAddress !== undefined)
      next.forwardingAddress =
        sent.ForwardingAddress === null ? null : findRecipient(work, sent.ForwardingAddress).object.id;
    if (sent.ForwardingSmtpAddress !== undefined) next.forwardingSmtpAddress = smtp(sent.ForwardingSmtpAddress);
    if (sent.DeliverToMailboxAndForward !== undefined)
      next.deliverToMailboxAndForward = sent.DeliverToMailboxAndForward;
    if (sent.HiddenFromAddressListsEnabled !== undefined)
      next.hiddenFromAddressLists = sent.HiddenFromAddressListsEnabled;
    if (sent.GrantSendOnBehalfTo !== undefined) {
      const idsOf = (names: string[]) => names.map((name) => findRecipient(work, name).object.id);
      const { set, add, remove } = sent.GrantSendOnBehalfTo ?? { set: [], add: [], remove: [] };
      const taken = idsOf(remove);
      const kept = set ? idsOf(set) : mailbox.grantSendOnBehalfTo.filter((id) => !taken.includes(id));
      next.grantSendOnBehalfTo = [...new Set([...kept, ...idsOf(add)])];
    }
    checkScope(owned, next);
    if (sent.Type !== undefined) Object.assign(next, converted(work, owned, sent.Type));
    Object.assign(next, heldOn(work, owned, sent.LitigationHoldEnabled, sent.LitigationHoldDuration));
    Object.assign(mailbox, next);
    if (JSON.stringify(mailbox) === before)
      work.warn(`The command completed successfully but no settings of '${user.id}' have been modified.`);
    return [];
  },
});

const smtp = (address: string | null): string | null =>
  address === null ? null : `smtp:${address.replace(/^smtp:/i, '')}`;

/** Microsoft's KB 2710029. */
const isTurnedBack = ({ remoteRecipientType, exchangeCloudManaged }: OwnedMailbox['mailbox']): boolean =>
  !exchangeCloudManaged && !/Migrated|SharedMailbox/.test(remoteRecipientType);

/** What the on-premises directory masters for a synchronized person. */
function checkScope({ user, mailbox }: OwnedMailbox, next: Partial<OwnedMailbox['mailbox']>): void {
  if (user.onPremisesSyncEnabled !== true) return;
  const own = [
    ['HiddenFromAddressListsEnabled', 'hiddenFromAddressLists'],
    ['ForwardingAddress', 'forwardingAddress'],
    ['GrantSendOnBehalfTo', 'grantSendOnBehalfTo'],
  ] as const;
  const changed = own.filter(([, key]) => next[key] !== undefined && `${next[key]}` !== `${mailbox[key]}`);
  if (changed.length > 0) throw mastered('Set-Mailbox', changed.map(([name]) => name).join(','), user.displayName);
}

function converted({ data, now }: Work, { user, mailbox }: OwnedMailbox, type: string) {
  if (type !== 'Shared' && type !== 'Regular')
    throw parameterError(`The local tenant converts to Shared and Regular alone, not to ${type}.`);
  const userPurpose = type === 'Shared' ? ('shared' as const) : ('user' as const);
  if (mailbox.userPurpose === userPurpose) return {};
  if (!hasExchangePlan(data, user))
    throw refused(
      `The mailbox '${user.displayName}' can't be converted, because the account has no Exchange Online license.`,
    );
  const from = purposeOf(mailbox, now);
  const { conversionMs } = data.delays;
  const takesTime = conversionMs > 0 && (from === 'user' || from === 'shared');
  const showsAt = new Date(now.getTime() + conversionMs).toISOString();
  const turnedBack = userPurpose === 'shared' && user.onPremisesSyncEnabled === true && isTurnedBack(mailbox);
  return {
    userPurpose,
    conversion: takesTime ? { from, showsAt } : null,
    turnedBackAt: turnedBack ? now.getTime() + data.delays.syncMs : null,
  };
}

function heldOn(
  { data, now, by, warn }: Work,
  { user, mailbox }: OwnedMailbox,
  enabled: boolean | undefined,
  durationDays: number | null | undefined,
) {
  const hold = mailbox.litigationHold;
  if (enabled === false) return { litigationHold: null };
  if (!hold && enabled !== true) return {};
  if (!hold && !mayBeHeld(plansOf(data, user)))
    throw refused(
      `The mailbox '${user.displayName}' can't be placed on litigation hold, because it has no Exchange Online Plan 2 license, nor Plan 1 with Exchange Online Archiving.`,
    );
  if (!hold) warn('The hold setting may take up to 60 minutes to take effect.');
  const own = hold ?? { since: stamp(now), by, durationDays: null };
  return { litigationHold: durationDays === undefined ? own : { ...own, durationDays } };
}

const mayBeHeld = (plans: readonly string[]): boolean =>
  plans.some((plan) => plan.startsWith('EXCHANGE_S_ENTERPRISE')) ||
  (plans.some((plan) => /^EXCHANGE_S_(STANDARD|DESKLESS)/.test(plan)) &&
    plans.some((plan) => plan.startsWith('EXCHANGE_S_ARCHIVE_ADDON')));

/** `55.2 GB (59,271,234,560 bytes)` */
export function quantity(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const step = bytes === 0 ? 0 : Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), units.length - 1);
  return `${Number((bytes / 1024 ** step).toPrecision(4))} ${units[step]} (${bytes.toLocaleString('en-US')} bytes)`;
}

const getMailboxStatistics = defineCmdlet({
  name: 'Get-MailboxStatistics',
  roles: ['Mail Recipients', 'View-Only Recipients'],
  parameters: { Identity: identity, Archive: on },
  run(work, { Identity, Archive }) {
    const { user, mailbox } = findMailbox(work, Identity);
    if (Archive && !mailbox.archive)
      throw refused(
        `The user '${user.displayName}' doesn't have an archive mailbox.`,
        'Microsoft.Exchange.Configuration.Tasks.MdbAdminTaskException',
      );
    const bytes = (Archive && mailbox.archive ? mailbox.archive : mailbox).sizeBytes;
    return [
      {
        Identity: derivedId('mailbox', user.id),
        DisplayName: user.displayName,
        MailboxGuid: Archive && mailbox.archive ? mailbox.archive.id : derivedId('mailbox', user.id),
        MailboxTypeDetail: mailboxType(mailbox, work.now),
        IsArchiveMailbox: Archive === true,
        ItemCount: mailbox.itemCount,
        DeletedItemCount: 0,
        TotalItemSize: quantity(bytes),
        TotalDeletedItemSize: quantity(0),
        LastLogonTime: user.signInActivity?.lastSignInDateTime ?? null,
      },
    ];
  },
});

const getRecipient = defineCmdlet({
  name: 'Get-Recipient',
  roles: ['Mail Recipients', 'View-Only Recipients'],
  parameters: { Identity: identity },
  run(work, { Identity }) {
    const recipient = findRecipient(work, Identity);
    if (recipient.object.mail === null) throw objectNotFound(Identity);
    const { type, object } = recipient;
    // Zeros where Exchange knows of no mailbox, here or there.
    const hasMailbox = type === 'user' && (object.onPremisesMailbox || liveMailbox(work.data, object, work.now));
    return [
      {
        ...recipientRow(work, recipient),
        IsDirSynced: object.onPremisesSyncEnabled === true,
        ExchangeGuid: hasMailbox ? derivedId('mailbox', object.id) : noMailboxGuid,
      },
    ];
  },
});

export const mailboxCmdlets: Cmdlet[] = [getRecipient, getMailbox, setMailbox, getMailboxStatistics];
