import { z } from 'zod';
import { findUser, heldSkus, licenseStates } from '../directory.ts';
import { badRequest } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import { isRecord } from '../odata/resource.ts';
import { licenseDetailsResource, seatsTaken, skuResource, stamp, userDefaults, userResource } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';

const parameters = z.strictObject({
  addLicenses: z.array(z.strictObject({ skuId: z.guid(), disabledPlans: z.array(z.guid()).optional() })),
  removeLicenses: z.array(z.guid()),
});

function assignLicense(call: Call): Reply {
  const user = findUser(call.data, call.params.user ?? '');
  const body = isRecord(call.body) ? call.body : {};
  const missing = ['addLicenses', 'removeLicenses'].filter((name) => body[name] === undefined || body[name] === null);
  if (missing.length > 0)
    throw badRequest(
      `One or more parameters of the operation 'assignLicense' are missing from the request payload. The missing parameters are: ${missing.join(', ')}.`,
    );
  const parsed = parameters.safeParse(body);
  if (!parsed.success)
    throw badRequest(
      `Invalid value specified for property '${parsed.error.issues[0]?.path.join('.') ?? ''}' of resource 'User'.`,
    );
  const { addLicenses, removeLicenses } = parsed.data;

  const states = licenseStates(call.data, user);
  for (const skuId of removeLicenses) {
    const own = states.filter((state) => state.skuId === skuId.toLowerCase());
    if (own.length === 0) throw badRequest('User does not have a corresponding license.');
    if (own.every((state) => state.assignedByGroup !== null))
      throw badRequest(
        'User license is inherited from a group membership and it cannot be removed directly from the user.',
      );
  }
  for (const { skuId } of addLicenses) {
    const sku = call.data.subscribedSkus.find((candidate) => candidate.skuId === skuId.toLowerCase());
    if (!sku) throw badRequest(`License ${skuId} does not correspond to a valid company License.`);
    if (!user.usageLocation)
      throw badRequest('License assignment cannot be done for user with invalid usage location.');
    if (!states.some((state) => state.skuId === sku.skuId) && seatsTaken(call.data, sku.skuId) >= sku.enabled)
      throw badRequest(`Subscription with SKU ${skuId} does not have any available licenses.`);
  }

  const changed = new Set(
    [...removeLicenses, ...addLicenses.map((license) => license.skuId)].map((skuId) => skuId.toLowerCase()),
  );
  user.licenses = [
    ...user.licenses.filter((license) => !changed.has(license.skuId)),
    ...addLicenses.map((license) => ({
      skuId: license.skuId.toLowerCase(),
      disabledPlans: license.disabledPlans ?? [],
      lastUpdatedDateTime: stamp(call.now),
    })),
  ];
  return entity(call, userResource(call.data, user), {
    context: 'users',
    defaults: [...userDefaults, 'assignedLicenses', 'licenseAssignmentStates'],
  });
}

export const licenses: Route[] = [
  {
    method: 'GET',
    path: '/users/{user}/licenseDetails',
    units: 2,
    answer: (call) => {
      const user = findUser(call.data, call.params.user ?? '');
      const details = heldSkus(call.data, user).map((sku) => licenseDetailsResource(user, sku));
      return collection(call, details, { context: `users('${user.id}')/licenseDetails` });
    },
  },
  { method: 'POST', path: '/users/{user}/assignLicense', answer: assignLicense },
  {
    method: 'GET',
    path: '/subscribedSkus',
    units: 3,
    answer: (call) =>
      collection(
        call,
        call.data.subscribedSkus.map((sku) => skuResource(call.data, sku)),
        { context: 'subscribedSkus' },
      ),
  },
];
