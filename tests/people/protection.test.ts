import assert from 'node:assert/strict';
import { Refusal } from '../../bot/errors.ts';
import { directoryRole, lightRoles } from '../../bot/graph/access.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { type Subject, subjectSchema } from '../../bot/people/person.ts';
import { readPerson } from '../../bot/people/protection.ts';
import { type StepWorld, startStepWorld, writesIn } from '../support/stepWorld.ts';
import type { TestTenant } from '../support/tenant.ts';

const guest = 'gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com';
const { globalAdministrator } = directoryRole;
const isPrivileged = ({ privileges }: Subject): boolean => privileges.length > 0;

describe('whom a case is about', () => {
  let world: StepWorld;
  let tenant: TestTenant;
  before(async () => {
    world = await startStepWorld();
    tenant = world.tenant;
  });
  beforeEach(() => {
    tenant.reset();
    tenant.exchanges.length = 0;
  });
  after(() => tenant.close());

  const read = (id: string, requester = tenant.person('hana').id): Promise<Subject> =>
    readPerson(world.reading, id, requester);
  const subject = (name: string) => read(tenant.person(name).id);
  const refused = (attempt: Promise<unknown>, code: string, words: RegExp) =>
    assert.rejects(attempt, (error) => {
      assert.ok(error instanceof Refusal, String(error));
      assert.equal(error.code, code);
      assert.match(error.say, words);
      return true;
    });
  const give = (principalId: string, roleDefinitionId: string) =>
    tenant.data.roleAssignments.push({
      id: `${principalId}/${roleDefinitionId}`,
      principalId,
      roleDefinitionId,
      directoryScopeId: '/',
    });
  const roleId = (name: string) => tenant.data.roleDefinitions.find((role) => role.displayName === name)?.id ?? '';

  describe('as the directory shows them', () => {
    it('has what people need to recognize somebody', async () => {
      const jane = await subject('jane');
      assert.deepEqual(subjectSchema.parse(jane), jane);
      assert.deepEqual(
        [jane.displayName, jane.userPrincipalName, jane.jobTitle, jane.department, jane.manager?.displayName],
        ['Jane Miller', 'jane@contoso.com', 'Senior Account Manager', 'Sales', 'Luca Moretti'],
      );
      assert.deepEqual(
        [jane.accountEnabled, jane.guest, jane.synced, jane.roles, jane.privileges],
        [true, false, false, [], []],
      );
    });

    it('tells guests, synchronized and disabled people apart', async () => {
      const one = async (name: string) => {
        const { accountEnabled, guest: isGuest, synced } = await subject(name);
        return [accountEnabled, isGuest, synced];
      };
      assert.deepEqual(await one(guest), [true, true, false]);
      assert.deepEqual(await one('dariusz'), [true, false, true]);
      assert.deepEqual(await one('hendrik'), [false, false, false]);
    });

    it('may lack a manager, a mail address, a job title', async () => {
      assert.equal((await subject('amara')).manager, null);
      const tomasz = tenant.person('tomasz');
      tomasz.jobTitle = null;
      const found = await subject('tomasz');
      assert.deepEqual([found.mail, found.jobTitle], [null, null]);
    });

    it('shows the last sign-in where the app may read it, and does without it elsewhere', async () => {
      assert.equal((await subject('jane')).lastSignIn, '2026-11-19T07:00:00Z');
      tenant.data.app.permissions = tenant.data.app.permissions.filter((name) => name !== 'AuditLog.Read.All');
      assert.equal((await subject('jane')).lastSignIn, null);
    });

    it('is read without changing anything', async () => {
      await subject('rafael');
      assert.deepEqual(writesIn(tenant.exchanges), []);
    });

    it('must be there', async () => {
      await refused(read('00000000-0000-4000-8000-000000000001'), 'gone', /no longer in the directory/);
    });

    it('is nobody while Graph does not answer', async () => {
      tenant.setFaults({ kinds: ['throttle'], match: 'GET /roleManagement', retryAfterSeconds: 60 });
      await assert.rejects(subject('jane'), (error) => error instanceof GraphFailure && error.kind === 'throttled');
    });
  });

  describe('when they are protected', () => {
    it('is never the requester', async () => {
      const { id } = tenant.person('hana');
      await refused(read(id, id), 'protected', /can’t offboard yourself/);
    });

    it('is never a break-glass account, whether it holds a role or not', async () => {
      const [breakGlass = ''] = tenant.data.signoff.breakGlassIds;
      await refused(read(breakGlass), 'protected', /break-glass/);
      tenant.data.roleAssignments = tenant.data.roleAssignments.filter(({ principalId }) => principalId !== breakGlass);
      await refused(read(breakGlass), 'protected', /break-glass/);
    });

    it('is never Signoff itself', async () => {
      const { servicePrincipalId, clientId } = tenant.data.signoff;
      await refused(read(servicePrincipalId), 'protected', /own identity/);
      await refused(read(clientId), 'protected', /own identity/);
    });
  });

  describe('when they are a Global Administrator', () => {
    const other = () => tenant.person('emergency01@contoso.onmicrosoft.com');
    const isLast = () =>
      refused(subject('marguerite'), 'protected', /Marguerite Dubois is the last Global Administrator/);
    const groupWith = (...members: string[]) => {
      const group = tenant.groupNamed('Tier 0 Operators');
      group.members = members.map((name) => tenant.person(name).id);
      give(group.id, globalAdministrator);
      return group;
    };
    const onlyMarguerite = () => {
      tenant.data.roleAssignments = tenant.data.roleAssignments.filter(({ principalId }) => principalId !== other().id);
    };

    it('may be one of two', async () => {
      const found = await subject('marguerite');
      assert.deepEqual(found.roles, [
        'Exchange Administrator (as owner of “Tier 0 Operators”)',
        'Global Administrator',
      ]);
      assert.equal(isPrivileged(found), true);
    });

    it('may not be the last', async () => {
      onlyMarguerite();
      await isLast();
    });

    it('may not be the last whose account is not disabled', async () => {
      other().accountEnabled = false;
      await isLast();
    });

    it('may be the last but for somebody who holds the role through a group', async () => {
      onlyMarguerite();
      groupWith('rafael');
      assert.equal(isPrivileged(await subject('marguerite')), true);
    });

    it('may not be the last beside a group of nobody, of disabled people or of themselves', async () => {
      onlyMarguerite();
      const group = groupWith();
      await isLast();
      group.members = [tenant.person('hendrik').id, tenant.person('marguerite').id];
      await isLast();
    });

    it('may not be the last who holds the role through a group', async () => {
      tenant.data.roleAssignments = tenant.data.roleAssignments.filter(
        ({ roleDefinitionId }) => roleDefinitionId !== globalAdministrator,
      );
      const group = groupWith('rafael');
      await refused(subject('rafael'), 'protected', /Rafael Costa is the last Global Administrator/);
      group.members.push(tenant.person('jane').id);
      assert.ok((await subject('rafael')).roles.includes('Global Administrator (through “Tier 0 Operators”)'));
    });

    it('is none as the owner of a group that holds the role', async () => {
      tenant.data.roleAssignments = [];
      groupWith().owners = [tenant.person('jane').id];
      const found = await subject('jane');
      assert.deepEqual(found.roles, ['Global Administrator (as owner of “Tier 0 Operators”)']);
      assert.equal(isPrivileged(found), true);
    });

    it('may not be the last person beside an app that holds the role', async () => {
      onlyMarguerite();
      give(tenant.data.signoff.servicePrincipalId, globalAdministrator);
      await isLast();
    });

    it('may not be the last beside another who leaves as well', async () => {
      const leaving = { ...world.reading, openSubjects: async () => new Set([other().id]) };
      const { id } = tenant.person('marguerite');
      await refused(readPerson(leaving, id, tenant.person('hana').id), 'protected', /is the last Global Administrator/);
      onlyMarguerite();
      groupWith('rafael');
      const both = { ...world.reading, openSubjects: async () => new Set([other().id, tenant.person('rafael').id]) };
      await refused(readPerson(both, id, tenant.person('hana').id), 'protected', /is the last Global Administrator/);
    });

    it('may be the last in name when they are disabled already', async () => {
      onlyMarguerite();
      tenant.person('marguerite').accountEnabled = false;
      assert.equal(isPrivileged(await subject('marguerite')), true);
    });
  });

  describe('when they hold privileges', () => {
    it('is privileged by a role', async () => {
      give(tenant.person('jane').id, roleId('Exchange Administrator'));
      const found = await subject('jane');
      assert.deepEqual([found.roles, isPrivileged(found)], [['Exchange Administrator'], true]);
    });

    it('is privileged as a member of a role-assignable group, and says through which', async () => {
      const found = await subject('rafael');
      assert.deepEqual(
        [found.roles, isPrivileged(found)],
        [['Exchange Administrator (through “Tier 0 Operators”)'], true],
      );
    });

    it('is privileged by such a group even when it gives no role at the moment', async () => {
      const group = tenant.groupNamed('Tier 0 Operators');
      tenant.data.roleAssignments = tenant.data.roleAssignments.filter(({ principalId }) => principalId !== group.id);
      const found = await subject('rafael');
      assert.deepEqual([found.roles, isPrivileged(found)], [[], true]);
    });

    it('is privileged as an owner of such a group', async () => {
      tenant.groupNamed('Tier 0 Operators').owners.push(tenant.person('jane').id);
      assert.equal(isPrivileged(await subject('jane')), true);
    });

    it('is not privileged by an ordinary group, owned or not', async () => {
      assert.ok(tenant.groupNamed('EMEA Key Deals').owners.includes(tenant.person('jane').id));
      assert.equal(isPrivileged(await subject('jane')), false);
    });

    it('is not privileged by light roles alone', async () => {
      for (const id of lightRoles) {
        if (!tenant.data.roleDefinitions.some((role) => role.id === id)) continue;
        tenant.reset();
        give(tenant.person('jane').id, id);
        const found = await subject('jane');
        assert.equal(isPrivileged(found), false, found.roles.join());
        assert.equal(found.roles.length, 1);
      }
    });

    it('is privileged when one role of several is not light', async () => {
      give(tenant.person('kwame').id, roleId('Authentication Administrator'));
      const found = await subject('kwame');
      assert.deepEqual(
        [found.roles, isPrivileged(found)],
        [['Authentication Administrator', 'Helpdesk Administrator'], true],
      );
    });

    it('is privileged by a role over a part of the directory, too', async () => {
      const unit = '/administrativeUnits/6f0c9d53-0f6e-4d9b-8a55-1d3a3f0b7a11';
      give(tenant.person('jane').id, roleId('Authentication Administrator'));
      Object.assign(tenant.data.roleAssignments.at(-1) ?? {}, { directoryScopeId: unit });
      assert.equal(isPrivileged(await subject('jane')), true);
    });

    const makeEligible = (principalId: string, role: string) =>
      tenant.data.roleEligibilities.push({
        id: `${principalId}/${role}`,
        principalId,
        roleDefinitionId: roleId(role),
        directoryScopeId: '/',
        createdDateTime: '2026-01-01T00:00:00Z',
        endDateTime: null,
      });

    it('is privileged by a role that could be activated, but not beyond what the app may touch', async () => {
      makeEligible(tenant.person('jane').id, 'Global Administrator');
      const { roles, strongRoles, guarded, privileges } = await subject('jane');
      assert.deepEqual(
        [roles, strongRoles],
        [['Global Administrator (eligible)'], ['Global Administrator (eligible)']],
      );
      assert.equal(guarded, false);
      assert.deepEqual(privileges, ['Holds privileged rights, or can get at them.']);
    });

    it('is privileged by a role that a group of theirs could activate, and says through which', async () => {
      makeEligible(tenant.groupNamed('Tier 0 Operators').id, 'Exchange Administrator');
      assert.ok(
        (await subject('rafael')).strongRoles.includes('Exchange Administrator (eligible, through “Tier 0 Operators”)'),
      );
    });

    it('is not privileged by a light role that could be activated', async () => {
      makeEligible(tenant.person('jane').id, 'Reports Reader');
      const { roles, privileges } = await subject('jane');
      assert.deepEqual([roles, privileges], [['Reports Reader (eligible)'], []]);
    });

    it('counts as privileged while Signoff may not see what they could activate', async () => {
      tenant.data.app.permissions = tenant.data.app.permissions.filter(
        (name) => !/^RoleManagement|^RoleEligibility/.test(name),
      );
      assert.match((await subject('jane')).privileges.join(), /^Signoff may not see which roles they could activate/);
    });

    it('has no roles to activate in a tenant without Entra ID P2', async () => {
      tenant.data.premium.p2 = false;
      assert.deepEqual((await subject('jane')).privileges, []);
    });

    it('is privileged as a member or an owner of a group that decides who may use Signoff', async () => {
      const words = ['Belongs to the groups that decide who may use Signoff.'];
      assert.deepEqual((await subject('kwame')).privileges, words);
      tenant.groupNamed('Signoff Approvers').owners.push(tenant.person('jane').id);
      assert.deepEqual((await subject('jane')).privileges, words);
    });
  });
});
