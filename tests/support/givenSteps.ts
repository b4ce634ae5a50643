import type { ExchangeRight } from '../../bot/graph/access.ts';
import type { Options } from '../../bot/people/choices.ts';
import type { Exchange, TenantData } from '../../infra/local/tenant/server.ts';

/** For whom, with which choices and in which tenant a step has everything to do that it can do. */
export interface Given {
  /** jane where left out. */
  person?: string;
  /** luca where left out. */
  successor?: string;
  /** Beside `everythingAsked`. */
  options?: Partial<Options>;
  /** Changes Contoso beforehand. */
  change?(data: TenantData): void;
  /** Looks at Exchange Online where it may, although it does not declare it. */
  looksAtExchange?: ExchangeRight;
  /** Writes that concern somebody or something else than the person. */
  alsoWrites?: { why: string; is(write: Exchange): boolean };
  /** What of others or of nobody it changes. */
  alsoChanges?: { why: string; parts: (keyof TenantData)[] };
  /** Refused a second time, rather than done quietly, as long as reads are old. */
  refusedWhileOld?: string;
  /** Undo takes back less than all of it. */
  undoLeaves?: { why: string; parts: (keyof TenantData)[] };
}

const shared = { endState: 'shared' } as const;

export const givenSteps: Record<string, Given> = {
  // Active and eligible roles come from the tenant file; the group that gives roles does not.
  'remove-directory-roles': {
    person: 'anders',
    change(data) {
      const anders = idOf(data, 'anders');
      const givesRoles = data.groups.find(({ isAssignableToRole }) => isAssignableToRole);
      givesRoles?.members.push(anders);
      givesRoles?.owners.push(anders);
      // An activated role ends with its eligibility: only one that is assigned comes back by undo.
      data.roleAssignments = data.roleAssignments.filter(({ principalId }) => principalId !== anders);
      data.roleAssignments.push({
        id: 'anders-reports',
        principalId: anders,
        roleDefinitionId: '4a5d8f65-41da-4de4-8968-e035b65339cf',
        directoryScopeId: '/',
      });
    },
  },
  // Devices never finish here, so that what was ordered can be seen.
  'retire-or-wipe-devices': {
    change: (data) => void Object.assign(data.delays, { deviceMs: 3_600_000 }),
    refusedWhileOld:
      'what Intune does with a second order is not documented: a look that is too old ends in its refusal',
  },
  'hold-mailbox': { options: shared },
  'convert-mailbox': { options: shared },
  'delegate-mailbox': { options: shared },
  'export-content': {
    change: (data) => void Object.assign(data.delays, { holdMs: 0, exportMs: 0 }),
    alsoWrites: {
      why: 'a case of eDiscovery belongs to nobody; its first call names the case of Signoff',
      is: ({ path, requestBody }) =>
        path.startsWith('/v1.0/security/cases/ediscoveryCases') && !JSON.stringify(requestBody ?? '').includes('luca'),
    },
    alsoChanges: { why: 'as above', parts: ['ediscoveryCases'] },
    refusedWhileOld: 'Purview refuses a second case of the same name, which is why there are never two',
    undoLeaves: { why: 'an export that was made stays in Purview; undo lifts the hold', parts: ['ediscoveryCases'] },
  },
  // Not in the team that is handed over.
  'hand-over-groups': {
    successor: 'tess',
    alsoWrites: {
      why: 'the successor becomes owner (and, of a team, member) before the last owner leaves',
      is: ({ method, path, requestBody }) =>
        method === 'POST' && /\/(owners|members)\/\$ref$/.test(path) && JSON.stringify(requestBody).includes('/users/'),
    },
    alsoChanges: { why: 'as above', parts: ['groups'] },
  },
  // The mailbox was converted before, and takes no license any more: everything can go, by all four permissions.
  'remove-licenses': {
    options: { ...shared, hold: false },
    looksAtExchange: 'recipients',
    change(data) {
      const jane = data.users.find(({ id }) => id === idOf(data, 'jane'));
      if (jane?.mailbox) jane.mailbox.userPurpose = 'shared';
    },
  },
};

export const givenFor = (stepId: string): Given & { person: string; successor: string } => ({
  person: 'jane',
  successor: 'luca',
  ...givenSteps[stepId],
});

function idOf(data: TenantData, name: string): string {
  const found = data.users.find(({ userPrincipalName }) => userPrincipalName === `${name}@contoso.com`);
  if (!found) throw new Error(`The tenant has no ${name}`);
  return found.id;
}

/** Ids of what is the person's own: a write that names one of them concerns the person. */
export function ownIds(data: TenantData, personId: string): string[] {
  const of = <T extends { id: string }>(list: readonly T[], isTheirs: (one: T) => boolean) =>
    list.filter(isTheirs).map(({ id }) => id);
  return [
    personId,
    ...of(data.roleAssignments, ({ principalId }) => principalId === personId),
    ...of(data.devices, ({ registeredOwners }) => registeredOwners.includes(personId)),
    ...of(data.managedDevices, ({ userId }) => userId === personId),
    ...of(data.permissionGrants, ({ principalId }) => principalId === personId),
    ...of(data.drives, ({ ownerId }) => ownerId === personId),
  ];
}

/** The tenant without the person and what is theirs: whatever is left belongs to others. */
export function othersIn(data: TenantData, personId: string): TenantData {
  const own = ownIds(data, personId);
  const theirs = (one: unknown) => own.some((id) => JSON.stringify(one).includes(`"${id}"`));
  const without = (ids: string[]) => ids.filter((id) => id !== personId);
  return {
    ...data,
    users: data.users
      .filter(({ id }) => id !== personId)
      .map((user) => (user.manager === personId ? { ...user, manager: null } : user)),
    deletedUsers: data.deletedUsers.filter(({ user }) => user.id !== personId),
    groups: data.groups.map((group) => ({
      ...group,
      members: without(group.members),
      owners: without(group.owners),
    })),
    applications: data.applications.map((one) => ({ ...one, owners: without(one.owners) })),
    roleAssignments: data.roleAssignments.filter((one) => !theirs(one)),
    roleEligibilities: data.roleEligibilities.filter((one) => !theirs(one)),
    devices: data.devices.filter((one) => !theirs(one)),
    managedDevices: data.managedDevices.filter((one) => !theirs(one)),
    appRoleAssignments: data.appRoleAssignments.filter((one) => !theirs(one)),
    permissionGrants: data.permissionGrants.filter((one) => !theirs(one)),
    drives: data.drives.filter((one) => one.ownerId !== personId),
  };
}
