import { z } from 'zod';
import { minutes } from '../clock.ts';
import { cameLater } from '../engine/cameLater.ts';
import { listOfType } from '../graph/directoryObjects.ts';
import { GraphFailure, isMissing, lacksPremium } from '../graph/failure.ts';
import { groupsOf } from '../graph/groups.ts';
import { alreadyOut, alreadyThere, joinGroups } from '../graph/membership.ts';
import { memberRef, ownerRef, path, quoted } from '../graph/path.ts';
import { canSeeActiveGroups, type GroupAccess, patiently, readActiveGroups } from '../graph/privilegedGroups.ts';
import { entraUser, who } from '../people/places.ts';
import { rolesInServices } from '../people/serviceRoles.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const role = z.object({
  roleDefinitionId: z.string(),
  directoryScopeId: z.string().nullable(),
  roleDefinition: z.object({ displayName: z.string().nullable() }).nullish(),
});
const assignment = role.extend({ id: z.string() });
const ending = z.object({ endDateTime: z.string().nullish(), duration: z.string().nullish() });
const eligibility = role.extend({ scheduleInfo: z.object({ expiration: ending.nullish() }).nullish() });
const group = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  isAssignableToRole: z.boolean().nullish(),
});
const owner = z.object({ id: z.string() });
const held = z.object({ roleDefinitionId: z.string(), directoryScopeId: z.string(), name: z.string() });
type Held = z.output<typeof held>;
type Roles = z.output<typeof before>;
/** An eligible role mostly ends by itself: at a moment (ISO 8601), or so long (ISO 8601) after it was given. */
const eligible = held.extend({ endDateTime: z.string().nullable(), duration: z.string().nullable() });
const before = z.object({
  active: z.array(held.extend({ id: z.string() })),
  eligible: z.array(eligible),
  groups: z.array(z.object({ id: z.string(), name: z.string() })),
  owned: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
});

