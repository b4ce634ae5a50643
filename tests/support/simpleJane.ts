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

function takeAlmostEverything(data: TenantData): void {
  const jane = data.users.find(({ userPrincipalName }) => userPrincipalName === 'jane@contoso.com')!;
  const notHers = (one: unknown) => !JSON.stringify(one).includes(jane.id);
  data.devices = data.devices.filter(notHers);
  data.managedDevices = data.managedDevices.filter(notHers);
  data.applications = data.applications.filter(notHers);
  data.appRoleAssignments = data.appRoleAssignments.filter(notHers);
  data.permissionGrants = data.permissionGrants.filter(notHers);
  data.accessPackageAssignments = data.accessPackageAssignments.filter(notHers);
  data.drives = data.drives.filter(notHers);
  for (const group of data.groups) {
    group.owners = group.owners.filter((id) => id !== jane.id);
    if (group.mailEnabled && !group.groupTypes.includes('Unified'))
      group.members = group.members.filter((id) => id !== jane.id);
  }
  Object.assign(jane.mailbox ?? {}, {
    rules: [],
    meetings: [],
    forwardingAddress: null,
    forwardingSmtpAddress: null,
    hiddenFromAddressLists: true,
  });
}
