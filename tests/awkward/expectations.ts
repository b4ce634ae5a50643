import { skuName } from '../../bot/graph/skuNames.ts';
import type { AuthenticationMethod, Group, TenantData, User } from '../../infra/local/tenant/seedSchema.ts';

/** What must be true of the tenant's data when a promised change has happened. */
export type Expectation =
  | { gone: string }
  | { came: string }
  | { path: string; becomes: string }
  /** A moment, later than it was. */
  | { later: string }
  /** Whatever changes there belongs to the promise, and `holds` says whether it is as promised. */
  | { area: string; holds: (after: TenantData) => boolean };

/** One of many equal lines may stand for one object only. */
export type Once = <T extends { id: string }>(objects: readonly T[], what: string) => T;

export interface Promised {
  before: TenantData;
  person: User;
  successor: User | undefined;
  caseId: number;
  once: Once;
}

/** A list of which each entry is taken once. @throws for a promise about something that is not there */
export function takenOnce(): Once {
  const taken = new Set<string>();
  return (objects, what) => {
    const one = objects.find(({ id }) => !taken.has(`${what} ${id}`));
    if (one === undefined) throw new Error(`the tenant has no (further) ${what}`);
    taken.add(`${what} ${one.id}`);
    return one;
  };
}

export const own = ({ person }: Promised, below: string): string => `users[${person.id}].${below}`;
export const mailbox = (promised: Promised, below: string): string => own(promised, `mailbox.${below}`);

const memberOf = ({ before, person }: Promised, name: string, which: (group: Group) => boolean = () => true): Group[] =>
  before.groups.filter((one) => one.displayName === name && one.members.includes(person.id) && which(one));

export const roleName = ({ before }: Promised, id: string): string =>
  before.roleDefinitions.find((role) => role.id === id)?.displayName ?? '';
export const principalName = ({ before }: Promised, id: string): string =>
  before.servicePrincipals.find((one) => one.id === id)?.displayName ?? '';

/** As people call them; the detail in brackets is the method's own. */
const methodNames: Record<AuthenticationMethod['type'], string> = {
  passwordAuthenticationMethod: 'Password',
  phoneAuthenticationMethod: 'Phone number',
  microsoftAuthenticatorAuthenticationMethod: 'Microsoft Authenticator',
  fido2AuthenticationMethod: 'Passkey or security key',
  softwareOathAuthenticationMethod: 'Authenticator code',
  emailAuthenticationMethod: 'E-mail address',
  windowsHelloForBusinessAuthenticationMethod: 'Windows Hello',
  temporaryAccessPassAuthenticationMethod: 'Temporary Access Pass',
  platformCredentialAuthenticationMethod: 'Platform credential',
  externalAuthenticationMethod: 'External method',
};

export function methodName({ type, properties }: AuthenticationMethod): string {
  const detail = properties.displayName ?? properties.model ?? properties.phoneType;
  return detail ? `${methodNames[type]} (${String(detail)})` : methodNames[type];
}

const isTeam = ({ resourceProvisioningOptions }: Group): boolean => resourceProvisioningOptions.includes('Team');
export const isUnified = ({ groupTypes }: Group): boolean => groupTypes.includes('Unified');
export const kinds: Record<string, (group: Group) => boolean> = {
  Team: isTeam,
  'Microsoft 365 group': (group) => isUnified(group) && !isTeam(group),
  'Security group': (group) => !isUnified(group) && !group.mailEnabled,
};

export function leaves(promised: Promised, name: string, which: (group: Group) => boolean): Expectation[] {
  const group = promised.once(memberOf(promised, name, which), `membership in ${name}`);
  return [{ gone: `groups[${group.id}].members[${promised.person.id}]` }];
}

export function handsOver(promised: Promised, name: string, successorName: string | undefined): Expectation[] {
  const { before, person, successor } = promised;
  const group = promised.once(
    before.groups.filter(({ displayName, owners }) => displayName === name && owners.includes(person.id)),
    `ownership of ${name}`,
  );
  const gone = { gone: `groups[${group.id}].owners[${person.id}]` };
  if (successorName === undefined) return [gone];
  if (successor?.displayName !== successorName) throw new Error(`${successorName} is not the successor`);
  const joins = isTeam(group) && !group.members.includes(successor.id);
  return [
    gone,
    { came: `groups[${group.id}].owners[${successor.id}]` },
    ...(joins ? [{ came: `groups[${group.id}].members[${successor.id}]` }] : []),
  ];
}

export function handsOverApp(
  { before, person, successor, once }: Promised,
  list: 'applications' | 'servicePrincipals',
  name: string | undefined,
  successorName: string | undefined,
): Expectation[] {
  const theirs = before[list].filter(({ displayName, owners }) => displayName === name && owners.includes(person.id));
  const { id } = once<{ id: string }>(theirs, `app ${name} in ${list}`);
  const gone = { gone: `${list}[${id}].owners[${person.id}]` };
  if (successorName === undefined) return [gone];
  if (successor?.displayName !== successorName) throw new Error(`${successorName} is not the successor`);
  return [gone, { came: `${list}[${id}].owners[${successor.id}]` }];
}

