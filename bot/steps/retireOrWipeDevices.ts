import { z } from 'zod';
import { seenSoon } from '../clock.ts';
import { cameLater } from '../engine/cameLater.ts';
import { GraphFailure, isMissing } from '../graph/failure.ts';
import { approvalElsewhere, approvalHeaders, askedFor, atLimit, inIntune } from '../graph/intune.ts';
import { path, quoted } from '../graph/path.ts';
import { type Device, device, deviceAction, endsSignIn, whyByHand } from '../people/managedDevice.ts';
import { intuneDevices, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const ordered = z.object({
  id: z.string(),
  name: z.string(),
  action: deviceAction,
  /** As Intune showed it when this was last ordered: the failure of an earlier order says nothing of this one. */
  state: z.string().nullish(),
});
type Ordered = z.output<typeof ordered>;
const before = z.object({
  devices: z.array(ordered),
  /** Where Intune asks a second administrator (Multi Admin Approval): by device, the code that its order comes again with. */
  approvals: z.record(z.string(), z.string()).default({}),
  /** The ids of those that were left to people: they have not come since. */
  left: z.array(z.string()).default([]),
});

/** Personal devices are only ever retired: what is private on them is not the company's to erase. */
export const retireOrWipeDevices = definePersonStep({
  id: 'retire-or-wipe-devices',
  title: 'Retire or wipe devices',
  does: 'Orders Intune to remove company data from devices, or to erase company devices; personal ones only lose company data. Names those that Intune takes no such order for. To retire a joined Windows PC ends every sign-in to it, so that it takes two approvers as well.',
  permissions: ['DeviceManagementManagedDevices.Read.All', 'DeviceManagementManagedDevices.PrivilegedOperations.All'],
  destructive: true,
  before,

  appliesTo(_subject, { devices }) {
    return devices === 'leave' ? { notNeeded: 'Devices are left as they are.' } : null;
  },
  async preview(context) {
    const wipe = context.options.devices === 'wipe';
    const open = (await managedDevices(context))
      .map((one) => ({ order: order(one, wipe), device: one }))
      .filter(({ order: { action }, device: one }) => !isOrdered(one, action));
    const leaves = open.flatMap(({ order: { name, action }, device: one }) => {
      if (isOrdered(one, 'retire')) return `Device ${name} is being retired already: Intune does not erase it as well.`;
      const why = whyByHand(one, action);
      return why === null ? [] : `Device ${name} ${why}`;
    });
    const planned = open.filter(
      ({ order: { action }, device: one }) => whyByHand(one, action) === null && !isOrdered(one, 'retire'),
    );
    if (planned.length === 0)
      return {
        notNeeded:
          leaves.length === 0
            ? 'Intune manages no devices of theirs, or each has its order already.'
            : 'There is no device that this could be ordered for.',
        leaves,
      };
    const ends = ({ order: { action }, device }: (typeof planned)[number]) =>
      action === 'wipe'
        ? 'everything erased'
        : endsSignIn(device)
          ? 'company data removed, and nobody signs in to it with a work account any more'
          : 'company data removed';
    return {
      before: before.parse({
        devices: planned.map((one) => one.order),
        left: open.filter((one) => !planned.includes(one)).map(({ device: { id } }) => id),
      }),
      changes: planned.map((one) => ({
        says: `Device ${one.order.name}: ${ends(one)}, when it is next online`,
        touches: [one.order.id],
      })),
      leaves,
      destroys: planned.some(({ order: { action }, device }) => action === 'wipe' || endsSignIn(device)),
    };
  },
  async run(context, { devices, approvals: known, left }) {
    // An order whose answer was lost may have reached Intune, which does not show it yet.
    const isClear = async () =>
      (await openOf(context, devices)).every(({ now, ...one }) => hasFailed(now, one)) ? true : null;
    if (context.attempt > 1) await seenSoon(isClear);
    // What Intune refuses for one device must not keep the others.
    const failures: unknown[] = [];
    const waiting: string[] = [];
    const approvals = { ...known };
    const open = await openOf(context, devices);
    const asFound = devices.map((one) => {
      const now = open.find(({ id }) => id === one.id)?.now;
      return now === undefined ? one : { ...one, state: now.managementState };
    });
    if (JSON.stringify(asFound) !== JSON.stringify(devices))
      await context.note({ devices: asFound, approvals: known, left });
    for (const { id, name, action } of open) {
      const body = action === 'wipe' ? { keepEnrollmentData: false, keepUserData: false } : {};
      const headers = approvalHeaders(approvals[id], context.caseName);
      try {
        await context.graph.post(`${path`/deviceManagement/managedDevices/${id}/`}${action}`, body, headers);
      } catch (error) {
        // Gone from Intune is what was wanted.
        if (isMissing(error)) continue;
        const asked = askedFor(error);
        if (asked === null) {
          // A code that leads nowhere is not sent again.
          if (error instanceof GraphFailure && error.kind === 'refused') delete approvals[id];
          failures.push(atLimit(error));
        } else {
          if (asked.code !== null) approvals[id] = asked.code;
          waiting.push(name);
        }
      }
    }
    if (JSON.stringify(approvals) !== JSON.stringify(known)) await context.note({ devices: asFound, approvals, left });
    if (failures.length > 0) throw failures[0];
    if (waiting.length > 0) throw approvalElsewhere(waiting);
  },
  async verify(context, { devices, left }) {
    const now = new Map((await managedDevices(context)).map((one) => [one.id, one]));
    const failed = devices.filter((one) => hasFailed(now.get(one.id), one));
    if (failed.length > 0)
      return {
        refuted: `Intune reports that it failed for ${namesOf(failed)}. Retry, or do it in the Intune admin center.`,
      };
    const blind = devices.filter(({ id }) => now.has(id) && now.get(id)?.managementState == null);
    if (blind.length > 0)
      return {
        notYet: `Intune does not show what became of ${namesOf(blind)}: see Device actions status in the Intune admin center.`,
      };
    const open = devices.filter(({ id, action }) => now.has(id) && !isOrdered(now.get(id), action));
    if (open.length > 0) return { notYet: `Intune has no order yet for ${namesOf(open)}.` };
    const done = devices.filter(({ id }) => !now.has(id)).length;
    const waiting = devices.length - done;
    const known = [...devices.map(({ id }) => id), ...left];
    const later = [...now.values()].filter((one) => !isOrdered(one, 'retire') && !known.includes(one.id));
    const words = [
      done > 0 ? `${done} done.` : '',
      waiting > 0 ? `${waiting} ordered; the device obeys when it is next online.` : '',
    ].filter(Boolean);
    const told = `${words.join(' ')}${cameLater(later.length, 'device')}`;
    return waiting > 0 ? { ordered: told } : { proved: told };
  },
  byHand(subject, { devices }) {
    const action = devices === 'wipe' ? 'Wipe company devices; Retire personal ones.' : 'Retire.';
    return {
      who: who.intuneAdmin,
      ...intuneDevices,
      clicks: [`Search for ${subject.userPrincipalName}.`, `Open each device: ${action}`],
      command: null,
    };
  },
  cannotUndo: 'What was erased is gone; a device that was retired or wiped is enrolled anew.',
});

/** A device that is erased loses what is the company's too; one that is merely retired keeps the rest. */
const isOrdered = (one: Device | undefined, action: Ordered['action']): boolean =>
  (action === 'wipe'
    ? /^(wipe(Pending|Issued)|deletePending)$/i
    : /^((retire|wipe)(Pending|Issued)|deletePending)$/i
  ).test(one?.managementState ?? '');

const hasFailed = (one: Device | undefined, { action, state }: Ordered): boolean =>
  one?.managementState !== state &&
  (action === 'wipe' ? /^wipe(Failed|Canceled)$/i : /(Failed|Canceled)$/i).test(one?.managementState ?? '');

const namesOf = (some: Ordered[]): string => some.map(({ name }) => name).join(', ');

/** Those of the plan that Intune still manages and has no order for. */
async function openOf(context: ReadContext, devices: Ordered[]): Promise<(Ordered & { now: Device })[]> {
  const now = new Map((await managedDevices(context)).map((one) => [one.id, one]));
  return devices.flatMap((one) => {
    const found = now.get(one.id);
    return found === undefined || isOrdered(found, one.action) ? [] : [{ ...one, now: found }];
  });
}

function order(one: Device, wipe: boolean): Ordered {
  const company = one.managedDeviceOwnerType === 'company';
  const kind = [one.operatingSystem, company ? 'company' : 'personal'].filter(Boolean).join(', ');
  return {
    id: one.id,
    name: `${one.deviceName ?? 'without a name'} (${kind})`,
    action: wipe && company ? 'wipe' : 'retire',
    state: one.managementState,
  };
}

async function managedDevices({ subject, graph }: ReadContext): Promise<Device[]> {
  const filter = `userId eq ${quoted(subject.id)}`;
  const found = await inIntune(() =>
    graph.list(
      path`/deviceManagement/managedDevices?$filter=${filter}&$select=${Object.keys(device.shape).join(',')}`,
      device,
    ),
  );
  // Graph has answered with everybody's devices, as if there were no filter (microsoft-graph-explorer-v4 #3125).
  return found.filter(({ userId }) => userId === subject.id).sort((a, b) => a.id.localeCompare(b.id));
}
