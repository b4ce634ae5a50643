import { z } from 'zod';
import { Answers } from '../graph/answers.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { ExchangeConnection, HeldRight, Mailbox, MailboxChange, MailboxRight } from './exchange.ts';
import { cmdletsOver, type ExchangeSettings, shaped } from './invokeCommand.ts';

const mailbox = z.object({
  RecipientTypeDetails: z.string(),
  IsDirSynced: z.boolean().nullish(),
  RemoteRecipientType: z.string().nullish(),
  IsExchangeCloudManaged: z.boolean().nullish(),
  ExchangeGuid: z.string(),
  LitigationHoldEnabled: z.boolean(),
  ArchiveStatus: z.string().nullish(),
  HiddenFromAddressListsEnabled: z.boolean(),
  ForwardingAddress: z.string().nullish(),
  ForwardingSmtpAddress: z.string().nullish(),
  DeliverToMailboxAndForward: z.boolean().nullish(),
});
const inactive = z.object({ IsInactiveMailbox: z.boolean() });
const recipient = z.object({
  RecipientTypeDetails: z.string(),
  IsDirSynced: z.boolean().nullish(),
  ExchangeGuid: z.string().nullish(),
  ExternalDirectoryObjectId: z.string().nullish(),
  DisplayName: z.string().nullish(),
});
const statistics = z.object({ TotalItemSize: z.union([z.string(), z.object({ Value: z.string() })]) });
const rule = z.object({ Identity: z.string(), Name: z.string().nullish() });
/** As CIPP leaves them alone: Exchange's own, in every mailbox. */
const builtInRule = /^(Junk E-mail Rule$|Microsoft\.Exchange\.OOF\.)/i;
const phone = z.object({
  Identity: z.string(),
  FriendlyName: z.string().nullish(),
  DeviceModel: z.string().nullish(),
  DeviceId: z.string().nullish(),
});
const shared = z.object({ ExternalDirectoryObjectId: z.string(), DisplayName: z.string().nullish() });
const sendAsRow = z.object({ Identity: z.string(), IsInherited: z.boolean().nullish() });
/** Nobody but each mailbox itself knows whom it lets in; Exchange takes only so many questions at once. */
const mostLookedInto = 30;
const atOnce = 10;
const roleGiven = z.object({ Role: z.string(), RoleAssigneeName: z.string(), RoleAssigneeType: z.string() });
const roleMember = z.object({ ExternalDirectoryObjectId: z.string().nullish() });
const right = z.object({ AccessRights: z.union([z.string(), z.array(z.string())]) });

export const connectExchange = (settings: ExchangeSettings): ExchangeConnection => exchangeOver(settings);

