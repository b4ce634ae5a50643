import { z } from 'zod';
import { derivedId } from '../directory.ts';
import type { TenantData } from '../seedSchema.ts';
import { type Cmdlet, defineCmdlet, identity } from './cmdlet.ts';
import { objectNotFound } from './errors.ts';
import { findRecipient, trusteeName } from './recipients.ts';

const reads = ['Role Management', 'View-Only Configuration'];

/** Everybody with a mailbox has this one, which is no power over others. */
const policy = 'Default Role Assignment Policy';

const exchangeAdministrator = '29232cdf-9323-42fd-ade2-1d097af3e4de';
const isByDirectory = ({ roleAssignments }: TenantData, id: string, roleGroup: string): boolean =>
  roleGroup === 'Organization Management' &&
  roleAssignments.some(
    ({ principalId, roleDefinitionId }) => principalId === id && roleDefinitionId === exchangeAdministrator,
  );

const getManagementRoleAssignment = defineCmdlet({
  name: 'Get-ManagementRoleAssignment',
  roles: reads,
  parameters: { RoleAssignee: identity },
  run(work, { RoleAssignee }) {
    const { data } = work;
    const { id } = findRecipient(work, RoleAssignee).object;
    const row = (Role: string, RoleAssigneeName: string, RoleAssigneeType: string) => ({
      Identity: `${Role}-${RoleAssigneeName}`,
      Name: `${Role}-${RoleAssigneeName}`,
      Role,
      RoleAssigneeName,
      RoleAssigneeType,
      Enabled: true,
    });
    const { roleGroups, directRoles } = data.exchange;
    return [
      row('MyBaseOptions', policy, 'RoleAssignmentPolicy'),
      // Groups in them, which are not modeled, follow the roles of the directory.
      ...roleGroups
        .filter(({ name, members }) => members.includes(id) || isByDirectory(data, id, name))
        .map(({ name, role }) => row(role, name, 'RoleGroup')),
      ...directRoles
        .filter(({ userId }) => userId === id)
        .map(({ role }) => row(role, trusteeName(data, id) ?? id, 'User')),
    ];
  },
});

const getRoleGroupMember = defineCmdlet({
  name: 'Get-RoleGroupMember',
  roles: reads,
  parameters: { Identity: identity, ResultSize: z.union([z.literal('Unlimited'), z.int().positive()]).optional() },
  run({ data }, { Identity }) {
    const group = data.exchange.roleGroups.find(({ name }) => name.toLowerCase() === Identity.toLowerCase());
    if (group === undefined) throw objectNotFound(Identity);
    return group.members.map((id) => ({
      Identity: id,
      Name: id,
      Guid: derivedId('exchangeObject', id),
      ExternalDirectoryObjectId: id,
      DisplayName: data.users.find((one) => one.id === id)?.displayName ?? '',
    }));
  },
});

export const roleGroupCmdlets: Cmdlet[] = [getManagementRoleAssignment, getRoleGroupMember];
