import assert from 'node:assert/strict';
import { placedSteps } from '../../bot/engine/playbook.ts';
import { skuName } from '../../bot/graph/skuNames.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import type { TenantData } from '../../infra/local/tenant/server.ts';
import { factsOn, type Row, stillOpen } from './cards.ts';
import type { Offboarded } from './offboard.ts';

type Stays = [RegExp, (one: Offboarded, found: string[]) => boolean];

function group({ after, person }: Offboarded, name: string | undefined, which: (one: Group) => boolean): boolean {
  return after.groups.some((one) => one.displayName === name && one.members.includes(person.id) && which(one));
}
type Group = TenantData['groups'][number];

function holds({ after, person }: Offboarded, license: string | undefined): boolean {
  const user = after.users.find(({ id }) => id === person.id);
  const skus = [
    ...(user?.licenses ?? []),
    ...after.groups.filter(({ members }) => members.includes(person.id)).flatMap((one) => one.assignedLicenses),
  ];
  const partOf = (skuId: string) => after.subscribedSkus.find((one) => one.skuId === skuId)?.skuPartNumber ?? skuId;
  return skus.some(({ skuId }) => skuName(partOf(skuId)) === license);
}

/** Whether a license with Exchange Online is left. */
const keepsExchange = ({ after, person }: Offboarded): boolean =>
  [
    ...(after.users.find(({ id }) => id === person.id)?.licenses ?? []),
    ...after.groups.filter(({ members }) => members.includes(person.id)).flatMap((one) => one.assignedLicenses),
  ].some(({ skuId }) =>
    after.subscribedSkus
      .find((one) => one.skuId === skuId)
      ?.servicePlans.some(({ servicePlanName }) => /^EXCHANGE_(?:S|L)_(?!ARCHIVE|FOUNDATION)/.test(servicePlanName)),
  );

