import { randomUUID } from 'node:crypto';
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

/** https://learn.microsoft.com/intune, "Use Multi Admin Approval with the Microsoft Graph API": asked for once, then sent again with the code. */
function requireApproval(call: Call, deviceId: string, action: keyof typeof actions): void {
  if (!call.data.premium.multiAdminApproval) return;
  const { deviceApprovals } = call.data;
  const isOf = (one: (typeof deviceApprovals)[number]) => one.deviceId === deviceId && one.action === action;
  const code = call.headers['x-msft-approval-code'];
  const own = deviceApprovals.find((one) => one.code === code && isOf(one));
  if (own?.status === 'approved') {
    own.status = 'completed';
    return;
  }
  if (own?.status === 'needsApproval') throw approvalRequired(own.code);
  if (code !== undefined) throw badRequest('The approval request was rejected or has expired.', 'BadRequest');
  if (!call.headers['x-msft-approval-justification'])
    throw badRequest("Header 'x-msft-approval-justification' is required to request approval", 'BadRequest');
  if (deviceApprovals.some((one) => isOf(one) && one.status === 'needsApproval'))
    throw new GraphError(409, 'Conflict', 'An active Approval Request already exists for this resource.');
  const asked = { code: randomUUID(), deviceId, action, status: 'needsApproval' as const };
  deviceApprovals.push(asked);
  throw approvalRequired(asked.code);
}

const approvalRequired = (code: string): GraphError =>
  new GraphError(
    403,
    'ApprovalRequired',
    `Approval Required. Request Approval using the request ID returned as part of the x-msft-approval-code response header. x-msft-approval-code: ${code}`,
    { 'x-msft-approval-code': code },
  );

function act(call: Call, name: keyof typeof actions): Reply {
  const device = subject(call);
  const { body, state, actionName } = actions[name];
  if (!body.safeParse(call.body).success) throw badRequest(`Invalid parameters of the action ${name}.`, 'BadRequest');
  // What Intune answers to either is not verified; that it does not do it is (learn.microsoft.com/intune, "Retire devices").
  if (name === 'retire' && device.managementAgent === 'googleCloudDevicePolicyController' && isCompanys(device))
    throw badRequest('Retire is not supported for this device.', 'BadRequest');
  if (underWay.includes(device.managementState ?? ''))
    throw badRequest(`The device has an action under way: ${device.managementState}.`, 'BadRequest');
  requireApproval(call, device.id, name);
  const { premium } = call.data;
  if (premium.deviceOrdersLeft === 0)
    throw new GraphError(429, 'TooManyRequests', `The daily limit of ${name} actions is reached.`);
  if (premium.deviceOrdersLeft !== null) premium.deviceOrdersLeft--;
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
      const { filter: _, ...unfiltered } = call.query;
      return collection(
        call.data.premium.deviceFilterIgnored ? { ...call, query: unfiltered } : call,
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
