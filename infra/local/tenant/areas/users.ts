import { z } from 'zod';
import { findUser, isGuid, lookUpObject, transitiveGroups } from '../directory.ts';
import { badRequest, denied, GraphError, notFound, onPremisesMastered } from '../errors.ts';
import { collection, countOf, entity, type Shape, value } from '../odata/answer.ts';
import { isRecord, type Resource } from '../odata/resource.ts';
import { can, readsUsersFully, requireRoleOver, requireRoleToReset } from '../privileges.ts';
import {
  groupResource,
  membershipResources,
  servicePrincipalResource,
  typed,
  userBasics,
  userDefaults,
  userResource,
} from '../resources.ts';
import type { Call, Route } from '../route.ts';
import { type User, userSchema } from '../seedSchema.ts';
import { moveToRecycleBin } from './deletedItems.ts';

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

const managerOf = (call: Call, user: User): Resource | null => {
  const manager = call.data.users.find((candidate) => candidate.id === user.manager);
  return manager ? typed('user', visibleUser(call, manager)) : null;
};

const shape = (call: Call, context = 'users'): Shape => ({
  context,
  defaults: userDefaults,
  directory: true,
  expand: { manager: (resource) => managerOf(call, findUser(call.data, resource.id)) },
});

const directoryObjects: Shape = { context: 'directoryObjects', directory: true };

function checkSignInActivity(call: Call): void {
  if (!call.query.select?.some((name) => name.toLowerCase() === 'signinactivity')) return;
  if (!can(call, 'AuditLog.Read.All'))
    throw new GraphError(
      403,
      'Authentication_MSGraphPermissionMissing',
      'Calling principal does not have required MSGraph permissions AuditLog.Read.All',
    );
  if (call.params.user !== undefined && !isGuid(call.params.user))
    throw badRequest('Get By Key only supports UserId and the key has to be a valid Guid', 'BadRequest');
}

const allUsers = (call: Call): Resource[] => call.data.users.map((user) => visibleUser(call, user));
const subject = (call: Call): User => findUser(call.data, call.params.user ?? '');

const editable = userSchema
  .pick({
    accountEnabled: true,
    displayName: true,
    givenName: true,
    surname: true,
    jobTitle: true,
    department: true,
    companyName: true,
    officeLocation: true,
    city: true,
    country: true,
    usageLocation: true,
    mobilePhone: true,
    businessPhones: true,
    otherMails: true,
    employeeId: true,
    employeeType: true,
    employeeHireDate: true,
    employeeLeaveDateTime: true,
    showInAddressList: true,
    passwordPolicies: true,
  })
  .partial()
  .extend({
    passwordProfile: z
      .strictObject({
        password: z.string().optional(),
        forceChangePasswordNextSignIn: z.boolean().optional(),
        forceChangePasswordNextSignInWithMfa: z.boolean().optional(),
      })
      .optional(),
  })
  .strict();

