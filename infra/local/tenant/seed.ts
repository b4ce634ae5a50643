import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRecord } from './odata/resource.ts';
import { type TenantData, tenantSchema } from './seedSchema.ts';

export const defaultTenantFile = fileURLToPath(new URL('./contoso.json', import.meta.url));
/** The same with other organizations that have something there. */
export const tenantFileWithPartners = fileURLToPath(new URL('./contosoPartners.json', import.meta.url));

/** The tenant file can't be used; the message names the file and each wrong field. */
export class TenantFileError extends Error {
  override name = 'TenantFileError';
}

export function loadTenantFile(file: string = defaultTenantFile): TenantData {
  const content = extended(file);
  const parsed = tenantSchema.safeParse(content);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      (issue) => `  ${issue.path.map(String).join('.') || '(top level)'}: ${issue.message}`,
    );
    throw new TenantFileError(`${file} is not a tenant file:\n${lines.join('\n')}`);
  }
  const dangling = brokenReferences(parsed.data);
  if (dangling.length > 0)
    throw new TenantFileError(
      `${file} refers to what is not in it:\n${dangling.map((line) => `  ${line}`).join('\n')}`,
    );
  return parsed.data;
}

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'), (_key, value: unknown) => daysAgo(value));
  } catch (cause) {
    throw new TenantFileError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** `-5d` is five days ago, whenever that is: for what must be recent. */
function daysAgo(value: unknown): unknown {
  const [, days] = typeof value === 'string' ? (/^-(\d+)d$/.exec(value) ?? []) : [];
  return days === undefined ? value : `${new Date(Date.now() - Number(days) * 86_400_000).toISOString().slice(0, 19)}Z`;
}

/** What a file that `extends` another one adds to it: lists grow, objects of the same id too, all else is put in place. */
function extended(file: string): unknown {
  const content = read(file);
  if (!isRecord(content) || typeof content.extends !== 'string') return content;
  const { extends: base, ...more } = content;
  return added(extended(join(dirname(file), String(base))), more);
}

function added(base: unknown, more: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(more)) {
    const isSame = (one: unknown, other: unknown) =>
      isRecord(one) && isRecord(other) && one.id !== undefined && one.id === other.id;
    const kept = base.map((one) => {
      const other = more.find((candidate) => isSame(one, candidate));
      return other === undefined ? one : added(one, other);
    });
    return [...kept, ...more.filter((one) => !base.some((other) => isSame(one, other)))];
  }
  if (!isRecord(base) || !isRecord(more)) return more;
  const names = new Set([...Object.keys(base), ...Object.keys(more)]);
  return Object.fromEntries(
    [...names].map((name) => [name, name in more ? added(base[name], more[name]) : base[name]]),
  );
}

function brokenReferences(data: TenantData): string[] {
  const problems: string[] = [];
  const users = new Set(data.users.map((user) => user.id));
  const groups = new Set(data.groups.map((group) => group.id));
  const principals = new Set([...users, ...groups, ...data.servicePrincipals.map((principal) => principal.id)]);
  const skus = new Set(data.subscribedSkus.map((sku) => sku.skuId));
  const roles = new Set(data.roleDefinitions.map((role) => role.id));
  const everyId = [
    ...data.users,
    ...data.groups,
    ...data.servicePrincipals,
    ...data.deletedUsers.map((deleted) => deleted.user),
  ].map((object) => object.id);
  const check = (known: Set<string>, id: string | null, where: string) => {
    if (id !== null && !known.has(id)) problems.push(`${where}: ${id}`);
  };

  for (const [index, id] of everyId.entries())
    if (everyId.indexOf(id) !== index) problems.push(`two objects have the id ${id}`);
  const names = data.users.map((user) => user.userPrincipalName.toLowerCase());
  for (const [index, name] of names.entries())
    if (names.indexOf(name) !== index) problems.push(`users.${index}.userPrincipalName: ${name} is there twice`);

  data.users.forEach((user, index) => {
    check(users, user.manager, `users.${index}.manager`);
    for (const [at, license] of user.licenses.entries())
      check(skus, license.skuId, `users.${index}.licenses.${at}.skuId`);
    const { mailbox } = user;
    if (!mailbox) return;
    check(principals, mailbox.forwardingAddress, `users.${index}.mailbox.forwardingAddress`);
    const trusted = [...mailbox.fullAccess.map(({ id }) => id), ...mailbox.sendAs, ...mailbox.grantSendOnBehalfTo];
    for (const id of trusted) check(principals, id, `users.${index}.mailbox`);
  });
  data.groups.forEach((group, index) => {
    for (const [at, id] of group.members.entries()) check(principals, id, `groups.${index}.members.${at}`);
    for (const [at, id] of group.owners.entries()) check(principals, id, `groups.${index}.owners.${at}`);
    for (const [at, license] of group.assignedLicenses.entries())
      check(skus, license.skuId, `groups.${index}.assignedLicenses.${at}.skuId`);
  });
  data.roleAssignments.forEach((assignment, index) => {
    check(principals, assignment.principalId, `roleAssignments.${index}.principalId`);
    check(roles, assignment.roleDefinitionId, `roleAssignments.${index}.roleDefinitionId`);
  });
  problems.push(...brokenReferencesBeyondDirectory(data, { users, groups, principals, roles }));
  const { signoff } = data;
  for (const key of ['helpdeskGroupId', 'approverGroupId', 'adminGroupId'] as const)
    check(groups, signoff[key], `signoff.${key}`);
  check(principals, signoff.servicePrincipalId, 'signoff.servicePrincipalId');
  for (const [at, id] of signoff.breakGlassIds.entries()) check(users, id, `signoff.breakGlassIds.${at}`);
  return problems;
}

