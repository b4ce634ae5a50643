import { defineGroupSweep } from '../partners/groupSweep.ts';

/** Whom such a group protects, no app without a strong directory role may block. */
export const removePartnerRoleGroups = defineGroupSweep(true, {
  id: 'remove-partner-role-groups',
  title: 'Take them out of groups that give roles',
  does: 'Ends memberships and ownerships of the partner’s people in groups that directory roles can be assigned to.',
  permissions: ['Directory.Read.All', 'Group.ReadWrite.All', 'RoleManagement.ReadWrite.Directory'],
  none: 'None of their people is in a group that gives roles, or owns one.',
});
