import { z } from 'zod';
import { hours } from '../clock.ts';
import { listOfType } from '../graph/directoryObjects.ts';
import { groupsOf } from '../graph/groups.ts';
import { tenAtATime } from '../graph/inParts.ts';
import { alreadyOut, whyNotRemovable } from '../graph/membership.ts';
import { memberRef, ownerRef, path } from '../graph/path.ts';
import { entraGroups, who } from './places.ts';
import type { PartnerStep, ReadContext } from './step.ts';
import { definePartnerSweep, type Found } from './sweep.ts';
import { theirPeople } from './theirs.ts';

const place = z.object({
  groupId: z.string(),
  group: z.string(),
  personId: z.string(),
  person: z.string(),
  as: z.enum(['member', 'owner']),
});
type Place = z.output<typeof place>;

const owned = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  isAssignableToRole: z.boolean().nullish(),
});

interface Named {
  id: string;
  title: string;
  does: string;
  permissions: readonly string[];
  none: string;
}

/** @param givesRoles groups that directory roles can be assigned to, with their owners; else all others */
export function defineGroupSweep(givesRoles: boolean, named: Named): PartnerStep {
  return definePartnerSweep<Place>({
    ...named,
    takes: { usually: 'within minutes', atMost: hours(1) },
    item: place,
    nouns: ['place in a group', 'places in groups'],
    done: ['was ended', 'were ended'],
    find: (context) => findPlaces(context, givesRoles),
    key: ({ groupId, personId, as }) => `${groupId} ${personId} ${as}`,
    says: ({ group, person, as }) => `Group “${group}”: ${person} ${as} → not ${as}`,
    name: ({ group, person }) => `${person} in “${group}”`,
    remove: ({ groupId, personId, as }) => ({
      method: 'DELETE',
      path: as === 'owner' ? ownerRef(groupId, personId) : memberRef(groupId, personId),
    }),
    alreadyGone: alreadyOut,
    restore: ({ groupId, personId, as }, { graph }) => ({
      method: 'POST',
      path: as === 'owner' ? path`/groups/${groupId}/owners/$ref` : path`/groups/${groupId}/members/$ref`,
      body: graph.reference(as === 'owner' ? path`/users/${personId}` : path`/directoryObjects/${personId}`),
    }),
    hand: ({ displayName }) => ({
      who: givesRoles ? who.roleAdmin : who.groupsAdmin,
      ...entraGroups,
      clicks: [
        `Find the groups that people of ${displayName} are in${givesRoles ? ', or own, and that roles can be assigned to' : ''}.`,
        `Members${givesRoles ? ' and owners' : ''}: select them. Remove.`,
      ],
      command: null,
    }),
  });
}

async function findPlaces(context: ReadContext, givesRoles: boolean): Promise<Found<Place>> {
  const { graph, access } = context;
  const people = await theirPeople(context);
  const memberships = (
    await tenAtATime(people, async ({ id, name }) =>
      (
        await groupsOf(graph, id)
      )
        .filter((group) => (group.isAssignableToRole === true) === givesRoles)
        .map((group) => ({
          place: {
            groupId: group.id,
            group: group.displayName ?? group.id,
            personId: id,
            person: name,
            as: 'member' as const,
          },
          why: whyNotRemovable(group, access),
        })),
    )
  ).flat();
  const ownerships = givesRoles ? await tenAtATime(people, (one) => roleGroupsOwnedBy(context, one)) : [];
  return {
    items: [...memberships.flatMap(({ place: one, why }) => (why === null ? [one] : [])), ...ownerships.flat()].sort(
      (a, b) => `${a.group} ${a.person} ${a.as}`.localeCompare(`${b.group} ${b.person} ${b.as}`, 'en'),
    ),
    leaves: [
      ...new Set(memberships.flatMap(({ place: { group }, why }) => (why === null ? [] : `“${group}” ${why}`))),
    ].sort(),
  };
}

/** Whoever owns such a group gives its roles to whom they like, and is as protected as its members. */
async function roleGroupsOwnedBy({ graph }: ReadContext, { id, name }: { id: string; name: string }): Promise<Place[]> {
  const all = await listOfType(
    graph,
    'group',
    path`/users/${id}/ownedObjects?$select=id,displayName,isAssignableToRole`,
    owned,
  );
  return all
    .filter(({ isAssignableToRole }) => isAssignableToRole === true)
    .map((one) => ({ groupId: one.id, group: one.displayName ?? one.id, personId: id, person: name, as: 'owner' }));
}
