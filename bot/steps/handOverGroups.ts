import { z } from 'zod';
import { cameLater } from '../engine/cameLater.ts';
import { listOfType } from '../graph/directoryObjects.ts';
import { isMissing } from '../graph/failure.ts';
import { alreadyOut, alreadyThere, harmless, isGone } from '../graph/membership.ts';
import { memberRef, ownerRef, path } from '../graph/path.ts';
import { type Person, personSchema } from '../people/person.ts';
import { entraGroups, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const owned = z.object({
  '@odata.type': z.string(),
  id: z.string(),
  displayName: z.string().nullish(),
  onPremisesSyncEnabled: z.boolean().nullish(),
  isAssignableToRole: z.boolean().nullish(),
  groupTypes: z.array(z.string()).nullish(),
  mailEnabled: z.boolean().nullish(),
  resourceProvisioningOptions: z.array(z.string()).nullish(),
});
const owner = z.object({ id: z.string() });
const handed = z.object({
  id: z.string(),
  name: z.string(),
  /** The successor becomes an owner (and, of a team, a member) first, because nobody else owns it. */
  alone: z.boolean(),
  team: z.boolean(),
  successorOwned: z.boolean(),
  /** Was in the team before. */
  successorMember: z.boolean(),
});
type Handed = z.output<typeof handed>;
const before = z.object({
  groups: z.array(handed),
  successor: personSchema.pick({ id: true, displayName: true }).nullable(),
});

/** A group without an owner is nobody's: the successor is made owner before the last one leaves. */
export const handOverGroups = definePersonStep({
  id: 'hand-over-groups',
  title: 'Hand over groups',
  lasting: true,
  does: 'Makes the successor owner of groups and teams that the person owns alone, then ends the person’s ownership.',
  permissions: ['Directory.Read.All', 'Group.ReadWrite.All'],
  before,

  async preview(context) {
    const { successor } = context.options;
    const { groups, leaves } = await handable(context, successor);
    if (groups.length === 0) return { notNeeded: 'They own no groups that could be handed over.', leaves };
    return {
      before: { groups, successor: successor && { id: successor.id, displayName: successor.displayName } },
      changes: groups.map(({ id, name, alone }) => ({
        says: `“${name}”: owner → not an owner${alone ? `; ${successor?.displayName} becomes owner first` : ''}`,
        touches: alone && successor !== null ? [id, successor.id] : [id],
      })),
      leaves,
    };
  },
  receiver: ({ groups, successor }) => (groups.some(({ alone }) => alone) ? successor : null),
  async run(context, { groups, successor }) {
    const { subject, graph } = context;
    const { groups: owned } = await readOwned(context);
    for (const { id, alone, team } of groups) {
      // Where somebody else ended it meanwhile, the successor is not wanted.
      if (!owned.some((one) => one.id === id) || (await isGone(graph, id))) continue;
      if (alone && successor !== null) {
        const reference = graph.reference(path`/users/${successor.id}`);
        await harmless(alreadyThere, () => graph.post(path`/groups/${id}/owners/$ref`, reference));
        if (team) await harmless(alreadyThere, () => graph.post(path`/groups/${id}/members/$ref`, reference));
      }
      await harmless(alreadyOut, () => graph.delete(ownerRef(id, subject.id)));
    }
  },
  async verify(context, { groups, successor }) {
    const still: string[] = [];
    const orphaned: string[] = [];
    for (const { id, name } of groups) {
      if (await isGone(context.graph, id)) continue;
      const owners = await ownersOf(context, id);
      if (owners.includes(context.subject.id)) still.push(`“${name}”`);
      else if (owners.length === 0) orphaned.push(`“${name}”`);
    }
    if (still.length > 0) return { notYet: `Still an owner of ${still.join(', ')}.` };
    if (orphaned.length > 0) return { notYet: `No owner is to be seen yet for ${orphaned.join(', ')}.` };
    const later = (await handable(context, successor, groups)).groups.length;
    const done = groups.length === 1 ? '1 group is handed over.' : `${groups.length} groups are handed over.`;
    return { proved: `${done}${cameLater(later, 'group')}` };
  },
  byHand(subject, { successor }) {
    return {
      who: who.groupsAdmin,
      ...entraGroups,
      clicks: [
        `Find the groups that ${subject.displayName} owns.`,
        `Owners: add ${successor?.displayName ?? 'a new owner'} first.`,
        `Then remove ${subject.displayName}.`,
      ],
      command: null,
    };
  },
  async undo({ subject, graph }, { groups, successor }) {
    for (const { id, alone, team, successorOwned, successorMember } of groups) {
      if (await isGone(graph, id)) continue;
      const reference = graph.reference(path`/users/${subject.id}`);
      await harmless(alreadyThere, () => graph.post(path`/groups/${id}/owners/$ref`, reference));
      if (!alone || successor === null) continue;
      if (!successorOwned) await harmless(alreadyOut, () => graph.delete(ownerRef(id, successor.id)));
      if (team && !successorMember) await harmless(alreadyOut, () => graph.delete(memberRef(id, successor.id)));
    }
  },
});

/** What they own that Signoff may hand over, and what it may not, in words. */
async function readOwned({ subject, graph, untouchable }: ReadContext) {
  const all = await graph.list(path`/users/${subject.id}/ownedObjects`, owned);
  const groups: z.output<typeof owned>[] = [];
  const leaves: string[] = [];
  for (const one of all.sort((a, b) => a.id.localeCompare(b.id))) {
    const name = nameOf(one);
    // Those that give roles are for remove-directory-roles.
    if (one['@odata.type'] !== '#microsoft.graph.group' || one.isAssignableToRole) continue;
    if (untouchable.groups.includes(one.id)) {
      leaves.push(
        `Owns “${name}”, which decides who may use Signoff: choose who owns it, and change that in the Entra admin center.`,
      );
    } else if (one.onPremisesSyncEnabled || (one.mailEnabled && !one.groupTypes?.includes('Unified'))) {
      leaves.push(
        `Owns “${name}”, which is managed ${one.onPremisesSyncEnabled ? 'in the on-premises directory' : 'in Exchange'}: hand it over there.`,
      );
    } else groups.push(one);
  }
  return { groups, leaves };
}

/** Each of them with who owns it besides; `known` ones are left out. */
async function handable(context: ReadContext, successor: Pick<Person, 'id'> | null, known: Handed[] = []) {
  const { groups: all, leaves } = await readOwned(context);
  const others = all.filter(({ id }) => !known.some((one) => one.id === id));
  const joined = others.length === 0 ? new Set<string>() : await groupsOf(context, successor);
  const groups: Handed[] = [];
  for (const one of others) {
    const owners = (await ownersOf(context, one.id)).filter((id) => id !== context.subject.id);
    if (owners.length === 0 && successor === null) {
      leaves.push(`Owns “${nameOf(one)}” alone: choose a successor, or find it another owner.`);
      continue;
    }
    groups.push({
      id: one.id,
      name: nameOf(one),
      alone: owners.length === 0,
      team: one.resourceProvisioningOptions?.includes('Team') === true,
      successorOwned: owners.includes(successor?.id ?? ''),
      successorMember: joined.has(one.id),
    });
  }
  return { groups, leaves };
}

const nameOf = ({ id, displayName }: z.output<typeof owned>): string => displayName ?? id;

async function groupsOf({ graph }: ReadContext, person: Pick<Person, 'id'> | null): Promise<Set<string>> {
  if (person === null) return new Set();
  try {
    const groups = await listOfType(graph, 'group', `${path`/users/${person.id}/memberOf`}?$select=id&$top=999`, owner);
    return new Set(groups.map(({ id }) => id));
  } catch (error) {
    // A successor who is gone by now is in no group, and must not hold up the whole stage.
    if (isMissing(error)) return new Set();
    throw error;
  }
}

/** People only: an app as owner is no one to turn to, and does not count for Microsoft 365 either. */
async function ownersOf({ graph }: ReadContext, groupId: string): Promise<string[]> {
  return (await listOfType(graph, 'user', path`/groups/${groupId}/owners?$select=id`, owner)).map(({ id }) => id);
}
