import type { User } from '../../infra/local/tenant/seedSchema.ts';
import type { TenantData } from '../../infra/local/tenant/server.ts';
import { everybody } from './expectations.ts';
import type { Offboarded } from './offboard.ts';

/** What a sentence of the report is held against. */
export interface Told {
  one: Offboarded;
  /** As they were, and as they are, also when they are deleted by now. */
  was: User;
  now: User;
  after: TenantData;
  /** How many lines the plan had for the step. */
  lines: number;
  /** How many things it leaves to people. */
  leaves: number;
}

export function toldOf(one: Offboarded, stepId: string): Told {
  const now = everybody(one.after).find(({ id }) => id === one.person.id);
  const planned = one.planned.find((row) => row.stepId === stepId);
  if (now === undefined) throw new Error('the person is nowhere');
  const lines = (planned?.lines.length ?? 0) + (planned?.untold ?? 0);
  return { one, was: one.person, now, after: one.after, lines, leaves: planned?.leaves.length ?? 0 };
}

export type True = (told: Told, found: string[]) => boolean;
export type Sentences = Record<string, [RegExp, True][]>;

export const deviceIdsOf = ({ after, now }: Told) =>
  after.devices.filter((one) => [...one.registeredOwners, ...one.registeredUsers].includes(now.id));
const groupsOf = ({ after, now }: Told) => after.groups.filter(({ members }) => members.includes(now.id));
export const listsOf = (told: Told) =>
  groupsOf(told).filter((one) => one.mailEnabled && !one.groupTypes.includes('Unified') && !one.onPremisesSyncEnabled);
export const intuneOf = ({ after, now }: Told) =>
  after.managedDevices.filter((one) => one.userId === now.id && !/(Pending|Issued)$/.test(one.managementState ?? ''));
export const asMany: True = ({ lines }, [many]) => Number(many) === lines;
export const noRoles: True = (told) =>
  ![...told.after.roleAssignments, ...told.after.roleEligibilities].some((one) => one.principalId === told.now.id) &&
  !groupsOf(told).some(({ isAssignableToRole }) => isAssignableToRole);
export const onlyPassword: True = ({ now }) =>
  now.authenticationMethods.every(({ type }) => type === 'passwordAuthenticationMethod');
export const later = (now: string | null, was: string | null): boolean =>
  now !== null && (was === null || Date.parse(now) > Date.parse(was));
export const blocked: True = ({ now }) => !now.accountEnabled;
export const notForwarded: True = (told) => {
  const { forwardingAddress, forwardingSmtpAddress } = told.now.mailbox ?? {};
  const bySignoff = told.one.requested.forwardMail === 'true' ? successorOf(told)?.id : undefined;
  return !forwardingSmtpAddress && (!forwardingAddress || forwardingAddress === bySignoff);
};
export const isDeleted: True = ({ after, now }) => after.deletedUsers.some(({ user }) => user.id === now.id);
export const isInactive: True = ({ after, now }) =>
  after.deletedUsers.some(({ user, inactiveMailbox }) => user.id === now.id && inactiveMailbox);
export const successorOf = ({ one }: Told) =>
  one.before.users.find(({ id, userPrincipalName }) => [id, userPrincipalName].includes(one.requested.successor ?? ''));
export const mayEdit: True = (told, [name]) =>
  successorOf(told)?.displayName === name &&
  told.after.drives.some(
    (one) =>
      one.ownerId === told.now.id &&
      one.grants.some(({ userId, roles }) => userId === successorOf(told)?.id && roles.includes('write')),
  );
export const delegate: True = (told, [name]) => {
  const successor = successorOf(told);
  const { fullAccess = [], sendAs = [] } = told.now.mailbox ?? {};
  return (
    successor?.displayName === name &&
    fullAccess.some(({ id }) => id === successor?.id) &&
    sendAs.includes(successor?.id ?? '')
  );
};
export const appsOf = ({ after, now }: Told) => after.appRegistrations.filter(({ userId }) => userId === now.id);
export const hasNumber = ({ after, now }: Told): boolean =>
  after.phoneNumbers.some(({ assignmentTargetId }) => assignmentTargetId === now.id);
/** What it means when the card does not offer it, as to somebody whose mailbox is elsewhere. */
const notOffered: Record<string, string> = { devices: 'leave', autoReply: '' };
export const chose =
  (name: string, ...values: string[]): True =>
  ({ one }) =>
    values.includes(one.requested[name] ?? notOffered[name] ?? 'false') ||
    (one.requested[name] === undefined && values.includes(''));
export const isExternal: True = ({ was }) => was.userPrincipalName.includes('#EXT#');
export const noMailbox: [RegExp, True] = [/^There is no mailbox\.$/, ({ was }) => was.mailbox === null];
export const nobody: True = (told) => successorOf(told) === undefined;

export const holdsLicense = (told: Told): boolean =>
  told.now.licenses.length > 0 || groupsOf(told).some(({ assignedLicenses }) => assignedLicenses.length > 0);

export const everyGroupHasAnOwner = ({ one, was, after }: Told): boolean =>
  one.before.groups
    .filter(({ owners }) => owners.includes(was.id))
    .every(({ id }) => (after.groups.find((group) => group.id === id)?.owners.length ?? 0) > 0);
export const opensOthers = ({ after, now }: Told): boolean =>
  after.users.some(
    ({ mailbox: box }) =>
      box?.userPurpose === 'shared' && (box.sendAs.includes(now.id) || box.fullAccess.some(({ id }) => id === now.id)),
  );
