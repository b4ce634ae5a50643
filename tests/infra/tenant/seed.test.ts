import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directGroups, licenseStates } from '../../../infra/local/tenant/directory.ts';
import { standingOf } from '../../../infra/local/tenant/privileges.ts';
import { seatsTaken } from '../../../infra/local/tenant/resources.ts';
import { defaultTenantFile, loadTenantFile, TenantFileError } from '../../../infra/local/tenant/seed.ts';

const contoso = loadTenantFile();
const person = (name: string) => contoso.users.find((user) => user.userPrincipalName === `${name}@contoso.com`)!;

const written = (content: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'tenant-')), 'tenant.json');
  writeFileSync(file, content);
  return file;
};
const changed = (
  change: (data: Record<string, never> & { users: { manager: string; jobTitle: unknown }[] }) => void,
): string => {
  const data = JSON.parse(JSON.stringify(contoso));
  change(data);
  return written(JSON.stringify(data));
};

describe('the Contoso of the local tenant', () => {
  it('has at least seventy people, each with a manager up to one at the top', () => {
    assert.ok(contoso.users.length >= 70);
    for (
      let user = person('fatuma'), steps = 0;
      user.manager;
      user = contoso.users.find((candidate) => candidate.id === user.manager)!
    ) {
      steps += 1;
      assert.ok(steps < 10);
    }
  });

  it('has the people that the rehearsal is about', () => {
    const expected: Record<string, string> = {
      jane: 'Jane Miller',
      hana: 'Hana Okafor',
      arno: 'Arno Lindqvist',
      priya: 'Priya Raman',
      omar: 'Omar Haddad',
      tess: 'Tess van Dijk',
    };
    for (const [name, displayName] of Object.entries(expected)) assert.equal(person(name).displayName, displayName);
    const members = (id: string) => contoso.groups.find((group) => group.id === id)!.members;
    assert.equal(members(contoso.signoff.helpdeskGroupId).length, 3);
    assert.equal(members(contoso.signoff.approverGroupId).length, 4);
    for (const id of [contoso.signoff.approverGroupId, contoso.signoff.adminGroupId])
      assert.ok(members(id).includes(person('omar').id));
  });

  it('gives Jane what an offboarding is about', () => {
    const jane = person('jane');
    const states = licenseStates(contoso, jane);
    assert.deepEqual([states.filter((state) => state.assignedByGroup === null).length, states.length], [3, 4]);
    assert.equal(directGroups(contoso, jane.id).length, 9);
    assert.equal(jane.authenticationMethods.filter((method) => method.isDefault).length, 1);
  });

  it('has the awkward people', () => {
    const standing = (name: string) => standingOf(contoso, person(name));
    assert.deepEqual(
      [standing('marguerite'), standing('rafael'), standing('kwame'), standing('jane')],
      ['privileged', 'privileged', 'light', 'plain'],
    );
    const globalAdministrators = contoso.roleAssignments.filter(
      (assignment) => assignment.roleDefinitionId === contoso.roleDefinitions[0]!.id,
    );
    assert.equal(globalAdministrators.length, 2);
    assert.ok(
      globalAdministrators.some((assignment) => contoso.signoff.breakGlassIds.includes(assignment.principalId)),
    );
    assert.equal(directGroups(contoso, person('mei-ling').id).length, 130);
    assert.equal(contoso.users.filter((user) => user.displayName === 'Alex Kim').length, 2);
    assert.ok(person("sean.o'brien") && person('dariusz').onPremisesSyncEnabled && person('tomasz').mailbox === null);
    assert.equal(contoso.deletedUsers[0]!.user.displayName, 'Jane Miller');
  });

  it('has devices, apps, files and roles to take away', () => {
    const jane = person('jane').id;
    const ofJane = <T>(list: T[], idOf: (item: T) => unknown) => list.filter((item) => idOf(item) === jane);
    assert.deepEqual(
      ofJane(contoso.managedDevices, (own) => own.userId).map((own) => [
        own.operatingSystem,
        own.managedDeviceOwnerType,
      ]),
      [
        ['Windows', 'company'],
        ['iOS', 'personal'],
      ],
    );
    assert.equal(ofJane(contoso.appRoleAssignments, (own) => own.principalId).length, 3);
    assert.equal(ofJane(contoso.permissionGrants, (own) => own.principalId).length, 2);
    assert.equal(ofJane(contoso.drives, (own) => own.ownerId).length, 1);
    assert.ok(!contoso.drives.some((own) => own.ownerId === person('yuki').id));
    assert.ok(contoso.applications.some((own) => own.owners.length === 1 && own.owners[0] === jane));
    const anders = person('anders').id;
    assert.ok(contoso.roleAssignments.some((own) => own.principalId === anders && own.assignmentType === 'Activated'));
    assert.ok(contoso.roleEligibilities.some((own) => own.principalId === anders));
    assert.ok(
      contoso.managedDevices.some(
        (own) => own.userId === person('hendrik').id && own.managementState === 'retirePending',
      ),
    );
  });

  it('never uses more seats than were bought', () => {
    for (const sku of contoso.subscribedSkus)
      assert.ok(seatsTaken(contoso, sku.skuId) <= sku.enabled, sku.skuPartNumber);
  });
});

describe('a tenant file that is wrong', () => {
  const cases: [string, () => string, RegExp][] = [
    ['is not there', () => '/nowhere/tenant.json', /\/nowhere\/tenant\.json/],
    ['is no JSON', () => written('{'), /tenant\.json: /],
    ['lacks a part', () => written('{}'), /signoff: /],
    [
      'has a value of the wrong type',
      () =>
        changed((data) => {
          data.users[0]!.jobTitle = 5;
        }),
      /users\.0\.jobTitle: /,
    ],
    [
      'names somebody who is not there',
      () =>
        changed((data) => {
          data.users[0]!.manager = '00000000-0000-4000-8000-000000000000';
        }),
      /users\.0\.manager: 00000000/,
    ],
    [
      'gives a drive to somebody who is not there',
      () =>
        written(
          JSON.stringify({
            ...contoso,
            drives: [{ ...contoso.drives[0], ownerId: '00000000-0000-4000-8000-000000000000' }],
          }),
        ),
      /drives\.ownerId: 00000000/,
    ],
  ];
  for (const [what, make, expected] of cases) {
    it(`says which file and field when it ${what}`, () => {
      assert.throws(
        () => loadTenantFile(make()),
        (error) => error instanceof TenantFileError && expected.test(error.message),
      );
    });
  }

  it('stops the start with exit code 1', () => {
    const file = written('{}');
    const started = spawnSync(process.execPath, ['infra/local/tenant/index.ts'], {
      env: { ...process.env, TENANT_FILE: file, TENANT_PORT: '0' },
      encoding: 'utf8',
    });
    assert.equal(started.status, 1);
    assert.match(started.stderr, /signoff/);
    assert.ok(started.stderr.includes(file));
    assert.notEqual(file, defaultTenantFile);
  });
});
