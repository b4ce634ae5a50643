import { z } from 'zod';
import { minutes } from '../clock.ts';
import { AppError } from '../errors.ts';
import { GraphFailure, isUnknownHere, lacksPremium } from './failure.ts';
import type { GraphReader } from './graph.ts';
import { path, quoted } from './path.ts';

const instance = z.object({ groupId: z.string(), accessId: z.enum(['member', 'owner']) });
const activated = instance.extend({ assignmentType: z.string().nullish() });
const group = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  isAssignableToRole: z.boolean().nullish(),
});

/** A place in a group that somebody may switch on by themselves, or has (Privileged Identity Management for Groups). */
export type GroupAccess = z.output<typeof instance>;
export type GroupSchedule = 'eligibility' | 'assignment';

const base = '/identityGovernance/privilegedAccess/group';

export const canSeeEligibleGroups = 'PrivilegedEligibilitySchedule.Read.AzureADGroup';
export const canSeeActiveGroups = 'PrivilegedAssignmentSchedule.Read.AzureADGroup';

/** Places that they could switch on. @throws GraphFailure `denied` when the app may not look */
export const readEligibleGroups = (graph: GraphReader, principalId: string): Promise<GroupAccess[]> =>
  instancesOf(graph, 'eligibility', principalId, instance);

/** Places that they have switched on for a while. @throws GraphFailure `denied` when the app may not look */
export async function readActiveGroups(graph: GraphReader, principalId: string): Promise<GroupAccess[]> {
  const all = await instancesOf(graph, 'assignment', principalId, activated);
  return all
    .filter(({ assignmentType }) => assignmentType === 'activated')
    .map(({ groupId, accessId }) => ({ groupId, accessId }));
}

/** It takes Entra ID P2 and the global cloud; elsewhere nobody has anything of the kind. */
async function instancesOf<T>(graph: GraphReader, kind: GroupSchedule, principalId: string, item: z.ZodType<T>) {
  const filter = `principalId eq ${quoted(principalId)}`;
  try {
    return await graph.list(`${base}/${kind}ScheduleInstances${path`?$filter=${filter}`}`, item);
  } catch (error) {
    if (lacksPremium(error) || isUnknownHere(error)) return [];
    throw error;
  }
}

/** What there is to know of such a group; null when it is gone. */
export const readPrivilegedGroup = (graph: GraphReader, id: string): Promise<z.output<typeof group> | null> =>
  graph.find(path`/groups/${id}?$select=id,displayName,isAssignableToRole`, group);

/** Where an end is asked for. */
export const scheduleRequests = (kind: GroupSchedule): string => `${base}/${kind}ScheduleRequests`;

/**
 * Microsoft 365 ends nothing within five minutes of its beginning. The code is that of an activation that is too short;
 * that an end is refused with it as well could not be seen in a real tenant.
 */
export function patiently(error: unknown): unknown {
  if (!(error instanceof GraphFailure && error.graphCode === 'ActiveDurationTooShort')) return error;
  return new AppError(
    'too-soon',
    'Microsoft 365 takes nothing away within five minutes of its being switched on. It is tried again by itself.',
    { passing: true, retryAfterMs: minutes(6), cause: error },
  );
}