/** Each of these narrow permissions allows one property; the others need the wide ones. */
const narrowPermissions: Record<string, string[]> = {
  accountEnabled: ['User.EnableDisableAccount.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  passwordProfile: ['User-PasswordProfile.ReadWrite.All'],
  mobilePhone: ['User-Phone.ReadWrite.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  businessPhones: ['User-Phone.ReadWrite.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  otherMails: ['User-Mail.ReadWrite.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
};

function update(call: Call): void {
  const user = subject(call);
  const parsed = editable.safeParse(call.body);
  if (!parsed.success) {
    const name =
      parsed.error.issues[0]?.path[0] ?? (isRecord(call.body) ? Object.keys(call.body)[0] : undefined) ?? 'body';
    throw badRequest(`Invalid value specified for property '${String(name)}' of resource 'User'.`);
  }
  // Zod fills in defaults for what is missing, so the sent names decide.
  const sent = Object.keys(isRecord(call.body) ? call.body : {});
  for (const name of sent)
    if (!can(call, ...(narrowPermissions[name] ?? ['User.ReadWrite.All', 'Directory.ReadWrite.All']))) throw denied();
  if (sent.includes('passwordProfile')) requireRoleToReset(call, user);
  if (sent.includes('accountEnabled')) requireRoleOver(call, user);
  if (user.onPremisesSyncEnabled === true) throw onPremisesMastered();

  const { passwordProfile, ...changes } = parsed.data;
  const password = passwordProfile?.password;
  if (password !== undefined) {
    if (!isComplex(password))
      throw badRequest(
        'The specified password does not comply with password complexity requirements. Please provide a different password.',
      );
    user.lastPasswordChangeDateTime = stamp(call.now);
  }
  Object.assign(user, Object.fromEntries(Object.entries(changes).filter(([name]) => sent.includes(name))));
}

const isComplex = (password: string): boolean =>
  password.length >= 8 &&
  password.length <= 256 &&
  [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length >= 3;

export const stamp = (moment: Date): string => `${moment.toISOString().slice(0, 19)}Z`;

const groupIds = z.strictObject({ groupIds: z.array(z.string()) });

function checkMemberGroups(call: Call) {
  const parsed = groupIds.safeParse(call.body);
  if (!parsed.success || parsed.data.groupIds.some((id) => !isGuid(id)))
    throw badRequest("Invalid value specified for property 'groupIds' of resource 'User'.");
  if (parsed.data.groupIds.length > 20) throw badRequest("The maximum allowed number of values for 'groupIds' is 20.");
  const held = new Set(transitiveGroups(call.data, subject(call).id).map((group) => group.id));
  return value(
    call,
    'Collection(Edm.String)',
    parsed.data.groupIds.map((id) => id.toLowerCase()).filter((id) => held.has(id)),
  );
}

function ownedObjects(call: Call): Resource[] {
  const user = subject(call);
  return call.data.groups
    .filter((group) => group.owners.includes(user.id))
    .map((group) => typed('group', groupResource(group)));
}

const onlyGroups = (resources: Resource[]): Resource[] =>
  resources.filter((resource) => resource['@odata.type'] === '#microsoft.graph.group');
const untyped = ({ '@odata.type': _type, ...rest }: Resource): Resource => ({ ...rest, id: rest.id });

function membershipRoutes(segment: string, transitive: boolean): Route[] {
  const held = (call: Call) => membershipResources(call.data, subject(call).id, transitive);
  return [
    {
      method: 'GET',
      path: `/users/{user}/${segment}`,
      units: 2,
      answer: (call) => collection(call, held(call), directoryObjects),
    },
    {
      method: 'GET',
      path: `/users/{user}/${segment}/microsoft.graph.group`,
      units: 2,
      answer: (call) => collection(call, onlyGroups(held(call)).map(untyped), { context: 'groups', directory: true }),
    },
  ];
}

export const users: Route[] = [
  {
    method: 'GET',
    path: '/users',
    units: 2,
    answer: (call) => {
      checkSignInActivity(call);
      return collection(call, allUsers(call), shape(call));
    },
  },
  { method: 'GET', path: '/users/$count', permissionsOf: '/users', answer: (call) => countOf(call, allUsers(call)) },
  {
    method: 'GET',
    path: '/users/{user}',
    answer: (call) => {
      checkSignInActivity(call);
      return entity(call, visibleUser(call, subject(call)), shape(call));
    },
  },
  {
    method: 'PATCH',
    path: '/users/{user}',
    answer: (call) => {
      update(call);
      return { status: 204 };
    },
  },
  {
    method: 'DELETE',
    path: '/users/{user}',
    answer: (call) => {
      moveToRecycleBin(call, subject(call));
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/users/{user}/manager',
    answer: (call) => {
      const manager = managerOf(call, subject(call));
      if (!manager) throw notFound('manager');
      return entity(call, manager, { context: 'directoryObjects', defaults: userDefaults });
    },
  },
  {
    method: 'GET',
    path: '/users/{user}/directReports',
    answer: (call) => {
      const { id } = subject(call);
      const reports = call.data.users
        .filter((user) => user.manager === id)
        .map((user) => typed('user', visibleUser(call, user)));
      return collection(call, reports, { ...directoryObjects, defaults: userDefaults });
    },
  },
  {
    method: 'POST',
    path: '/users/{user}/revokeSignInSessions',
    answer: (call) => {
      const user = subject(call);
      if (user.userType === 'Member') user.signInSessionsValidFromDateTime = stamp(call.now);
      return value(call, 'Edm.Boolean', true);
    },
  },
  { method: 'POST', path: '/users/{user}/checkMemberGroups', answer: checkMemberGroups },
  ...membershipRoutes('memberOf', false),
  ...membershipRoutes('transitiveMemberOf', true),
  {
    method: 'GET',
    path: '/users/{user}/ownedObjects',
    units: 2,
    answer: (call) => collection(call, ownedObjects(call), directoryObjects),
  },
  {
    method: 'GET',
    path: '/users/{user}/ownedObjects/microsoft.graph.group',
    units: 2,
    answer: (call) => collection(call, ownedObjects(call).map(untyped), { context: 'groups', directory: true }),
  },
];

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
