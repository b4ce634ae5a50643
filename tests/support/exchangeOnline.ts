import { z } from 'zod';
import type { TestTenant } from './tenant.ts';

/** Exchange's cmdlets are in no metadata: what their answers look like is held here. */
const guid = z.guid();
const empty = z.tuple([]);
const rule = z.strictObject({
  Identity: z.string().regex(/^[0-9a-f-]{36}\\\d+$/),
  RuleIdentity: z.string().regex(/^\d+$/),
  Name: z.string(),
  Enabled: z.boolean(),
  Priority: z.int().positive(),
  MailboxOwnerId: guid,
  SupportedByTask: z.boolean(),
  InError: z.boolean(),
  ForwardTo: z.array(z.string()).nullable(),
  ForwardAsAttachmentTo: z.array(z.string()).nullable(),
  RedirectTo: z.array(z.string()).nullable(),
  DeleteMessage: z.boolean(),
  MarkAsRead: z.boolean(),
  MoveToFolder: z.string().nullable(),
  StopProcessingRules: z.boolean(),
  SubjectContainsWords: z.array(z.string()).nullable(),
  From: z.array(z.string()).nullable(),
});
const fullAccess = z.strictObject({
  Identity: guid,
  User: z.string(),
  AccessRights: z.array(z.string()).min(1),
  IsInherited: z.boolean(),
  Deny: z.boolean(),
  InheritanceType: z.string(),
});
const sendAs = z.strictObject({
  Identity: guid,
  Trustee: z.string(),
  AccessControlType: z.literal('Allow'),
  AccessRights: z.tuple([z.literal('SendAs')]),
  IsInherited: z.boolean(),
  InheritanceType: z.string(),
});

export const rowsOf: Record<string, z.ZodType> = {
  'Get-Mailbox': z.array(
    z.strictObject({
      Identity: guid,
      Id: guid,
      Name: guid,
      Guid: guid,
      ExchangeGuid: guid,
      ExternalDirectoryObjectId: guid,
      UserPrincipalName: z.string(),
      DisplayName: z.string(),
      Alias: z.string(),
      PrimarySmtpAddress: z.string(),
      EmailAddresses: z.array(z.string()),
      RecipientType: z.literal('UserMailbox'),
      RecipientTypeDetails: z.enum(['UserMailbox', 'SharedMailbox', 'RoomMailbox', 'EquipmentMailbox']),
      IsDirSynced: z.boolean(),
      // KB 2710029; Set-Mailbox has IsExchangeCloudManaged as a parameter.
      RemoteRecipientType: z.string(),
      IsExchangeCloudManaged: z.boolean(),
      AccountDisabled: z.boolean(),
      LitigationHoldEnabled: z.boolean(),
      LitigationHoldDate: z.string().nullable(),
      LitigationHoldOwner: z.string(),
      LitigationHoldDuration: z.string().regex(/^(Unlimited|\d+\.00:00:00)$/),
      InPlaceHolds: z.array(z.string()),
      ForwardingAddress: z.string().nullable(),
      ForwardingSmtpAddress: z.string().startsWith('smtp:').nullable(),
      DeliverToMailboxAndForward: z.boolean(),
      HiddenFromAddressListsEnabled: z.boolean(),
      GrantSendOnBehalfTo: z.array(z.string()),
      ArchiveStatus: z.enum(['None', 'Active']),
      ArchiveState: z.enum(['None', 'Local']),
      ArchiveGuid: z.string().regex(/^[0-9a-f-]{36}$/),
      WhenMailboxCreated: z.string(),
      IsInactiveMailbox: z.boolean(),
      WhenSoftDeleted: z.string().optional(),
    }),
  ),
  'Get-ManagementRoleAssignment': z.array(
    z.strictObject({
      Identity: z.string(),
      Name: z.string(),
      Role: z.string(),
      RoleAssigneeName: z.string(),
      RoleAssigneeType: z.enum(['User', 'SecurityGroup', 'RoleGroup', 'RoleAssignmentPolicy']),
      Enabled: z.boolean(),
    }),
  ),
  'Get-RoleGroupMember': z.array(
    z.strictObject({
      Identity: z.string(),
      Name: z.string(),
      Guid: z.string(),
      ExternalDirectoryObjectId: z.string(),
      DisplayName: z.string(),
    }),
  ),
  'Set-Mailbox': empty,
  'Get-MailboxStatistics': z.array(
    z.strictObject({
      Identity: guid,
      DisplayName: z.string(),
      MailboxGuid: guid,
      MailboxTypeDetail: z.string(),
      IsArchiveMailbox: z.boolean(),
      ItemCount: z.int(),
      DeletedItemCount: z.int(),
      TotalItemSize: z.string().regex(/^[\d.]+ [KMGT]?B \([\d,]+ bytes\)$/),
      TotalDeletedItemSize: z.string().regex(/^[\d.]+ [KMGT]?B \([\d,]+ bytes\)$/),
      LastLogonTime: z.string().nullable(),
    }),
  ),
  'Get-MailboxPermission': z.array(fullAccess),
  'Add-MailboxPermission': z.array(fullAccess),
  'Remove-MailboxPermission': empty,
  'Get-RecipientPermission': z.array(sendAs),
  'Add-RecipientPermission': z.array(sendAs),
  'Remove-RecipientPermission': empty,
  'Get-InboxRule': z.array(rule),
  'Remove-InboxRule': empty,
  'Get-MobileDevice': z.array(
    z.strictObject({
      Identity: z.string(),
      Guid: guid,
      DeviceId: z.string(),
      FriendlyName: z.string(),
      DeviceType: z.string(),
      DeviceModel: z.string(),
      ClientType: z.string(),
      DeviceAccessState: z.string(),
      FirstSyncTime: z.string().nullable(),
      UserDisplayName: z.string(),
    }),
  ),
  'Remove-MobileDevice': empty,
  'Get-DistributionGroupMember': z.array(
    z.strictObject({
      Identity: guid,
      Name: guid,
      DisplayName: z.string(),
      Alias: z.string(),
      ExternalDirectoryObjectId: guid,
      PrimarySmtpAddress: z.string(),
      RecipientType: z.string(),
      RecipientTypeDetails: z.string(),
    }),
  ),
  'Get-Recipient': z.array(
    z.strictObject({
      Identity: guid,
      Name: guid,
      DisplayName: z.string(),
      Alias: z.string(),
      ExternalDirectoryObjectId: guid,
      PrimarySmtpAddress: z.string(),
      RecipientType: z.string(),
      RecipientTypeDetails: z.string(),
      IsDirSynced: z.boolean(),
      ExchangeGuid: guid,
    }),
  ),
  'Add-DistributionGroupMember': empty,
  'Remove-DistributionGroupMember': empty,
};

