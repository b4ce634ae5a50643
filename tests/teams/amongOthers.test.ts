import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { deliver, lastDelivered } from '../support/delivery.ts';
import { asked, button, buttonsOf, entries } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

const inPrivate = 'The answer is in your personal chat with Signoff.';

describe('what is asked in a channel', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
    await world.teams.open(people.outsider, 'channel');
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const inChannel = async () =>
    (await world.teams.messages(people.outsider, 'channel'))
      .filter(({ from }) => from.bot)
      .map(({ text, card }) => text ?? card);
  const sayThere = (text: string, person: string = people.helpdesk) =>
    world.teams.say(person, `@Signoff ${text}`, { conversation: 'channel' });

  for (const [sentence, shown] of [
    ['status OFF-1', 'Jane Miller'],
    ['cases', 'Jane Miller'],
    ['offboard Alex Kim', 'alex.kim'],
  ] as const) {
    it(`is answered in a personal chat: “${sentence}”`, async () => {
      await asked(world);
      await sayThere(sentence);
      assert.deepEqual(await inChannel(), [inPrivate]);
      const answer = (await world.teams.messages(people.helpdesk)).at(-1);
      assert.match(JSON.stringify(answer?.card), new RegExp(shown));
    });
  }

  it('is answered in a personal chat when it names cases that could be meant', async () => {
    await asked(world);
    await sayThere('cancel jane');
    assert.deepEqual(await inChannel(), [inPrivate]);
    const answer = (await world.teams.messages(people.helpdesk)).at(-1);
    assert.match(answer?.text ?? '', /Type “cancel OFF-1” for Jane Miller/);
  });

  it('is answered there when it tells nothing of anybody: help', async () => {
    await sayThere('help');
    assert.match(JSON.stringify(await inChannel()), /offboard jane@contoso/);
  });

  it('is not answered to somebody whom Signoff can’t write to, and they are told what to do', async () => {
    await asked(world);
    world.teams.faults({ kind: '403', count: 1 });
    await sayThere('status OFF-1');
    assert.deepEqual(await inChannel(), [
      'Signoff answers this in a personal chat only, and can’t write to you there yet. Open a chat with Signoff and ask again.',
    ]);
  });

  it('is answered in a personal chat by a button, too', async () => {
    await asked(world);
    await sayThere('help');
    const list = await world.ask(people.helpdesk, 'cases');
    const status = buttonsOf(list.card).find(({ verb }) => verb === 'status');
    const [help] = await world.teams.messages(people.outsider, 'channel').then((all) => all.filter(({ card }) => card));
    assert.ok(status && help);
    const before = (await world.teams.messages(people.helpdesk)).length;
    const outcome = await world.teams.tap(people.helpdesk, help.id, status);
    assert.deepEqual([outcome.kind, 'text' in outcome && outcome.text], ['message', inPrivate]);
    assert.equal((await world.teams.messages(people.helpdesk)).length, before + 1);
    assert.equal((await inChannel()).length, 1);
  });

  it('is no wish yet when it only mentions somebody', async () => {
    await world.teams.say(people.helpdesk, '@Signoff @Jane Miller', {
      conversation: 'channel',
      mentions: [{ name: 'Jane Miller', userPrincipalName: people.jane }],
    });
    assert.deepEqual(await inChannel(), ['What about them? To offboard somebody, write “offboard” before the name.']);
    assert.equal((await world.signoff.runtime.db.selectFrom('cases').selectAll().execute()).length, 0);
  });

  it('asks Teams about two of hundreds who are mentioned', async () => {
    await sayThere('help', people.outsider);
    const said = lastDelivered(world, people.outsider, 'message');
    const mentions = world.tenant.data.users.flatMap(({ displayName }) =>
      Array.from({ length: 6 }, (_none, n) => ({
        type: 'mention',
        text: `<at>${displayName}</at>`,
        mentioned: { id: `29:${displayName}${n}`, name: displayName },
      })),
    );
    const roster = () => world.teams.requests().filter(({ path }) => /\/members\//.test(path)).length;
    await deliver(world, { ...said, id: randomUUID(), text: 'status', entities: mentions });
    assert.ok(mentions.length > 400);
    assert.ok(roster() <= 2, `${roster()} calls`);
  });
});

describe('somebody whom Teams does not name', () => {
  it('is on record with the name of the directory', async () => {
    await using world = await startWorld();
    await world.ask(people.helpdesk, 'help');
    const said = lastDelivered(world, people.helpdesk, 'message');
    const { name: _name, ...from } = said.from as { name: string };
    await deliver(world, { ...said, id: randomUUID(), from, text: 'offboard jane@contoso.com' });
    await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
    const [first] = await entries(world, 1);
    assert.match(first?.words ?? '', /^Hana Okafor asked to offboard Jane Miller/);
  });
});