/** Comes first: Graph refuses to block or reset somebody who holds a role higher than the app's own. */
export const removeDirectoryRoles = definePersonStep({
  id: 'remove-directory-roles',
  title: 'Remove directory roles',
  endsWithSubject: true,
  does: 'Takes away administrator roles, active and eligible ones, and leaves the groups that give roles, as member and as owner; names roles of Exchange’s and Intune’s own.',
  permissions: ['Directory.Read.All', 'RoleManagement.ReadWrite.Directory', 'Group.ReadWrite.All'],
  takes: { usually: 'within minutes', atMost: minutes(15) },
  before,

  async preview(context) {
    const [{ active, eligible, groups, owned }, leaves] = await Promise.all([
      readRoles(context),
      rolesInServices(context),
    ]);
    if (active.length + eligible.length + groups.length + owned.length === 0)
      return { notNeeded: `There are no directory roles${await butActivated(context)}.`, leaves };
    for (const { id, name } of owned) {
      // Whoever owns such a group can give themselves its roles: nobody becomes that by the way.
      if (await ownsAlone(context, id)) {
        return {
          byHand: `Owns “${name}”, which gives directory roles, alone: a Privileged Role Administrator must decide who owns it. As long as they own it, Signoff may not touch them.`,
        };
      }
    }
    return {
      before: { active, eligible, groups, owned },
      changes: [
        ...active.map(({ id, name }) => ({ says: `Role ${name}: held → taken away`, touches: [id] })),
        ...eligible.map(({ roleDefinitionId, directoryScopeId, name }) => ({
          says: `Role ${name}: eligible → not eligible`,
          touches: [roleDefinitionId, directoryScopeId],
        })),
        ...groups.map(({ id, name }) => ({
          says: `Group “${name}”, which gives roles: member → not a member`,
          touches: [id],
        })),
        ...owned.map(({ id, name }) => ({
          says: `Group “${name}”, which gives roles: owner → not an owner`,
          touches: [id],
        })),
      ],
      leaves,
    };
  },
  async run(context, before) {
    const { subject, graph, caseName } = context;
    const { active, eligible, groups, owned } = split(await readRoles(context), before).left;
    for (const { id } of owned) await unless(alreadyOut, () => graph.delete(ownerRef(id, subject.id)));
    for (const { id } of groups) await unless(alreadyOut, () => graph.delete(memberRef(id, subject.id)));
    for (const one of eligible) {
      const body = { ...request(one, subject.id), action: 'adminRemove', justification: `Offboarding ${caseName}` };
      await unless(alreadyAsked, () => graph.post('/roleManagement/directory/roleEligibilityScheduleRequests', body));
    }
    for (const { id } of active)
      await unless(isMissing, () => graph.delete(path`/roleManagement/directory/roleAssignments/${id}`));
  },
  async verify(context, before) {
    const { left, later } = split(await readRoles(context), before);
    if (count(left) > 0) return { notYet: `Still there: ${namesIn(left).join(', ')}.` };
    if (count(later) === 0) return { proved: `No directory role is left${await butActivated(context)}.` };
    return {
      proved: `What the plan names is taken away.${cameLater(count(later), 'role or group that gives roles', 'roles or groups that give roles')}`,
    };
  },
  byHand(subject) {
    return {
      who: who.roleAdmin,
      ...entraUser(subject),
      clicks: [
        'Assigned roles: remove active and eligible assignments.',
        'Groups: leave the groups that roles can be assigned to; hand over those that they own.',
      ],
      command: null,
    };
  },
  async undo(context, { active, eligible, groups, owned }) {
    const { subject, graph, caseName } = context;
    const now = await readRoles(context);
    // Who was eligible had switched the role on for a while: it comes back to be switched on again, not for good.
    const assigned = missing(active, eligible);
    for (const one of missing(assigned, now.active))
      await graph.post('/roleManagement/directory/roleAssignments', request(one, subject.id));
    for (const one of missing(eligible, now.eligible)) {
      const at = context.clock.now();
      if (one.endDateTime !== null && Date.parse(one.endDateTime) <= at.getTime()) continue;
      const body = {
        ...request(one, subject.id),
        action: 'adminAssign',
        justification: `Undo of offboarding ${caseName}`,
        scheduleInfo: { startDateTime: at.toISOString(), expiration: expirationOf(one) },
      };
      await graph.post('/roleManagement/directory/roleEligibilityScheduleRequests', body);
    }
    await joinGroups(
      graph,
      subject.id,
      groups.map(({ id }) => id),
    );
    const reference = graph.reference(path`/users/${subject.id}`);
    for (const { id } of owned) {
      await unless(alreadyThere, async () => {
        await graph.post(path`/groups/${id}/owners/$ref`, reference);
      });
    }
  },
});

/** A role is the same only in the same scope. */
const missing = <T extends Held>(then: T[], now: Held[]): T[] =>
  then.filter(
    (one) =>
      !now.some(
        ({ roleDefinitionId, directoryScopeId }) =>
          roleDefinitionId === one.roleDefinitionId && directoryScopeId === one.directoryScopeId,
      ),
  );

function expirationOf({ endDateTime, duration }: z.output<typeof eligible>) {
  if (endDateTime !== null) return { type: 'afterDateTime', endDateTime };
  return duration === null ? { type: 'noExpiration' } : { type: 'afterDuration', duration };
}

const request = ({ roleDefinitionId, directoryScopeId }: Held, principalId: string) => ({
  principalId,
  roleDefinitionId,
  directoryScopeId,
});

/** What was agreed to and is still there, and what came later. */
function split(now: Roles, then: Roles): { left: Roles; later: Roles } {
  // Whoever is eligible may have switched the role on meanwhile: it is the same role.
  const roles = [...then.active, ...then.eligible];
  const later = {
    active: missing(now.active, roles),
    eligible: missing(now.eligible, then.eligible),
    groups: without(now.groups, then.groups),
    owned: without(now.owned, then.owned),
  };
  const left = {
    active: now.active.filter((one) => !later.active.includes(one)),
    eligible: now.eligible.filter((one) => !later.eligible.includes(one)),
    groups: without(now.groups, later.groups),
    owned: without(now.owned, later.owned),
  };
  return { left, later };
}