const row = z.record(z.string(), z.unknown());
const answerOf = (name: string) =>
  z.strictObject({
    '@odata.context': z.string(),
    '@odata.nextLink': z.string().optional(),
    '@adminapi.warnings': z.array(z.string()),
    value: rowsOf[name] ?? z.never(),
  });

/** What the gateway refuses has a code and a message; what a cmdlet refuses says it in three places. */
const refusal = z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) });
const cmdletRefusal = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string().startsWith('Error executing request. '),
    details: z.tuple([
      z.strictObject({
        code: z.literal('Context'),
        target: z.literal(''),
        message: z.string().regex(/^Ex[0-9A-F]{6}\|[\w.]+\|./),
      }),
    ]),
    innererror: z.strictObject({
      message: z.string(),
      type: z.string(),
      stacktrace: z.string(),
      internalexception: z.strictObject({ message: z.string(), type: z.string(), stacktrace: z.string() }),
    }),
  }),
  '@adminapi.warnings': z.array(z.string()),
});

export interface ExchangeAnswer {
  status: number;
  headers: Headers;
  rows: z.output<typeof row>[];
  warnings: string[];
  nextLink: string | undefined;
  /** What a cmdlet or the gateway refused with; empty when all went well. */
  message: string;
  code: string;
}

export interface ExchangeCall {
  headers?: Record<string, string>;
  token?: string;
  /** Instead of the address of the tenant's InvokeCommand. */
  url?: string;
}

/** Runs one cmdlet as the app, and holds the answer to its shape. */
export async function invokeExchange(
  tenant: TestTenant,
  CmdletName: string,
  Parameters: Record<string, unknown> = {},
  { headers = {}, token, url }: ExchangeCall = {},
): Promise<ExchangeAnswer> {
  const own = token ?? (await tenant.token('https://outlook.office365.com/.default'));
  const response = await fetch(url ?? `${tenant.url}/adminapi/beta/${tenant.data.signoff.tenantId}/InvokeCommand`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${own}`,
      'content-type': 'application/json; charset=utf-8',
      'x-anchormailbox': `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${tenant.data.signoff.tenantId}`,
      ...headers,
    },
    body: JSON.stringify({ CmdletInput: { CmdletName, Parameters } }),
  });
  const body: unknown = await response.json();
  const seen = { status: response.status, headers: response.headers };
  if (response.ok) {
    const isPartial = url?.includes('$select') || url?.includes('%24select');
    const shape = isPartial ? z.looseObject({ value: z.array(row) }) : answerOf(CmdletName);
    const read = shape.parse(body) as Record<string, unknown> & { value: z.output<typeof row>[] };
    const warnings = (read['@adminapi.warnings'] ?? []) as string[];
    return {
      ...seen,
      rows: read.value,
      warnings,
      nextLink: read['@odata.nextLink'] as string | undefined,
      message: '',
      code: '',
    };
  }
  const { error } = z.union([cmdletRefusal, refusal]).parse(body);
  const message = 'innererror' in error ? error.innererror.internalexception.message : error.message;
  return { ...seen, rows: [], warnings: [], nextLink: undefined, message, code: error.code };
}
