import { z } from 'zod';
import { hours } from '../clock.ts';
import { cameLater } from '../engine/cameLater.ts';
import { AppError } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import {
  type HeldLicense,
  type LicenseAssignment,
  licensesAtRisk,
  readAssignedLicenses,
  readLicensesAndGroups,
} from '../graph/licenses.ts';
import { mailboxPurpose } from '../graph/mailboxes.ts';
import { alreadyOut, isList, joinGroups, whyNotRemovable } from '../graph/membership.ts';
import { memberRef, path } from '../graph/path.ts';
import { isDeleted } from '../people/endState.ts';
import { keptLicenses } from '../people/keptLicenses.ts';
import { adminCenterUser, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const before = z.object({
  direct: z.array(
    z.object({
      skuId: z.string(),
      name: z.string(),
      disabledPlans: z.array(z.string()),
      /** Is to be assigned in between, by `keep-mailbox-license`. */
      toCome: z.boolean().default(false),
    }),
  ),
  groups: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      licenses: z.array(z.string()),
      /** A mail-enabled security group: Exchange takes people out of it. */
      byExchange: z.boolean(),
    }),
  ),
  /** What was there and stays, because it is kept or left to people. */
  stays: z.array(z.object({ skuId: z.string(), groupId: z.string().nullable() })),
});
type Before = z.output<typeof before>;

/** Comes last among the changes to a kept account: a mailbox without a license is deleted after 30 days. */
export const removeLicenses = definePersonStep({
  id: 'remove-licenses',
  title: 'Remove licenses',
  endsWithSubject: true,
  does: 'Takes back licenses, both direct ones and those that come through a group.',
  permissions: [
    'Directory.Read.All',
    'LicenseAssignment.ReadWrite.All',
    'GroupMember.ReadWrite.All',
    'MailboxSettings.Read',
  ],
  takes: { usually: 'within minutes, and within a day where a group brings a license', atMost: hours(24) },
  before,

  async preview(context) {
    const { leaves, warns, ...before } = await readLicenses(context);
    const { direct, groups } = before;
    if (direct.length + groups.length === 0)
      return { notNeeded: 'There are no licenses that could be taken back.', leaves, warns };
    return {
      before,
      changes: [
        ...direct.map(({ skuId, name, toCome }) => ({
          says: `License ${name}${toCome ? ', once it is assigned directly' : ''}: removed`,
          touches: [skuId],
          binds: `License ${name}: removed`,
        })),
        ...groups.map(({ id, name, licenses }) => ({
          says: `License ${licenses.join(', ')}, through the group “${name}”: removed by leaving the group`,
          touches: [id],
        })),
      ],
      leaves,
      warns,
    };
  },
  async requireReady({ subject, options, graph }) {
    if (options.endState === 'shared' && (await mailboxPurpose(graph, subject.id)) === 'user') {
      throw new AppError(
        'not-converted',
        'The mailbox is not shared yet, and would be lost with its license. Convert it and retry, or skip this step.',
      );
    }
  },
  async run({ subject, graph, exchange }, { direct, groups }) {
    const held = await directSkus(subject.id, graph);
    const removeLicenses = direct.map(({ skuId }) => skuId).filter((skuId) => held.has(skuId));
    if (removeLicenses.length > 0) {
      try {
        await graph.post(path`/users/${subject.id}/assignLicense`, { addLicenses: [], removeLicenses });
      } catch (error) {
        if (!notHeld(error)) throw error;
      }
    }
    for (const { id, byExchange } of groups) {
      if (byExchange) {
        await exchange.leaveGroup(id, subject.id);
        continue;
      }
      try {
        await graph.delete(memberRef(id, subject.id));
      } catch (error) {
        if (!(error instanceof Error) || !alreadyOut(error)) throw error;
      }
    }
  },
  async verify({ subject, graph }, before) {
    const { direct, groups, stays } = before;
    const held = await readAssignedLicenses(graph, subject.id);
    const still = held.filter((one) => isTaken(one, before));
    if (still.length > 0)
      return { notYet: `${still.length === 1 ? 'A license is' : `${still.length} licenses are`} still there.` };
    const taken =
      direct.filter(({ toCome }) => !toCome).length + groups.reduce((sum, { licenses }) => sum + licenses.length, 0);
    const later = held.filter(
      ({ skuId, groupId }) => !stays.some((one) => one.skuId === skuId && one.groupId === groupId),
    );
    const done = `${taken === 1 ? '1 license was' : `${taken} licenses were`} taken back.`;
    return { proved: `${done}${cameLater(later.length, 'license')}` };
  },
  byHand(subject) {
    return {
      who: who.licenseAdmin,
      ...adminCenterUser(subject),
      clicks: [
        'Licenses and apps: clear every license.',
        'Save changes.',
        'Groups: leave the groups that bring licenses.',
      ],
      command: null,
    };
  },
  async undo({ subject, graph, exchange }, { direct, groups }) {
    const held = await directSkus(subject.id, graph);
    const addLicenses = direct
      .filter(({ skuId, toCome }) => !toCome && !held.has(skuId))
      .map(({ skuId, disabledPlans }) => ({ skuId, disabledPlans }));
    if (addLicenses.length > 0)
      await graph.post(path`/users/${subject.id}/assignLicense`, { addLicenses, removeLicenses: [] });
    await joinGroups(
      graph,
      subject.id,
      groups.filter(({ byExchange }) => !byExchange).map(({ id }) => id),
    );
    for (const { id } of groups.filter(({ byExchange }) => byExchange)) await exchange.joinGroup(id, subject.id);
  },
});

