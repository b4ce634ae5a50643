import { z } from 'zod';
import { AppError } from '../errors.ts';
import { failureOf, GraphFailure, isMissing, translate } from '../graph/failure.ts';
import { withRetries } from '../graph/retry.ts';
import type { Log } from '../log.ts';
import type { ExchangeConnection, Mailbox, MailboxChange, MailboxRight } from './exchange.ts';

export interface ExchangeSettings {
  /** `https://outlook.office365.com` */
  url: string;
  tenantId: string;
  token: () => Promise<string>;
  log: Log;
  timeoutMs?: number;
}

const answer = z.object({ value: z.array(z.unknown()).default([]) });
const refusal = z.object({
  error: z.object({
    code: z.string().default('unknown'),
    message: z.string().default(''),
    details: z.array(z.object({ message: z.string() })).optional(),
    innererror: z.object({ internalexception: z.object({ message: z.string() }).optional() }).optional(),
  }),
});
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
const statistics = z.object({ TotalItemSize: z.union([z.string(), z.object({ Value: z.string() })]) });
const roleGiven = z.object({ Role: z.string(), RoleAssigneeName: z.string(), RoleAssigneeType: z.string() });
const roleMember = z.object({ ExternalDirectoryObjectId: z.string().nullish() });
const right = z.object({ AccessRights: z.union([z.string(), z.array(z.string())]) });

const tries = 4;

/**
 * Exchange Online's cmdlets over REST, as Microsoft's own PowerShell module calls them. Microsoft supports the module,
 * not this address by itself: everything that knows it is in this file.
 */
export function connectExchange(settings: ExchangeSettings): ExchangeConnection {
  const { url, tenantId, token, log, timeoutMs = 60_000 } = settings;
  // Every organization has this mailbox: as an app’s calls are routed that are made for no mailbox of its own.
  const anchor = `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${tenantId}`;

  async function once(cmdlet: string, parameters: Record<string, unknown>, read: boolean): Promise<unknown[]> {
    const started = Date.now();
    const call = `Exchange ${cmdlet}`;
    try {
      const response = await fetch(`${url}/adminapi/beta/${tenantId}/InvokeCommand`, {
        method: 'POST',
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          Authorization: `Bearer ${await token()}`,
          'Content-Type': 'application/json; charset=utf-8',
          Prefer: 'odata.maxpagesize=1000',
          'X-AnchorMailbox': anchor,
        },
        body: JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } }),
      });
      const body = parsed(await response.text());
      if (!response.ok) throw failed(response, body, call, read);
      log.info({ exchange: cmdlet, ms: Date.now() - started }, 'exchange call');
      // A change that was answered in a way nobody knows may have been made all the same.
      return read ? shaped(answer, body, cmdlet).value : answer.parse(body).value;
    } catch (error) {
      // A failed sign-in, and an answer that is not understood, are what they are.
      if (error instanceof AppError && !(error instanceof GraphFailure)) throw error;
      const failure = translate(error, call, read);
      log.info(
        { exchange: cmdlet, ms: Date.now() - started, status: failure.status, code: failure.graphCode },
        'exchange call failed',
      );
      throw failure;
    }
  }

  function invoke(cmdlet: string, parameters: Record<string, unknown>): Promise<unknown[]> {
    const read = cmdlet.startsWith('Get-');
    return withRetries(() => once(cmdlet, parameters, read), { read, tries });
  }

  async function find<T>(cmdlet: string, parameters: Record<string, unknown>, schema: z.ZodType<T>): Promise<T[]> {
    try {
      return (await invoke(cmdlet, parameters)).map((one) => shaped(schema, one, cmdlet));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  /** What is already so is fine. */
  async function ensure(cmdlet: string, parameters: Record<string, unknown>, already: RegExp): Promise<void> {
    try {
      await invoke(cmdlet, parameters);
    } catch (error) {
      if (!already.test((error as GraphFailure).text)) throw error;
    }
  }

  return {
    for: (purpose) => connectExchange({ ...settings, log: log.child(purpose) }),
    async mailbox(userId) {
      const [found] = await find('Get-Mailbox', { Identity: userId }, mailbox);
      return found === undefined ? null : toMailbox(found);
    },
    async isInactive(exchangeGuid) {
      const found = await find('Get-Mailbox', { Identity: exchangeGuid, InactiveMailboxOnly: true }, inactive);
      return found.some(({ IsInactiveMailbox }) => IsInactiveMailbox);
    },
    async mailboxSize(userId) {
      const [found] = await find('Get-MailboxStatistics', { Identity: userId }, statistics);
      return found === undefined ? 0 : bytesOf(found.TotalItemSize);
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
      const parameters = { Identity: groupId, Member: memberId, BypassSecurityGroupManagerCheck: true, Confirm: false };
      await ensure('Remove-DistributionGroupMember', parameters, /isn.t a member/i);
    },
    async joinGroup(groupId, memberId) {
      const parameters = { Identity: groupId, Member: memberId, BypassSecurityGroupManagerCheck: true, Confirm: false };
      await ensure('Add-DistributionGroupMember', parameters, /already a member/i);
    },
  };
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

function shaped<T>(schema: z.ZodType<T>, value: unknown, cmdlet: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new AppError(
    'exchange-shape',
    'Exchange Online answered in a way that Signoff does not understand. Tell your Signoff admin.',
    {
      message: `${cmdlet}: ${read.error.issues.map(({ path, code }) => `${path.join('.')} ${code}`).join(', ')}`,
    },
  );
}

/** A gateway in between may answer with a page. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failed(response: Response, body: unknown, call: string, read: boolean): GraphFailure {
  const error = refusal.safeParse(body).data?.error;
  const text =
    error?.innererror?.internalexception?.message ??
    error?.details?.[0]?.message ??
    error?.message ??
    'no reason given';
  const missing = /couldn.t be found|ManagementObjectNotFound/i.test(`${error?.code} ${text}`);
  return failureOf(
    {
      // An address that is not there says nothing of what was asked for: that there is no mailbox, say.
      status: missing ? 404 : response.status === 404 ? 400 : response.status,
      code: error?.code ?? 'unknown',
      text: text.replace(/^.*\|/s, '').slice(0, 300),
      requestId: response.headers.get('request-id'),
      retryAfter: response.headers.get('retry-after'),
    },
    call,
    read,
  );
}
