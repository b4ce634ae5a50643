import assert from 'node:assert/strict';
import { people } from '../support/signoff.ts';
import { type Offboarded, offboard, startPromptWorld } from './offboard.ts';
import { assertHonest } from './report.ts';

const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10';

describe('people whom Signoff protects', () => {
  it('a Global Administrator who is not the last: two approvers, roles first', async () => {
    await using world = await startPromptWorld({
      change(data) {
        const omar = data.users.find(({ userPrincipalName }) => userPrincipalName === people.admin)!;
        data.groups.find(({ displayName }) => displayName === 'Tier 0 Operators')!.owners.push(omar.id);
      },
    });
    const one = await offboard(world, { who: 'marguerite' });
    assertHonest(one);
    assert.equal(one.approvals, 2);
    assert.deepEqual(one.planned.find(({ stepId }) => stepId === 'remove-directory-roles')?.lines, [
      'Role Global Administrator: held → taken away',
      'Group “Tier 0 Operators”, which gives roles: owner → not an owner',
    ]);
    assertBefore(world.tenant.exchanges, /roleAssignments\//, /^\/v1\.0\/users\/[^/]+$/);
  });

  it('a Global Administrator who alone owns a group that gives roles: people decide who owns it, and then it goes on', async () => {
    await using world = await startPromptWorld();
    const waits: string[] = [];
    const one = await offboard(world, {
      who: 'marguerite',
      hands: {
        'remove-directory-roles': (data, person) => {
          waits.push(person.accountEnabled ? 'not blocked yet' : 'blocked too early');
          const omar = data.users.find(({ userPrincipalName }) => userPrincipalName === people.admin)!;
          data.roleAssignments = data.roleAssignments.filter(({ principalId }) => principalId !== person.id);
          data.groups.find(({ displayName }) => displayName === 'Tier 0 Operators')!.owners = [omar.id];
        },
      },
    });
    assertHonest(one as Offboarded);
    assert.deepEqual(waits, ['not blocked yet']);
  });

  const refusals: [string, string, string, RegExp][] = [
    [
      'the last Global Administrator',
      'marguerite@contoso.com',
      people.helpdesk,
      /^Marguerite Dubois is the last Global Administrator \(whoever else is being offboarded does not count\)\. Make somebody else one first\.$/,
    ],
    [
      'a break-glass account',
      'emergency01@contoso.onmicrosoft.com',
      people.helpdesk,
      /^This is a break-glass account: .* Signoff never touches it\.$/,
    ],
    ['the requester', people.helpdesk, people.helpdesk, /^You can’t offboard yourself\./],
  ];
  for (const [who, address, requester, reason] of refusals) {
    it(`${who}: refused, with the reason, and nothing changes`, async () => {
      await using world = await startPromptWorld({
        change(data) {
          const [breakGlass] = data.signoff.breakGlassIds;
          data.roleAssignments = data.roleAssignments.filter(
            (one) => one.principalId !== breakGlass || one.roleDefinitionId !== globalAdministrator,
          );
        },
      });
      const before = structuredClone(world.tenant.data);
      assert.match((await world.ask(requester, `offboard ${address}`)).text ?? '', reason);
      assert.deepEqual(world.tenant.data, before);
    });
  }
});

function assertBefore(
  exchanges: readonly { method: string; path: string; status: number }[],
  ...paths: RegExp[]
): void {
  const done = exchanges.filter(({ method, status }) => ['DELETE', 'PATCH'].includes(method) && status < 300);
  const places = paths.map((path) => done.findIndex((call) => path.test(call.path)));
  assert.ok(
    places.every((place, index) => place >= 0 && (index === 0 || place > (places[index - 1] ?? 0))),
    `in the order ${places}`,
  );
}
