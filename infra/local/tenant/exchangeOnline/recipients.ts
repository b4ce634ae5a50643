import { isGuid } from '../directory.ts';
import { liveMailbox, liveMailboxes, purposeOf } from '../mailboxes.ts';
import type { Group, Mailbox, TenantData, User } from '../seedSchema.ts';
import type { Row, Work } from './cmdlet.ts';
import { ambiguous, objectNotFound } from './errors.ts';

export type Recipient = { type: 'user'; object: User } | { type: 'group'; object: Group };

interface Named {
  id: string;
  displayName: string;
  mail: string | null;
  mailNickname: string | null;
  proxyAddresses: string[];
}

/** By object id, user principal name, any address, alias or display name, as Exchange's -Identity. */
export function lookUpRecipients(data: TenantData, what: string): Recipient[] {
  const wanted = what.toLowerCase();
  const which = isGuid(wanted) ? ({ id }: { id: string }) => id === wanted : () => true;
  const everybody: Recipient[] = [
    ...data.users.filter(which).map((object) => ({ type: 'user' as const, object })),
    ...data.groups.filter(which).map((object) => ({ type: 'group' as const, object })),
  ];
  if (isGuid(wanted)) return everybody;
  const exact = everybody.filter((one) => addressesOf(one).includes(wanted));
  return exact.length > 0 ? exact : everybody.filter(({ object }) => namesOf(object).includes(wanted));
}

function addressesOf({ type, object }: Recipient): string[] {
  const own = type === 'user' ? [object.userPrincipalName] : [];
  const addresses = object.proxyAddresses.map((address) => address.replace(/^smtp:/i, ''));
  return [...own, object.mail ?? '', ...addresses].map((address) => address.toLowerCase());
}

const namesOf = ({ displayName, mailNickname }: Named): string[] =>
  [displayName, mailNickname ?? ''].map((name) => name.toLowerCase());

function only<T>(found: T[], what: string): T {
  const [first, ...others] = found;
  if (!first) throw objectNotFound(what);
  if (others.length > 0) throw ambiguous(what);
  return first;
}

export interface OwnedMailbox {
  user: User;
  mailbox: Mailbox;
}

function mailboxesNamed({ data, now }: Work, what: string): OwnedMailbox[] {
  return lookUpRecipients(data, what).flatMap(({ type, object }) => {
    const mailbox = type === 'user' ? liveMailbox(data, object, now) : undefined;
    return type === 'user' && mailbox ? [{ user: object, mailbox }] : [];
  });
}

export const findMailbox = (work: Work, what: string): OwnedMailbox => only(mailboxesNamed(work, what), what);

export const everyMailbox = ({ data, now }: Work): OwnedMailbox[] => liveMailboxes(data, now);

/** Whoever can get mail: people, guests with an address, groups with one. */
export const findRecipient = ({ data }: Work, what: string): Recipient =>
  only(
    lookUpRecipients(data, what).filter(({ object }) => object.mail !== null),
    what,
  );

/** Whoever can be given a right: people and security groups. */
export const findTrustee = ({ data }: Work, what: string): Recipient =>
  only(
    lookUpRecipients(data, what).filter(({ type, object }) => type === 'user' || object.securityEnabled),
    what,
  );

/** Distribution lists and mail-enabled security groups; Microsoft 365 groups are none. */
export const findDistributionGroup = ({ data }: Work, what: string): Group =>
  only(
    lookUpRecipients(data, what).flatMap(({ type, object }) =>
      type === 'group' && object.mailEnabled && !object.groupTypes.includes('Unified') ? [object] : [],
    ),
    what,
  );

const mailboxTypes: Partial<Record<Mailbox['userPurpose'], string>> = {
  shared: 'SharedMailbox',
  room: 'RoomMailbox',
  equipment: 'EquipmentMailbox',
  linked: 'LinkedMailbox',
};

export const mailboxType = (mailbox: Mailbox, now: Date): string =>
  mailboxTypes[purposeOf(mailbox, now)] ?? 'UserMailbox';

/** How Exchange writes down who it is; empty when the person is gone. */
export function trusteeName(data: TenantData, id: string): string | undefined {
  const user = data.users.find((candidate) => candidate.id === id);
  return user?.userPrincipalName ?? data.groups.find((candidate) => candidate.id === id)?.displayName;
}

export function recipientRow({ data, now }: Work, recipient: Recipient): Row {
  const { object } = recipient;
  const mailbox = recipient.type === 'user' ? liveMailbox(data, recipient.object, now) : undefined;
  const details = recipientDetails(recipient, mailbox, now);
  return {
    Identity: object.id,
    Name: object.id,
    DisplayName: object.displayName,
    Alias: object.mailNickname ?? object.id,
    ExternalDirectoryObjectId: object.id,
    PrimarySmtpAddress: object.mail ?? '',
    RecipientType: mailbox ? 'UserMailbox' : details.replace('Guest', ''),
    RecipientTypeDetails: details,
  };
}

function recipientDetails(recipient: Recipient, mailbox: Mailbox | undefined, now: Date): string {
  if (mailbox) return mailboxType(mailbox, now);
  if (recipient.type === 'user') {
    if (recipient.object.userType === 'Guest') return 'GuestMailUser';
    return recipient.object.mail ? 'MailUser' : 'User';
  }
  if (recipient.object.groupTypes.includes('Unified')) return 'GroupMailbox';
  return recipient.object.securityEnabled ? 'MailUniversalSecurityGroup' : 'MailUniversalDistributionGroup';
}
