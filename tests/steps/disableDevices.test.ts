import assert from 'node:assert/strict';
import { disableDevices } from '../../bot/steps/disableDevices.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('disable-devices', () => {
  const suite = stepSuite(disableDevices);
  const devicesOf = (name: string) => {
    const { id } = suite.tenant.person(name);
    return suite.data.devices.filter((one) => [...one.registeredOwners, ...one.registeredUsers].includes(id));
  };

  it('names each device once, with what runs on it, though it is registered and owned', async () => {
    const { found } = await suite.preview('jane');
    assert.deepEqual(found.changes.toSorted(), [
      'Device CTS-JANE-01 (Windows): enabled → disabled',
      'Device Jane’s iPhone (iPhone): enabled → disabled',
    ]);
    assert.deepEqual(
      found.touches?.toSorted(),
      devicesOf('jane')
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  it('disables and never deletes: with the device its BitLocker keys would go', async () => {
    const count = suite.data.devices.length;
    const { proved } = await suite.go('jane');
    assert.equal(proved, '2 devices are disabled.');
    for (const write of suite.writes()) assert.match(write, /^PATCH \/devices\/[0-9a-f-]{36}$/);
    assert.equal(suite.data.devices.length, count);
    assert.deepEqual(
      devicesOf('jane').map(({ accountEnabled }) => accountEnabled),
      [false, false],
    );
  });

  it('leaves a device of the on-premises directory to be disabled there, and one that others share to them', async () => {
    const [first, second] = devicesOf('jane');
    assert.ok(first && second);
    first.trustType = 'ServerAd';
    const one = await suite.preview('jane');
    assert.equal(one.found.changes.length, 1);
    assert.deepEqual(one.found.leaves, [
      `Device ${first.displayName} (${first.operatingSystem}) is joined to the on-premises directory: disable it there.`,
    ]);
    second.profileType = 'Shared';
    const { kind, why, leaves } = await suite.plan('jane');
    assert.deepEqual([kind, why, leaves.length], ['not-needed', 'There are no devices to disable here.', 2]);
    assert.match(leaves.join(), /is shared with others: it goes on working for them\./);
  });

  it('finds a device that is only registered, and one that is only owned', async () => {
    const [first, second] = devicesOf('jane');
    assert.ok(first && second);
    first.registeredOwners = [];
    second.registeredUsers = [];
    assert.equal((await suite.preview('jane')).found.changes.length, 2);
  });

  it('leaves a device alone that was disabled before, also by undo', async () => {
    const [first] = devicesOf('jane');
    assert.ok(first);
    first.accountEnabled = false;
    const done = await suite.go('jane');
    assert.equal(done.proved, '1 device is disabled.');
    await suite.undo(done);
    assert.deepEqual(
      devicesOf('jane')
        .map(({ accountEnabled }) => accountEnabled)
        .toSorted(),
      [false, true],
    );
  });

  it('leaves a device alone that somebody else has by now, and one that was deleted', async () => {
    const { context, before } = await suite.preview('jane');
    const [first, second] = devicesOf('jane');
    assert.ok(first && second);
    const luca = suite.tenant.person('luca').id;
    Object.assign(first, { registeredOwners: [luca], registeredUsers: [luca] });
    suite.data.devices = suite.data.devices.filter((one) => one !== second);
    await disableDevices.run(context, before);
    assert.deepEqual(suite.writes(), []);
    assert.equal(first.accountEnabled, true);
    assert.ok('proved' in (await disableDevices.verify(context, before)));
    await suite.undo({ context, before, found: (await suite.preview('luca')).found });
  });

  it('is not needed without devices, or when all of them are disabled', async () => {
    for (const device of devicesOf('jane')) device.accountEnabled = false;
    for (const name of ['jane', 'tomasz']) {
      const { kind, why } = await suite.plan(name);
      assert.deepEqual([kind, why], ['not-needed', 'There are no enabled devices.']);
    }
  });
});
