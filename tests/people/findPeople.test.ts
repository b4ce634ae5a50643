import assert from 'node:assert/strict';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { findPeople } from '../../bot/people/findPeople.ts';
import { type StepWorld, startStepWorld } from '../support/stepWorld.ts';

const markdown = '*Zoë* [Ops](https://example.com) 🚀';
const guest = 'gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com';

describe('whom somebody means', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
  });
  after(() => world.tenant.close());

  const find = (who: string) => findPeople(world.graph, who);
  const named = async (who: string) => {
    const { exact, people } = await find(who);
    return { exact, names: people.map(({ userPrincipalName }) => userPrincipalName).toSorted() };
  };

  const exactly: [string, string, string][] = [
    ['a user principal name', 'jane@contoso.com', 'jane@contoso.com'],
    ['a user principal name in capitals', 'JANE@Contoso.com', 'jane@contoso.com'],
    ['a user principal name with an apostrophe', "sean.o'brien@contoso.com", "sean.o'brien@contoso.com"],
    ['a guest’s user principal name', guest, guest],
    ['a guest’s own mail address', 'gregor.weiss@fabrikam.com', guest],
    ['a mail address that is not the name', 'elizabeth.fraser-ng@contoso.com', 'lizzie.fraser@contoso.com'],
    ['the name behind that mail address', 'lizzie.fraser@contoso.com', 'lizzie.fraser@contoso.com'],
    ['a second address', 'jane@contoso.onmicrosoft.com', 'jane@contoso.com'],
    ['a display name', 'Jane Miller', 'jane@contoso.com'],
    ['a display name in small letters', 'jane miller', 'jane@contoso.com'],
    ['a display name with an apostrophe', "Sean O'Brien", "sean.o'brien@contoso.com"],
    ['a display name full of Markdown', markdown, 'zoe@contoso.com'],
  ];
  for (const [what, who, name] of exactly) {
    it(`is one person for ${what}`, async () => {
      assert.deepEqual(await named(who), { exact: true, names: [name] });
    });
  }

  it('is one person for an object id, in small letters or capitals', async () => {
    const { id } = world.tenant.person('jane');
    for (const who of [id, id.toUpperCase()]) {
      const { exact, people } = await find(who);
      assert.deepEqual([exact, people.map((one) => one.id)], [true, [id]]);
    }
  });

  it('is nobody for the id of a group, of an app or of nothing', async () => {
    const { groups, signoff } = world.tenant.data;
    for (const who of [groups[0]?.id ?? '', signoff.servicePrincipalId, '00000000-0000-4000-8000-000000000001']) {
      assert.deepEqual(await find(who), { exact: false, people: [] });
    }
  });

  it('is a choice between two of one name', async () => {
    assert.deepEqual(await named('Alex Kim'), {
      exact: false,
      names: ['alex.kim2@contoso.com', 'alex.kim@contoso.com'],
    });
  });

  it('is a choice between two of one name, however many others’ names begin like it and are found first', async () => {
    const { users } = world.tenant.data;
    const others = users.filter(({ displayName }) => displayName !== 'Jane Miller');
    for (const [index, other] of others.slice(0, 6).entries()) other.displayName = `Jane Miller-${index}`;
    const last = others.at(-1);
    assert.ok(last);
    last.displayName = 'Jane Miller';
    assert.deepEqual(await named('Jane Miller'), {
      exact: false,
      names: ['jane@contoso.com', last.userPrincipalName].toSorted(),
    });
  });

  it('is a choice for the beginning of a name, though only one has it', async () => {
    assert.deepEqual(await named('Marguerite'), { exact: false, names: ['marguerite@contoso.com'] });
    assert.deepEqual(await named('Elizab'), { exact: false, names: ['lizzie.fraser@contoso.com'] });
  });

  it('is a choice when one has the address that another has as a name', async () => {
    world.tenant.person('luca').proxyAddresses.push('smtp:jane@contoso.com');
    assert.deepEqual(await named('jane@contoso.com'), {
      exact: false,
      names: ['jane@contoso.com', 'luca@contoso.com'],
    });
  });

  it('is the one whose name is written out, though others’ names begin like it', async () => {
    world.tenant.person('luca').displayName = 'Jane Miller-Smith';
    assert.deepEqual(await named('Jane Miller'), { exact: true, names: ['jane@contoso.com'] });
    assert.deepEqual(await named('Jane'), { exact: false, names: ['jane@contoso.com', 'luca@contoso.com'] });
  });

  it('is a suggestion, never a match, for an address that nobody has', async () => {
    assert.deepEqual(await named('jane.miller@contoso.com'), { exact: false, names: ['jane@contoso.com'] });
    assert.deepEqual(await named('jane@fabrikam.com'), { exact: false, names: ['jane@contoso.com'] });
  });

  it('is nobody for words that nobody’s name has', async () => {
    for (const who of ['Xavier Nobody', 'xq@contoso.com', '"', '\\', '  ', '@', '💥', '*']) {
      assert.deepEqual(await find(who), { exact: false, people: [] }, who);
    }
  });

  it('is nobody but who is meant when the words try to ask for more', async () => {
    for (const who of [
      `Jane" OR "displayName:Luca`,
      `x' or startsWith(displayName,'J')@contoso.com`,
      "x@y') or proxyAddresses/any(p:startsWith(p,'smtp",
      'Jane&$top=1#',
      'a\\" OR "b',
    ]) {
      const { exact, people } = await find(who);
      assert.ok(!exact && people.length <= 1, `${who}: ${people.map((one) => one.displayName).join()}`);
    }
  });

  it('is at most one more than a card shows', async () => {
    for (const user of world.tenant.data.users) user.displayName = `Common ${user.displayName}`;
    const { exact, people } = await find('Common');
    assert.deepEqual([exact, people.length], [false, 7]);
  });

  it('comes with what tells people apart', async () => {
    const { people } = await find('hendrik@contoso.com');
    assert.deepEqual(
      people.map(({ jobTitle, department, guest: isGuest, accountEnabled }) => ({
        jobTitle: jobTitle !== null,
        department: department !== null,
        isGuest,
        accountEnabled,
      })),
      [{ jobTitle: true, department: true, isGuest: false, accountEnabled: false }],
    );
    assert.equal((await find(guest)).people[0]?.guest, true);
  });

  it('is not among the deleted', async () => {
    const jane = world.tenant.person('jane').id;
    await world.tenant.call('DELETE', `/users/${jane}`);
    assert.deepEqual(await find(jane), { exact: false, people: [] });
    assert.deepEqual(await find('jane@contoso.com'), { exact: false, people: [] });
  });

  it('is not known while Graph does not answer', async () => {
    world.tenant.setFaults({ kinds: ['throttle'], match: 'GET /users', retryAfterSeconds: 60 });
    for (const who of ['jane@contoso.com', 'Jane', world.tenant.person('jane').id]) {
      await assert.rejects(find(who), (error) => error instanceof GraphFailure && error.kind === 'throttled');
    }
  });
});
