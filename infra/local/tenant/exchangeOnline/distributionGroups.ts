import { z } from 'zod';
import type { Group } from '../seedSchema.ts';
import { type Cmdlet, defineCmdlet, identity, on } from './cmdlet.ts';
import { mastered, refused } from './errors.ts';
import { findDistributionGroup, findRecipient, lookUpRecipients, recipientRow } from './recipients.ts';

const getMembers = defineCmdlet({
  name: 'Get-DistributionGroupMember',
  roles: ['Distribution Groups', 'Mail Recipients', 'View-Only Recipients'],
  parameters: { Identity: identity, ResultSize: z.union([z.literal('Unlimited'), z.int().positive()]).optional() },
  run(work, { Identity }) {
    const { members } = findDistributionGroup(work, Identity);
    return members
      .flatMap((id) => lookUpRecipients(work.data, id))
      .filter(({ object }) => object.mail !== null)
      .map((recipient) => recipientRow(work, recipient));
  },
});

const bypassRole = 'Security Group Creation and Membership';
/**
 * The switch takes that role whatever kind of group it is (learn.microsoft.com/powershell/module/exchange,
 * Remove-DistributionGroupMember).
 */
const parameterRoles = { BypassSecurityGroupManagerCheck: bypassRole };

/** The app owns no group: where somebody does, it may change the members only with the switch that passes over them. */
function checkManager(cmdlet: string, group: Group, bypass: boolean | undefined): void {
  if (group.onPremisesSyncEnabled === true) throw mastered(cmdlet, 'Members', group.displayName);
  if (!bypass && (group.owners.length > 0 || group.securityEnabled))
    throw refused(
      "You don't have sufficient permissions. This operation can only be performed by a manager of the group.",
      'Microsoft.Exchange.Management.Tasks.OperationRequiresGroupManagerException',
    );
}

const change = { Identity: identity, Member: identity, BypassSecurityGroupManagerCheck: on };

const addMember = defineCmdlet({
  name: 'Add-DistributionGroupMember',
  roles: ['Distribution Groups'],
  parameterRoles,
  parameters: change,
  run(work, { Identity, Member, BypassSecurityGroupManagerCheck }) {
    const group = findDistributionGroup(work, Identity);
    const { id, displayName } = findRecipient(work, Member).object;
    checkManager('Add-DistributionGroupMember', group, BypassSecurityGroupManagerCheck);
    if (group.members.includes(id))
      throw refused(
        `The recipient "${displayName}" is already a member of the group "${group.displayName}".`,
        'Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException',
      );
    group.members.push(id);
    return [];
  },
});

const removeMember = defineCmdlet({
  name: 'Remove-DistributionGroupMember',
  roles: ['Distribution Groups'],
  parameterRoles,
  parameters: change,
  run(work, { Identity, Member, BypassSecurityGroupManagerCheck }) {
    const group = findDistributionGroup(work, Identity);
    const { id, displayName } = findRecipient(work, Member).object;
    checkManager('Remove-DistributionGroupMember', group, BypassSecurityGroupManagerCheck);
    if (!group.members.includes(id))
      throw refused(
        `The recipient "${displayName}" isn't a member of the group "${group.displayName}".`,
        'Microsoft.Exchange.Management.Tasks.MemberNotFoundException',
      );
    group.members = group.members.filter((member) => member !== id);
    return [];
  },
});

export const distributionGroupCmdlets: Cmdlet[] = [getMembers, addMember, removeMember];