/** @param answers of one look, which is to read each thing once */
function exchangeOver(settings: ExchangeSettings, answers?: Answers): ExchangeConnection {
  const { log } = settings;
  const { invoke, find, ensure } = cmdletsOver(settings, answers);

  /** To pass over the managers takes a role of its own, whatever kind of group it is: so only where nothing else helps. */
  async function asManager(cmdlet: string, Identity: string, Member: string, already: RegExp): Promise<void> {
    const parameters = { Identity, Member, Confirm: false };
    try {
      await ensure(cmdlet, parameters, already);
    } catch (error) {
      if (!(error instanceof GraphFailure && /performed by a manager of the group/i.test(error.text))) throw error;
      await ensure(cmdlet, { ...parameters, BypassSecurityGroupManagerCheck: true }, already);
    }
  }

  const exchange: ExchangeConnection = {
    for: (purpose) =>
      'lockOut' in purpose
        ? exchangeOver(settings, answers)
        : exchangeOver({ ...settings, log: log.child(purpose) }, answers),
    remembering: () => exchangeOver(settings, new Answers()),
    async mailbox(userId) {
      const [found] = await find('Get-Mailbox', { Identity: userId }, mailbox);
      return found === undefined ? null : toMailbox(found);
    },
    async isInactive(exchangeGuid) {
      const found = await find('Get-Mailbox', { Identity: exchangeGuid, InactiveMailboxOnly: true }, inactive);
      return found.some(({ IsInactiveMailbox }) => IsInactiveMailbox);
    },
    async personBehind(name) {
      const [found] = await find('Get-Recipient', { Identity: name }, recipient);
      return found?.ExternalDirectoryObjectId?.toLowerCase() || null;
    },
    async isOnPremises(userId) {
      const [found] = await find('Get-Recipient', { Identity: userId }, recipient);
      return (
        found?.RecipientTypeDetails === 'MailUser' &&
        found.IsDirSynced === true &&
        /[1-9a-f]/i.test(found.ExchangeGuid ?? '')
      );
    },
    async mailboxSize(userId) {
      const [found] = await find('Get-MailboxStatistics', { Identity: userId }, statistics);
      return found === undefined ? 0 : bytesOf(found.TotalItemSize);
    },
    async hiddenRules(userId) {
      const [all, shown] = await Promise.all([
        find('Get-InboxRule', { Mailbox: userId, IncludeHidden: true }, rule),
        find('Get-InboxRule', { Mailbox: userId }, rule),
      ]);
      const known = new Set(shown.map(({ Identity }) => Identity));
      return all
        .filter(({ Identity, Name }) => !known.has(Identity) && !builtInRule.test(Name ?? ''))
        .map(({ Identity, Name }) => ({ identity: Identity, name: Name || 'without a name' }));
    },
    async removeHiddenRule(userId, identity) {
      const parameters = { Mailbox: userId, Identity: identity, Confirm: false, Force: true };
      await ensure('Remove-InboxRule', parameters, /couldn.t be found|not found/i);
    },
    async phones(userId) {
      const found = await find('Get-MobileDevice', { Mailbox: userId }, phone);
      return found.map(({ Identity, FriendlyName, DeviceModel, DeviceId }) => ({
        identity: Identity,
        name: FriendlyName || DeviceModel || DeviceId || 'without a name',
      }));
    },
    async forgetPhone(identity) {
      await ensure('Remove-MobileDevice', { Identity: identity, Confirm: false }, /couldn.t be found|not found/i);
    },
    async rolesOf({ id, userPrincipalName }) {
      const given = await find('Get-ManagementRoleAssignment', { RoleAssignee: userPrincipalName }, roleGiven);
      const named = (type: string, name: 'Role' | 'RoleAssigneeName') => [
        ...new Set(given.filter((one) => one.RoleAssigneeType === type).map((one) => one[name])),
      ];
      const groups: string[] = [];
      // A role group also has groups in it that follow the roles of the directory.
      for (const name of named('RoleGroup', 'RoleAssigneeName')) {
        const members = await find('Get-RoleGroupMember', { Identity: name, ResultSize: 'Unlimited' }, roleMember);
        if (members.some((one) => one.ExternalDirectoryObjectId === id)) groups.push(name);
      }
      return { groups, direct: named('User', 'Role') };
    },
    async rightsHeldBy(person) {
      const [sendAs, mailboxes] = await Promise.all([
        find('Get-RecipientPermission', { Trustee: person.userPrincipalName, ResultSize: 'Unlimited' }, sendAsRow),
        find('Get-Mailbox', { RecipientTypeDetails: 'SharedMailbox', ResultSize: 'Unlimited' }, shared),
      ]);
      const named = mailboxes
        .map((one) => ({ id: one.ExternalDirectoryObjectId, name: one.DisplayName ?? 'without a name' }))
        .sort((a, b) => a.name.localeCompare(b.name));
      const others = [...new Set(sendAs.map(({ Identity }) => Identity))].map(async (name) => {
        const [found] = await find('Get-Recipient', { Identity: name }, recipient);
        const id = found?.ExternalDirectoryObjectId?.toLowerCase();
        return id === undefined || id === person.id
          ? []
          : [{ mailboxId: id, name: found?.DisplayName ?? name, right: 'SendAs' as const }];
      });
      const held: HeldRight[] = (await Promise.all(others)).flat();
      const looked = named.slice(0, mostLookedInto);
      for (let at = 0; at < looked.length; at += atOnce) {
        const part = looked.slice(at, at + atOnce);
        const may = await Promise.all(part.map(({ id }) => exchange.hasRight(id, 'FullAccess', person)));
        for (const [index, { id, name }] of part.entries())
          if (may[index]) held.push({ mailboxId: id, name, right: 'FullAccess' });
      }
      return { held, looked: looked.length, all: named.length };
    },
    async hasRight(mailboxId, wanted, person) {
      const [cmdlet, who] =
        wanted === 'FullAccess' ? ['Get-MailboxPermission', 'User'] : ['Get-RecipientPermission', 'Trustee'];
      const held = await find(cmdlet, { Identity: mailboxId, [who]: person.userPrincipalName }, right);
      return held.some(({ AccessRights }) => [AccessRights].flat().some((one) => one.includes(wanted)));
    },
    async change(userId, change) {
      await invoke('Set-Mailbox', { Identity: userId, ...parametersOf(change) });
    },
    async giveRight(mailboxId, wanted, personId) {
      await ensure(...rightCall('Add', mailboxId, wanted, personId), /already/i);
    },
    async takeRight(mailboxId, wanted, personId) {
      await ensure(
        ...rightCall('Remove', mailboxId, wanted, personId),
        /isn.t present|does not exist|couldn.t be found|not found/i,
      );
    },
    async leaveGroup(groupId, memberId) {
      await asManager('Remove-DistributionGroupMember', groupId, memberId, /isn.t a member/i);
    },
    async joinGroup(groupId, memberId) {
      await asManager('Add-DistributionGroupMember', groupId, memberId, /already a member/i);
    },
  };
  return exchange;
}