const isTaken = ({ skuId, groupId }: LicenseAssignment, { direct, groups }: Omit<Before, 'stays'>): boolean =>
  groupId === null ? direct.some((one) => one.skuId === skuId) : groups.some(({ id }) => id === groupId);

/** An old read may still name licenses that are gone. Whether all of them are is for `verify` to say. */
const notHeld = (error: unknown): boolean =>
  error instanceof GraphFailure && /does not have a corresponding license/.test(error.text);

async function directSkus(userId: string, graph: ReadContext['graph']): Promise<Set<string>> {
  const held = await readAssignedLicenses(graph, userId);
  return new Set(held.filter(({ groupId }) => groupId === null).map(({ skuId }) => skuId));
}

/** Whether nothing keeps the mailbox once this is done; of an account that is deleted, the deletion says so itself. */
async function losesMailbox({ subject, options, graph }: ReadContext): Promise<boolean> {
  if (options.endState !== 'keep' || options.hold) return false;
  return (await mailboxPurpose(graph, subject.id)) === 'user';
}

async function readLicenses(context: ReadContext): Promise<Before & { leaves: string[]; warns: string[] }> {
  const { subject, access, graph } = context;
  const { held: seen, groups: bringing } = await readLicensesAndGroups(graph, subject.id);
  const toCome = licensesAtRisk(seen, bringing).map((one) => ({ ...one, groupId: null }));
  const held: HeldLicense[] = [...seen, ...toCome];
  const leaves: string[] = [];
  const { kept, why } = await keptLicenses(context, held);
  const warns: string[] = [];
  // What goes with the account costs no longer.
  if (why !== null) (isDeleted(context.options) ? leaves : warns).push(why);
  const taken = held.filter((one) => !kept.includes(one));
  const direct = taken
    .filter(({ groupId }) => groupId === null)
    .map(({ skuId, name, disabledPlans }) => ({
      skuId,
      name,
      disabledPlans,
      toCome: toCome.some((one) => one.skuId === skuId),
    }));
  const groups: Before['groups'] = [];
  for (const id of [...new Set(taken.flatMap(({ groupId }) => groupId ?? []))].sort()) {
    // Leaving the group would take the kept license along.
    if (kept.some(({ groupId }) => groupId === id)) {
      const along = taken.filter(({ groupId }) => groupId === id).map(({ name }) => name);
      if (along.length > 0) leaves.push(`${along.sort().join(', ')} stays too: it comes through the same group.`);
      continue;
    }
    const found = bringing.find((one) => one.id === id);
    if (found === undefined) continue;
    const licenses = taken
      .filter(({ groupId }) => groupId === id)
      .map(({ name }) => name)
      .sort();
    const name = found.displayName ?? id;
    // To pass over its managers takes as much as a hold does.
    const byExchange = isList(found) && !found.onPremisesSyncEnabled && access.exchange.has('hold');
    const why = byExchange ? null : whyNotRemovable(found, access);
    if (why !== null) leaves.push(`${licenses.join(', ')} comes through “${name}”, which ${why}`);
    else groups.push({ id, name, licenses, byExchange });
  }
  const stays = held
    .filter((one) => !isTaken(one, { direct, groups }))
    .map(({ skuId, groupId }) => ({ skuId, groupId }));
  const ofMailbox = held.filter(({ exchange }) => exchange.size > 0);
  const isEveryOne = ofMailbox.length > 0 && ofMailbox.every((one) => isTaken(one, { direct, groups }));
  if (isEveryOne && (await losesMailbox(context)))
    warns.push('The mailbox is not kept: it is lost for good 30 days after its license is removed.');
  return { direct, groups, stays, leaves, warns };
}
