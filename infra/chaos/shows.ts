import type { Mailbox, TenantData, User } from '../local/tenant/seedSchema.ts';
import type { StepRow } from './snapshot.ts';

interface Looking {
  step: StepRow;
  before: User;
  /** As they are, or as they lie in the recycle bin. */
  person: User;
  deleted: boolean;
  data: TenantData;
  successorId: string | undefined;
  caseName: string;
  /** Ids of whatever the step was agreed to change. */
  touched: readonly string[];
}

const later = (now: string | null, then: string | null): boolean =>
  now !== null && (then === null || Date.parse(now) > Date.parse(then));
const mailbox =
  (holds: (box: Mailbox, looking: Looking) => boolean) =>
  (looking: Looking): boolean =>
    looking.person.mailbox !== null && holds(looking.person.mailbox, looking);
const noneOf = (ids: readonly string[], there: readonly { id: string }[]): boolean =>
  !there.some(({ id }) => ids.includes(id));
const inNone = ({ data, touched, person, deleted }: Looking, which: 'members' | 'owners'): boolean =>
  deleted || data.groups.filter(({ id }) => touched.includes(id)).every((group) => !group[which].includes(person.id));
const mayOpen = (box: Mailbox, id: string): boolean =>
  box.sendAs.includes(id) || box.fullAccess.some((one) => one.id === id);
const gives = (data: TenantData, person: User): boolean =>
  [...data.roleAssignments, ...data.roleEligibilities].some(({ principalId }) => principalId === person.id);

/** Whether the tenant shows what each step says that it has done. */
const shown: Record<string, (looking: Looking) => boolean> = {
  'remove-directory-roles': ({ data, person }) => !gives(data, person),
  // What it assigns is taken back later, with the other licenses.
  'keep-mailbox-license': ({ person }) => person.mailbox !== null,
  'remove-privileged-groups': ({ data, person, touched }) =>
    ![...data.groupEligibilities, ...data.groupActivations].some(
      ({ principalId, groupId }) => principalId === person.id && touched.includes(groupId),
    ),
  'wipe-app-data': ({ data, person, touched }) =>
    data.appRegistrations
      .filter(({ userId, deviceTag }) => userId === person.id && touched.includes(deviceTag))
      .every(({ operations }) => operations.length > 0),
  'release-phone-number': ({ data, person, touched }) =>
    !data.phoneNumbers.some((one) => one.assignmentTargetId === person.id && touched.includes(one.telephoneNumber)),
  'hand-over-apps': ({ data, person, touched, deleted }) =>
    deleted ||
    [...data.applications, ...data.servicePrincipals]
      .filter(({ id }) => touched.includes(id))
      .every(({ owners }) => !owners.includes(person.id)),
  'block-sign-in': ({ person, deleted }) => deleted || !person.accountEnabled,
  'reset-password': ({ person, before }) => later(person.lastPasswordChangeDateTime, before.lastPasswordChangeDateTime),
  'revoke-sessions': ({ person, before }) =>
    later(person.signInSessionsValidFromDateTime, before.signInSessionsValidFromDateTime),
  'remove-sign-in-methods': ({ person, touched }) => noneOf(touched, person.authenticationMethods),
  'disable-devices': ({ data, touched }) =>
    data.devices.filter(({ id }) => touched.includes(id)).every(({ accountEnabled }) => !accountEnabled),
  'retire-or-wipe-devices': ({ data, touched }) =>
    data.managedDevices
      .filter(({ id }) => touched.includes(id))
      .every(({ managementState }) => /^(retire|wipe)(Pending|Issued)$/.test(managementState ?? '')),
  'hold-mailbox': mailbox((box) => box.litigationHold !== null),
  'remove-mail-rules': mailbox((box) => box.rules.length === 0),
  'remove-mailbox-rights': ({ data, person, touched, deleted }) =>
    deleted ||
    data.users
      .filter(({ id }) => touched.includes(id))
      .every(({ mailbox: box }) => box === null || !mayOpen(box, person.id)),
  'remove-mobile-partnerships': mailbox((box) => box.mobileDevices.length === 0),
  'remove-forwarding': mailbox(
    (box, { successorId }) => [null, successorId].includes(box.forwardingAddress) && box.forwardingSmtpAddress === null,
  ),
  'cancel-meetings': mailbox((box, { before }) => {
    const organized = (before.mailbox?.meetings ?? []).filter(
      ({ organizer, attendees, dayOffset }) => organizer === null && attendees.length > 0 && dayOffset > 0,
    );
    return organized.every(({ id }) => box.meetings.every((one) => one.id !== id));
  }),
  'forward-mail': mailbox((box, { successorId }) => box.forwardingAddress === successorId),
  'set-auto-reply': mailbox((box) => box.automaticRepliesSetting.status === 'alwaysEnabled'),
  'hide-from-address-list': mailbox((box) => box.hiddenFromAddressLists),
  'convert-mailbox': mailbox((box) => box.userPurpose === 'shared'),
  'delegate-mailbox': mailbox(
    (box, { successorId }) =>
      box.fullAccess.some(({ id }) => id === successorId) && box.sendAs.some((id) => id === successorId),
  ),
  'hand-over-files': ({ data, person, successorId }) =>
    data.drives
      .filter(({ ownerId }) => ownerId === person.id)
      .some(({ grants }) => grants.some(({ userId, roles }) => userId === successorId && roles.includes('write'))),
  'export-content': ({ data, caseName }) =>
    data.ediscoveryCases.some(
      ({ displayName, operations }) =>
        displayName === `Signoff ${caseName}` && operations.some(({ action }) => action === 'exportResult'),
    ),
  'hand-over-groups': (looking) => inNone(looking, 'owners'),
  'remove-group-memberships': (looking) => inNone(looking, 'members'),
  'remove-distribution-lists': (looking) => inNone(looking, 'members'),
  'remove-app-access': ({ data, touched }) => noneOf(touched, data.appRoleAssignments),
  'revoke-consents': ({ data, touched }) => noneOf(touched, data.permissionGrants),
  'remove-licenses': (looking) =>
    inNone(looking, 'members') && looking.person.licenses.every(({ skuId }) => !looking.touched.includes(skuId)),
  'delete-account': ({ deleted }) => deleted,
};

