import assert from 'node:assert/strict';
import { directoryRole } from '../../bot/graph/access.ts';
import { handsOf } from '../../infra/chaos/hands.ts';
import type { TenantData } from '../../infra/local/tenant/server.ts';
import { jumpingClock, letPass } from '../support/clock.ts';
import { journaled, pressed, stepIs } from '../support/journey.ts';
import { people } from '../support/signoff.ts';
import type { Row } from './cards.ts';
import { offboard, startPromptWorld } from './offboard.ts';
import { assertHonest } from './report.ts';

/** A right, and who does what the app can't do without it. */
interface Right {
  right: string;
  take?: (data: TenantData) => void;
  environment?: Record<string, string>;
  /** Steps that people do instead, and those of them that nothing can look at. */
  byHand: string[];
  blind?: string[];
  why: RegExp;
}

const permission = (name: string) => (data: TenantData) => {
  data.app.permissions = data.app.permissions.filter((one) => one !== name);
};
const role = (id: string, instead?: string) => (data: TenantData) => {
  for (const one of data.roleAssignments)
    if (one.principalId === data.signoff.servicePrincipalId && one.roleDefinitionId === id)
      one.roleDefinitionId = instead ?? 'none';
  data.roleAssignments = data.roleAssignments.filter(({ roleDefinitionId }) => roleDefinitionId !== 'none');
};

const inExchange = [
  'hold-mailbox',
  'remove-forwarding',
  'remove-mobile-partnerships',
  'hide-from-address-list',
  'convert-mailbox',
  'delegate-mailbox',
  'remove-distribution-lists',
  'remove-mailbox-rights',
];
const blindInExchange = [
  'hold-mailbox',
  'remove-forwarding',
  'remove-mobile-partnerships',
  'hide-from-address-list',
  'delegate-mailbox',
  'remove-mailbox-rights',
];
const noExchange = /^By hand: Signoff has no rights in Exchange Online\. An admin can grant them/;

const rights = {
  exchangeRole: {
    right: 'the role Exchange Administrator',
    take: role(directoryRole.exchangeAdministrator),
    byHand: inExchange,
    blind: blindInExchange,
    why: noExchange,
  },
  exchangePermission: {
    right: 'the permission Exchange.ManageAsApp',
    take: permission('Exchange.ManageAsApp'),
    byHand: inExchange,
    blind: blindInExchange,
    why: noExchange,
  },
  exchangeOff: {
    right: 'Exchange altogether (EXCHANGE=off)',
    environment: { EXCHANGE: 'off' },
    byHand: inExchange,
    blind: blindInExchange,
    why: noExchange,
  },
  recipientRole: {
    right: 'Exchange Administrator, but for Exchange Recipient Administrator',
    take: role(directoryRole.exchangeAdministrator, directoryRole.exchangeRecipientAdministrator),
    byHand: ['hold-mailbox', 'remove-distribution-lists'],
    blind: ['hold-mailbox'],
    why: /^By hand: Signoff may not do this in Exchange Online/,
  },
  readDevices: {
    right: 'reading devices in Intune',
    take: permission('DeviceManagementManagedDevices.Read.All'),
    byHand: ['retire-or-wipe-devices'],
    blind: ['retire-or-wipe-devices'],
    why: /^By hand: Signoff lacks the permission DeviceManagementManagedDevices\.Read\.All\./,
  },
  orderDevices: {
    right: 'orders to devices in Intune',
    take: permission('DeviceManagementManagedDevices.PrivilegedOperations.All'),
    byHand: ['retire-or-wipe-devices'],
    why: /^By hand: Signoff lacks the permission DeviceManagementManagedDevices\.PrivilegedOperations\.All\./,
  },
  appData: {
    right: 'app data in Intune',
    take: permission('DeviceManagementApps.ReadWrite.All'),
    byHand: ['wipe-app-data'],
    blind: ['wipe-app-data'],
    why: /^By hand: Signoff lacks the permission DeviceManagementApps\.ReadWrite\.All\./,
  },
  phoneNumbers: {
    right: 'phone numbers in Teams',
    take: permission('TeamsTelephoneNumber.ReadWrite.All'),
    byHand: ['release-phone-number'],
    blind: ['release-phone-number'],
    why: /^By hand: Signoff lacks the permission TeamsTelephoneNumber\.ReadWrite\.All\./,
  },
  eDiscovery: {
    right: 'eDiscovery in Graph',
    take: permission('eDiscovery.ReadWrite.All'),
    byHand: ['export-content'],
    blind: ['export-content'],
    why: /^By hand: Signoff lacks the permission eDiscovery\.ReadWrite\.All\./,
  },
  eDiscoveryRole: {
    right: 'the role group eDiscovery Manager in Purview',
    take: (data) => {
      data.ediscovery.roleGroup = false;
    },
    byHand: ['export-content'],
    blind: ['export-content'],
    why: /^By hand: Microsoft 365 does not let Signoff look at this: “.+” An admin can put it right/,
  },
  changeRoles: {
    right: 'changing roles',
    take: permission('RoleManagement.ReadWrite.Directory'),
    byHand: ['remove-directory-roles', 'block-sign-in', 'reset-password', 'remove-sign-in-methods'],
    why: /RoleManagement\.ReadWrite\.Directory|Privileged Authentication Administrator/,
  },
  endActivations: {
    right: 'ending what Privileged Identity Management gave',
    take: permission('PrivilegedAssignmentSchedule.Remove.AzureADGroup'),
    byHand: ['remove-privileged-groups'],
    why: /^By hand: Signoff lacks the permission PrivilegedAssignmentSchedule\.Remove\.AzureADGroup\./,
  },
  userRole: {
    right: 'the role User Administrator',
    take: role(directoryRole.userAdministrator),
    byHand: ['reset-password'],
    why: /^By hand: Signoff lacks the directory role User Administrator\./,
  },
} satisfies Record<string, Right>;

