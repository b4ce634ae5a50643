import { lookUpObject } from './directory.ts';
import type { Resource } from './odata/resource.ts';
import { can, readsUsersFully } from './privileges.ts';
import { groupResource, servicePrincipalResource, typed, userBasics, userResource } from './resources.ts';
import type { Call } from './route.ts';
import type { Group, User } from './seedSchema.ts';

/** Hides what the caller's permissions don't reach. */
export function visibleUser(call: Call, user: User): Resource {
  const full = userResource(call.data, user);
  const hidden = readsUsersFully(call)
    ? []
    : Object.keys(full).filter((name) => !userBasics.some((basic) => basic === name));
  for (const name of hidden) full[name] = Array.isArray(full[name]) ? [] : null;
  if (!can(call, 'AuditLog.Read.All')) full.signInActivity = null;
  return full;
}

/** Who is in such a group takes a permission of its own. */
export const showsMembers = (call: Call, { visibility }: Pick<Group, 'visibility'>): boolean =>
  visibility !== 'HiddenMembership' || can(call, 'Member.Read.Hidden');

/** Of a list of memberships, those that may be seen. */
export const seenMemberships = (call: Call, resources: Resource[]): Resource[] =>
  resources.filter(({ visibility }) => visibility !== 'HiddenMembership' || can(call, 'Member.Read.Hidden'));

/** A member or owner as its kind; without a permission to read users Graph shows no more than that it is there. */
export function memberResource(call: Call, id: string): Resource[] {
  const found = lookUpObject(call.data, id);
  if (!found) return [];
  if (found.type === 'group') return [typed('group', groupResource(found.object))];
  if (found.type === 'servicePrincipal') return [typed('servicePrincipal', servicePrincipalResource(found.object))];
  const full = visibleUser(call, found.object);
  if (readsUsersFully(call) || can(call, 'User.ReadBasic.All')) return [typed('user', full)];
  return [
    typed('user', {
      ...Object.fromEntries(Object.keys(full).map((name) => [name, Array.isArray(full[name]) ? [] : null])),
      id: full.id,
    }),
  ];
}