function rightCall(
  verb: 'Add' | 'Remove',
  mailboxId: string,
  wanted: MailboxRight,
  personId: string,
): [string, Record<string, unknown>] {
  if (wanted === 'SendAs') {
    return [
      `${verb}-RecipientPermission`,
      { Identity: mailboxId, Trustee: personId, AccessRights: 'SendAs', Confirm: false },
    ];
  }
  const mapping = verb === 'Add' ? { AutoMapping: true } : { Confirm: false };
  return [`${verb}-MailboxPermission`, { Identity: mailboxId, User: personId, AccessRights: 'FullAccess', ...mapping }];
}

function parametersOf(change: MailboxChange): Record<string, unknown> {
  const names: Record<keyof MailboxChange, string> = {
    type: 'Type',
    onHold: 'LitigationHoldEnabled',
    hidden: 'HiddenFromAddressListsEnabled',
    forwardingAddress: 'ForwardingAddress',
    forwardingSmtpAddress: 'ForwardingSmtpAddress',
    deliverToMailboxAndForward: 'DeliverToMailboxAndForward',
  };
  return Object.fromEntries(Object.entries(change).map(([key, value]) => [names[key as keyof MailboxChange], value]));
}

function toMailbox(found: z.output<typeof mailbox>): Mailbox {
  return {
    type: found.RecipientTypeDetails,
    turnedBackBySync: isTurnedBack(found),
    onHold: found.LitigationHoldEnabled,
    exchangeGuid: found.ExchangeGuid,
    hasArchive: found.ArchiveStatus === 'Active',
    hidden: found.HiddenFromAddressListsEnabled,
    forwardingAddress: found.ForwardingAddress || null,
    forwardingSmtpAddress: found.ForwardingSmtpAddress?.replace(/^smtp:/i, '') || null,
    deliverToMailboxAndForward: found.DeliverToMailboxAndForward === true,
  };
}

/** support.microsoft.com KB 2710029: all but those that were migrated, or are shared on premises as well. */
const isTurnedBack = ({
  IsDirSynced,
  RemoteRecipientType,
  IsExchangeCloudManaged,
}: z.output<typeof mailbox>): boolean =>
  IsDirSynced === true && IsExchangeCloudManaged !== true && !/Migrated|SharedMailbox/i.test(RemoteRecipientType ?? '');

/** "55.2 GB (59,271,234,560 bytes)". What can't be read must not pass for a small mailbox, which needs no license. */
function bytesOf(size: z.output<typeof statistics>['TotalItemSize']): number {
  const text = typeof size === 'string' ? size : size.Value;
  const digits = /\(([\d,.\s]+) bytes\)/.exec(text)?.[1]?.replaceAll(/\D/g, '');
  return shaped(z.string().regex(/^\d+$/).transform(Number), digits, 'Get-MailboxStatistics');
}
