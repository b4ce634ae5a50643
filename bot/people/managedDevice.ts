import { z } from 'zod';

/** As Intune knows a device, in v1.0 of Graph. */
export const device = z.object({
  id: z.string(),
  userId: z.string().nullish(),
  deviceName: z.string().nullish(),
  operatingSystem: z.string().nullish(),
  managedDeviceOwnerType: z.string().nullish(),
  managementState: z.string().nullish(),
  managementAgent: z.string().nullish(),
  deviceEnrollmentType: z.string().nullish(),
});
export type Device = z.output<typeof device>;

export const deviceAction = z.enum(['retire', 'wipe']);
type DeviceAction = z.output<typeof deviceAction>;

/**
 * A Windows PC that was joined loses every sign-in with a work account when it is retired, and then takes a local
 * administrator; only one that was merely registered does not (learn.microsoft.com/intune, "Retire or wipe devices").
 */
export const endsSignIn = ({ operatingSystem, deviceEnrollmentType }: Device): boolean =>
  /^windows/i.test(operatingSystem ?? '') && deviceEnrollmentType !== 'userEnrollment';

/** Android that the company manages as a whole, its work profiles on company devices among it. */
const isFullyManaged = ({ managementAgent, managedDeviceOwnerType }: Device): boolean =>
  managementAgent === 'googleCloudDevicePolicyController' && managedDeviceOwnerType === 'company';

/** Intune merely knows of these. */
const isElsewhere = ({ managementAgent }: Device): boolean =>
  /^(eas|configurationManagerClient|jamf|msSense)$/.test(managementAgent ?? '');

const runs = ({ operatingSystem }: Device, system: RegExp): boolean => system.test(operatingSystem ?? '');

/** What Intune takes no such order for, or one that asks for more (learn.microsoft.com/intune, "Device action: retire", "wipe"). */
export function whyByHand(one: Device, action: DeviceAction): string | null {
  if (isElsewhere(one)) return 'is not managed by Intune itself: do it where it is managed.';
  if (runs(one, /^chrome ?os/i))
    return `runs ChromeOS, which Intune only passes orders on to: ${action === 'wipe' ? 'deprovision it, then wipe it,' : 'deprovision it'} in the Intune admin center.`;
  if (runs(one, /^(linux|ubuntu)/i))
    return 'runs Linux, which Intune neither retires nor erases: remove it there by hand.';
  if (action === 'retire') {
    if (isFullyManaged(one)) return 'is fully managed: Intune can only erase it, not retire it.';
    return runs(one, /aosp/i) ? 'runs Android without Google: Intune can only erase it, not retire it.' : null;
  }
  if (runs(one, /^mac/i))
    return 'is a Mac: to erase it takes a six-digit PIN, which somebody must keep. Wipe it in the Intune admin center.';
  const isWithoutWipe = runs(one, /^(tv|vision)os/i) || /^apple.*UserEnrollment/i.test(one.deviceEnrollmentType ?? '');
  return isWithoutWipe ? 'can’t be erased by Intune: retire it in the Intune admin center.' : null;
}
