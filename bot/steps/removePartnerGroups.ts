import { z } from 'zod';
import { hours } from '../clock.ts';
import { groupsOf } from '../graph/groups.ts';
import { tenAtATime } from '../graph/inParts.ts';
import { alreadyOut, whyNotRemovable } from '../graph/membership.ts';
import { memberRef, path } from '../graph/path.ts';
import { entraGroups, who } from '../partners/places.ts';
import { definePartnerSweep, type Found } from '../partners/sweep.ts';
import { theirPeople } from '../partners/theirs.ts';

const membership = z.object({
  groupId: z.string(),
  group: z.string(),
  memberId: z.string(),
  member: z.string(),
});
type Membership = z.output<typeof membership>;

export const removePartnerGroups = definePartnerSweep<Membership>({
  id: 'remove-partner-groups',
  title: 'Remove group memberships',
  does: 'Takes the partner’s people out of groups and teams, and says which groups Graph can’t change.',
  permissions: ['Directory.Read.All', 'GroupMember.ReadWrite.All'],
  takes: { usually: 'within minutes', atMost: hours(1) },
  item: membership,
  none: 'Their people are in no group that this step could take them out of.',
  nouns: ['membership', 'memberships'],
  done: ['was ended', 'were ended'],
  async find(context): Promise<Found<Membership>> {
    const { graph, access } = context;
    const all = await tenAtATime(await theirPeople(context), async ({ id, name }) =>
      (await groupsOf(graph, id)).map((group) => ({ group, id, name, why: whyNotRemovable(group, access) })),
    );
    const named = all
      .flat()
      .map(({ group, ...rest }) => ({ ...rest, groupId: group.id, group: group.displayName ?? group.id }));
    return {
      items: named
        .filter(({ why }) => why === null)
        .map(({ groupId, group, id, name }) => ({ groupId, group, memberId: id, member: name }))
        .sort((a, b) => `${a.group} ${a.member}`.localeCompare(`${b.group} ${b.member}`, 'en')),
      leaves: [...new Set(named.flatMap(({ why, group }) => (why === null ? [] : `“${group}” ${why}`)))].sort(),
    };
  },
  key: ({ groupId, memberId }) => `${groupId} ${memberId}`,
  says: ({ group, member }) => `Group “${group}”: ${member} a member → not a member`,
  name: ({ group, member }) => `${member} in “${group}”`,
  remove: ({ groupId, memberId }) => ({ method: 'DELETE', path: memberRef(groupId, memberId) }),
  alreadyGone: alreadyOut,
  restore: ({ groupId, memberId }, { graph }) => ({
    method: 'POST',
    path: path`/groups/${groupId}/members/$ref`,
    body: graph.reference(path`/directoryObjects/${memberId}`),
  }),
  hand: ({ displayName }) => ({
    who: who.groupsAdmin,
    ...entraGroups,
    clicks: [`Find the groups that people of ${displayName} are in.`, 'Members: select them. Remove.'],
    command: null,
  }),
});