/** Every sentence about what is left for people, and when it is true. */
const sentences: Stays[] = [
  [
    /^The mailbox is not kept: it is lost for good 30 days after its license is removed\.$/,
    (one) => one.requested.endState === 'keep' && !keepsExchange(one),
  ],
  [
    /^Full access to colleagues’ own mailboxes, Send on behalf and shared calendars: Signoff does not look there\. What came through a group ends with it\.$/,
    () => true,
  ],
  [
    /^Exchange knows no end of a forwarding: stop it after 90 days\. Exchange admin center, the mailbox, Manage email forwarding\.$/,
    ({ after, person }) => after.users.find(({ id }) => id === person.id)?.mailbox?.forwardingAddress != null,
  ],
  [
    /^Hidden mail rules: Signoff may not look for them in Exchange Online\. Look there: Get-InboxRule -Mailbox '.+' -IncludeHidden:\$true\.$/,
    () => true,
  ],
  [
    /^“(.+)” is a dynamic group: its rule decides who is in it\.$/s,
    (one, [name]) => group(one, name, ({ groupTypes }) => groupTypes.includes('DynamicMembership')),
  ],
  [
    /^.+ comes through “(.+)”, which is a dynamic group: its rule decides who is in it\.$/s,
    (one, [name]) => group(one, name, ({ membershipRule }) => membershipRule !== null),
  ],
  [
    /^Groups with hidden membership: without the permission Member\.Read\.Hidden Signoff can’t see whether they are in any\. Look in the Entra admin center\.$/,
    ({ after }) => !after.app.permissions.includes('Member.Read.Hidden'),
  ],
  [
    /^Phone number (\+\d+): comes from the on-premises directory; clear it there\.$/,
    ({ after, person }, [number]) =>
      after.phoneNumbers.some(
        (one) =>
          one.telephoneNumber === number && one.assignmentTargetId === person.id && one.numberSource === 'onPremises',
      ),
  ],
  [
    /^Call queues and auto attendants that ring them: take them out in the Teams admin center; no app can see these\.$/,
    ({ before, person }) => before.phoneNumbers.some(({ assignmentTargetId }) => assignmentTargetId === person.id),
  ],
  [
    /^App data on phones: Intune removes it only for an account that is enabled and licensed\. Whoever is blocked before they open the app may keep it until the app locks itself; see in the Intune admin center, App selective wipe\.$/,
    ({ after, person }) => after.appRegistrations.some(({ userId }) => userId === person.id),
  ],
  [
    /^“(.+)” comes from the on-premises directory: remove the person there\.$/s,
    (one, [name]) => group(one, name, ({ onPremisesSyncEnabled }) => onPremisesSyncEnabled === true),
  ],
  [
    /^“(.+)” is a mail-enabled security group: Signoff would need the role Exchange Administrator; remove the person in the Exchange admin center\.$/s,
    (one, [name]) => group(one, name, ({ mailEnabled, securityEnabled }) => mailEnabled && securityEnabled),
  ],
  [
    /^Owns the (?:app registration|enterprise app) “(.+)” alone: choose a successor, or find it another owner\.$/s,
    ({ after, person }, [name]) =>
      [...after.applications, ...after.servicePrincipals].some(
        (one) => one.displayName === name && one.owners.join() === person.id,
      ),
  ],
  [
    /^They may have seen the (?:(\d+) secrets|secret) of the (app registration|enterprise app) “(.+)”: make new ones by hand\.$/s,
    ({ after }, [many, kind, name]) =>
      after[kind === 'app registration' ? 'applications' : 'servicePrincipals'].some(
        ({ displayName, passwordCredentials }) =>
          displayName === name &&
          passwordCredentials.filter(({ endDateTime }) => Date.parse(endDateTime) > Date.now()).length ===
            Number(many ?? 1),
      ),
  ],
  [
    /^Owns “(.+)” alone: choose a successor, or find it another owner\.$/s,
    ({ after, person }, [name]) =>
      after.groups.some((one) => one.displayName === name && one.owners.join() === person.id),
  ],
  [
    /^Owns “(.+)”, which is managed in (?:Exchange|the on-premises directory): hand it over there\.$/s,
    ({ after, person }, [name]) =>
      after.groups.some((one) => one.displayName === name && one.owners.includes(person.id)),
  ],
  [
    /^The access package “(.+)”: end its assignment under Identity Governance in the Entra admin center\.$/s,
    ({ after, person }, [name]) =>
      after.accessPackageAssignments.some(
        ({ targetId, accessPackageId, state }) =>
          targetId === person.id &&
          state === 'delivered' &&
          after.accessPackages.some(({ id, displayName }) => id === accessPackageId && displayName === name),
      ),
  ],
  [
    /^Device (.+) \((.+)\) is joined to the on-premises directory: disable it there\.$/,
    ({ after, person }, [name]) =>
      after.devices.some(
        (one) => one.displayName === name && one.trustType === 'ServerAd' && one.registeredUsers.includes(person.id),
      ),
  ],
  [
    /^Device (.+) \((.+)\) is being retired already: Intune does not erase it as well\.$/,
    ({ after, person }, [name]) =>
      after.managedDevices.some(
        (one) => one.userId === person.id && one.deviceName === name && /^retire/.test(one.managementState ?? ''),
      ),
  ],
  [
    /^Device (.+) \((.+)\) is a Mac: to erase it takes a six-digit PIN, which somebody must keep\. Wipe it in the Intune admin center\.$/,
    ({ after, person }, [name]) =>
      after.managedDevices.some(
        (one) => one.userId === person.id && one.deviceName === name && one.operatingSystem === 'macOS',
      ),
  ],
  [
    /^Device (.+) \((.+)\) is shared with others: it goes on working for them\.$/,
    ({ after }, [name]) => after.devices.some((one) => one.displayName === name && one.accountEnabled),
  ],
  [
    /^Nobody gets the OneDrive(?: \([\d.]+ GB\))?\. (?:Without a license it is read-only from day 60|It is kept for \d+ days after)/,
    ({ after, person }) =>
      after.drives.some(
        ({ ownerId, grants }) => ownerId === person.id && !grants.some(({ roles }) => roles.includes('write')),
      ),
  ],
  [
    /^Roles of (?:Exchange Online|Intune|Microsoft Purview)’s own: Signoff can’t see them\. Look there: .+\.$/,
    ({ person }) => !person.userPrincipalName.includes('#EXT#'),
  ],
  [
    /^Access stays through (?:a group|groups) that Signoff can’t change: (.+?)(?: and (\d+) more)?\.$/s,
    (one, [names = '', more = '0']) => {
      const named = [...names.matchAll(/“(.+?)”(?:, |$)/gs)].map(([, name]) => name);
      const staying = one.planned.find(({ stepId }) => stepId === 'remove-group-memberships')?.leaves ?? [];
      return named.every((name) => group(one, name, () => true)) && named.length + Number(more) <= staying.length;
    },
  ],
  [
    /^Exchange role group “(.+)”: take it away there: Exchange admin center, Roles, Admin roles\.$/,
    ({ after, person }, [name]) =>
      after.exchange.roleGroups.some((one) => one.name === name && one.members.includes(person.id)),
  ],
  [
    /^Exchange role “(.+)”, given directly: take it away with Remove-ManagementRoleAssignment\.$/,
    ({ after, person }, [name]) =>
      after.exchange.directRoles.some(({ role, userId }) => role === name && userId === person.id),
  ],
  [
    /^Intune role assignment “(.+)”, through the group “(.+)”: take it away there: Intune admin center, Tenant administration, Roles\.$/,
    (one, [name, through]) =>
      one.after.intuneRoleAssignments.some(
        ({ displayName, members }) => displayName === name && group(one, through, ({ id }) => members.includes(id)),
      ),
  ],
  [
    /^Items that were shared by themselves have rights of their own, and may stay closed to (.+)\. A SharePoint Administrator opens them: /,
    ({ after, person }, [name]) =>
      after.drives.some(
        ({ ownerId, grants }) =>
          ownerId === person.id &&
          grants.some(({ userId }) => after.users.some((one) => one.id === userId && one.displayName === name)),
      ),
  ],
  [
    /^Whoever files were shared with, by name or by link, still reaches them\. To end it for people outside/,
    ({ after, person }) => after.drives.some(({ ownerId }) => ownerId === person.id),
  ],
  [
    /^(.+) (?:is|are) kept for the mailbox, and paid for\. (?:It holds [\d.]+ GB, more than 50 GB|It has an archive|It is on litigation hold)(?:, which takes an Exchange Online .+)?\.$/,
    (one, [licenses = '']) => licenses.split(' and ').every((license) => holds(one, license)),
  ],
  [
    /^(.+) (?:is|are) kept until the account is deleted, for the hold\.$/,
    (one, [licenses = '']) =>
      one.after.deletedUsers.some(({ user, inactiveMailbox }) => user.id === one.person.id && inactiveMailbox) ||
      licenses.split(' and ').every((license) => holds(one, license)),
  ],
  [
    /^The inactive mailbox takes no mail, forwards nothing and answers nobody; it stays as long as its hold\. To get it back, /,
    ({ after, person }) =>
      after.deletedUsers.some(({ user, inactiveMailbox }) => user.id === person.id && inactiveMailbox),
  ],
  [
    /^(.+) (?:is|are) kept, and paid for: Signoff can’t see how big the mailbox is\. Up to 50 GB, without archive and hold, it needs none: take back by hand what it does not need\.$/,
    (one, [licenses = '']) => licenses.split(' and ').every((license) => holds(one, license)),
  ],
];

