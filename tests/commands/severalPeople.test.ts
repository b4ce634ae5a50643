import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { deliver, lastDelivered } from '../support/delivery.ts';
import { asked, button, buttonsOf, caseRow, refused, writes } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

describe('several people in one sentence', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(async () => {
    assert.deepEqual(writes(world), []);
    await world[Symbol.asyncDispose]();
  });
  const cases = async () => (await world.signoff.runtime.db.selectFrom('cases').selectAll().execute()).length;
  const ask = (sentence: string) => world.ask(people.helpdesk, sentence);
  const words = (card: unknown) => JSON.stringify(card);

  it('are shown with who they are, and get a case each once that is confirmed', async () => {
    const question = await ask('please offboard jane@contoso.com and luca@contoso.com urgent');
    assert.match(words(question.card), /Offboard 2 people\?.*Jane Miller.*Luca Moretti/);
    assert.equal(await cases(), 0);
    const [open] = buttonsOf(question.card);
    assert.equal(open?.title, 'Open 2 cases');
    const outcome = await world.teams.tap(people.helpdesk, question.id, 'Open 2 cases');
    assert.match(
      words('card' in outcome && outcome.card),
      /2 cases are open.*OFF-\d: Jane Miller.*OFF-\d: Luca Moretti/,
    );
    assert.equal(await cases(), 2);
    assert.deepEqual([(await caseRow(world, 1)).urgent, (await caseRow(world, 2)).urgent], [true, true]);
    const used = await world.card(people.helpdesk, '2 cases are open');
    assert.deepEqual([used.id, buttonsOf(used.card)], [question.id, []]);
  });

  it('are left out by name and with the reason where it can’t be they', async () => {
    await asked(world, 'offboard noor@contoso.com');
    const { card } = await ask('offboard jane@contoso.com, Alex Kim, Nobody Atall and noor@contoso.com');
    assert.match(words(card), /Offboard 1 person\?.*Jane Miller.*Left out/);
    assert.match(words(card), /Alex Kim \(alex\.kim@contoso\.com\)|Alex Kim .*alex\.kim2@contoso/);
    assert.match(words(card), /Nobody is called “Nobody Atall”/);
    assert.match(words(card), /Already in OFF-1, asked for by Hana Okafor/);
    assert.deepEqual(
      buttonsOf(card).map(({ title }) => title),
      ['Open 1 case'],
    );
  });

  it('are opened but for those who are protected, and each is told of', async () => {
    const question = await ask('offboard jane@contoso.com and hana@contoso.com');
    const outcome = await world.teams.tap(people.helpdesk, question.id, 'Open 2 cases');
    const card = words('card' in outcome && outcome.card);
    assert.match(card, /1 case is open.*OFF-1: Jane Miller/);
    assert.match(card, /Not opened, Hana Okafor: You can’t offboard yourself/);
    assert.equal(await cases(), 1);
  });

  it('are mentioned in a channel, and shown in a personal chat', async () => {
    await world.teams.say(people.helpdesk, '@Signoff offboard @Jane Miller and @Luca Moretti', {
      conversation: 'channel',
      mentions: [
        { name: 'Jane Miller', userPrincipalName: people.jane },
        { name: 'Luca Moretti', userPrincipalName: 'luca@contoso.com' },
      ],
    });
    const { conversation, card } = await world.card(people.helpdesk, 'Offboard 2 people?');
    assert.equal(conversation, 'personal');
    for (const name of ['Jane Miller', 'Luca Moretti']) assert.ok(words(card).includes(name), name);
    assert.equal(await cases(), 0);
  });

  it('are ten at most', async () => {
    const { users } = world.tenant.data;
    const names = users.slice(0, 11).map(({ userPrincipalName }) => userPrincipalName);
    assert.match(
      (await ask(`offboard ${names.join(', ')}`)).text ?? '',
      /^That is more than 10 people, so nothing was done/,
    );
    const question = await ask('offboard jane@contoso.com and luca@contoso.com');
    const [open] = buttonsOf(question.card);
    assert.ok(open);
    const ids = users.slice(0, 11).map(({ id }) => id);
    // Nor by a button that was made up, and by no names.
    for (const named of [ids, names.slice(0, 2), ['Marguerite'], []]) {
      const data = { people: named, urgent: false };
      await refused(
        world.teams.tap(people.helpdesk, question.id, { ...open, data }),
        /is missing or not what it should be/,
      );
    }
    assert.equal(await cases(), 0);
  });

  it('are one where a name has a comma in it', async () => {
    world.tenant.person('jane').displayName = 'Miller, Jane';
    assert.match((await ask('offboard Miller, Jane')).text ?? '', /^OFF-1: looking at what Miller, Jane has/);
  });

  it('get no case by whoever may not ask for one', async () => {
    const question = await ask('offboard jane@contoso.com and luca@contoso.com');
    const [open] = buttonsOf(question.card);
    assert.ok(open);
    const help = await world.ask(people.approver, 'help');
    await refused(
      world.teams.tap(people.approver, help.id, open),
      /^Only the helpdesk and Signoff admins can offboard/,
    );
    assert.equal(await cases(), 0);
  });
});

