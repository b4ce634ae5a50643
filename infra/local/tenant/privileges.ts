import { transitiveGroups } from './directory.ts';
import { denied } from './errors.ts';
import type { Call } from './route.ts';
import type { TenantData, User } from './seedSchema.ts';

/** Template ids, the same in every tenant. */
const roles = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  privilegedAuthenticationAdministrator: '7be44c8a-adaf-4e2a-84d6-ab2649e08a13',
  userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
};

/** https://learn.microsoft.com/graph/api/resources/users: holders of these alone may be acted on by a User Administrator. */
const lightRoles = new Set([
  roles.userAdministrator,
  '88d8e3e3-8f55-4a1e-953a-9b9898b8876b', // Directory Readers
  '95e79109-95c0-4d8e-aee3-d01accf2d47b', // Guest Inviter
  'fdd7a751-b60b-444a-984c-02652fe8fa1c', // Groups Administrator
  '729827e3-9c14-49f7-bb1b-9608f156bbb8', // Helpdesk Administrator
  '790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b', // Message Center Reader
  '966707d0-3269-4727-9be2-8c3a10f19b9d', // Password Administrator
  '4a5d8f65-41da-4de4-8968-e035b65339cf', // Reports Reader
  '75934031-6c7e-415a-99d7-48dbd49e875e', // Usage Summary Reports Reader
]);

type Standing = 'plain' | 'light' | 'privileged';

export function standingOf(data: TenantData, user: User): Standing {
  const groups = transitiveGroups(data, user.id);
  const guarded = data.groups.some(
    (group) => group.isAssignableToRole === true && (group.owners.includes(user.id) || groups.includes(group)),
  );
  const held = rolesOf(data, [user.id, ...groups.map((group) => group.id)]);
  if (guarded || user.isManagementRestricted === true || held.some((role) => !lightRoles.has(role)))
    return 'privileged';
  return held.length > 0 ? 'light' : 'plain';
}

const rolesOf = (data: TenantData, principalIds: string[]): string[] =>
  data.roleAssignments
    .filter((assignment) => principalIds.includes(assignment.principalId))
    .map((assignment) => assignment.roleDefinitionId);

/** "Who can perform sensitive actions": block, delete, sign-in methods. */
export function requireRoleOver(call: Call, target: User): void {
  const standing = standingOf(call.data, target);
  if (standing !== 'plain') requireRole(call, standing);
}

/** "Who can reset passwords": an app needs User Administrator even for plain users. */
export function requireRoleToReset(call: Call, target: User): void {
  requireRole(call, standingOf(call.data, target));
}

function requireRole(call: Call, standing: Standing): void {
  const own = rolesOf(call.data, [call.caller.servicePrincipalId]);
  const sufficient = [roles.globalAdministrator, roles.privilegedAuthenticationAdministrator];
  if (standing !== 'privileged') sufficient.push(roles.userAdministrator);
  if (!sufficient.some((role) => own.includes(role))) throw denied();
}

export const can = (call: Call, ...permissions: string[]): boolean =>
  permissions.some((permission) => call.caller.permissions.has(permission));

export const readsUsersFully = (call: Call): boolean =>
  can(call, 'User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All');
