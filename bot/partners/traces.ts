import { z } from 'zod';
import { hours } from '../clock.ts';
import { isDenied } from '../graph/failure.ts';
import { path } from '../graph/path.ts';
import { delegationOf } from './delegation.ts';
import type { ReadContext } from './step.ts';
import { readEntry } from './tenantEntry.ts';
import { theirApps, theirPeople } from './theirs.ts';

/** What of a partner still works here, in words; none when nothing does. */
export async function stillWorking(context: ReadContext): Promise<string[]> {
  const { graph, subject } = context;
  const { tenantId } = subject;
  const [people, apps, delegation, entry] = await Promise.all([
    theirPeople(context),
    theirApps(context),
    delegationOf(graph, subject),
    tenantId === null ? null : readEntry(graph, tenantId),
  ]);
  const [enabledPeople, enabledApps] = [
    people.filter(({ isEnabled }) => isEnabled),
    apps.filter((one) => one.isEnabled),
  ];
  return [
    ...delegation,
    enabledPeople.length > 0 ? `accounts that can sign in: ${namesIn(enabledPeople)}` : '',
    enabledApps.length > 0 ? `apps that are enabled: ${namesIn(enabledApps)}` : '',
    tenantId !== null && entry?.b2bCollaborationInbound?.usersAndGroups?.accessType !== 'blocked'
      ? 'their tenant is not blocked'
      : '',
  ].filter(Boolean);
}

const mostNamed = 5;
const namesIn = (all: readonly { name: string }[]): string => {
  const first = all.slice(0, mostNamed).map(({ name }) => name);
  return all.length > mostNamed ? `${first.join(', ')} and ${all.length - mostNamed} more` : first.join(', ');
};

const signIn = z.looseObject({
  userId: z.string().nullish(),
  userDisplayName: z.string().nullish(),
  appDisplayName: z.string().nullish(),
  homeTenantId: z.string().toLowerCase().nullish(),
  status: z.looseObject({ errorCode: z.number().nullish() }).nullish(),
});
const audit = z.looseObject({
  activityDisplayName: z.string().nullish(),
  initiatedBy: z
    .looseObject({
      user: z
        .looseObject({ displayName: z.string().nullish(), homeTenantId: z.string().toLowerCase().nullish() })
        .nullish(),
      app: z.looseObject({ appId: z.string().toLowerCase().nullish(), displayName: z.string().nullish() }).nullish(),
    })
    .nullish(),
});

/** Looks come every twelve hours at least; the logs are some minutes late. */
const lookBackMs = hours(13);
const mostRead = 5000;

/**
 * What they did by the logs since the last look: sign-ins that came through, and changes. Graph can’t be asked for one home
 * tenant: it is compared here.
 * @returns null where the logs can’t be read; `isWhole` is false where there were more entries than are read
 */
export async function inTheLogs(
  context: ReadContext,
  from: Date,
): Promise<{ seen: string[]; isWhole: boolean } | null> {
  const { graph, subject, clock } = context;
  const since = new Date(Math.max(from.getTime(), clock.now().getTime() - lookBackMs)).toISOString();
  const apps = await theirApps(context);
  const people = new Set((await theirPeople(context)).map(({ id }) => id));
  try {
    const signIns = await graph.list(
      path`/auditLogs/signIns?$filter=${`createdDateTime ge ${since}`}&$top=${999}`,
      signIn,
      { atMost: mostRead },
    );
    const audits = await graph.list(
      path`/auditLogs/directoryAudits?$filter=${`activityDateTime ge ${since}`}&$top=${999}`,
      audit,
      { atMost: mostRead },
    );
    const theirs = signIns.filter(
      ({ userId, homeTenantId, status }) =>
        (status?.errorCode ?? 0) === 0 &&
        ((subject.tenantId !== null && homeTenantId === subject.tenantId) || people.has(userId?.toLowerCase() ?? '')),
    );
    const changes = audits.filter(
      ({ initiatedBy }) =>
        (subject.tenantId !== null && initiatedBy?.user?.homeTenantId === subject.tenantId) ||
        apps.some(({ appId }) => appId === initiatedBy?.app?.appId),
    );
    const seen = [
      ...theirs.map((one) => `${one.userDisplayName ?? 'somebody'} signed in to ${one.appDisplayName ?? 'an app'}`),
      ...changes.map(
        ({ activityDisplayName, initiatedBy }) =>
          `${initiatedBy?.user?.displayName ?? initiatedBy?.app?.displayName ?? 'somebody'}: ${activityDisplayName ?? 'a change'}`,
      ),
    ];
    return { seen, isWhole: signIns.length < mostRead && audits.length < mostRead };
  } catch (error) {
    if (isDenied(error)) return null;
    throw error;
  }
}
