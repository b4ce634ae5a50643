import type { TenantData } from '../../infra/local/tenant/server.ts';

/** Ids of what is the person's own: a write that names one of them concerns the person. */
export function ownIds(data: TenantData, personId: string): string[] {
  const of = <T extends { id: string }>(list: readonly T[], isTheirs: (one: T) => boolean) =>
    list.filter(isTheirs).map(({ id }) => id);
  return [
    personId,
    ...of(data.roleAssignments, ({ principalId }) => principalId === personId),
    ...of(data.groupEligibilities, ({ principalId }) => principalId === personId),
    ...of(data.groupActivations, ({ principalId }) => principalId === personId),
    ...of(data.devices, ({ registeredOwners }) => registeredOwners.includes(personId)),
    ...of(data.managedDevices, ({ userId }) => userId === personId),
    ...of(data.permissionGrants, ({ principalId }) => principalId === personId),
    ...of(data.appRegistrations, ({ userId }) => userId === personId),
    ...data.phoneNumbers
      .filter(({ assignmentTargetId }) => assignmentTargetId === personId)
      .map(({ telephoneNumber }) => telephoneNumber),
    ...of(data.drives, ({ ownerId }) => ownerId === personId),
  ];
}

/** The tenant without the person and what is theirs: whatever is left belongs to others. */
export function othersIn(data: TenantData, personId: string): TenantData {
  const own = ownIds(data, personId);
  const theirs = (one: unknown) => own.some((id) => JSON.stringify(one).includes(`"${id}"`));
  const without = (ids: string[]) => ids.filter((id) => id !== personId);
  return {
    ...data,
    users: data.users
      .filter(({ id }) => id !== personId)
      .map((user) => (user.manager === personId ? { ...user, manager: null } : user)),
    deletedUsers: data.deletedUsers.filter(({ user }) => user.id !== personId),
    groups: data.groups.map((group) => ({
      ...group,
      members: without(group.members),
      owners: without(group.owners),
    })),
    applications: data.applications.map((one) => ({ ...one, owners: without(one.owners) })),
    servicePrincipals: data.servicePrincipals.map((one) => ({ ...one, owners: without(one.owners) })),
    roleAssignments: data.roleAssignments.filter((one) => !theirs(one)),
    roleEligibilities: data.roleEligibilities.filter((one) => !theirs(one)),
    groupEligibilities: data.groupEligibilities.filter((one) => !theirs(one)),
    groupActivations: data.groupActivations.filter((one) => !theirs(one)),
    devices: data.devices.filter((one) => !theirs(one)),
    managedDevices: data.managedDevices.filter((one) => !theirs(one)),
    appRoleAssignments: data.appRoleAssignments.filter((one) => !theirs(one)),
    permissionGrants: data.permissionGrants.filter((one) => !theirs(one)),
    appRegistrations: data.appRegistrations.filter((one) => !theirs(one)),
    // One that is free is nobody’s.
    phoneNumbers: data.phoneNumbers.filter(
      ({ assignmentTargetId }) => assignmentTargetId !== null && assignmentTargetId !== personId,
    ),
    drives: data.drives.filter((one) => one.ownerId !== personId),
  };
}
