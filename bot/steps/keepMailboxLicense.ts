import { z } from 'zod';
import { hours } from '../clock.ts';
import { cameLater } from '../engine/cameLater.ts';
import type { GraphReader } from '../graph/graph.ts';
import {
  type LicenseAssignment,
  type LicenseAtRisk,
  licensesAtRisk,
  readAssignedLicenses,
  readLicensesAndGroups,
} from '../graph/licenses.ts';
import { path } from '../graph/path.ts';
import { adminCenterUser, who } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

const license = z.object({ skuId: z.string(), name: z.string(), disabledPlans: z.array(z.string()) });
const user = z.object({ usageLocation: z.string().nullish() });

/**
 * A dynamic group lets go of somebody when its rule no longer fits, and their mailbox goes with its license. A license that
 * comes through a group is held directly as well without another seat; `remove-licenses` takes it back with the others.
 */
export const keepMailboxLicense = definePersonStep({
  id: 'keep-mailbox-license',
  title: 'Keep the mailbox’s license for now',
  does: 'Assigns directly, until licenses are released, what a dynamic group would take away when somebody leaves.',
  permissions: ['Directory.Read.All', 'LicenseAssignment.ReadWrite.All'],
  takes: { usually: 'within minutes', atMost: hours(1) },
  before: z.object({ licenses: z.array(license) }),

  async preview({ subject, graph }) {
    const { atRisk } = await readLicenses(graph, subject.id);
    if (atRisk.length === 0)
      return { notNeeded: 'No license of the mailbox hangs on a rule that may drop whoever leaves.' };
    const { usageLocation } = await graph.read(path`/users/${subject.id}?$select=usageLocation`, user);
    if (!usageLocation) {
      return {
        byHand: `${atRisk.map(whyAtRisk).join('; ')}. Signoff can’t assign it directly, because no usage location is set.`,
      };
    }
    return {
      before: { licenses: atRisk.map(({ skuId, name, disabledPlans }) => ({ skuId, name, disabledPlans })) },
      changes: atRisk.map((one) => ({
        says: `License ${one.name}: assigned directly for now, because ${whyAtRisk(one)}`,
        touches: [one.skuId],
      })),
    };
  },
  async run({ subject, graph }, { licenses }) {
    const held = direct(await readAssignedLicenses(graph, subject.id));
    const addLicenses = licenses
      .filter(({ skuId }) => !held.has(skuId))
      .map(({ skuId, disabledPlans }) => ({ skuId, disabledPlans }));
    if (addLicenses.length === 0) return;
    await graph.post(path`/users/${subject.id}/assignLicense`, { addLicenses, removeLicenses: [] });
  },
  async verify({ subject, graph }, { licenses }) {
    const { held, atRisk: later } = await readLicenses(graph, subject.id);
    const missing = licenses.filter(({ skuId }) => !direct(held).has(skuId));
    if (missing.length > 0)
      return { notYet: `Not assigned directly yet: ${missing.map(({ name }) => name).join(', ')}.` };
    const done = `Assigned directly: ${licenses.map(({ name }) => name).join(', ')}.`;
    return { proved: `${done}${cameLater(later.length, 'license at risk', 'licenses at risk')}` };
  },
  byHand(subject) {
    return {
      who: who.licenseAdmin,
      ...adminCenterUser(subject),
      clicks: [
        'Licenses and apps: select a location.',
        'Clear the license that comes through the group and select it again, so that it is assigned directly.',
        'Save changes.',
      ],
      command: null,
    };
  },
  async undo({ subject, graph }, { licenses }) {
    const held = direct(await readAssignedLicenses(graph, subject.id));
    const removeLicenses = licenses.map(({ skuId }) => skuId).filter((skuId) => held.has(skuId));
    if (removeLicenses.length === 0) return;
    await graph.post(path`/users/${subject.id}/assignLicense`, { addLicenses: [], removeLicenses });
  },
});

async function readLicenses(graph: GraphReader, userId: string) {
  const { held, groups } = await readLicensesAndGroups(graph, userId);
  return { held, atRisk: licensesAtRisk(held, groups) };
}

const whyAtRisk = ({ name, groupName, onBlock }: LicenseAtRisk): string =>
  onBlock
    ? `“${groupName}” drops ${name}, and the mailbox with it, once sign-in is blocked`
    : `the rule of “${groupName}” may drop ${name}, and the mailbox with it, when somebody leaves`;

const direct = (held: readonly LicenseAssignment[]): Set<string> =>
  new Set(held.filter(({ groupId }) => groupId === null).map(({ skuId }) => skuId));
