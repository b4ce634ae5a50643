import { z } from 'zod';
import { defineStep, type ReadContext } from '../engine/step.ts';
import { GraphFailure } from '../graph/failure.ts';
import { alreadyOut, joinGroups, membershipRules, whyNotRemovable } from '../graph/membership.ts';
import { memberRef, path } from '../graph/path.ts';
import { skuName } from '../graph/skuNames.ts';

const holder = z.object({
  licenseAssignmentStates: z.array(
    z.object({ skuId: z.string(), assignedByGroup: z.string().nullish(), disabledPlans: z.array(z.string()) }),
  ),
});
const sku = z.object({ skuId: z.string(), skuPartNumber: z.string() });
const group = membershipRules.extend({ id: z.string(), displayName: z.string().nullable() });
const select = Object.keys(group.shape).join(',');
const before = z.object({
  direct: z.array(z.object({ skuId: z.string(), name: z.string(), disabledPlans: z.array(z.string()) })),
  groups: z.array(z.object({ id: z.string(), name: z.string(), licenses: z.array(z.string()) })),
});

/** Comes last among the changes to a kept account: a mailbox without a license is deleted after 30 days. */
export const removeLicenses = defineStep({
  id: 'remove-licenses',
  title: 'Remove licenses',
  does: 'Takes back licenses, both direct ones and those that come through a group.',
  permissions: ['Directory.Read.All', 'LicenseAssignment.ReadWrite.All', 'GroupMember.ReadWrite.All'],
  before,

  async preview(context) {
    const { direct, groups, leaves } = await readLicenses(context);
    if (direct.length + groups.length === 0)
      return leaves.length === 0 ? { notNeeded: 'There are no licenses.' } : { byHand: leaves.join(' ') };
    return {
      before: { direct, groups },
      changes: [
        ...direct.map(({ name }) => `License ${name}: removed`),
        ...groups.map(
          ({ name, licenses }) =>
            `License ${licenses.join(', ')}, through the group “${name}”: removed by leaving the group`,
        ),
      ],
      touches: [...direct.map(({ skuId }) => skuId), ...groups.map(({ id }) => id)],
      leaves,
    };
  },
  async run({ subject, graph }, { direct, groups }) {
    const held = await directSkus(subject.id, graph);
    const removeLicenses = direct.map(({ skuId }) => skuId).filter((skuId) => held.has(skuId));
    if (removeLicenses.length > 0) {
      try {
        await graph.post(path`/users/${subject.id}/assignLicense`, { addLicenses: [], removeLicenses });
      } catch (error) {
        if (!notHeld(error)) throw error;
      }
    }
    for (const { id } of groups) {
      try {
        await graph.delete(memberRef(id, subject.id));
      } catch (error) {
        if (!(error instanceof Error) || !alreadyOut(error)) throw error;
      }
    }
  },
  async verify({ subject, graph }, { direct, groups }) {
    const { licenseAssignmentStates: states } = await graph.read(
      path`/users/${subject.id}?$select=licenseAssignmentStates`,
      holder,
    );
    const still = states.filter(({ skuId, assignedByGroup }) =>
      assignedByGroup == null
        ? direct.some((one) => one.skuId === skuId)
        : groups.some(({ id }) => id === assignedByGroup),
    );
    if (still.length > 0)
      return { notYet: `${still.length === 1 ? 'A license is' : `${still.length} licenses are`} still there.` };
    const taken = direct.length + groups.reduce((sum, { licenses }) => sum + licenses.length, 0);
    return { proved: `${taken === 1 ? '1 license was' : `${taken} licenses were`} taken back.` };
  },
  async undo({ subject, graph }, { direct, groups }) {
    const held = await directSkus(subject.id, graph);
    const addLicenses = direct
      .filter(({ skuId }) => !held.has(skuId))
      .map(({ skuId, disabledPlans }) => ({ skuId, disabledPlans }));
    if (addLicenses.length > 0)
      await graph.post(path`/users/${subject.id}/assignLicense`, { addLicenses, removeLicenses: [] });
    await joinGroups(
      graph,
      subject.id,
      groups.map(({ id }) => id),
    );
  },
});

/** An old read may still name licenses that are gone. Whether all of them are is for `verify` to say. */
const notHeld = (error: unknown): boolean =>
  error instanceof GraphFailure && /does not have a corresponding license/.test(error.text);

async function directSkus(userId: string, graph: ReadContext['graph']): Promise<Set<string>> {
  const { licenseAssignmentStates } = await graph.read(path`/users/${userId}?$select=licenseAssignmentStates`, holder);
  return new Set(
    licenseAssignmentStates.filter(({ assignedByGroup }) => assignedByGroup == null).map(({ skuId }) => skuId),
  );
}

async function readLicenses({
  subject,
  access,
  graph,
}: ReadContext): Promise<z.output<typeof before> & { leaves: string[] }> {
  const { licenseAssignmentStates: states } = await graph.read(
    path`/users/${subject.id}?$select=licenseAssignmentStates`,
    holder,
  );
  if (states.length === 0) return { direct: [], groups: [], leaves: [] };
  const names = new Map(
    (await graph.list('/subscribedSkus?$select=skuId,skuPartNumber', sku)).map((one) => [
      one.skuId,
      skuName(one.skuPartNumber),
    ]),
  );
  const nameOf = (skuId: string) => names.get(skuId) ?? skuId;
  const direct = states
    .filter(({ assignedByGroup }) => assignedByGroup == null)
    .map(({ skuId, disabledPlans }) => ({ skuId, name: nameOf(skuId), disabledPlans: [...disabledPlans].sort() }))
    .sort((a, b) => a.skuId.localeCompare(b.skuId));

  const groups: z.output<typeof before>['groups'] = [];
  const leaves: string[] = [];
  const groupIds = [...new Set(states.flatMap(({ assignedByGroup }) => assignedByGroup ?? []))].sort();
  for (const id of groupIds) {
    const found = await graph.find(`${path`/groups/${id}`}?$select=${select}`, group);
    if (found === null) continue;
    const licenses = states
      .filter(({ assignedByGroup }) => assignedByGroup === id)
      .map(({ skuId }) => nameOf(skuId))
      .sort();
    const name = found.displayName ?? id;
    const why = whyNotRemovable(found, access);
    if (why !== null) leaves.push(`${licenses.join(', ')} comes through “${name}”, which ${why}`);
    else groups.push({ id, name, licenses });
  }
  return { direct, groups, leaves };
}
