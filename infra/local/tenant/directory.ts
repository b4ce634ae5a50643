import { createHash } from 'node:crypto';
import { badRequest, notFound } from './errors.ts';
import type { Group, ServicePrincipal, Sku, TenantData, User } from './seedSchema.ts';

const guidForm = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export const isGuid = (value: unknown): value is string => typeof value === 'string' && guidForm.test(value);

/** A stable id for objects that Graph has and the tenant file has not, such as activated directory roles. */
export function derivedId(...parts: string[]): string {
  const hash = createHash('sha256').update(parts.join('/')).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** By object id or user principal name, as Graph's `/users/{id | userPrincipalName}`. */
export function lookUpUser(data: TenantData, idOrName: string): User | undefined {
  const wanted = idOrName.toLowerCase();
  return isGuid(wanted)
    ? data.users.find((user) => user.id === wanted)
    : data.users.find((user) => user.userPrincipalName.toLowerCase() === wanted);
}

export function findUser(data: TenantData, idOrName: string): User {
  const user = lookUpUser(data, idOrName);
  if (!user) throw notFound(idOrName);
  return user;
}

export function findGroup(data: TenantData, id: string): Group {
  if (!isGuid(id)) throw badRequest(`Invalid object identifier '${id}'.`);
  const group = data.groups.find((candidate) => candidate.id === id.toLowerCase());
  if (!group) throw notFound(id);
  return group;
}

export type DirectoryObject =
  | { type: 'user'; object: User }
  | { type: 'group'; object: Group }
  | { type: 'servicePrincipal'; object: ServicePrincipal };

export function lookUpObject(data: TenantData, id: string): DirectoryObject | undefined {
  const user = lookUpUser(data, id);
  if (user) return { type: 'user', object: user };
  const group = data.groups.find((candidate) => candidate.id === id.toLowerCase());
  if (group) return { type: 'group', object: group };
  const principal = data.servicePrincipals.find((candidate) => candidate.id === id.toLowerCase());
  return principal && { type: 'servicePrincipal', object: principal };
}

export const directGroups = (data: TenantData, memberId: string): Group[] =>
  data.groups.filter((group) => group.members.includes(memberId));

export function transitiveGroups(data: TenantData, memberId: string): Group[] {
  const found = new Set<Group>();
  const follow = (id: string) => {
    for (const group of directGroups(data, id)) {
      if (found.has(group)) continue;
      found.add(group);
      follow(group.id);
    }
  };
  follow(memberId);
  return [...found];
}

export function transitiveMemberIds(data: TenantData, group: Group): string[] {
  const found = new Set<string>();
  const follow = (current: Group) => {
    for (const id of current.members) {
      if (found.has(id)) continue;
      found.add(id);
      const nested = data.groups.find((candidate) => candidate.id === id);
      if (nested) follow(nested);
    }
  };
  follow(group);
  return [...found];
}

export interface LicenseState {
  skuId: string;
  assignedByGroup: string | null;
  disabledPlans: string[];
  state: string;
  error: string;
  lastUpdatedDateTime: string;
}

/** Group-based licensing looks at direct members only, as in Microsoft Entra ID. */
export function licenseStates(data: TenantData, user: User): LicenseState[] {
  const direct = user.licenses.map((license) => ({
    ...license,
    assignedByGroup: null,
    state: 'Active',
    error: 'None',
  }));
  const licensing = data.groups.filter((group) => group.assignedLicenses.length > 0 && group.members.includes(user.id));
  const inherited = licensing.flatMap((group) =>
    group.assignedLicenses.map((license) => ({
      ...license,
      assignedByGroup: group.id,
      state: 'Active',
      error: 'None',
      lastUpdatedDateTime: group.createdDateTime,
    })),
  );
  return [...direct, ...inherited];
}

export function heldSkus(data: TenantData, user: User): Sku[] {
  const held = new Set(licenseStates(data, user).map((state) => state.skuId));
  return data.subscribedSkus.filter((sku) => held.has(sku.skuId));
}

/** Foundation and Archiving are plans of Exchange without a mailbox. */
const mailboxPlans = /^EXCHANGE_(S_(ENTERPRISE|STANDARD|DESKLESS|ESSENTIALS)|L_STANDARD)/;

type License = Pick<LicenseState, 'skuId' | 'disabledPlans'>;

/** Names of the service plans that a license brings and that are switched on. */
function plansIn(data: TenantData, { skuId, disabledPlans }: License): string[] {
  const plans = data.subscribedSkus.find((sku) => sku.skuId === skuId)?.servicePlans ?? [];
  return plans
    .filter(({ servicePlanId }) => !disabledPlans.includes(servicePlanId))
    .map(({ servicePlanName }) => servicePlanName);
}

/** The same of all that somebody has. */
export const plansOf = (data: TenantData, user: User): string[] =>
  licenseStates(data, user).flatMap((license) => plansIn(data, license));

/** Object ids of all whom a license gives a mailbox: to ask one after another takes long where there are thousands. */
export function exchangeUsers(data: TenantData): Set<string> {
  const gives = (license: License) => plansIn(data, license).some((plan) => mailboxPlans.test(plan));
  const members = data.groups.filter((group) => group.assignedLicenses.some(gives)).flatMap((group) => group.members);
  const direct = data.users.filter((user) => user.licenses.some(gives)).map(({ id }) => id);
  return new Set([...members, ...direct]);
}

export const hasExchangePlan = (data: TenantData, user: User): boolean =>
  plansOf(data, user).some((plan) => mailboxPlans.test(plan));
