import { z } from 'zod';
import { type Cmdlet, defineCmdlet, identity, on, type Row, type Work } from './cmdlet.ts';
import { parameterError } from './errors.ts';
import { everyMailbox, findMailbox, findTrustee, type OwnedMailbox, trusteeName } from './recipients.ts';

const self = 'NT AUTHORITY\\SELF';
const readers = ['Mail Recipients', 'View-Only Recipients'];

const rights = (only: string) =>
  z.union([z.string(), z.array(z.string())]).transform((value) => {
    const asked = [value].flat().flatMap((text) => text.split(',').map((part) => part.trim()));
    const other = asked.find((right) => right.toLowerCase() !== only.toLowerCase());
    if (other !== undefined) throw parameterError(`The local tenant knows the right ${only} alone, not ${other}.`);
    return asked;
  });

const fullAccessRow = (owner: string, User: string, AccessRights = ['FullAccess']): Row => ({
  Identity: owner,
  User,
  AccessRights,
  IsInherited: false,
  Deny: false,
  InheritanceType: 'All',
});

const sendAsRow = (owner: string, Trustee: string): Row => ({
  Identity: owner,
  Trustee,
  AccessControlType: 'Allow',
  AccessRights: ['SendAs'],
  IsInherited: false,
  InheritanceType: 'None',
});

const alreadyThere = (owner: string, account: string) =>
  `The appropriate access control entry is already present on the object "${owner}" for account "${account}".`;
const notThere = (owner: string, account: string) =>
  `Can't remove the access control entry on the object "${owner}" for account "${account}" because the ACE doesn't exist on the object.`;

const names = (work: Work, ids: string[]): string[] => ids.flatMap((id) => trusteeName(work.data, id) ?? []);

const getMailboxPermission = defineCmdlet({
  name: 'Get-MailboxPermission',
  roles: readers,
  parameters: { Identity: identity, User: identity.optional() },
  run(work, { Identity, User }) {
    const { user, mailbox } = findMailbox(work, Identity);
    const given = names(
      work,
      mailbox.fullAccess.map(({ id }) => id),
    );
    const wanted =
      User === undefined || User === self ? User : trusteeName(work.data, findTrustee(work, User).object.id);
    return [
      fullAccessRow(user.id, self, ['FullAccess', 'ReadPermission']),
      ...given.map((name) => fullAccessRow(user.id, name)),
    ].filter((row) => wanted === undefined || row.User === wanted);
  },
});

const addMailboxPermission = defineCmdlet({
  name: 'Add-MailboxPermission',
  roles: ['Mail Recipients'],
  parameters: {
    Identity: identity,
    User: identity,
    AccessRights: rights('FullAccess'),
    AutoMapping: on,
    InheritanceType: z.literal('All').optional(),
  },
  run(work, { Identity, User, AutoMapping = true }) {
    const { user, mailbox } = findMailbox(work, Identity);
    const { id } = findTrustee(work, User).object;
    const account = trusteeName(work.data, id) ?? id;
    if (mailbox.fullAccess.some((entry) => entry.id === id)) work.warn(alreadyThere(user.displayName, account));
    mailbox.fullAccess = [...mailbox.fullAccess.filter((entry) => entry.id !== id), { id, autoMapping: AutoMapping }];
    return [fullAccessRow(user.id, account)];
  },
});

const removeMailboxPermission = defineCmdlet({
  name: 'Remove-MailboxPermission',
  roles: ['Mail Recipients'],
  parameters: {
    Identity: identity,
    User: identity,
    AccessRights: rights('FullAccess'),
    InheritanceType: z.literal('All').optional(),
  },
  run(work, { Identity, User }) {
    const { user, mailbox } = findMailbox(work, Identity);
    const { id } = findTrustee(work, User).object;
    if (!mailbox.fullAccess.some((entry) => entry.id === id))
      work.warn(notThere(user.displayName, trusteeName(work.data, id) ?? id));
    mailbox.fullAccess = mailbox.fullAccess.filter((entry) => entry.id !== id);
    return [];
  },
});

const getRecipientPermission = defineCmdlet({
  name: 'Get-RecipientPermission',
  roles: readers,
  parameters: {
    Identity: identity.optional(),
    Trustee: identity.optional(),
    AccessRights: rights('SendAs').optional(),
    ResultSize: z.union([z.literal('Unlimited'), z.int().positive()]).optional(),
  },
  run(work, { Identity, Trustee }) {
    const looked: OwnedMailbox[] = Identity === undefined ? everyMailbox(work) : [findMailbox(work, Identity)];
    const wanted =
      Trustee === undefined || Trustee === self
        ? Trustee
        : trusteeName(work.data, findTrustee(work, Trustee).object.id);
    return looked
      .flatMap(({ user, mailbox }) => [
        sendAsRow(user.id, self),
        ...names(work, mailbox.sendAs).map((name) => sendAsRow(user.id, name)),
      ])
      .filter((row) => wanted === undefined || row.Trustee === wanted);
  },
});

const sendAs = { Identity: identity, Trustee: identity, AccessRights: rights('SendAs') };

const addRecipientPermission = defineCmdlet({
  name: 'Add-RecipientPermission',
  roles: ['Mail Recipients'],
  parameters: sendAs,
  run(work, { Identity, Trustee }) {
    const { user, mailbox } = findMailbox(work, Identity);
    const { id } = findTrustee(work, Trustee).object;
    const account = trusteeName(work.data, id) ?? id;
    if (mailbox.sendAs.includes(id)) work.warn(alreadyThere(user.displayName, account));
    else mailbox.sendAs = [...mailbox.sendAs, id];
    return [sendAsRow(user.id, account)];
  },
});

const removeRecipientPermission = defineCmdlet({
  name: 'Remove-RecipientPermission',
  roles: ['Mail Recipients'],
  parameters: sendAs,
  run(work, { Identity, Trustee }) {
    const { user, mailbox } = findMailbox(work, Identity);
    const { id } = findTrustee(work, Trustee).object;
    if (!mailbox.sendAs.includes(id)) work.warn(notThere(user.displayName, trusteeName(work.data, id) ?? id));
    mailbox.sendAs = mailbox.sendAs.filter((other) => other !== id);
    return [];
  },
});

export const permissionCmdlets: Cmdlet[] = [
  getMailboxPermission,
  addMailboxPermission,
  removeMailboxPermission,
  getRecipientPermission,
  addRecipientPermission,
  removeRecipientPermission,
];