interface LookingAtPartner {
  data: TenantData;
  tenantId: string;
  caseName: string;
  touched: readonly string[];
}

const disabled = (all: readonly { id: string; accountEnabled: boolean }[], ids: readonly string[]): boolean =>
  all.filter(({ id }) => ids.includes(id)).every(({ accountEnabled }) => !accountEnabled);

/** The same for the removal of a partner. */
const shownOfPartner: Record<string, (looking: LookingAtPartner) => boolean> = {
  'block-by-conditional-access': ({ data, caseName }) =>
    data.partners.conditionalAccess.filter(({ displayName }) => displayName.includes(caseName)).length === 1,
  'block-partner-people': ({ data, touched }) => disabled(data.users, touched),
  'disable-partner-apps': ({ data, touched }) => disabled(data.servicePrincipals, touched),
  'disable-used-partner-apps': ({ data, touched }) => disabled(data.servicePrincipals, touched),
  'delete-partner-people': ({ data, touched }) =>
    noneOf(touched, data.users) && touched.every((id) => data.deletedUsers.some(({ user }) => user.id === id)),
  'end-delegated-admin': ({ data, tenantId }) =>
    data.partners.delegatedAdmin.every((one) => one.tenantId !== tenantId || one.endedAt !== null),
};

/** @returns whether the tenant shows it; null where nobody can tell */
export function isShown(
  step: StepRow,
  before: TenantData,
  after: TenantData,
  personId: string,
  successorId: string | undefined,
): boolean | null {
  const touched = step.plan.changes.flatMap(({ touches }) => touches);
  const ofPartner = shownOfPartner[step.step_id];
  if (ofPartner !== undefined)
    return ofPartner({ data: after, tenantId: personId, caseName: `PRT-${step.case_id}`, touched });
  const look = shown[step.step_id];
  const then = before.users.find(({ id }) => id === personId);
  const now = after.users.find(({ id }) => id === personId);
  const person = now ?? after.deletedUsers.find(({ user }) => user.id === personId)?.user;
  if (look === undefined || then === undefined || person === undefined) return null;
  return look({
    step,
    before: then,
    person,
    deleted: now === undefined,
    data: after,
    successorId,
    caseName: `OFF-${step.case_id}`,
    touched,
  });
}