const without = <T extends { id: string }>(all: T[], those: { id: string }[]): T[] =>
  all.filter(({ id }) => !those.some((one) => one.id === id));
const namesIn = ({ active, eligible, groups, owned }: Roles): string[] =>
  [...active, ...eligible, ...groups, ...owned].map(({ name }) => name);
const count = (roles: Roles): number => namesIn(roles).length;

/** These are for remove-privileged-groups, where the app may see them. */
const activatedIn = async ({ subject, graph, access }: ReadContext): Promise<GroupAccess[]> =>
  access.permissions.has(canSeeActiveGroups) ? readActiveGroups(graph, subject.id) : [];

const butActivated = async (context: ReadContext): Promise<string> =>
  (await activatedIn(context)).length === 0 ? '' : ', but for groups that they have activated for a while';

async function readRoles(context: ReadContext): Promise<Roles> {
  const { subject, graph } = context;
  const filter = `principalId eq ${quoted(subject.id)}`;
  const [active, eligible, groups, owned, switchedOn] = await Promise.all([
    graph.list(path`/roleManagement/directory/roleAssignments?$filter=${filter}&$expand=roleDefinition`, assignment),
    eligibleRoles(graph, filter),
    groupsOf(graph, subject.id),
    listOfType(graph, 'group', path`/users/${subject.id}/ownedObjects`, group),
    activatedIn(context),
  ]);
  const lasting = (accessId: 'member' | 'owner') => (one: z.output<typeof group>) =>
    one.isAssignableToRole &&
    !switchedOn.some(({ groupId, ...place }) => groupId === one.id && place.accessId === accessId);
  const named = (one: z.output<typeof role>) => ({
    roleDefinitionId: one.roleDefinitionId,
    directoryScopeId: one.directoryScopeId ?? '/',
    name: one.roleDefinition?.displayName ?? 'a directory role',
  });
  return {
    active: active.map((one) => ({ ...named(one), id: one.id })).sort((a, b) => a.id.localeCompare(b.id)),
    eligible: eligible
      .map((one) => ({
        ...named(one),
        endDateTime: one.scheduleInfo?.expiration?.endDateTime ?? null,
        duration: one.scheduleInfo?.expiration?.duration ?? null,
      }))
      .sort(
        (a, b) =>
          a.roleDefinitionId.localeCompare(b.roleDefinitionId) || a.directoryScopeId.localeCompare(b.directoryScopeId),
      ),
    groups: groups.filter(lasting('member')).map(({ id, displayName }) => ({ id, name: displayName ?? id })),
    owned: owned.filter(lasting('owner')).map(({ id, displayName }) => ({ id, name: displayName ?? id })),
  };
}

/** People only: an app as owner does not count for Microsoft 365 either. */
async function ownsAlone({ subject, graph }: ReadContext, groupId: string): Promise<boolean> {
  const owners = await listOfType(graph, 'user', path`/groups/${groupId}/owners?$select=id`, owner);
  return !owners.some(({ id }) => id !== subject.id);
}

/** Eligible roles take Entra ID P2; a tenant without it has none. */
async function eligibleRoles(graph: ReadContext['graph'], filter: string) {
  try {
    return await graph.list(
      path`/roleManagement/directory/roleEligibilitySchedules?$filter=${filter}&$expand=roleDefinition`,
      eligibility,
    );
  } catch (error) {
    if (lacksPremium(error)) return [];
    throw error;
  }
}

/** A request under way, or one that has had its effect. */
const alreadyAsked = (error: Error): boolean =>
  error instanceof GraphFailure && /^(PendingRoleAssignmentRequest|RoleAssignmentDoesNotExist)$/.test(error.graphCode);

async function unless(harmless: (error: Error) => boolean, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Error) || !harmless(error)) throw patiently(error);
  }
}
