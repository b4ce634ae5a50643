import { z } from 'zod';
import { GraphFailure } from './failure.ts';
import type { GraphReader } from './graph.ts';
import { path, quoted } from './path.ts';

/** What the app itself may do in the tenant. */
export interface Access {
  permissions: ReadonlySet<string>;
  /** Role template ids that the app's service principal holds. */
  directoryRoles: ReadonlySet<string>;
  /** The service principal's object id. */
  ownId: string;
  clientId: string;
}

const claims = z.object({ roles: z.array(z.string()).default([]), oid: z.string(), appid: z.string() });
const assignment = z.object({ roleDefinitionId: z.string() });

/** Reads the granted permissions off the app's own token, and its directory roles from Graph. */
export async function readAccess(graph: GraphReader, token: () => Promise<string>): Promise<Access> {
  const payload = (await token()).split('.')[1] ?? '';
  const { roles, oid, appid } = claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  const directoryRoles = await ownRoles(graph, oid);
  return { permissions: new Set(roles), directoryRoles: new Set(directoryRoles), ownId: oid, clientId: appid };
}

/** Without the permission to read roles the app must be taken to have none: the plan then says what is missing. */
async function ownRoles(graph: GraphReader, ownId: string): Promise<string[]> {
  try {
    const held = await graph.list(
      path`/roleManagement/directory/roleAssignments?$filter=principalId eq ${quoted(ownId)}&$select=roleDefinitionId`,
      assignment,
    );
    return held.map(({ roleDefinitionId }) => roleDefinitionId);
  } catch (error) {
    if (error instanceof GraphFailure && error.kind === 'denied') return [];
    throw error;
  }
}

/** Role template ids of Microsoft Entra built-in roles. */
export const directoryRole = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  privilegedAuthenticationAdministrator: '7be44c8a-adaf-4e2a-84d6-ab2649e08a13',
  userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
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
