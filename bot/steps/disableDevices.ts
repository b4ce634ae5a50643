import { z } from 'zod';
import { cameLater } from '../engine/cameLater.ts';
import { isMissing } from '../graph/failure.ts';
import type { Graph } from '../graph/graph.ts';
import { path } from '../graph/path.ts';
import { entraDevices, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const listed = z.object({
  '@odata.type': z.string(),
  id: z.string(),
  displayName: z.string().nullish(),
  operatingSystem: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
  trustType: z.string().nullish(),
  profileType: z.string().nullish(),
});
const before = z.object({ devices: z.array(z.object({ id: z.string(), name: z.string() })) });

/** Disabled, not deleted: a deleted device takes its BitLocker keys along. */
export const disableDevices = definePersonStep({
  id: 'disable-devices',
  title: 'Disable devices',
  does: 'Disables the person’s devices in Entra, so that they no longer count as trusted.',
  permissions: ['User.Read.All', 'Device.ReadWrite.All'],
  before,

  async preview(context) {
    const { devices, leaves } = await enabledDevices(context);
    if (devices.length === 0)
      return {
        notNeeded: leaves.length === 0 ? 'There are no enabled devices.' : 'There are no devices to disable here.',
        leaves,
      };
    return {
      before: { devices },
      changes: devices.map(({ id, name }) => ({ says: `Device ${name}: enabled → disabled`, touches: [id] })),
      leaves,
    };
  },
  async run(context, { devices }) {
    const enabled = await enabledDevices(context);
    for (const { id } of enabled.devices.filter(isAmong(devices)))
      await change(context.graph, id, { accountEnabled: false });
  },
  async verify(context, { devices }) {
    const { devices: enabled } = await enabledDevices(context);
    const still = enabled.filter(isAmong(devices));
    if (still.length > 0) return { notYet: `Still enabled: ${still.map(({ name }) => name).join(', ')}.` };
    const done = devices.length === 1 ? '1 device is disabled.' : `${devices.length} devices are disabled.`;
    return { proved: `${done}${cameLater(enabled.length, 'device')}` };
  },
  byHand(subject) {
    return {
      who: who.deviceAdmin,
      ...entraDevices,
      clicks: [`Filter by owner: ${subject.userPrincipalName}.`, 'Select every device.', 'Disable.'],
      command: null,
    };
  },
  async undo({ graph }, { devices }) {
    for (const { id } of devices) await change(graph, id, { accountEnabled: true });
  },
});

const isAmong =
  (devices: { id: string }[]) =>
  ({ id }: { id: string }): boolean =>
    devices.some((one) => one.id === id);

/** One that was deleted meanwhile is neither trusted nor to be put back. */
async function change(graph: Graph, id: string, to: { accountEnabled: boolean }): Promise<void> {
  try {
    await graph.patch(path`/devices/${id}`, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

type Listed = z.output<typeof listed>;
type Enabled = { devices: { id: string; name: string }[]; leaves: string[] };

async function enabledDevices({ subject, graph }: ReadContext): Promise<Enabled> {
  const [registered, owned] = await Promise.all([
    graph.list(path`/users/${subject.id}/registeredDevices`, listed),
    graph.list(path`/users/${subject.id}/ownedDevices`, listed),
  ]);
  const enabled = [...new Map([...registered, ...owned].map((one) => [one.id, one])).values()]
    .filter((one) => one['@odata.type'] === '#microsoft.graph.device' && one.accountEnabled !== false)
    .sort((a, b) => a.id.localeCompare(b.id));
  return {
    devices: enabled.filter((one) => whyNot(one) === null).map((one) => ({ id: one.id, name: nameOf(one) })),
    leaves: enabled.flatMap((one) => whyNot(one) ?? []),
  };
}

const nameOf = ({ displayName, operatingSystem }: Listed): string =>
  [displayName ?? 'without a name', operatingSystem ? `(${operatingSystem})` : ''].join(' ').trim();

/** Why a device is left alone, in a sentence (learn.microsoft.com/entra/identity/devices/manage-stale-devices). */
function whyNot(one: Listed): string | null {
  if (one.trustType === 'ServerAd')
    return `Device ${nameOf(one)} is joined to the on-premises directory: disable it there.`;
  // Nobody could sign in to it any more.
  if (one.profileType === 'Shared') return `Device ${nameOf(one)} is shared with others: it goes on working for them.`;
  return null;
}
