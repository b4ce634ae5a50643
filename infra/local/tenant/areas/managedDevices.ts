import { z } from 'zod';
import type { ManagedDevice } from '../deviceSchema.ts';
import { badRequest, GraphError } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import { stamp } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { TenantData } from '../seedSchema.ts';

/** Devices in Intune; retire and wipe are queued and take `delays.deviceMs`. */
const base = '/deviceManagement/managedDevices';
const context = 'deviceManagement/managedDevices';

/** Public reports show this answer of tenants without Intune, for other calls below deviceManagement. */
export function requireIntune(call: Call): void {
  if (!call.data.premium.intune) throw badRequest('Request not applicable to target tenant.', 'BadRequest');
}

function managedDeviceResource(data: TenantData, device: ManagedDevice): Resource {
  const { actionIssuedAt: _issued, actionDoneAt: _done, ...properties } = device;
  const user = data.users.find((candidate) => candidate.id === device.userId);
  return {
    ...properties,
    userPrincipalName: user?.userPrincipalName ?? '',
    userDisplayName: user?.displayName ?? '',
    emailAddress: user?.mail ?? '',
    azureADRegistered: true,
    deviceRegistrationState: 'registered',
    managedDeviceName: `${device.deviceName}_${device.operatingSystem}`,
    jailBroken: 'Unknown',
  };
}

function subject(call: Call): ManagedDevice {
  requireIntune(call);
  const id = (call.params.device ?? '').toLowerCase();
  const device = call.data.managedDevices.find((candidate) => candidate.id === id);
  if (!device) throw new GraphError(404, 'ResourceNotFound', `Resource not found: ${id}.`);
  return device;
}

const nothing = z.strictObject({}).nullish();
const wipeOptions = z
  .strictObject({
    keepEnrollmentData: z.boolean().nullish(),
    keepUserData: z.boolean().nullish(),
    macOsUnlockCode: z.string().nullish(),
    persistEsimDataPlan: z.boolean().nullish(),
  })
  .nullish();

const actions = {
  retire: { body: nothing, state: 'retirePending', actionName: 'removeCompanyData' },
  wipe: { body: wipeOptions, state: 'wipePending', actionName: 'factoryReset' },
} as const;

const underWay = ['retirePending', 'retireIssued', 'wipePending', 'wipeIssued', 'deletePending'];

const isCompanys = (device: ManagedDevice): boolean => device.managedDeviceOwnerType === 'company';

function act(call: Call, name: keyof typeof actions): Reply {
  const device = subject(call);
  const { body, state, actionName } = actions[name];
  if (!body.safeParse(call.body).success) throw badRequest(`Invalid parameters of the action ${name}.`, 'BadRequest');
  // What Intune answers to either is not verified; that it does not do it is (learn.microsoft.com/intune, "Retire devices").
  if (name === 'retire' && device.managementAgent === 'googleCloudDevicePolicyController' && isCompanys(device))
    throw badRequest('Retire is not supported for this device.', 'BadRequest');
  if (underWay.includes(device.managementState))
    throw badRequest(`The device has an action under way: ${device.managementState}.`, 'BadRequest');
  const at = call.now.getTime();
  const { deviceMs } = call.data.delays;
  device.managementState = state;
  device.actionIssuedAt = at + deviceMs / 2;
  device.actionDoneAt = at + deviceMs;
  const moment = stamp(call.now);
  device.deviceActionResults.push({
    actionName,
    actionState: 'pending',
    startDateTime: moment,
    lastUpdatedDateTime: moment,
  });
  return { status: 204 };
}

export const managedDevices: Route[] = [
  {
    method: 'GET',
    path: base,
    answer: (call) => {
      requireIntune(call);
      return collection(
        call,
        call.data.managedDevices.map((device) => managedDeviceResource(call.data, device)),
        { context },
      );
    },
  },
  {
    method: 'GET',
    path: `${base}/{device}`,
    answer: (call) => entity(call, managedDeviceResource(call.data, subject(call)), { context }),
  },
  { method: 'POST', path: `${base}/{device}/retire`, answer: (call) => act(call, 'retire') },
  { method: 'POST', path: `${base}/{device}/wipe`, answer: (call) => act(call, 'wipe') },
];