/** What the plan was loud about; everything but what it knew of the person beforehand. */
export const loud = ({ plan }: Offboarded): string[] =>
  factsOn(plan)
    .filter(({ title }) => title === 'Warning')
    .map(({ value }) => value)
    .filter((line) => isKnown(line));

const isKnown = (line: string): boolean => sentences.some(([sentence]) => sentence.test(line));

/** What the plan named as left for people is in the report, and it is so. */
export function assertStays(one: Offboarded): void {
  const open = one.reported.filter(({ section, state }) => section === stillOpen && state === '');
  const quiet = one.planned.filter(({ stepId }) => !isSkipped(one, stepId) && !isOver(one, stepId)).flatMap(quietIn);
  const told = open.map(({ stepId, notes }) => ({ stepId, line: notes.join() }));
  const warned = loud(one).filter(
    (line) => !(isOver(one, 'remove-group-memberships') && line.startsWith('Access stays')),
  );
  // The plan tells what hurts without the step, above everything else; so does the report, before the rest.
  assert.deepEqual(
    told.slice(0, warned.length).map(({ line }) => line),
    warned,
  );
  assert.deepEqual(told.slice(warned.length), quiet);
  for (const { line } of told) {
    const known = sentences.find(([sentence]) => sentence.test(line));
    assert.ok(known, `nobody knows whether this is true: ${line}`);
    const [sentence, isTrue] = known;
    assert.ok(isTrue(one, sentence.exec(line)?.slice(1) ?? []), `the report says what is not so: ${line}`);
  }
}

const quietIn = ({ stepId, leaves }: Row) =>
  leaves.map((line) => ({ stepId, line: line.replace(/^(?:By hand|Stays): /, '') }));

/** The account is deleted, and what the step left with it. */
export const isOver = ({ after, person }: Offboarded, stepId: string): boolean =>
  !after.users.some(({ id }) => id === person.id) &&
  placedSteps(offboardPerson).some(({ step }) => step.id === stepId && step.endsWithSubject);

const isSkipped = ({ reported }: Offboarded, stepId: string): boolean =>
  reported.some((row) => row.stepId === stepId && row.section === 'Proof' && row.state === 'skipped');
