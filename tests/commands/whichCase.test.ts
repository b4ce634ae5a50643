import assert from 'node:assert/strict';
import { insertCase } from '../../bot/store/cases.ts';
import { asked, caseRow, writes } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

/** Two of the helpdesk are called Alex Kim, and nobody else is called Marguerite. */
describe('whose case a name means', () => {
  let world: World;
  const alex = 'alex.kim@contoso.com';
  const alexToo = 'alex.kim2@contoso.com';
  const said = async (sentence: string, person: string = people.helpdesk) => (await world.ask(person, sentence)).text;
  const stateOf = async (caseId: number) => (await caseRow(world, caseId)).state;
  const unclear = (name: string, ...ways: string[]) =>
    `It is not clear whom “${name}” means, so nothing was done. Type ${ways.join(', or ')}.`;
  const canceled = (n: number, name: string) =>
    `OFF-${n} · ${name} leaves: Canceled by Hana Okafor. Nothing was changed.`;
  const none = (name: string) => `There is no case “${name}”. Type “cases all” to see every case.`;

  beforeEach(async () => {
    world = await startWorld({
      change({ users, groups, signoff }) {
        const both = users.filter(({ userPrincipalName }) => [alex, alexToo].includes(userPrincipalName));
        const helpdesk = groups.find(({ id }) => id === signoff.helpdeskGroupId);
        for (const { id } of both) helpdesk?.members.push(id);
      },
    });
  });
  afterEach(async () => {
    assert.deepEqual(writes(world), []);
    await world[Symbol.asyncDispose]();
  });

  for (const verb of ['cancel', 'retry', 'status']) {
    it(`is asked back at ${verb}, when several have the name and only one has a case`, async () => {
      await asked(world, `offboard ${alex}`);
      assert.equal(await said(`${verb} Alex Kim`), unclear('Alex Kim', `“${verb} OFF-1” for Alex Kim (${alex})`));
      assert.equal(await stateOf(1), 'draft');
    });

    it(`is asked back at ${verb}, for an address that nobody has`, async () => {
      await asked(world);
      assert.equal(
        await said(`${verb} jane@contoso.co`),
        unclear('jane@contoso.co', `“${verb} OFF-1” for Jane Miller (jane@contoso.com)`),
      );
      assert.equal(await stateOf(1), 'draft');
    });
  }

  for (const verb of ['cancel', 'retry'])
    it(`is asked back at ${verb}, when the name is only begun, though nobody else’s begins so`, async () => {
      await asked(world, 'offboard marguerite@contoso.com');
      assert.equal(
        await said(`${verb} Marg`),
        unclear('Marg', `“${verb} OFF-1” for Marguerite Dubois (marguerite@contoso.com)`),
      );
      assert.equal(await stateOf(1), 'draft');
    });

  it('is shown when the name is only begun and nobody else’s begins so', async () => {
    await asked(world, 'offboard marguerite@contoso.com');
    const { card } = await world.ask(people.helpdesk, 'status Marg');
    assert.match(JSON.stringify(card), /OFF-1: Marguerite Dubois/);
  });

  it('is asked back only for cases that are open, where a closed one could not be meant', async () => {
    await asked(world, `offboard ${alex}`);
    assert.equal(await said('cancel OFF-1'), canceled(1, 'Alex Kim'));
    await asked(world, `offboard ${alexToo}`);
    assert.equal(await said('cancel Alex Kim'), unclear('Alex Kim', `“cancel OFF-2” for Alex Kim (${alexToo})`));
    assert.equal(await said('cancel OFF-1'), 'OFF-1 is canceled already, so nothing was changed.');
  });

  it('is asked back with every case that could be meant, and then taken by its number', async () => {
    await asked(world, `offboard ${alex}`);
    await asked(world, `offboard ${alexToo}`);
    const answer = await said('cancel alex');
    const ways = [`“cancel OFF-1” for Alex Kim (${alex})`, `“cancel OFF-2” for Alex Kim (${alexToo})`];
    assert.ok([unclear('alex', ...ways), unclear('alex', ...ways.toReversed())].includes(answer ?? ''), answer ?? '');
    assert.deepEqual([await stateOf(1), await stateOf(2)], ['draft', 'draft']);
    assert.equal(await said('cancel OFF-2'), canceled(2, 'Alex Kim'));
    assert.deepEqual([await stateOf(1), await stateOf(2)], ['draft', 'canceled']);
  });

  it('is clear for a whole name that nobody else has, and for an address', async () => {
    await asked(world);
    assert.equal(await said('cancel Jane Miller'), canceled(1, 'Jane Miller'));
    await asked(world);
    assert.equal(await said('cancel jane@contoso.com'), canceled(2, 'Jane Miller'));
  });

  it('is never told to the one whom it is about', async () => {
    await asked(world, `offboard ${alex}`);
    await asked(world, `offboard ${alexToo}`);
    for (const name of [alex, 'alex.kim@contoso.co'])
      assert.doesNotMatch((await said(`status ${name}`, alex)) ?? '', /OFF-1/, name);
    for (const verb of ['cancel', 'status'])
      assert.equal(
        await said(`${verb} Alex Kim`, alex),
        unclear('Alex Kim', `“${verb} OFF-2” for Alex Kim (${alexToo})`),
      );
    assert.equal(await said(`cancel ${alex}`, alex), none(alex));
    assert.equal(await stateOf(1), 'draft');
  });

  it('is the open one, though a closed one has a higher number', async () => {
    await asked(world);
    const { id: _, ...row } = await caseRow(world, 1);
    const { db } = world.signoff.runtime;
    await db.transaction().execute((tx) => insertCase(tx, { ...row, state: 'canceled', openSubjectId: null }));
    assert.equal(await said('cancel Jane Miller'), canceled(1, 'Jane Miller'));
  });

  it('is one mention’s alone', async () => {
    await asked(world);
    await asked(world, 'offboard luca@contoso.com');
    const jane = { name: 'Jane Miller', userPrincipalName: people.jane };
    const luca = { name: 'Luca Moretti', userPrincipalName: 'luca@contoso.com' };
    const one = 'One case at a time, please: write its number alone, like “cancel OFF-42”.';
    // Only among others can somebody be mentioned who is not in the chat.
    const mentioning = async (text: string, mentions: { name: string; userPrincipalName: string }[]) => {
      await world.teams.say(people.helpdesk, `@Signoff ${text}`, { conversation: 'channel', mentions });
      return (await world.teams.messages(people.helpdesk, 'channel')).at(-1)?.text;
    };
    assert.equal(await mentioning('cancel @Jane Miller @Luca Moretti', [jane, luca]), one);
    assert.equal(await mentioning('cancel OFF-2 @Jane Miller', [jane]), one);
    assert.deepEqual([await stateOf(1), await stateOf(2)], ['draft', 'draft']);
    assert.equal(await mentioning('cancel @Luca Moretti', [luca]), 'OFF-2 is canceled.');
  });
});
