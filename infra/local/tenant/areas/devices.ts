import { z } from 'zod';
import type { Device } from '../deviceSchema.ts';
import { findUser, isGuid } from '../directory.ts';
import { badRequest, notFound } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import { typed } from '../resources.ts';
import type { Call, Route } from '../route.ts';

/** Devices in Microsoft Entra ID. */
function deviceResource({ registeredOwners: _owners, registeredUsers: _users, ...device }: Device): Resource {
  return { ...device, deletedDateTime: null, deviceVersion: 2, mdmAppId: null, physicalIds: [], systemLabels: [] };
}

function subject(call: Call): Device {
  const id = call.params.device ?? '';
  if (!isGuid(id)) throw badRequest(`Invalid object identifier '${id}'.`);
  const device = call.data.devices.find((candidate) => candidate.id === id.toLowerCase());
  if (!device) throw notFound(id);
  return device;
}

/** An app may change the rest as well; nothing here asks for it. */
const change = z.strictObject({ accountEnabled: z.boolean() });

const ofUser = (segment: string, side: 'registeredOwners' | 'registeredUsers'): Route => ({
  method: 'GET',
  path: `/users/{user}/${segment}`,
  answer: (call) => {
    const { id } = findUser(call.data, call.params.user ?? '');
    const devices = call.data.devices.filter((device) => device[side].includes(id));
    return collection(
      call,
      devices.map((device) => typed('device', deviceResource(device))),
      { context: 'directoryObjects', directory: true, relation: true },
    );
  },
});

export const devices: Route[] = [
  ofUser('ownedDevices', 'registeredOwners'),
  ofUser('registeredDevices', 'registeredUsers'),
  {
    method: 'GET',
    path: '/devices/{device}',
    answer: (call) => entity(call, deviceResource(subject(call)), { context: 'devices', directory: true }),
  },
  {
    method: 'PATCH',
    path: '/devices/{device}',
    answer: (call) => {
      const device = subject(call);
      const parsed = change.safeParse(call.body);
      if (!parsed.success) throw badRequest("Invalid value specified for property of resource 'Device'.");
      device.accountEnabled = parsed.data.accountEnabled;
      return { status: 204 };
    },
  },
];
