import { derivedId } from '../directory.ts';
import type { InboxRule } from '../seedSchema.ts';
import { type Cmdlet, defineCmdlet, identity, on, type Row } from './cmdlet.ts';
import { objectNotFound, refused } from './errors.ts';
import { findMailbox, type OwnedMailbox } from './recipients.ts';

/** Exchange's own, in every mailbox; only IncludeHidden shows them. */
const builtIn: InboxRule[] = [
  ['1', 'Junk E-mail Rule'],
  ['2', 'Microsoft.Exchange.OOF.KnownExternalSenders.Global'],
].map(([id = '', displayName = '']) => ({
  id,
  displayName,
  isEnabled: true,
  isHidden: true,
  conditions: null,
  exceptions: null,
  actions: {},
}));

/** `"Jane Private" [SMTP:jane@example.net]`, from Graph's recipients. */
function recipients(value: unknown): string[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.map((recipient: { emailAddress?: { name?: string; address?: string } }) => {
    const { name, address = '' } = recipient.emailAddress ?? {};
    return `"${name ?? address}" [SMTP:${address}]`;
  });
}

const ruleIdentity = ({ user }: OwnedMailbox, rule: InboxRule): string => `${user.id}\\${rule.id}`;

function ruleRow(owned: OwnedMailbox, rule: InboxRule, index: number): Row {
  const { actions, conditions } = rule;
  return {
    Identity: ruleIdentity(owned, rule),
    RuleIdentity: rule.id,
    Name: rule.displayName,
    Enabled: rule.isEnabled,
    Priority: index + 1,
    MailboxOwnerId: owned.user.id,
    SupportedByTask: true,
    InError: false,
    ForwardTo: recipients(actions.forwardTo),
    ForwardAsAttachmentTo: recipients(actions.forwardAsAttachmentTo),
    RedirectTo: recipients(actions.redirectTo),
    DeleteMessage: actions.delete === true,
    MarkAsRead: actions.markAsRead === true,
    MoveToFolder: actions.moveToFolder ?? null,
    StopProcessingRules: actions.stopProcessingRules === true,
    SubjectContainsWords: conditions?.subjectContains ?? null,
    From: recipients(conditions?.fromAddresses),
  };
}

/** The roles of inbox rules aren't documented for apps: either is taken. */
const roles = ['Mail Recipients', 'User Options'];

const find = (rules: InboxRule[], owned: OwnedMailbox, what: string): InboxRule | undefined =>
  rules.find(
    (rule) =>
      [rule.id, ruleIdentity(owned, rule)].includes(what) || rule.displayName.toLowerCase() === what.toLowerCase(),
  );

const getInboxRule = defineCmdlet({
  name: 'Get-InboxRule',
  roles,
  parameters: { Mailbox: identity, Identity: identity.optional(), IncludeHidden: on },
  run(work, { Mailbox, Identity, IncludeHidden }) {
    const owned = findMailbox(work, Mailbox);
    const all = [...owned.mailbox.rules, ...builtIn].filter((rule) => IncludeHidden || !rule.isHidden);
    const rows = all.map((rule, index) => ({ rule, row: ruleRow(owned, rule, index) }));
    if (Identity === undefined) return rows.map(({ row }) => row);
    const found = rows.find(({ rule }) => rule === find(all, owned, Identity));
    if (!found) throw objectNotFound(Identity);
    return [found.row];
  },
});

const removeInboxRule = defineCmdlet({
  name: 'Remove-InboxRule',
  roles,
  parameters: { Mailbox: identity.optional(), Identity: identity },
  run(work, { Mailbox, Identity }) {
    const [ownerInIdentity = ''] = Identity.split('\\');
    const owned = findMailbox(work, Mailbox ?? ownerInIdentity);
    const { mailbox } = owned;
    const rule = find(mailbox.rules, owned, Identity);
    if (!rule && find(builtIn, owned, Identity))
      throw refused(`The rule '${Identity}' belongs to Exchange and can't be removed.`);
    if (!rule) throw objectNotFound(Identity);
    mailbox.rules = mailbox.rules.filter((other) => other !== rule);
    return [];
  },
});

const getMobileDevice = defineCmdlet({
  name: 'Get-MobileDevice',
  roles: ['Mail Recipients', 'User Options', 'View-Only Recipients'],
  parameters: { Mailbox: identity },
  run(work, { Mailbox }) {
    const { user, mailbox } = findMailbox(work, Mailbox);
    return mailbox.mobileDevices.map((device) => ({
      Identity: `${user.id}\\ExchangeActiveSyncDevices\\${device.clientType}§${device.deviceId}`,
      Guid: derivedId('mobileDevice', user.id, device.deviceId),
      DeviceId: device.deviceId,
      FriendlyName: device.friendlyName,
      DeviceType: device.deviceType,
      DeviceModel: device.deviceModel,
      ClientType: device.clientType,
      DeviceAccessState: 'Allowed',
      FirstSyncTime: device.firstSyncTime,
      UserDisplayName: user.displayName,
    }));
  },
});

const removeMobileDevice = defineCmdlet({
  name: 'Remove-MobileDevice',
  roles: ['Mail Recipients', 'User Options'],
  parameters: { Identity: identity },
  run(work, { Identity }) {
    for (const user of work.data.users) {
      const { mailbox } = user;
      const device = mailbox?.mobileDevices.find(
        (candidate) =>
          derivedId('mobileDevice', user.id, candidate.deviceId) === Identity ||
          Identity === `${user.id}\\ExchangeActiveSyncDevices\\${candidate.clientType}§${candidate.deviceId}`,
      );
      if (!mailbox || !device) continue;
      mailbox.mobileDevices = mailbox.mobileDevices.filter((other) => other !== device);
      return [];
    }
    throw objectNotFound(Identity);
  },
});

export const inboxCmdlets: Cmdlet[] = [getInboxRule, removeInboxRule, getMobileDevice, removeMobileDevice];
