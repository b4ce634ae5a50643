import { randomUUID } from 'node:crypto';
import type { TenantData, User } from '../local/tenant/seedSchema.ts';

const model = 'jane@contoso.com';

/** Puts people like Jane into the tenant: with her licenses, groups, apps, devices and OneDrive, each of their own. */
export function addLeavers(data: TenantData, count: number): User[] {
  const jane = data.users.find(({ userPrincipalName }) => userPrincipalName === model);
  if (jane === undefined) throw new Error(`The tenant has no ${model}`);
  return Array.from({ length: count }, (_one, index) => addLeaver(data, jane, index + 1));
}

function addLeaver(data: TenantData, jane: User, number: number): User {
  const id = randomUUID();
  const address = `leaver${number}@contoso.com`;
  const { mailbox, ...rest } = structuredClone(jane);
  const user: User = {
    ...rest,
    id,
    displayName: `Leaver ${number}`,
    userPrincipalName: address,
    mail: address,
    mailNickname: `leaver${number}`,
    proxyAddresses: [`SMTP:${address}`],
    identities: rest.identities.map((one) => ({ ...one, issuerAssignedId: address })),
    mailbox,
  };
  data.users.push(user);
  for (const group of data.groups) if (group.members.includes(jane.id)) group.members.push(id);

  const ofJane = <T>(all: T[], owner: (one: T) => string | null, own: (one: T) => T) =>
    all.push(...all.filter((one) => owner(one) === jane.id).map((one) => own(structuredClone(one))));
  ofJane(
    data.appRoleAssignments,
    (one) => one.principalId,
    (one) => ({ ...one, id: randomUUID(), principalId: id }),
  );
  ofJane(
    data.permissionGrants,
    (one) => one.principalId,
    (one) => ({ ...one, id: randomUUID(), principalId: id }),
  );
  ofJane(
    data.drives,
    (one) => one.ownerId,
    (one) => ({ ...one, id: `b!${randomUUID()}`, rootId: randomUUID(), ownerId: id }),
  );
  const devices = new Map<string, string>();
  ofJane(
    data.devices,
    (one) => one.registeredOwners[0] ?? null,
    (one) => {
      devices.set(one.deviceId, randomUUID());
      const deviceId = devices.get(one.deviceId) ?? '';
      return { ...one, id: randomUUID(), deviceId, registeredOwners: [id], registeredUsers: [id] };
    },
  );
  ofJane(
    data.managedDevices,
    (one) => one.userId,
    (one) => ({
      ...one,
      id: randomUUID(),
      userId: id,
      azureADDeviceId: devices.get(one.azureADDeviceId ?? '') ?? one.azureADDeviceId,
    }),
  );
  return user;
}
