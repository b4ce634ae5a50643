import { z } from 'zod';
import { unlessDenied } from './failure.ts';
import type { GraphReader } from './graph.ts';
import { path, quoted } from './path.ts';

/** Change mailboxes; put a mailbox on litigation hold and pass over the managers of lists, which takes more. */
export type ExchangeRight = 'recipients' | 'hold';

/** What the app itself may do in the tenant. */
export interface Access {
  permissions: ReadonlySet<string>;
  /** Role template ids that the app's service principal holds. */
  directoryRoles: ReadonlySet<string>;
  /** What the app may do in Exchange Online. */
  exchange: ReadonlySet<ExchangeRight>;
  /** The service principal's object id. */
  ownId: string;
  clientId: string;
}

const claims = z.object({ roles: z.array(z.string()).default([]), oid: z.string(), appid: z.string() });
const assignment = z.object({ roleDefinitionId: z.string() });

export interface AccessSource {
  graph: GraphReader;
  graphToken: () => Promise<string>;
  exchangeToken: () => Promise<string>;
  /** `auto` goes by the app's directory roles; `on` is an admin's word that a role group of Exchange's own is set up. */
  exchange: 'auto' | 'on' | 'off';
}

/** Reads the granted permissions off the app's own tokens, and its directory roles from Graph. */
export async function readAccess(source: AccessSource): Promise<Access> {
  const { roles, oid, appid } = claimsOf(await source.graphToken());
  const directoryRoles = new Set(await ownRoles(source.graph, oid));
  return {
    permissions: new Set(roles),
    directoryRoles,
    exchange: await exchangeRights(source, directoryRoles),
    ownId: oid,
    clientId: appid,
  };
}

function claimsOf(token: string): z.output<typeof claims> {
  return claims.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
}

async function exchangeRights(
  { exchange, exchangeToken }: AccessSource,
  directoryRoles: ReadonlySet<string>,
): Promise<Set<ExchangeRight>> {
  if (exchange === 'off' || !claimsOf(await exchangeToken()).roles.includes('Exchange.ManageAsApp')) return new Set();
  if (exchange === 'on') return new Set(['recipients', 'hold']);
  const { globalAdministrator, exchangeAdministrator, exchangeRecipientAdministrator } = directoryRole;
  if (directoryRoles.has(exchangeAdministrator) || directoryRoles.has(globalAdministrator))
    return new Set(['recipients', 'hold']);
  return directoryRoles.has(exchangeRecipientAdministrator) ? new Set(['recipients']) : new Set();
}

/** Without the permission to read roles the app must be taken to have none: the plan then says what is missing. */
async function ownRoles(graph: GraphReader, ownId: string): Promise<string[]> {
  const held = await unlessDenied(() =>
    graph.list(
      path`/roleManagement/directory/roleAssignments?$filter=principalId eq ${quoted(ownId)}&$select=roleDefinitionId`,
      assignment,
    ),
  );
  return (held ?? []).map(({ roleDefinitionId }) => roleDefinitionId);
}

/** Role template ids of Microsoft Entra built-in roles. */
export const directoryRole = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  privilegedAuthenticationAdministrator: '7be44c8a-adaf-4e2a-84d6-ab2649e08a13',
  userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  exchangeAdministrator: '29232cdf-9323-42fd-ade2-1d097af3e4de',
  exchangeRecipientAdministrator: '31392ffb-586c-42d1-9346-e59415a2cc4e',
} as const;

/**
 * Roles whose holders a User Administrator may still block or reset
 * (learn.microsoft.com/graph/api/resources/users, "Who can reset passwords").
 */
export const lightRoles: ReadonlySet<string> = new Set([
  '88d8e3e3-8f55-4a1e-953a-9b9898b8876b', // Directory Readers
  '95e79109-95c0-4d8e-aee3-d01accf2d47b', // Guest Inviter
  'fdd7a751-b60b-444a-984c-02652fe8fa1c', // Groups Administrator
  '729827e3-9c14-49f7-bb1b-9608f156bbb8', // Helpdesk Administrator
  '790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b', // Message Center Reader
  '966707d0-3269-4727-9be2-8c3a10f19b9d', // Password Administrator
  '4a5d8f65-41da-4de4-8968-e035b65339cf', // Reports Reader
  directoryRole.userAdministrator,
  '75934031-6c7e-415a-99d7-48dbd49e875e', // Usage Summary Reports Reader
]);
