import type { TenantData } from '../../infra/local/tenant/server.ts';
import { startWorld, type World } from './signoff.ts';

/**
 * A world in which jane has little: an account with sign-in methods, a mailbox, groups and licenses. What goes wrong in
 * the engine goes wrong for any step, and is easier to see with eight of them.
 */
export function startSimpleWorld(options: Parameters<typeof startWorld>[0] = {}): Promise<World> {
  return startWorld({
    ...options,
    change(data) {
      takeAlmostEverything(data);
      options.change?.(data);
    },
  });
}

/** She joins a group while her case is under way. */
export const joins = ({ tenant }: World, group: string): number =>
  tenant.groupNamed(group).members.push(tenant.person('jane').id);

/** She is made a Global Administrator while her case is under way. */
export const becomesAdministrator = ({ tenant }: World): number =>
  tenant.data.roleAssignments.push({
    id: 'made-a-global-administrator',
    principalId: tenant.person('jane').id,
    roleDefinitionId: '62e90394-69f5-4237-9190-012177145e10',
    directoryScopeId: '/',
  });

function takeAlmostEverything(data: TenantData): void {
  const jane = data.users.find(({ userPrincipalName }) => userPrincipalName === 'jane@contoso.com')!;
  const notHers = (one: unknown) => !JSON.stringify(one).includes(jane.id);
  data.devices = data.devices.filter(notHers);
  data.managedDevices = data.managedDevices.filter(notHers);
  data.appRegistrations = data.appRegistrations.filter(notHers);
  data.phoneNumbers = data.phoneNumbers.filter(notHers);
  data.applications = data.applications.filter(notHers);
  for (const principal of data.servicePrincipals) principal.owners = principal.owners.filter((id) => id !== jane.id);
  data.appRoleAssignments = data.appRoleAssignments.filter(notHers);
  data.permissionGrants = data.permissionGrants.filter(notHers);
  data.accessPackageAssignments = data.accessPackageAssignments.filter(notHers);
  data.drives = data.drives.filter(notHers);
  for (const group of data.groups) {
    group.owners = group.owners.filter((id) => id !== jane.id);
    if (group.mailEnabled && !group.groupTypes.includes('Unified'))
      group.members = group.members.filter((id) => id !== jane.id);
  }
  for (const { mailbox } of data.users) {
    if (mailbox === null) continue;
    mailbox.sendAs = mailbox.sendAs.filter((id) => id !== jane.id);
    mailbox.fullAccess = mailbox.fullAccess.filter(({ id }) => id !== jane.id);
  }
  Object.assign(jane.mailbox ?? {}, {
    rules: [],
    mobileDevices: [],
    meetings: [],
    forwardingAddress: null,
    forwardingSmtpAddress: null,
    hiddenFromAddressLists: true,
  });
}