/** Whole cases, each without several rights that have nothing to do with one another. */
const cases: { without: Right[]; who?: string; successor?: string }[] = [
  { without: [rights.exchangeRole, rights.appData, rights.phoneNumbers] },
  { without: [rights.exchangePermission, rights.orderDevices, rights.eDiscoveryRole] },
  { without: [rights.exchangeOff, rights.readDevices, rights.eDiscovery, rights.userRole] },
  { without: [rights.recipientRole] },
  { without: [rights.changeRoles], who: 'anders', successor: 'ravi@contoso.com' },
  { without: [rights.endActivations], who: 'solveig' },
];

/** Steps whose stage card has a line for PowerShell. */
const withCommand = [...inExchange, 'release-phone-number'];

describe('rights that the app does not have', () => {
  for (const { without, who = 'jane', successor = 'luca@contoso.com' } of cases) {
    const named = without.map(({ right }) => right).join(', ');
    it(`${named}: people do it, told beforehand, believed when it shows, and the case ends proved`, async () => {
      const clock = jumpingClock();
      const byHand = without.flatMap((one) => one.byHand);
      const blind = without.flatMap((one) => one.blind ?? []);
      await using world = await startPromptWorld({
        parts: () => ({ clock }),
        change: (data) => {
          for (const { take } of without) take?.(data);
        },
        environment: Object.assign({}, ...without.map(({ environment }) => environment)),
      });
      const shown = new Map<string, Row>();
      const one = await offboard(world, {
        who,
        inputs: { hold: 'true', exportContent: 'true', devices: 'wipe', appData: 'true' },
        hands: handsOf(successor, clock.now),
        notes: Object.fromEntries(blind.map((step) => [step, 'done in the admin center'])),
        onStage: (_stage, rows) => {
          for (const row of rows) if (row.state === 'by hand') shown.set(row.stepId, row);
        },
        async beforeHand(step) {
          await pressed(world, people.helpdesk, { verb: 'done', caseId: 1, step });
          const refused = async () => (await journaled(world, 1, 'done-refused', step)).length > 0;
          await letPassUntil(refused);
          const { words } = await stepIs(world, 1, step, 'by-hand');
          if (blind.includes(step))
            assert.match(words ?? '', /^Signoff can’t look for itself\. Press Done again, with a note/);
          else assert.match(words ?? '', /^Not done yet: /);
        },
      });

      async function letPassUntil(look: () => Promise<boolean>): Promise<void> {
        for (let times = 0; !(await look()); times++) {
          assert.ok(times < 200, 'Done is neither accepted nor refused');
          await letPass(world, clock, 1000);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }

      const forPeople = one.planned.filter(({ mark }) => mark === '✋');
      assert.deepEqual(forPeople.map(({ stepId }) => stepId).sort(), [...byHand].sort());
      for (const { stepId, notes } of forPeople)
        assert.match(notes.join(' '), without.find((right) => right.byHand.includes(stepId))?.why ?? /^$/, stepId);
      for (const step of byHand) assertTold(step, shown.get(step));
      assertHonest(one);
      const outcome = (step: string) =>
        one.reported.find(({ stepId, section }) => stepId === step && section === 'Proof')?.state;
      for (const step of byHand) assert.equal(outcome(step), blind.includes(step) ? 'done by hand' : 'proved', step);
    });
  }
});

/** Who, clicks, link, and a line for PowerShell where there is one. */
function assertTold(step: string, row: Row | undefined): void {
  assert.ok(row, `${step} was not on its stage’s card`);
  const [first, ...clicks] = row.lines;
  assert.match(first ?? '', /^Who: (?:somebody|an administrator) .+\.$/, step);
  assert.ok(clicks.length > 0 && clicks.every((line, index) => line.startsWith(`${index + 1}) `)), clicks.join(' '));
  assert.match(row.links.join(' '), /^https:\/\/[\w.]+\.microsoft\.com\/\S*$/, step);
  assert.equal(row.command !== '', withCommand.includes(step), `${step}: ${row.command}`);
  assert.deepEqual(row.buttons.slice(0, 2), [row.buttons[0], 'Done…'], 'the place first, then Done');
}
