import { defineGroupSweep } from '../partners/groupSweep.ts';

export const removePartnerGroups = defineGroupSweep(false, {
  id: 'remove-partner-groups',
  title: 'Remove group memberships',
  does: 'Takes the partner’s people out of groups and teams, and says which groups Graph can’t change.',
  permissions: ['Directory.Read.All', 'GroupMember.ReadWrite.All'],
  none: 'Their people are in no group that this step could take them out of.',
});