describe('a date at the end of a sentence', () => {
  it('is no guess: nothing is done, and how to ask for it now is said', async () => {
    await using world = await startWorld();
    const ask = async (sentence: string) => (await world.ask(people.helpdesk, sentence)).text;
    assert.equal(
      await ask('please offboard jane@contoso.com tomorrow at 5pm.'),
      'Signoff can’t schedule yet, so nothing was done about “tomorrow at 5pm”. To ask for it now, type “offboard jane@contoso.com”: nothing is changed before an approver agrees.',
    );
    assert.match((await ask('offboard Jane Miller on friday')) ?? '', /^Signoff can’t schedule yet/);
    assert.equal((await world.signoff.runtime.db.selectFrom('cases').selectAll().execute()).length, 0);
    world.tenant.person('jane').displayName = 'Jane Friday';
    assert.match((await ask('offboard Jane Friday')) ?? '', /^OFF-1: looking at what Jane Friday has/);
  });
});

describe('a contact that is pasted', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await world.ask(people.helpdesk, 'help');
  });
  after(() => world[Symbol.asyncDispose]());

  async function paste(text: string, content: string): Promise<string> {
    const before = (await world.teams.messages(people.helpdesk)).length;
    const said = lastDelivered(world, people.helpdesk, 'message');
    const attachments = [{ contentType: 'text/html', content }];
    await deliver(world, { ...said, id: randomUUID(), text, attachments });
    const [answer] = (await world.teams.messages(people.helpdesk)).slice(before);
    return answer?.text ?? JSON.stringify(answer?.card);
  }
  const link = (address: string, name: string) => `<div><a href="mailto:${address}" title="x">${name}</a></div>`;

  it('means whom its address names, not a namesake', async () => {
    const answer = await paste('offboard Alex Kim', `offboard ${link('alex.kim2@contoso.com', 'Alex Kim')}`);
    assert.match(answer, /^OFF-1: looking at what Alex Kim has/);
    assert.equal((await caseRow(world, 1)).subjectId, world.tenant.person('alex.kim2').id);
    await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
  });

  it('means each of them, where there are two', async () => {
    const html = `offboard ${link('jane@contoso.com', 'Jane')} and ${link('luca@contoso.com', 'Luca')}`;
    assert.match(await paste('offboard Jane and Luca', html), /Offboard 2 people\?.*Jane Miller.*Luca Moretti/);
  });

  it('means whom its address names, though another’s name begins like theirs', async () => {
    const html = `offboard Lucas and ${link('luca@contoso.com', 'Luca')}`;
    assert.match(await paste('offboard Lucas and Luca', html), /Luca Moretti.*Left out.*Lucas/);
  });

  it('is read in no time, however it is made', async () => {
    const began = performance.now();
    for (const part of ['<a href="mailto:a', '<a ', `href='mailto:${'a'.repeat(200)}`, '<a href="mailto:a@b?x'])
      await paste('help', part.repeat(Math.floor(39_000 / part.length)));
    assert.ok(performance.now() - began < 3000);
  });

  it('without an address is a name, whose beginning is nobody’s', async () => {
    assert.match(
      await paste('offboard Margueri', '<div>offboard Margueri</div>'),
      /Nobody is called exactly “Margueri”/,
    );
  });

  for (const [title, html] of [
    ['what is no address', link('javascript:alert(1)', 'Jane Mill')],
    ['a broken code', link('%E0%A4%A@contoso.com', 'Jane Mill')],
    ['several at once', link('jane@contoso.com,luca@contoso.com', 'Jane Mill')],
    ['one for other words', link('luca@contoso.com', 'Somebody else')],
    ['more HTML than anybody pastes', `${'<i>'.repeat(20_000)}${link('luca@contoso.com', 'Jane Mill')}`],
  ] as const)
    it(`has no address by ${title}`, async () => {
      assert.match(await paste('offboard Jane Mill', html), /Nobody is called exactly “Jane Mill”/);
    });
});
