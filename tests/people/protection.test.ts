import assert from 'node:assert/strict';
import { inputsOf, proposedOptions } from '../../bot/engine/choices.ts';
import { directoryRole } from '../../bot/graph/access.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import type { Options } from '../../bot/people/choices.ts';
import { person } from '../../bot/people/kind.ts';
import { subjectSchema } from '../../bot/people/person.ts';
import { readPerson } from '../../bot/people/protection.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import { writesIn } from '../support/stepWorld.ts';
import { isPrivileged, subjectSuite } from '../support/subjects.ts';

const guest = 'gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com';
const pending = 'paulina_adatum.com#EXT#@contoso.onmicrosoft.com';
const invitedMember = 'amelie.roche_litware.com#EXT#@contoso.onmicrosoft.com';
const syncedMember = 'kenji.ito_litware.com#EXT#@contoso.onmicrosoft.com';
const { globalAdministrator } = directoryRole;

describe('whom a case is about', () => {
  const suite = subjectSuite();
  const { read, subject, refused, give } = suite;

  describe('as the directory shows them', () => {
    it('has what people need to recognize somebody', async () => {
      const jane = await subject('jane');
      assert.deepEqual(subjectSchema.parse(jane), jane);
      assert.deepEqual(
        [jane.displayName, jane.userPrincipalName, jane.jobTitle, jane.department, jane.manager?.displayName],
        ['Jane Miller', 'jane@contoso.com', 'Senior Account Manager', 'Sales', 'Luca Moretti'],
      );
      assert.deepEqual(
        [jane.accountEnabled, jane.external, jane.synced, jane.roles, jane.privileges],
        [true, false, false, [], []],
      );
    });

    it('tells external, synchronized and disabled people apart', async () => {
      const one = async (name: string) => {
        const { accountEnabled, external, synced } = await subject(name);
        return [accountEnabled, external, synced];
      };
      for (const name of [guest, pending, invitedMember, syncedMember]) {
        assert.deepEqual(await one(name), [true, true, false], name);
      }
      suite.tenant.person(syncedMember).userPrincipalName = 'kenji.ito@contoso.com';
      assert.deepEqual(await one('kenji.ito'), [true, true, false], 'their identities say so, too');
      assert.deepEqual(await one('bruno.keller'), [true, false, false], 'a guest with an account of one’s own');
      assert.deepEqual(await one('dariusz'), [true, false, true]);
      assert.deepEqual(await one('hendrik'), [false, false, false]);
    });

    it('are known from cases that noted whether they were guests, whose agreements go on', async () => {
      const { external, ...rest } = await subject(guest);
      const noted = subjectSchema.parse({ ...rest, guest: true });
      assert.equal(noted.external, true);
      assert.deepEqual(person.binds(noted), { id: rest.id, privileged: false, guest: external, synced: false });
    });

    it('proposes no manager as successor whose sign-in is blocked, and says why', async () => {
      const options = async () => proposedOptions(offboardPerson.choices, await subject('jane'));
      const successorInput = async () =>
        inputsOf(offboardPerson.choices, await subject('jane'), await options(), {}).find(
          ({ id }) => id === 'successor',
        );
      const { id, displayName, userPrincipalName, mail } = suite.tenant.person('luca');
      assert.deepEqual((await options()).successor, { id, displayName, userPrincipalName, mail });
      suite.tenant.person('luca').accountEnabled = false;
      const { successor, autoReply } = await options();
      assert.equal(successor, null);
      assert.doesNotMatch(String(autoReply), /Luca|\{successor\}/);
      assert.deepEqual(await successorInput(), {
        id: 'successor',
        label: 'Successor (gets mailbox, files and groups)',
        seldom: false,
        kind: 'person',
        value: '',
        name: '',
        placeholder: 'Type a name (the manager’s sign-in is blocked)',
      });
    });

    it('says of a mailbox that others use or book what it is', async () => {
      const warnings = async (name: string) => person.warnings(await subject(name), await luca(), 'somebody');
      const luca = async () => proposedOptions(offboardPerson.choices, await subject('luca')) as Options;
      assert.deepEqual(await warnings('jane'), []);
      assert.deepEqual(await warnings('sales'), ['This is a shared mailbox, which others may work in.']);
      const room = 'room.ams.4.12';
      assert.deepEqual(await warnings(room), ['This is the mailbox of a room, which people book.']);
      Object.assign(suite.tenant.person(room).mailbox ?? {}, { userPurpose: 'equipment' });
      assert.deepEqual(await warnings(room), ['This is the mailbox of equipment, which people book.']);
      suite.tenant.data.app.permissions = suite.tenant.data.app.permissions.filter(
        (name) => !name.startsWith('MailboxSettings.'),
      );
      assert.equal((await subject('sales')).mailboxOf, null);
    });

    it('may lack a manager, a mail address, a job title', async () => {
      assert.equal((await subject('amara')).manager, null);
      const tomasz = suite.tenant.person('tomasz');
      tomasz.jobTitle = null;
      const found = await subject('tomasz');
      assert.deepEqual([found.mail, found.jobTitle], [null, null]);
    });

    it('shows the last sign-in where the app may read it, and does without it elsewhere', async () => {
      assert.equal((await subject('jane')).lastSignIn, '2026-11-19T07:00:00Z');
      suite.tenant.data.app.permissions = suite.tenant.data.app.permissions.filter(
        (name) => name !== 'AuditLog.Read.All',
      );
      assert.equal((await subject('jane')).lastSignIn, null);
    });

    it('is read without changing anything', async () => {
      await subject('rafael');
      assert.deepEqual(writesIn(suite.tenant.exchanges), []);
    });

    it('must be there', async () => {
      await refused(read('00000000-0000-4000-8000-000000000001'), 'gone', /no longer in the directory/);
    });

    it('is nobody while Graph does not answer', async () => {
      suite.tenant.setFaults({ kinds: ['throttle'], match: 'GET /roleManagement', retryAfterSeconds: 60 });
      await assert.rejects(subject('jane'), (error) => error instanceof GraphFailure && error.kind === 'throttled');
    });
  });

  describe('when they are protected', () => {
    it('is never the requester', async () => {
      const { id } = suite.tenant.person('hana');
      await refused(read(id, id), 'protected', /can’t offboard yourself/);
    });

    it('is never a break-glass account, whether it holds a role or not', async () => {
      const [breakGlass = ''] = suite.tenant.data.signoff.breakGlassIds;
      await refused(read(breakGlass), 'protected', /break-glass/);
      suite.tenant.data.roleAssignments = suite.tenant.data.roleAssignments.filter(
        ({ principalId }) => principalId !== breakGlass,
      );
      await refused(read(breakGlass), 'protected', /break-glass/);
    });

    it('is never Signoff itself', async () => {
      const { servicePrincipalId, clientId } = suite.tenant.data.signoff;
      await refused(read(servicePrincipalId), 'protected', /own identity/);
      await refused(read(clientId), 'protected', /own identity/);
    });
  });

  describe('when they are a Global Administrator', () => {
    const other = () => suite.tenant.person('emergency01@contoso.onmicrosoft.com');
    const isLast = () =>
      refused(subject('marguerite'), 'protected', /Marguerite Dubois is the last Global Administrator/);
    const groupWith = (...members: string[]) => {
      const group = suite.tenant.groupNamed('Tier 0 Operators');
      group.members = members.map((name) => suite.tenant.person(name).id);
      give(group.id, globalAdministrator);
      return group;
    };
    const onlyMarguerite = () => {
      suite.tenant.data.roleAssignments = suite.tenant.data.roleAssignments.filter(
        ({ principalId }) => principalId !== other().id,
      );
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
      group.members = [suite.tenant.person('hendrik').id, suite.tenant.person('marguerite').id];
      await isLast();
    });

    it('may not be the last who holds the role through a group', async () => {
      suite.tenant.data.roleAssignments = suite.tenant.data.roleAssignments.filter(
        ({ roleDefinitionId }) => roleDefinitionId !== globalAdministrator,
      );
      const group = groupWith('rafael');
      await refused(subject('rafael'), 'protected', /Rafael Costa is the last Global Administrator/);
      group.members.push(suite.tenant.person('jane').id);
      assert.ok((await subject('rafael')).roles.includes('Global Administrator (through “Tier 0 Operators”)'));
    });

    it('is none as the owner of a group that holds the role', async () => {
      suite.tenant.data.roleAssignments = [];
      groupWith().owners = [suite.tenant.person('jane').id];
      const found = await subject('jane');
      assert.deepEqual(found.roles, ['Global Administrator (as owner of “Tier 0 Operators”)']);
      assert.equal(isPrivileged(found), true);
    });

    it('may not be the last person beside an app that holds the role', async () => {
      onlyMarguerite();
      give(suite.tenant.data.signoff.servicePrincipalId, globalAdministrator);
      await isLast();
    });

    it('may not be the last beside another who leaves as well', async () => {
      const leaving = { ...suite.world.reading, openSubjects: async () => new Set([other().id]) };
      const { id } = suite.tenant.person('marguerite');
      await refused(
        readPerson(leaving, id, suite.tenant.person('hana').id),
        'protected',
        /is the last Global Administrator/,
      );
      onlyMarguerite();
      groupWith('rafael');
      const both = {
        ...suite.world.reading,
        openSubjects: async () => new Set([other().id, suite.tenant.person('rafael').id]),
      };
      await refused(
        readPerson(both, id, suite.tenant.person('hana').id),
        'protected',
        /is the last Global Administrator/,
      );
    });

    it('may be the last in name when they are disabled already', async () => {
      onlyMarguerite();
      suite.tenant.person('marguerite').accountEnabled = false;
      assert.equal(isPrivileged(await subject('marguerite')), true);
    });
  });
});