export function phoneNumber({ before, person }: Promised, number: string): Expectation[] {
  const own = before.phoneNumbers.find(({ telephoneNumber }) => telephoneNumber === number);
  if (own?.assignmentTargetId !== person.id) throw new Error(`${number} is not theirs`);
  return [{ path: `phoneNumbers[${number}].assignmentTargetId`, becomes: 'null' }];
}

export function appData({ before, person }: Promised, many: number, name: string): Expectation[] {
  const ids = before.appRegistrations
    .filter(({ userId, deviceName }) => userId === person.id && deviceName === name)
    .map(({ id }) => id);
  if (ids.length !== many) throw new Error(`${name} has ${ids.length} apps`);
  return ids.map((id) => ({
    area: `appRegistrations[${id}].operations`,
    holds: ({ appRegistrations }) =>
      appRegistrations.some(
        (one) => one.id === id && one.operations.filter(({ state }) => state === 'pending').length === 1,
      ),
  }));
}

/** May neither switch it on nor has it. */
export function placeEnds({ before, person }: Promised, name: string, side: string): Expectation[] {
  const group = before.groups.find(({ displayName }) => displayName === name);
  const isIt = (one: { principalId: string; groupId: string; accessId: string }) =>
    one.principalId === person.id && one.groupId === group?.id && one.accessId === side;
  const active = before.groupActivations.filter(isIt);
  const ends = [
    ...before.groupEligibilities.filter(isIt).map(({ id }) => ({ gone: `groupEligibilities[${id}]` })),
    ...active.map(({ id }) => ({ gone: `groupActivations[${id}]` })),
    ...active.map(() => ({ gone: `groups[${group?.id}].${side}s[${person.id}]` })),
  ];
  if (ends.length === 0) throw new Error(`there is no place in ${name} that could be switched on`);
  return ends;
}

export function device(promised: Promised, name: string): Expectation[] {
  const { before, person, once } = promised;
  const theirs = before.devices.filter(
    (one) =>
      `${one.displayName} (${one.operatingSystem})` === name &&
      [...one.registeredOwners, ...one.registeredUsers].includes(person.id),
  );
  return [{ path: `devices[${once(theirs, `device ${name}`).id}].accountEnabled`, becomes: 'false' }];
}

export function managed(promised: Promised, name: string, owner: string, erased: boolean): Expectation[] {
  const { before, person, once } = promised;
  if (erased && owner !== 'company') throw new Error(`${name} is not the company’s and must not be erased`);
  const theirs = before.managedDevices.filter(
    (one) =>
      one.userId === person.id &&
      `${one.deviceName} (${one.operatingSystem}` === name &&
      (one.managedDeviceOwnerType === 'company') === (owner === 'company'),
  );
  const { id } = once(theirs, `managed device ${name}`);
  const state = erased ? /^wipe(Pending|Issued)$/ : /^retire(Pending|Issued)$/;
  const holds = (after: TenantData) => {
    const now = after.managedDevices.find((one) => one.id === id);
    return now === undefined || state.test(now.managementState ?? '');
  };
  return [{ area: `managedDevices[${id}]`, holds }];
}

const meetingsAhead = ({ before, person }: Promised) => {
  const today = Date.parse(before.exchange.firstDay);
  return (person.mailbox?.meetings ?? []).filter((one) => {
    const start =
      today + (one.dayOffset + 7 * ((one.weeks ?? 1) - 1)) * 86_400_000 + Date.parse(`1970-01-01T${one.startTime}:00Z`);
    const theirs = one.organizer === null || one.organizer.toLowerCase() === person.mail?.toLowerCase();
    return theirs && one.attendees.length > 0 && start + one.minutes * 60_000 > Date.now();
  });
};

export function canceled(promised: Promised, single: number, series: number): Expectation[] {
  const ahead = meetingsAhead(promised);
  const found = [
    ahead.filter(({ weeks }) => weeks === null).length,
    ahead.filter(({ weeks }) => weeks !== null).length,
  ];
  if (found[0] !== single || found[1] !== series) throw new Error(`the calendar has ${found.join(' and ')} of them`);
  return ahead.flatMap(({ id, attendees }): Expectation[] => [
    { gone: mailbox(promised, `meetings[${id}]`) },
    { came: mailbox(promised, `cancellations[${id}]`) },
    ...attendees.map((one) => ({ came: mailbox(promised, `cancellations[${id}].attendees[${one}]`) })),
  ]);
}

