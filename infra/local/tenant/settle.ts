import { derivedId } from './directory.ts';
import type { PendingRoleChange } from './identitySchema.ts';
import { settlePartners } from './partners.ts';
import type { TenantData } from './seedSchema.ts';

/** Before every request: what was asked for earlier happens when its time has come. */
export function settle(data: TenantData, now: number): void {
  settleRoles(data, now);
  settleDevices(data, now);
  settleHolds(data, now);
  settleMailboxes(data, now);
  settleDynamicGroups(data, now);
  settlePhoneOrders(data, now);
  settlePartners(data, now);
}

function settlePhoneOrders(data: TenantData, now: number): void {
  const due = data.phoneOrders.filter(({ dueAt }) => dueAt <= now);
  if (due.length === 0) return;
  data.phoneOrders = data.phoneOrders.filter(({ dueAt }) => dueAt > now);
  for (const order of due) {
    const own = data.phoneNumbers.find(({ telephoneNumber }) => telephoneNumber === order.telephoneNumber);
    if (own) own.assignmentTargetId = order.assignmentTargetId;
  }
}

function settleRoles(data: TenantData, now: number): void {
  const due = data.pendingRoleChanges.filter((change) => change.dueAt <= now);
  if (due.length === 0) return;
  data.pendingRoleChanges = data.pendingRoleChanges.filter((change) => change.dueAt > now);
  for (const change of due) applyRoleChange(data, change, now);
}

type RoleKey = Pick<PendingRoleChange, 'principalId' | 'roleDefinitionId' | 'directoryScopeId'>;

export const isSameRole = (a: RoleKey, b: RoleKey): boolean =>
  a.principalId === b.principalId &&
  a.roleDefinitionId === b.roleDefinitionId &&
  a.directoryScopeId === b.directoryScopeId;

function applyRoleChange(data: TenantData, change: PendingRoleChange, now: number): void {
  const { kind, action, principalId, roleDefinitionId, directoryScopeId, endDateTime } = change;
  const list = kind === 'eligible' ? 'roleEligibilities' : 'roleAssignments';
  if (action === 'adminRemove') {
    if (kind === 'eligible') data.roleEligibilities = data.roleEligibilities.filter((own) => !isSameRole(own, change));
    else data.roleAssignments = data.roleAssignments.filter((own) => !isSameRole(own, change));
    return;
  }
  if (data[list].some((own) => isSameRole(own, change))) return;
  const own = { principalId, roleDefinitionId, directoryScopeId, endDateTime };
  const id = derivedId(list, principalId, roleDefinitionId, directoryScopeId);
  if (kind === 'active') data.roleAssignments.push({ id, ...own });
  else data.roleEligibilities.push({ id, ...own, createdDateTime: `${new Date(now).toISOString().slice(0, 19)}Z` });
}

function settleDevices(data: TenantData, now: number): void {
  for (const device of data.managedDevices) {
    if (device.actionIssuedAt === null || device.actionIssuedAt > now) continue;
    if (device.managementState === 'retirePending') device.managementState = 'retireIssued';
    if (device.managementState === 'wipePending') device.managementState = 'wipeIssued';
    const result = device.deviceActionResults.at(-1);
    if (result?.actionState === 'pending') result.actionState = 'active';
  }
  if (data.managedDevices.some((device) => device.actionDoneAt !== null && device.actionDoneAt <= now))
    data.managedDevices = data.managedDevices.filter(
      (device) => device.actionDoneAt === null || device.actionDoneAt > now,
    );
}

function settleHolds(data: TenantData, now: number): void {
  for (const custodian of data.ediscoveryCases.flatMap((own) => own.custodians)) {
    if (!custodian.pendingHold || custodian.pendingHold.dueAt > now) continue;
    custodian.hold = custodian.pendingHold.to;
    custodian.pendingHold = null;
  }
}

function settleMailboxes(data: TenantData, now: number): void {
  for (const { mailbox } of data.users) {
    if (!mailbox?.turnedBackAt || mailbox.turnedBackAt > now) continue;
    Object.assign(mailbox, { userPurpose: 'user', conversion: null, turnedBackAt: null });
  }
}

/** Of a rule only this is understood: whether it wants sign-in to be allowed. Nobody joins. */
const wantsEnabled = /user\.accountEnabled\s+-eq\s+true/i;
/** When a group lets go of whom; nobody can see it before. */
const leaving = new WeakMap<TenantData, Map<string, number>>();

function settleDynamicGroups(data: TenantData, now: number): void {
  const blocked = new Set(data.users.filter(({ accountEnabled }) => !accountEnabled).map(({ id }) => id));
  const before = leaving.get(data);
  const due = new Map<string, number>();
  leaving.set(data, due);
  for (const group of data.groups) {
    if (group.membershipRuleProcessingState !== 'On' || !wantsEnabled.test(group.membershipRule ?? '')) continue;
    group.members = group.members.filter((id) => {
      if (!blocked.has(id)) return true;
      const key = `${group.id} ${id}`;
      const dueAt = before?.get(key) ?? now + data.delays.dynamicMs;
      due.set(key, dueAt);
      return dueAt > now;
    });
  }
}