function brokenReferencesBeyondDirectory(
  data: TenantData,
  { users, groups, principals, roles }: Record<'users' | 'groups' | 'principals' | 'roles', Set<string>>,
): string[] {
  const servicePrincipals = new Set(data.servicePrincipals.map((principal) => principal.id));
  const packages = new Set(data.accessPackages.map((own) => own.id));
  const people = new Set([...users, ...data.deletedUsers.map(({ user }) => user.id)]);
  const named: [where: string, known: Set<string>, idsOf: (string | null)[][]][] = [
    ['roleEligibilities.principalId', principals, data.roleEligibilities.map((own) => [own.principalId])],
    ['roleEligibilities.roleDefinitionId', roles, data.roleEligibilities.map((own) => [own.roleDefinitionId])],
    ['groupEligibilities', principals, data.groupEligibilities.map((own) => [own.principalId, own.groupId])],
    ['groupActivations', principals, data.groupActivations.map((own) => [own.principalId, own.groupId])],
    ['devices', people, data.devices.map((own) => [...own.registeredOwners, ...own.registeredUsers])],
    ['appRegistrations.userId', people, data.appRegistrations.map((own) => [own.userId])],
    ['managedDevices.userId', people, data.managedDevices.map((own) => [own.userId])],
    ['phoneNumbers', people, data.phoneNumbers.map((own) => [own.assignmentTargetId])],
    ['drives.ownerId', people, data.drives.map((own) => [own.ownerId, ...own.grants.map((grant) => grant.userId)])],
    ['applications.owners', principals, data.applications.map((own) => own.owners)],
    ['servicePrincipals.owners', principals, data.servicePrincipals.map((own) => own.owners)],
    ['appRoleAssignments.principalId', principals, data.appRoleAssignments.map((own) => [own.principalId])],
    ['appRoleAssignments.resourceId', servicePrincipals, data.appRoleAssignments.map((own) => [own.resourceId])],
    ['permissionGrants', servicePrincipals, data.permissionGrants.map((own) => [own.clientId, own.resourceId])],
    ['permissionGrants.principalId', people, data.permissionGrants.map((own) => [own.principalId])],
    ['accessPackageAssignments', packages, data.accessPackageAssignments.map((own) => [own.accessPackageId])],
    ['accessPackageAssignments.targetId', people, data.accessPackageAssignments.map((own) => [own.targetId])],
    ['partners.channels.teamId', groups, data.partners.channels.map((own) => [own.teamId])],
    [
      'partners.delegatedAdmin',
      roles,
      data.partners.delegatedAdmin.flatMap((own) => own.groups.map((group) => group.roleDefinitionIds)),
    ],
  ];
  return named.flatMap(([where, known, lists]) =>
    lists.flatMap((ids) => ids.filter((id) => id !== null && !known.has(id)).map((id) => `${where}: ${id}`)),
  );
}