export function forwarding(promised: Promised, target: string): Expectation[] {
  const { forwardingSmtpAddress, deliverToMailboxAndForward } = promised.person.mailbox ?? {};
  const smtp = forwardingSmtpAddress?.replace(/^smtp:/, '') === target;
  return [
    { path: mailbox(promised, smtp ? 'forwardingSmtpAddress' : 'forwardingAddress'), becomes: 'null' },
    ...(deliverToMailboxAndForward
      ? [{ path: mailbox(promised, 'deliverToMailboxAndForward'), becomes: 'false' }]
      : []),
  ];
}

export function autoReply(promised: Promised, text: string): Expectation[] {
  const holds = (after: TenantData) => {
    const now = everybody(after).find(({ id }) => id === promised.person.id)?.mailbox?.automaticRepliesSetting;
    const said = [now?.internalReplyMessage, now?.externalReplyMessage].map((message) =>
      message?.replaceAll('<br>', '\n').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
    );
    return now?.status === 'alwaysEnabled' && now.externalAudience === 'all' && said.every((one) => one === text);
  };
  return [{ area: mailbox(promised, 'automaticRepliesSetting'), holds }];
}

export function license(promised: Promised, names: string, groupName: string | undefined): Expectation[] {
  const { before, person, once } = promised;
  const called = (skuId: string) =>
    skuName(before.subscribedSkus.find((one) => one.skuId === skuId)?.skuPartNumber ?? skuId);
  if (groupName === undefined) {
    const direct = person.licenses.map(({ skuId }) => ({ id: skuId })).filter(({ id }) => called(id) === names);
    return [{ gone: own(promised, `licenses[${once(direct, `license ${names}`).id}]`) }];
  }
  const brings = ({ assignedLicenses }: Group) =>
    assignedLicenses
      .map(({ skuId }) => called(skuId))
      .sort()
      .join(', ') === names;
  const group = once(memberOf(promised, groupName, brings), `license group ${groupName}`);
  return [{ gone: `groups[${group.id}].members[${person.id}]` }];
}

/** Nothing is left of it at the end, unless the mailbox goes on needing it; the mailbox is there at any rate. */
export function heldMeanwhile(promised: Promised, name: string, groupName: string | undefined): Expectation[] {
  const { before, person } = promised;
  const sku = before.subscribedSkus.find(({ skuPartNumber }) => skuName(skuPartNumber) === name);
  const [group] = memberOf(promised, groupName ?? '', ({ assignedLicenses }) =>
    assignedLicenses.some(({ skuId }) => skuId === sku?.skuId),
  );
  if (sku === undefined || group === undefined) throw new Error(`${name} does not come through ${groupName}`);
  const holds = (after: TenantData) => everybody(after).find(({ id }) => id === person.id)?.mailbox != null;
  return [
    { area: own(promised, `licenses[${sku.skuId}]`), holds },
    { area: `groups[${group.id}].members[${person.id}]`, holds },
  ];
}

export function deleted(promised: Promised, inactive: boolean): Expectation[] {
  const { before, person } = promised;
  const anything = () => true;
  const bin = (after: TenantData) => after.deletedUsers.find(({ user }) => user.id === person.id);
  return [
    { came: `deleted[${person.id}]` },
    { area: `deleted[${person.id}]`, holds: (after) => bin(after)?.inactiveMailbox === inactive },
    ...before.groups.flatMap(({ id }): Expectation[] => [
      { area: `groups[${id}].members[${person.id}]`, holds: anything },
      { area: `groups[${id}].owners[${person.id}]`, holds: anything },
    ]),
    ...before.users
      .filter(({ manager }) => manager === person.id)
      .map(({ id }) => ({ path: `users[${id}].manager`, becomes: 'null' })),
  ];
}

export function files(promised: Promised, gigabytes: string, name: string): Expectation[] {
  const { before, person, successor } = promised;
  const drive = before.drives.find(({ ownerId }) => ownerId === person.id);
  if (drive === undefined || (drive.usedBytes / 1024 ** 3).toFixed(1) !== gigabytes || successor?.displayName !== name)
    throw new Error('that is not the OneDrive, its size, or the successor');
  const holds = (after: TenantData) =>
    after.drives
      .find(({ id }) => id === drive.id)
      ?.grants.some(({ userId, roles }) => userId === successor.id && roles.includes('write')) === true;
  return [{ area: `drives[${drive.id}].grants`, holds }];
}

export function exported(
  { before, person, caseId }: Promised,
  holds: (found: TenantData['ediscoveryCases'][number]) => boolean,
) {
  const known = new Set(before.ediscoveryCases.map(({ id }) => id));
  const ours = (after: TenantData) =>
    after.ediscoveryCases.filter(({ id, displayName }) => !known.has(id) && displayName.includes(`OFF-${caseId}`));
  return [
    {
      area: 'ediscoveryCases',
      holds: (after: TenantData) =>
        ours(after).length === 1 &&
        ours(after).every((one) => one.custodians.every(({ userId }) => userId === person.id) && holds(one)),
    },
  ];
}

/** Everybody, and those whom the case has deleted. */
export const everybody = (data: TenantData): User[] => [...data.users, ...data.deletedUsers.map(({ user }) => user)];
