import assert from 'node:assert/strict';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

const base = '/deviceManagement/managedDevices';
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('devices of the local tenant', () => {
  let tenant: TestTenant;
  before(async () => {
    tenant = await startTestTenant();
  });
  beforeEach(() => tenant.reset());
  after(async () => {
    assert.deepEqual(tenant.violations, []);
    await tenant.close();
  });

  const jane = () => tenant.person('jane').id;
  const devicesOf = async (id: string) =>
    (await tenant.call('GET', `${base}?$filter=userId eq '${id}'&$select=id,deviceName,managedDeviceOwnerType`)).body
      .value;
  const laptop = async () =>
    (await devicesOf(jane())).find(
      (own: { managedDeviceOwnerType: string }) => own.managedDeviceOwnerType === 'company',
    ).id;

  it("lists Jane's laptop of the company and her own phone, in Intune and in Microsoft Entra ID", async () => {
    const managed = await devicesOf(jane());
    assert.deepEqual(
      managed.map((own: { managedDeviceOwnerType: string }) => own.managedDeviceOwnerType),
      ['company', 'personal'],
    );
    for (const segment of ['ownedDevices', 'registeredDevices']) {
      const { body } = await tenant.call('GET', `/users/${jane()}/${segment}`);
      assert.deepEqual(
        body.value.map((own: Record<string, string>) => [own['@odata.type'], own.trustType]),
        [
          ['#microsoft.graph.device', 'AzureAd'],
          ['#microsoft.graph.device', 'Workplace'],
        ],
      );
    }
    const entra = tenant.data.devices.filter((own) => own.registeredOwners.includes(jane()));
    assert.deepEqual(
      tenant.data.managedDevices.filter((own) => own.userId === jane()).map((own) => own.azureADDeviceId),
      entra.map((own) => own.deviceId),
    );
  });

  it('disables a device in Microsoft Entra ID and shows it', async () => {
    const { id } = tenant.data.devices[0]!;
    for (const accountEnabled of [false, false, true]) {
      assert.equal((await tenant.call('PATCH', `/devices/${id}`, { accountEnabled })).status, 204);
      assert.equal((await tenant.call('GET', `/devices/${id}`)).body.accountEnabled, accountEnabled);
    }
    assert.equal((await tenant.call('GET', '/devices/00000000-0000-4000-8000-000000000000')).status, 404);
  });

  for (const [action, state, body] of [
    ['retire', 'retire', undefined],
    ['wipe', 'wipe', { keepEnrollmentData: false, keepUserData: false }],
  ] as const) {
    it(`queues ${action}, issues it, and then the device is gone`, async () => {
      tenant.setDelays({ deviceMs: 1500 });
      const path = `${base}/${await laptop()}`;
      const stateOf = async () => (await tenant.call('GET', path)).body;
      assert.equal((await tenant.call('POST', `${path}/${action}`, body)).status, 204);
      const pending = await stateOf();
      assert.equal(pending.managementState, `${state}Pending`);
      assert.equal(pending.deviceActionResults.at(-1).actionState, 'pending');
      const again = await tenant.call('POST', `${path}/${action}`, body);
      assert.deepEqual([again.status, again.body.error.code], [400, 'BadRequest']);
      await sleep(900);
      assert.equal((await stateOf()).managementState, `${state}Issued`);
      await sleep(900);
      assert.equal((await tenant.call('GET', path)).status, 404);
      assert.equal((await devicesOf(jane())).length, 1);
      assert.equal((await tenant.call('POST', `${path}/${action}`, body)).status, 404);
    });
  }

  it('does it at once where the delay is 0', async () => {
    tenant.setDelays({ deviceMs: 0 });
    const path = `${base}/${await laptop()}`;
    await tenant.call('POST', `${path}/retire`);
    assert.equal((await tenant.call('GET', path)).status, 404);
  });

  it('takes the delay by its control, too', async () => {
    const set = (body: unknown) => fetch(`${tenant.url}/_local/delays`, { method: 'POST', body: JSON.stringify(body) });
    assert.deepEqual(await (await set({ deviceMs: 7 })).json(), { ...tenant.data.delays, deviceMs: 7 });
    assert.equal((await set({ deviceMs: -1 })).status, 400);
    assert.equal((await set({ retireMs: 1 })).status, 400);
    tenant.reset();
    assert.equal(tenant.data.delays.deviceMs, 500);
  });

  it('leaves a device pending that is switched off', async () => {
    tenant.setDelays({ deviceMs: 0 });
    const [device] = await devicesOf(tenant.person('hendrik').id);
    assert.equal((await tenant.call('GET', `${base}/${device.id}`)).body.managementState, 'retirePending');
    assert.equal((await tenant.call('POST', `${base}/${device.id}/retire`)).status, 400);
  });

  it('pages', async () => {
    const first = await tenant.call('GET', `${base}?$top=20&$select=id`);
    const rest = await tenant.call('GET', first.body['@odata.nextLink'].slice(`${tenant.url}/v1.0`.length));
    assert.equal(first.body.value.length + rest.body.value.length, tenant.data.managedDevices.length);
  });

  it('answers 400 to everything where the tenant has no Intune', async () => {
    tenant.data.premium.intune = false;
    const { id } = tenant.data.managedDevices[0]!;
    for (const answer of [await tenant.call('GET', base), await tenant.call('POST', `${base}/${id}/retire`)])
      assert.match(answer.body.error.message, /^Request not applicable to target tenant/);
  });

  it('refuses unknown parameters of a wipe', async () => {
    const lenient = await startTestTenant({ holdsContract: false });
    const path = `${base}/${lenient.data.managedDevices[0]!.id}/wipe`;
    assert.equal((await lenient.call('POST', path, { keepData: false })).status, 400);
    await lenient.close();
  });

  it('needs its permissions', async () => {
    const { id } = tenant.data.managedDevices[0]!;
    tenant.data.app.permissions = ['DeviceManagementManagedDevices.Read.All', 'Device.Read.All'];
    assert.equal((await tenant.call('GET', `${base}/${id}`)).status, 200);
    assert.equal((await tenant.call('POST', `${base}/${id}/retire`)).status, 403);
    const patch = await tenant.call('PATCH', `/devices/${tenant.data.devices[0]!.id}`, { accountEnabled: false });
    assert.equal(patch.status, 403);
  });
});
