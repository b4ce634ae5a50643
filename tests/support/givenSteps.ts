import type { Given } from './given.ts';
import { givenPartnerSteps, partnerStepsWithoutWork } from './givenPartnerSteps.ts';
import { aLike, groupNamed, held, idOf, newId } from './inTenant.ts';

const shared = { endState: 'shared' } as const;
const oneAccount = 'there is one account, and it is as it is when the step comes to it';
const oneMailbox = 'there is one mailbox, and it is as it is when the step comes to it';
const oneSuccessor = 'it gives to one person, and looks at nobody else';

export const givenSteps: Record<string, Given> = {
  'block-sign-in': { nothingCanCome: oneAccount },
  'disable-on-premises-account': { person: 'dariusz', nothingCanCome: 'people do it, and no app' },
  'keep-mailbox-license': {
    person: 'ottilie',
    later: (data, { id }) =>
      void data.groups.push({
        ...groupNamed(data, 'Office Workers'),
        id: newId(1),
        displayName: 'Frontline',
        members: [id],
        assignedLicenses: groupNamed(data, 'F3 Frontline Workers').assignedLicenses,
      }),
  },
  'reset-password': { nothingCanCome: 'there is one password, whoever set it', once: true },
  'revoke-sessions': { nothingCanCome: 'sessions are ended together, and none is ever seen', once: true },
  'delete-account': { nothingCanCome: oneAccount, once: true, looksAtExchange: 'recipients', change: held },
  'hide-from-address-list': { nothingCanCome: oneMailbox },
  'set-auto-reply': { nothingCanCome: 'there is one automatic reply, whoever wrote it' },
  'forward-mail': {
    nothingCanCome: oneSuccessor,
    person: 'siti',
    options: { endState: 'shared', forwardMail: true },
  },
  'hand-over-files': { nothingCanCome: oneSuccessor },
  'remove-sign-in-methods': {
    // The old default one could not go before a new one that is none.
    later(_data, { authenticationMethods }) {
      for (const method of authenticationMethods) method.isDefault = false;
      authenticationMethods.push({
        type: 'emailAuthenticationMethod',
        id: newId(1),
        isDefault: true,
        properties: { emailAddress: 'jane@fastmail.example' },
      });
    },
  },
  'disable-devices': {
    later: (data, { id }) =>
      void data.devices.push({
        ...aLike(data.devices, ({ registeredOwners }) => registeredOwners.includes(id)),
        id: newId(1),
        deviceId: newId(2),
        displayName: 'CTS-NEW-01',
        accountEnabled: true,
      }),
  },
  'cancel-meetings': {
    once: true,
    later: (_data, { mailbox }) =>
      void mailbox?.meetings.push({
        id: 'later',
        subject: 'Asked for this morning',
        organizer: null,
        attendees: ['luca@contoso.com'],
        dayOffset: 9,
        startTime: '09:00',
        minutes: 30,
        weeks: null,
        cancelledWeeks: [],
        isOnlineMeeting: false,
        location: '',
      }),
  },
  'remove-mail-rules': {
    looksAtExchange: 'recipients',
    later: (_data, { mailbox }) =>
      void mailbox?.rules.push({
        id: '99',
        displayName: 'Made this morning',
        isEnabled: true,
        isHidden: false,
        conditions: { subjectContains: ['invoice'] },
        exceptions: null,
        actions: { delete: true },
      }),
  },
  'remove-mailbox-rights': {
    // Besides those that jane has on “Contoso Sales”.
    later: (data, { id }) =>
      void data.users
        .find(({ userPrincipalName }) => userPrincipalName === 'luca@contoso.com')
        ?.mailbox?.sendAs.push(id),
    alsoChanges: { why: 'rights stand on the mailboxes that they are for', parts: ['users'] },
  },
  'remove-mobile-partnerships': {
    later: (_data, { mailbox }) =>
      void mailbox?.mobileDevices.push({
        deviceId: 'NEW01',
        friendlyName: 'A new phone',
        deviceType: 'iPhone',
        deviceModel: 'iPhone',
        clientType: 'EAS',
        firstSyncTime: null,
      }),
  },
  // Beside the address outside that is there already.
  'remove-forwarding': {
    later(data, { mailbox }) {
      if (mailbox !== null)
        Object.assign(mailbox, { forwardingAddress: idOf(data, 'luca'), deliverToMailboxAndForward: true });
    },
  },
  'remove-group-memberships': { later: (data, { id }) => void groupNamed(data, 'Engineering').members.push(id) },
  'remove-distribution-lists': {
    later: (data, { id }) =>
      void data.groups.push({
        ...groupNamed(data, 'All Sales'),
        id: newId(1),
        displayName: 'All Partners',
        members: [id],
      }),
  },
  'remove-app-access': {
    later: (data, { id }) =>
      void data.appRoleAssignments.push({
        id: 'later',
        principalId: id,
        resourceId: data.signoff.servicePrincipalId,
        appRoleId: newId(0),
        createdDateTime: '2026-11-20T10:00:00Z',
      }),
  },
  'revoke-consents': {
    later: (data, { id }) =>
      void data.permissionGrants.push({
        ...aLike(data.permissionGrants, ({ principalId }) => principalId !== id),
        id: 'later',
        consentType: 'Principal',
        principalId: id,
        clientId: data.signoff.servicePrincipalId,
      }),
  },
  // One that could be switched on, and one that is.
  'remove-privileged-groups': {
    person: 'solveig',
    change(data) {
      const [eligible] = data.groupEligibilities;
      const group = groupNamed(data, 'Engineering');
      if (eligible === undefined) throw new Error('Nobody is eligible for a group');
      data.groupActivations.push({ ...eligible, id: 'active', groupId: group.id });
      group.members.push(eligible.principalId);
    },
    later: (data, { id: principalId }) =>
      void data.groupEligibilities.push({
        id: 'later',
        principalId,
        groupId: groupNamed(data, 'Sales').id,
        accessId: 'owner',
        startDateTime: '2026-01-12T09:00:00Z',
        endDateTime: null,
      }),
  },
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
    later(data, { id: principalId }) {
      const { id: roleDefinitionId } = aLike(
        data.roleDefinitions,
        ({ displayName }) => displayName === 'Helpdesk Administrator',
      );
      const role = { id: 'later', principalId, roleDefinitionId, directoryScopeId: '/' };
      data.roleAssignments.push(role);
      data.roleEligibilities.push({ ...role, createdDateTime: '2026-11-20T10:00:00Z', endDateTime: null });
      const operators = aLike(data.groups, ({ isAssignableToRole }) => isAssignableToRole === true);
      const owners = [principalId, idOf(data, 'luca')];
      data.groups.push({ ...operators, id: newId(1), displayName: 'Tier 1 Operators', members: [principalId], owners });
    },
  },
  // Devices never finish here, so that what was ordered can be seen.
  'retire-or-wipe-devices': {
    change: (data) => void Object.assign(data.delays, { deviceMs: 3_600_000 }),
    refusedWhileOld:
      'what Intune does with a second order is not documented: a look that is too old ends in its refusal',
    once: true,
    later: (data, { id }) =>
      void data.managedDevices.push({
        ...aLike(data.managedDevices, ({ userId }) => userId === id),
        id: newId(1),
        deviceName: 'CTS-NEW-01',
        managementState: 'managed',
        actionIssuedAt: null,
        actionDoneAt: null,
        deviceActionResults: [],
      }),
  },
  'release-phone-number': {
    later: (data, { id }) => {
      const free = data.phoneNumbers.find(({ telephoneNumber }) => telephoneNumber === '+31205550143');
      if (free) free.assignmentTargetId = id;
    },
  },
  'wipe-app-data': {
    once: true,
    later: (data, { id: userId }) =>
      void data.appRegistrations.push({
        ...aLike(data.appRegistrations, () => true),
        id: 'later',
        userId,
        deviceTag: 'tag-later',
        operations: [],
      }),
  },
  'hold-mailbox': { options: shared, nothingCanCome: oneMailbox },
  'convert-mailbox': { options: shared, nothingCanCome: oneMailbox },
  'delegate-mailbox': { options: shared, nothingCanCome: oneSuccessor },
  'export-content': {
    once: true,
    nothingCanCome: 'it exports all that is there',
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
    later: (data, { id }) => void groupNamed(data, 'Engineering').owners.push(id, idOf(data, 'luca')),
  },
  // Of her two, one is hers alone.
  'hand-over-apps': {
    alsoWrites: {
      why: 'the successor becomes owner before the last owner leaves',
      is: ({ method, path, requestBody }) =>
        method === 'POST' &&
        path.endsWith('/owners/$ref') &&
        JSON.stringify(requestBody).includes('/directoryObjects/'),
    },
    alsoChanges: { why: 'as above', parts: ['applications', 'servicePrincipals'] },
    later: (data, { id }) =>
      void data.applications.push({
        ...aLike(data.applications, ({ displayName }) => displayName === 'Fleet Telemetry'),
        id: newId(1),
        displayName: 'Made this morning',
        owners: [id],
      }),
  },
  // The mailbox was converted before, and takes no license any more: everything can go, by all four permissions.
  'remove-licenses': {
    options: { ...shared, hold: false },
    looksAtExchange: 'recipients',
    change(data) {
      const jane = data.users.find(({ id }) => id === idOf(data, 'jane'));
      if (jane?.mailbox) jane.mailbox.userPurpose = 'shared';
    },
    later(data, { id, licenses }) {
      const { skuId } = aLike(data.subscribedSkus, ({ skuPartNumber }) => skuPartNumber === 'SPE_E3');
      licenses.push({ skuId, disabledPlans: [], lastUpdatedDateTime: '2026-11-20T10:00:00Z' });
      groupNamed(data, 'F3 Frontline Workers').members.push(id);
    },
  },
};

/** Steps that no app does: of what is asked of the others, only the words are theirs. */
export const doneByPeople: ReadonlySet<string> = new Set(['disable-on-premises-account', ...partnerStepsWithoutWork]);

export function givenFor(stepId: string): Given & { person: string; successor: string } {
  const given = givenSteps[stepId] ?? givenPartnerSteps[stepId];
  if (given === undefined) throw new Error(`Tell in givenSteps what ${stepId} is tried on`);
  return { person: 'jane', successor: 'luca', ...given };
}
