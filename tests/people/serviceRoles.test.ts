import assert from 'node:assert/strict';
import { directoryRole } from '../../bot/graph/access.ts';
import { rolesInServices } from '../../bot/people/serviceRoles.ts';
import { giveRoles, type StepWorld, startStepWorld } from '../support/stepWorld.ts';

const purview =
  'Roles of Microsoft Purview’s own: Signoff can’t see them. Look there: Purview portal, Settings, Role groups.';

describe('roles that services give by themselves', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => world.tenant.reset());
  after(() => world.tenant.close());

  const told = async (name: string) => rolesInServices(await world.contextOf(name));

  it('are named, those of Exchange by group and by themselves, and where to take them away', async () => {
    assert.deepEqual(await told('noor'), [
      'Exchange role group “Organization Management”: take it away there: Exchange admin center, Roles, Admin roles.',
      'Exchange role “Mailbox Import Export”, given directly: take it away with Remove-ManagementRoleAssignment.',
      purview,
    ]);
  });

  it('are not those that follow the directory, though Exchange lists them', async () => {
    assert.ok(
      world.tenant.data.roleAssignments.some(({ principalId }) => principalId === world.tenant.person('anders').id),
    );
    assert.deepEqual(await told('anders'), [purview]);
  });

  it('are those of Intune through groups that Signoff does not leave, and no others', async () => {
    const { id } = world.tenant.person('noemi');
    assert.ok(world.tenant.groupNamed('Sales').members.includes(id));
    assert.deepEqual(await told('noemi'), [
      'Intune role assignment “Amsterdam device desk”, through the group “Amsterdam Office”: take it away there: Intune admin center, Tenant administration, Roles.',
      purview,
    ]);
    world.tenant.data.premium.intune = false;
    assert.deepEqual(await told('noemi'), [purview]);
  });

  it('are said not to be seen where Signoff may not look', async () => {
    const { permissions } = world.tenant.data.app;
    world.tenant.data.app.permissions = permissions.filter((one) => one !== 'DeviceManagementRBAC.Read.All');
    giveRoles(world.tenant.data, directoryRole.exchangeRecipientAdministrator);
    const lines = await told('noor');
    assert.equal(lines.length, 3);
    assert.match(
      lines[0] ?? '',
      /^Roles of Exchange Online’s own: Signoff can’t see them\. Look there: Exchange admin/,
    );
    assert.match(lines[1] ?? '', /^Roles of Intune’s own: Signoff can’t see them\. Look there: Intune admin/);
  });

  it('are no matter of a guest’s', async () => {
    assert.deepEqual(await told('paulina_adatum.com#EXT#@contoso.onmicrosoft.com'), []);
  });
});
