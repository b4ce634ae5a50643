import assert from 'node:assert/strict';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { retireOrWipeDevices } from '../../bot/steps/retireOrWipeDevices.ts';
import { stepSuite } from '../support/stepSuite.ts';

const forever = 3_600_000;

describe('retire-or-wipe-devices', () => {
  const suite = stepSuite(retireOrWipeDevices, {
    change: (data) => void Object.assign(data.delays, { deviceMs: forever }),
  });
  const managed = (name: string) => {
    const { id } = suite.tenant.person(name);
    return suite.data.managedDevices.filter(({ userId }) => userId === id);
  };
  const device = (name: string) => {
    const found = managed('jane').find(({ deviceName }) => deviceName === name);
    assert.ok(found);
    return found;
  };

  it('wipes company devices and only ever retires personal ones', async () => {
    const { found, proved } = await suite.go('jane', { devices: 'wipe' });
    assert.deepEqual(found.changes.toSorted(), [
      'Device CTS-JANE-01 (Windows, company): everything erased, when it is next online',
      'Device Jane’s iPhone (iOS, personal): company data removed, when it is next online',
    ]);
    assert.equal(found.destroys, true);
    assert.equal(proved, '2 ordered; the device obeys when it is next online.');
    assert.equal(device('CTS-JANE-01').managementState, 'wipePending');
    assert.equal(device('Jane’s iPhone').managementState, 'retirePending');
  });

  for (const ownerType of ['personal', 'unknown'] as const) {
    it(`never wipes a device whose owner is ${ownerType}, and then destroys nothing`, async () => {
      for (const one of managed('jane'))
        Object.assign(one, { managedDeviceOwnerType: ownerType, deviceEnrollmentType: 'userEnrollment' });
      const { found } = await suite.go('jane', { devices: 'wipe' });
      assert.equal(found.destroys, false);
      assert.ok(suite.writes().every((write) => write.endsWith('/retire')));
    });
  }

  it('touches nobody else’s devices, though Graph answers as if it had not been asked whose', async () => {
    suite.data.premium.deviceFilterIgnored = true;
    const { found, context, before } = await suite.go('jane', { devices: 'wipe' });
    assert.equal(found.changes.length, 2);
    const theirs = managed('jane').map(({ id }) => id);
    assert.ok(suite.writes().every((write) => theirs.some((id) => write.includes(id))));
    assert.deepEqual(await retireOrWipeDevices.verify(context, before), {
      ordered: '2 ordered; the device obeys when it is next online.',
    });
  });

  it('wipes nothing where retiring was chosen', async () => {
    await suite.go('jane', { devices: 'retire' });
    assert.equal(suite.writes().length, 2);
    assert.ok(suite.writes().every((write) => write.endsWith('/retire')));
  });

  it('says that a joined PC is lost to every work account, and takes two approvers for it', async () => {
    const { found } = await suite.preview('jane', { devices: 'retire' });
    assert.deepEqual(found.changes.toSorted(), [
      'Device CTS-JANE-01 (Windows, company): company data removed, and nobody signs in to it with a work account any more, when it is next online',
      'Device Jane’s iPhone (iOS, personal): company data removed, when it is next online',
    ]);
    assert.equal(found.destroys, true);
    device('CTS-JANE-01').deviceEnrollmentType = 'unknown';
    assert.equal((await suite.preview('jane', { devices: 'retire' })).found.destroys, true);
    device('CTS-JANE-01').deviceEnrollmentType = 'userEnrollment';
    assert.equal((await suite.preview('jane', { devices: 'retire' })).found.destroys, false);
  });

  it('leaves a fully managed Android to people where it is to be retired, and erases it where that was chosen', async () => {
    const fully = { operatingSystem: 'Android', managementAgent: 'googleCloudDevicePolicyController' };
    Object.assign(device('CTS-JANE-01'), fully);
    const { found } = await suite.go('jane', { devices: 'retire' });
    assert.equal(found.changes.length, 1);
    assert.deepEqual(found.leaves, [
      'Device CTS-JANE-01 (Android, company) is fully managed: Intune can only erase it, not retire it.',
    ]);
    const wiped = await suite.preview('jane', { devices: 'wipe' });
    assert.ok(wiped.found.changes.some((change) => change.startsWith('Device CTS-JANE-01')));
  });

  it('leaves a device that Intune merely knows of to those who manage it', async () => {
    Object.assign(device('CTS-JANE-01'), { managementAgent: 'jamf' });
    const { found } = await suite.go('jane', { devices: 'wipe' });
    assert.equal(found.changes.length, 1);
    assert.deepEqual(found.leaves, [
      'Device CTS-JANE-01 (Windows, company) is not managed by Intune itself: do it where it is managed.',
    ]);
  });

  it('orders what it can though Intune refuses one device, and fails with the reason', async () => {
    const { context, before } = await suite.preview('jane', { devices: 'retire' });
    const [first, second] = managed('jane').toSorted((a, b) => a.id.localeCompare(b.id));
    assert.ok(first && second);
    suite.tenant.setFaults({ kinds: ['refuse'], match: `POST /deviceManagement/managedDevices/${first.id}` });
    await assert.rejects(
      retireOrWipeDevices.run(context, before),
      (error) => error instanceof GraphFailure && error.kind === 'refused',
    );
    assert.equal(second.managementState, 'retirePending');
  });

  it('is not needed where devices are left as they are, without asking Intune', async () => {
    const { kind, why } = await suite.plan('jane', { devices: 'leave' });
    assert.deepEqual([kind, why], ['not-needed', 'Devices are left as they are.']);
    assert.ok(suite.tenant.exchanges.every(({ path }) => !path.includes('/deviceManagement/')));
  });

  it('keeps nothing of the person on a device that is wiped', async () => {
    await suite.go('jane', { devices: 'wipe' });
    const wipe = suite.tenant.exchanges.find(({ path }) => path.endsWith('/wipe'));
    assert.deepEqual(wipe?.requestBody, { keepEnrollmentData: false, keepUserData: false });
  });

  for (const state of ['wipePending', 'wipeIssued', 'deletePending'] as const)
    for (const devices of ['retire', 'wipe'] as const)
      it(`orders nothing again for a device in ${state} (${devices})`, async () => {
        device('CTS-JANE-01').managementState = state;
        const { found } = await suite.go('jane', { devices });
        assert.equal(found.changes.length, 1);
        assert.deepEqual(found.leaves, []);
        assert.ok(!suite.writes().some((write) => write.includes(device('CTS-JANE-01').id)));
      });

  for (const state of ['retirePending', 'retireIssued'] as const) {
    it(`has nothing to add to ${state} where a device is to be retired`, async () => {
      device('CTS-JANE-01').managementState = state;
      const { found } = await suite.go('jane', { devices: 'retire' });
      assert.equal(found.changes.length, 1);
    });

    it(`does not take ${state} for the order to erase a device, and says that Intune takes no second order`, async () => {
      device('CTS-JANE-01').managementState = state;
      const { found } = await suite.preview('jane', { devices: 'wipe' });
      assert.equal(found.changes.length, 1);
      assert.deepEqual(found.leaves, [
        'Device CTS-JANE-01 (Windows, company) is being retired already: Intune does not erase it as well.',
      ]);
    });

    it(`is not content with ${state} where somebody else ordered it after the plan to erase it`, async () => {
      const { context, before } = await suite.preview('jane', { devices: 'wipe' });
      device('CTS-JANE-01').managementState = state;
      await assert.rejects(retireOrWipeDevices.run(context, before), GraphFailure);
      assert.deepEqual(await retireOrWipeDevices.verify(context, before), {
        notYet: 'Intune has no order yet for CTS-JANE-01 (Windows, company).',
      });
    });
  }

  for (const state of ['retireFailed', 'wipeFailed', 'retireCanceled', 'wipeCanceled'] as const)
    it(`is not refuted by ${state} from before, which Intune still shows for a while`, async () => {
      const jane = device('CTS-JANE-01');
      jane.managementState = state;
      const { context, before } = await suite.preview('jane', { devices: 'wipe' });
      assert.ok('notYet' in (await retireOrWipeDevices.verify(context, before)));
      await retireOrWipeDevices.run(context, before);
      assert.ok('ordered' in (await retireOrWipeDevices.verify(context, before)));
    });

  it('is not refuted at a retry by the failure that it is retried for', async () => {
    const { context, before } = await suite.go('jane', { devices: 'wipe' });
    const jane = device('CTS-JANE-01');
    jane.managementState = 'wipeFailed';
    assert.ok('refuted' in (await retireOrWipeDevices.verify(context, before)));
    suite.tenant.setFaults({ staleMs: 60_000 });
    let noted: unknown;
    const note = async (what: unknown) => {
      noted = what;
    };
    await retireOrWipeDevices.run({ ...context, attempt: 2, note }, before);
    assert.ok('notYet' in (await retireOrWipeDevices.verify(context, noted)));
    assert.equal(jane.managementState, 'wipePending');
  });

  it('says where Intune shows no state, and claims nothing', async () => {
    const { context, before } = await suite.go('jane', { devices: 'retire' });
    device('CTS-JANE-01').managementState = null;
    assert.deepEqual(await retireOrWipeDevices.verify(context, before), {
      notYet:
        'Intune does not show what became of CTS-JANE-01 (Windows, company): see Device actions status in the Intune admin center.',
    });
  });

  it('orders nothing again for a device that somebody else ordered after the plan', async () => {
    const { context, before } = await suite.preview('jane', { devices: 'retire' });
    device('CTS-JANE-01').managementState = 'retirePending';
    await retireOrWipeDevices.run(context, before);
    assert.equal(suite.writes().length, 1);
    assert.ok('ordered' in (await retireOrWipeDevices.verify(context, before)));
  });

  it('is not needed when each device has its order already', async () => {
    const { kind, why } = await suite.plan('hendrik', { devices: 'retire' });
    assert.deepEqual(
      [kind, why],
      ['not-needed', 'Intune manages no devices of theirs, or each has its order already.'],
    );
  });

  for (const state of ['retireFailed', 'wipeFailed', 'retireCanceled', 'wipeCanceled'] as const) {
    it(`is refuted by ${state}, naming the device, and ordered again by a retry`, async () => {
      const { context, before } = await suite.go('jane', { devices: 'retire' });
      device('CTS-JANE-01').managementState = state;
      const verdict = await retireOrWipeDevices.verify(context, before);
      assert.ok('refuted' in verdict);
      assert.match(verdict.refuted, /failed for CTS-JANE-01 \(Windows, company\)\. Retry/);
      await retireOrWipeDevices.run(context, before);
      assert.ok('ordered' in (await retireOrWipeDevices.verify(context, before)));
    });
  }

  it('is proved by a device that is gone from Intune', async () => {
    suite.tenant.setDelays({ deviceMs: 0 });
    const { proved } = await suite.go('jane', { devices: 'wipe' });
    assert.equal(proved, '2 done.');
    assert.deepEqual(managed('jane'), []);
  });

  it('is content with a device that is gone from Intune though an old read still shows it', async () => {
    const { context, before } = await suite.preview('jane', { devices: 'wipe' });
    suite.tenant.setDelays({ deviceMs: 0 });
    suite.tenant.setFaults({ staleMs: 60_000 });
    await retireOrWipeDevices.run(context, before);
    suite.tenant.exchanges.length = 0;
    await retireOrWipeDevices.run(context, before);
    const [first] = suite.tenant.exchanges.filter(({ path }) => /\/(retire|wipe)$/.test(path));
    assert.equal(first?.status, 404);
  });

  it('does not wait at a retry for a device that Intune says has failed', async () => {
    const { context, before } = await suite.go('jane', { devices: 'retire' });
    device('CTS-JANE-01').managementState = 'retireFailed';
    const started = Date.now();
    await retireOrWipeDevices.run({ ...context, attempt: 2 }, before);
    assert.ok(Date.now() - started < 3000);
    assert.equal(device('CTS-JANE-01').managementState, 'retirePending');
  });

  it('tells what is done from what waits for the device', async () => {
    const { context, before } = await suite.go('jane', { devices: 'wipe' });
    suite.data.managedDevices = suite.data.managedDevices.filter(({ deviceName }) => deviceName !== 'CTS-JANE-01');
    assert.deepEqual(await retireOrWipeDevices.verify(context, before), {
      ordered: '1 done. 1 ordered; the device obeys when it is next online.',
    });
  });
});
