import assert from 'node:assert/strict';
import { retireOrWipeDevices } from '../../bot/steps/retireOrWipeDevices.ts';
import { stepSuite } from '../support/stepSuite.ts';

const google = 'googleCloudDevicePolicyController';

/** By Microsoft's pages "Device action: retire" and "Device action: wipe". */
const devices: [string, Record<string, string>, { retire: RegExp | null; wipe: RegExp | null }][] = [
  ['a Windows PC', { operatingSystem: 'Windows' }, { retire: null, wipe: null }],
  ['an iPhone', { operatingSystem: 'iOS' }, { retire: null, wipe: null }],
  [
    'an iPhone with user enrollment',
    { operatingSystem: 'iOS', deviceEnrollmentType: 'appleUserEnrollment' },
    { retire: null, wipe: /can’t be erased by Intune: retire it/ },
  ],
  ['a Mac', { operatingSystem: 'macOS' }, { retire: null, wipe: /takes a six-digit PIN/ }],
  ['an Apple TV', { operatingSystem: 'tvOS' }, { retire: null, wipe: /can’t be erased by Intune/ }],
  [
    'Android that is fully managed',
    { operatingSystem: 'Android', managementAgent: google },
    { retire: /can only erase it, not retire it/, wipe: null },
  ],
  [
    'Android without Google',
    { operatingSystem: 'Android (AOSP)', managementAgent: 'mdm' },
    { retire: /without Google: Intune can only erase it/, wipe: null },
  ],
  [
    'a Chromebook',
    { operatingSystem: 'ChromeOS', managementAgent: 'unknown' },
    { retire: /: deprovision it in the Intune/, wipe: /: deprovision it, then wipe it, in the Intune/ },
  ],
];

describe('retire-or-wipe-devices leaves to people what Intune takes no order for', () => {
  const suite = stepSuite(retireOrWipeDevices);

  for (const [what, changed, by] of devices)
    for (const choice of ['retire', 'wipe'] as const)
      it(`${what}, to ${choice}`, async () => {
        const { id } = suite.tenant.person('jane');
        const own = suite.data.managedDevices.filter(({ userId }) => userId === id);
        suite.data.managedDevices = own.slice(0, 1);
        Object.assign(own[0]!, { managedDeviceOwnerType: 'company', managementAgent: 'mdm', ...changed });
        const { changes, leaves } = await suite.plan('jane', { devices: choice });
        const why = by[choice];
        assert.deepEqual([changes.length, leaves.length], why === null ? [1, 0] : [0, 1]);
        if (why !== null) assert.match(leaves.join(), why);
      });

  it('a phone with a work profile of somebody’s own is retired, also where Google’s controller manages it', async () => {
    const { id } = suite.tenant.person('jane');
    for (const one of suite.data.managedDevices)
      if (one.userId === id)
        Object.assign(one, { operatingSystem: 'Android', managementAgent: google, managedDeviceOwnerType: 'personal' });
    const { changes } = await suite.plan('jane', { devices: 'wipe' });
    assert.ok(changes.length > 0 && changes.every((says) => says.includes('company data removed')));
  });
});
