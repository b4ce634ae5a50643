import { z } from 'zod';
import type { AppRegistration } from '../deviceSchema.ts';
import { derivedId, findUser } from '../directory.ts';
import { badRequest, GraphError } from '../errors.ts';
import { collection } from '../odata/answer.ts';
import { stamp, typed } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import { requireIntune } from './managedDevices.ts';

/** Apps under an Intune app protection policy, on phones that Intune does not manage. */
const ofUser = (call: Call): AppRegistration[] => {
  requireIntune(call);
  const { id } = findUser(call.data, call.params.user ?? '');
  return call.data.appRegistrations.filter(({ userId }) => userId === id);
};

const resource = ({ platform, appId, operations: _operations, ...own }: AppRegistration) => ({
  ...typed(`${platform}ManagedAppRegistration`, own),
  id: own.id,
  appIdentifier: {
    '@odata.type': `#microsoft.graph.${platform}MobileAppIdentifier`,
    ...(platform === 'ios' ? { bundleId: appId } : { packageId: appId }),
  },
  flaggedReasons: [],
});

function wipe(call: Call): Reply {
  const parsed = z.strictObject({ deviceTag: z.string().min(1) }).safeParse(call.body);
  if (!parsed.success) throw badRequest('Invalid parameters of the action.', 'BadRequest');
  const theirs = ofUser(call).filter(({ deviceTag }) => deviceTag === parsed.data.deviceTag);
  if (theirs.length === 0)
    throw new GraphError(404, 'ResourceNotFound', `Resource not found: ${parsed.data.deviceTag}.`);
  // Whoever has an order that waits gets no second one.
  for (const one of theirs.filter(({ operations }) => !operations.some(({ state }) => state === 'pending')))
    one.operations.push({
      id: derivedId('wipe', one.id, String(one.operations.length)),
      displayName: 'Wipe',
      state: 'pending',
      lastModifiedDateTime: stamp(call.now),
      version: '1',
    });
  return { status: 204 };
}

export const appData: Route[] = [
  {
    method: 'GET',
    path: '/users/{user}/managedAppRegistrations',
    answer: (call) => collection(call, ofUser(call).map(resource), { context: 'managedAppRegistrations' }),
  },
  { method: 'POST', path: '/users/{user}/wipeManagedAppRegistrationsByDeviceTag', answer: wipe },
  {
    method: 'GET',
    path: '/deviceAppManagement/managedAppRegistrations/{registration}/operations',
    answer: (call) => {
      requireIntune(call);
      const own = call.data.appRegistrations.find(({ id }) => id === call.params.registration);
      if (!own) throw new GraphError(404, 'ResourceNotFound', `Resource not found: ${call.params.registration}.`);
      return collection(call, own.operations, { context: 'deviceAppManagement/managedAppRegistrations/operations' });
    },
  },
];
