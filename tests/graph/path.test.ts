import assert from 'node:assert/strict';
import { z } from 'zod';
import { isReferenceWithoutRef, memberRef, path, quoted } from '../../bot/graph/path.ts';
import { type StepWorld, startStepWorld } from '../support/stepWorld.ts';

const user = z.object({ id: z.string(), userPrincipalName: z.string() });

describe('a Graph path', () => {
  it('encodes what is put into it, so that a name can’t change what is asked', () => {
    assert.equal(path`/users/${'a/b'}`, '/users/a%2Fb');
    assert.equal(path`/users/${'x#EXT#@c.com'}`, '/users/x%23EXT%23%40c.com');
    assert.equal(path`/users/${'x?$expand=manager&a'}/manager`, '/users/x%3F%24expand%3Dmanager%26a/manager');
    assert.equal(path`/users/${'../groups'}`, '/users/..%2Fgroups');
    assert.equal(path`/users?$top=${5}&$search=${'"a b"'}`, '/users?$top=5&$search=%22a%20b%22');
  });

  it('leaves its own words alone, but for spaces', () => {
    assert.equal(path`/users?$filter=mail eq ${quoted('a+b@c.com')}`, "/users?$filter=mail%20eq%20'a%2Bb%40c.com'");
  });

  it('doubles the apostrophes of a text in a filter', () => {
    assert.equal(quoted("O'Brien' or true"), "'O''Brien'' or true'");
  });

  it('takes somebody out of a group by reference', () => {
    assert.equal(memberRef('g', 'm/1'), '/groups/g/members/m%2F1/$ref');
    assert.equal(isReferenceWithoutRef(memberRef('g', 'm')), false);
  });

  const deletesTheObject = [
    '/groups/g/members/m',
    '/groups/g/members/m/',
    '/groups/g/members/m?$select=id',
    '/groups/g/owners/m',
    '/GROUPS/g/Members/m',
    '/devices/d/registeredOwners/m',
    '/devices/d/registeredUsers/m',
    'https://graph.microsoft.com/v1.0/groups/g/members/m',
  ];
  for (const one of deletesTheObject) {
    it(`is known to delete the object itself: ${one}`, () => assert.equal(isReferenceWithoutRef(one), true));
  }

  for (const one of ['/groups/g/members/m/$ref', '/groups/g/members', '/groups/g', '/users/m']) {
    it(`is known to leave the object alone: ${one}`, () => assert.equal(isReferenceWithoutRef(one), false));
  }

  describe('to the local tenant', () => {
    let world: StepWorld;
    before(async () => {
      world = await startStepWorld();
    });
    after(() => world.tenant.close());

    for (const name of ["sean.o'brien@contoso.com", 'gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com']) {
      it(`finds ${name}`, async () => {
        const found = await world.graph.read(path`/users/${name}?$select=id,userPrincipalName`, user);
        assert.equal(found.userPrincipalName, name);
      });

      it(`filters by ${name}`, async () => {
        const filter = `userPrincipalName eq ${quoted(name)}`;
        const found = await world.graph.list(path`/users?$filter=${filter}&$select=id,userPrincipalName`, user);
        assert.deepEqual(
          found.map(({ userPrincipalName }) => userPrincipalName),
          [name],
        );
      });
    }

    it('finds nobody by a name that tries to ask for more', async () => {
      for (const name of ["x' or startsWith(displayName,'J", 'x) or (true', 'x&$top=1', 'jane@contoso.com#']) {
        const filter = `userPrincipalName eq ${quoted(name)}`;
        assert.deepEqual(await world.graph.list(path`/users?$filter=${filter}&$select=id,userPrincipalName`, user), []);
      }
      assert.equal(await world.graph.find(path`/users/${'jane@contoso.com/manager'}`, user), null);
    });
  });
});
