import { z } from 'zod';
import { minutes } from '../clock.ts';
import { cameLater } from '../engine/cameLater.ts';
import { GraphFailure } from '../graph/failure.ts';
import {
  canSeeActiveGroups,
  canSeeEligibleGroups,
  type GroupAccess,
  type GroupSchedule,
  patiently,
  readActiveGroups,
  readEligibleGroups,
  readPrivilegedGroup,
  scheduleRequests,
} from '../graph/privilegedGroups.ts';
import { privilegedGroups, who } from '../people/places.ts';
import { definePersonStep, type ReadContext, type WriteContext } from '../people/step.ts';

const place = z.object({
  groupId: z.string(),
  accessId: z.enum(['member', 'owner']),
  name: z.string(),
  givesRoles: z.boolean(),
  active: z.boolean(),
});
type Place = z.output<typeof place>;
const before = z.object({ places: z.array(place) });

/** Comes before the roles: whoever may still switch a place on would be back in the group a moment after they left it. */
export const removePrivilegedGroups = definePersonStep({
  id: 'remove-privileged-groups',
  title: 'Remove privileged groups',
  endsWithSubject: true,
  does: 'Ends memberships and ownerships of groups that the person may switch on by themselves, or has switched on for a while (Privileged Identity Management).',
  permissions: [
    'Directory.Read.All',
    canSeeEligibleGroups,
    'PrivilegedEligibilitySchedule.Remove.AzureADGroup',
    canSeeActiveGroups,
    'PrivilegedAssignmentSchedule.Remove.AzureADGroup',
  ],
  takes: { usually: 'within minutes', atMost: minutes(15) },
  before,

  async preview(context) {
    const places = await named(context, await readPlaces(context));
    if (places.length === 0) return { notNeeded: 'There are no groups that they could switch themselves into.' };
    return {
      before: { places },
      changes: places.map(({ groupId, accessId, name, givesRoles, active }) => ({
        says: `Group “${name}”${givesRoles ? ', which gives roles' : ''}: ${active ? `${words[accessId]} for a while` : `may become ${words[accessId]}`} → neither is nor may become one`,
        touches: [groupId],
        // Whoever may switch it on may do so meanwhile: it is the same place.
        binds: `${accessId} of “${name}”`,
      })),
    };
  },
  async run(context, { places }) {
    // First the right to come back, then what was switched on by it.
    for (const kind of ['eligibility', 'assignment'] as const) {
      for (const one of (await readPlaces(context)).filter((now) => now.kind === kind && isAmong(places)(now)))
        await end(context, kind, one);
    }
  },
  async verify(context, { places }) {
    const now = await readPlaces(context);
    const left = places.filter(isAmong(now));
    if (left.length > 0) return { notYet: `Still there: ${left.map(({ name }) => `“${name}”`).join(', ')}.` };
    const later = distinct(now).length;
    return {
      proved: `${places.length === 1 ? '1 place in a group is' : `${places.length} places in groups are`} ended.${cameLater(later, 'place', 'places')}`,
    };
  },
  byHand({ displayName }) {
    return {
      who: who.roleAdmin,
      ...privilegedGroups,
      clicks: [
        'Open each group, then Assignments.',
        `Eligible assignments: remove ${displayName}.`,
        `Active assignments: remove ${displayName}.`,
      ],
      command: null,
    };
  },
  cannotUndo:
    'Signoff may only end such places: whoever comes back is made eligible anew, in Privileged Identity Management.',
});

const words = { member: 'a member', owner: 'an owner' } as const;

const isSame = (a: GroupAccess, b: GroupAccess): boolean => a.groupId === b.groupId && a.accessId === b.accessId;
const isAmong = (all: GroupAccess[]) => (one: GroupAccess) => all.some((other) => isSame(one, other));
const distinct = <T extends GroupAccess>(all: T[]): T[] =>
  all.filter((one, index) => all.findIndex((other) => isSame(one, other)) === index);

type Now = GroupAccess & { kind: GroupSchedule };

async function readPlaces({ subject, graph }: ReadContext): Promise<Now[]> {
  const [eligible, active] = await Promise.all([
    readEligibleGroups(graph, subject.id),
    readActiveGroups(graph, subject.id),
  ]);
  return [
    ...eligible.map((one): Now => ({ ...one, kind: 'eligibility' })),
    ...active.map((one): Now => ({ ...one, kind: 'assignment' })),
  ];
}

async function named({ graph }: ReadContext, now: Now[]): Promise<Place[]> {
  const places = distinct(now).map(async ({ groupId, accessId }) => {
    const group = await readPrivilegedGroup(graph, groupId);
    const active = now.some((one) => one.kind === 'assignment' && isSame(one, { groupId, accessId }));
    const name = group?.displayName ?? 'a group without a name';
    return { groupId, accessId, name, givesRoles: group?.isAssignableToRole === true, active };
  });
  return (await Promise.all(places)).sort((a, b) => key(a).localeCompare(key(b)));
}

const key = ({ groupId, accessId }: GroupAccess): string => `${groupId} ${accessId}`;

async function end(
  { subject, graph, caseName }: WriteContext,
  kind: GroupSchedule,
  { groupId, accessId }: GroupAccess,
): Promise<void> {
  try {
    await graph.post(scheduleRequests(kind), {
      accessId,
      action: 'adminRemove',
      groupId,
      principalId: subject.id,
      justification: `Offboarding ${caseName}`,
    });
  } catch (error) {
    if (!hasEnded(error)) throw patiently(error);
  }
}

/** A request under way, or one that has had its effect. */
const hasEnded = (error: unknown): boolean =>
  error instanceof GraphFailure && /^(PendingRoleAssignmentRequest|RoleAssignmentDoesNotExist)$/.test(error.graphCode);
