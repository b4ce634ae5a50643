import { z } from 'zod';
import { isGuid, lookUpUser } from '../directory.ts';
import { badRequest, notFound, onPremisesMastered } from '../errors.ts';
import { liveMailbox } from '../mailboxes.ts';
import { collection, entity } from '../odata/answer.ts';
import { requireRoleOver } from '../privileges.ts';
import { deletedUserResource, stamp, typed, userDefaults, userResource } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { DeletedUser, Mailbox, TenantData, User } from '../seedSchema.ts';

const without = (list: string[], id: string): string[] => list.filter((item) => item !== id);

/** Graph puts the object id before the name of a deleted user, so that the name is free again. */
const parkedName = (user: User): string => `${user.id.replaceAll('-', '')}${user.userPrincipalName}`;

export function moveToRecycleBin(call: Call, user: User): void {
  requireRoleOver(call, user);
  if (user.onPremisesSyncEnabled === true) throw onPremisesMastered();
  recycle(call.data, user, call.now);
}

/** As when a sync does not find somebody any more. */
export function recycle(data: TenantData, user: User, now: Date): void {
  const memberOf = data.groups.filter((group) => group.members.includes(user.id));
  const ownerOf = data.groups.filter((group) => group.owners.includes(user.id));
  const directReports = data.users.filter((candidate) => candidate.manager === user.id);
  data.deletedUsers.push({
    deletedDateTime: stamp(now),
    user: { ...user, userPrincipalName: parkedName(user) },
    memberOf: memberOf.map((group) => group.id),
    ownerOf: ownerOf.map((group) => group.id),
    directReports: directReports.map((report) => report.id),
    inactiveMailbox: isHeld(liveMailbox(data, user, now)),
  });
  data.users = data.users.filter((candidate) => candidate.id !== user.id);
  for (const group of memberOf) group.members = without(group.members, user.id);
  for (const group of ownerOf) group.owners = without(group.owners, user.id);
  for (const report of directReports) report.manager = null;
  data.roleAssignments = data.roleAssignments.filter((assignment) => assignment.principalId !== user.id);
  data.roleEligibilities = data.roleEligibilities.filter((eligibility) => eligibility.principalId !== user.id);
}

const isHeld = (mailbox: Mailbox | undefined): boolean =>
  mailbox !== undefined && (mailbox.litigationHold !== null || mailbox.inPlaceHolds.length > 0);

function subject(call: Call): DeletedUser {
  const id = call.params.item ?? '';
  if (!isGuid(id)) throw badRequest(`Invalid object identifier '${id}'.`);
  const deleted = call.data.deletedUsers.find((candidate) => candidate.user.id === id.toLowerCase());
  if (!deleted) throw notFound(id);
  return deleted;
}

const restoreOptions = z
  .strictObject({
    autoReconcileProxyConflict: z.boolean().optional(),
    newUserPrincipalName: z.string().includes('@').optional(),
  })
  .nullish();

function restore(call: Call): Reply {
  const deleted = subject(call);
  const options = restoreOptions.safeParse(call.body);
  if (!options.success) throw badRequest('Invalid value specified for a parameter of the operation restore.');
  const prefix = deleted.user.id.replaceAll('-', '');
  const own = deleted.user.userPrincipalName.startsWith(prefix)
    ? deleted.user.userPrincipalName.slice(prefix.length)
    : deleted.user.userPrincipalName;
  const userPrincipalName = options.data?.newUserPrincipalName ?? own;
  if (lookUpUser(call.data, userPrincipalName))
    throw badRequest(
      'Another object with the same value for property userPrincipalName already exists.',
      'ObjectConflict',
    );

  const { data } = call;
  const user: User = { ...deleted.user, userPrincipalName };
  const taken = new Set(data.users.flatMap((other) => other.proxyAddresses.map((address) => address.toLowerCase())));
  if (user.proxyAddresses.some((address) => taken.has(address.toLowerCase()))) {
    if (!options.data?.autoReconcileProxyConflict)
      throw badRequest(
        'Another object with the same value for property proxyAddresses already exists.',
        'ObjectConflict',
      );
    user.proxyAddresses = user.proxyAddresses.filter((address) => !taken.has(address.toLowerCase()));
  }
  data.users.push(user);
  data.deletedUsers = data.deletedUsers.filter((candidate) => candidate !== deleted);
  for (const group of data.groups) {
    if (deleted.memberOf.includes(group.id)) group.members.push(user.id);
    if (deleted.ownerOf.includes(group.id)) group.owners.push(user.id);
  }
  for (const report of data.users)
    if (deleted.directReports.includes(report.id) && report.manager === null) report.manager = user.id;
  return entity(call, typed('user', userResource(data, user)), { context: 'directoryObjects', defaults: userDefaults });
}

export const deletedItems: Route[] = [
  {
    method: 'GET',
    path: '/directory/deletedItems/microsoft.graph.user',
    answer: (call) =>
      collection(
        call,
        call.data.deletedUsers.map((deleted) => deletedUserResource(call.data, deleted)),
        {
          context: 'users',
          defaults: [...userDefaults, 'deletedDateTime'],
          directory: true,
        },
      ),
  },
  {
    method: 'GET',
    path: '/directory/deletedItems/{item}',
    answer: (call) =>
      entity(call, typed('user', deletedUserResource(call.data, subject(call))), {
        context: 'directoryObjects',
        defaults: [...userDefaults, 'deletedDateTime'],
      }),
  },
  { method: 'POST', path: '/directory/deletedItems/{item}/restore', answer: restore },
  {
    method: 'DELETE',
    path: '/directory/deletedItems/{item}',
    answer: (call) => {
      const deleted = subject(call);
      call.data.deletedUsers = call.data.deletedUsers.filter((candidate) => candidate !== deleted);
      return { status: 204 };
    },
  },
];
