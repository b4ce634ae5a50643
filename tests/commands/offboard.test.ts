import assert from 'node:assert/strict';
import { button, buttonsOf, caseRow, findButton, press, refused, submitAs, writes } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

const looking = (n: number, name: string) =>
  `OFF-${n}: looking at what ${name} has. The plan comes in a moment; nothing is changed.`;

describe('offboard', () => {
  let world: World;
  const cases = async () => (await world.signoff.runtime.db.selectFrom('cases').selectAll().execute()).length;
  before(async () => {
    world = await startWorld();
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    assert.deepEqual(writes(world), [], 'no plan changes anything');
  });

  /** Each of these opens a case, which is canceled afterwards. */
  const named: [string, string, string][] = [
    ['a UPN', 'offboard jane@contoso.com', 'Jane Miller'],
    ['a UPN in capitals', 'OFFBOARD JANE@CONTOSO.COM', 'Jane Miller'],
    ['spaces around', '   offboard    jane@contoso.com   ', 'Jane Miller'],
    ['a mail address that is not the UPN', 'offboard elizabeth.fraser-ng@contoso.com', 'Elizabeth Fraser-Ng'],
    ['another address of theirs', 'offboard jane@contoso.onmicrosoft.com', 'Jane Miller'],
    ['a name', 'offboard Jane Miller', 'Jane Miller'],
    ['a name in small letters', 'offboard luca moretti', 'Luca Moretti'],
    ['a name with an accent', 'offboard Noémi Szabó', 'Noémi Szabó'],
    ['an apostrophe in the address', "offboard sean.o'brien@contoso.com", "Sean O'Brien"],
    ['an apostrophe in the name', "offboard Sean O'Brien", "Sean O'Brien"],
    ['a name and address as a mail program writes them', 'offboard Jane Miller <jane@contoso.com>', 'Jane Miller'],
    ['the same, as Teams encodes it', 'offboard Jane Miller &lt;jane@contoso.com&gt;', 'Jane Miller'],
    ['a mailto link', 'offboard mailto:jane@contoso.com', 'Jane Miller'],
    ['a mailto link in brackets', 'offboard Jane <mailto:jane@contoso.com>', 'Jane Miller'],
    ['a hard space', 'offboard&nbsp;jane@contoso.com', 'Jane Miller'],
    ['a guest', 'offboard gregor.weiss@fabrikam.com', 'Gregor Weiss'],
    ['an object id', 'offboard 8BDEE202-221a-4741-a557-776a37807fc7', 'Jane Miller'],
  ];
  for (const [title, sentence, name] of named) {
    it(`takes ${title}`, async () => {
      const n = (await cases()) + 1;
      const answer = await world.ask(people.helpdesk, sentence);
      assert.equal(answer.text, looking(n, name));
      assert.equal((await caseRow(world, n)).urgent, false);
      await cancel(n);
    });
  }

  for (const word of ['urgent', 'URGENT', 'urgently', 'urgent!!']) {
    it(`hears “${word}”`, async () => {
      const n = (await cases()) + 1;
      assert.equal(
        (await world.ask(people.helpdesk, `offboard jane@contoso.com ${word}`)).text,
        looking(n, 'Jane Miller'),
      );
      assert.equal((await caseRow(world, n)).urgent, true);
      await cancel(n);
    });
  }

  it('takes an @mention in a channel, and shows the plan to the requester alone', async () => {
    const n = (await cases()) + 1;
    await world.teams.say(people.helpdesk, '@Signoff offboard @Jane Miller urgent', {
      conversation: 'channel',
      mentions: [{ name: 'Jane Miller', userPrincipalName: people.jane }],
    });
    const inChannel = (person: string, words: string) =>
      world.teams.waitFor(
        person,
        ({ text, card }) => JSON.stringify([text, card]).includes(words),
        undefined,
        'channel',
      );
    assert.equal((await inChannel(people.helpdesk, `OFF-${n}: looking`)).text, looking(n, 'Jane Miller'));
    assert.equal((await caseRow(world, n)).urgent, true);
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId: n });
    assert.equal(submit.message.conversation, 'personal');
    assert.equal(
      (await inChannel(people.outsider, `OFF-${n}: the plan`)).text,
      `OFF-${n}: the plan goes to Hana Okafor in a personal chat with Signoff, and from there to the approvers.`,
    );
    const cards = (await world.teams.messages(people.outsider, 'channel')).filter((one) => one.card !== undefined);
    assert.deepEqual(cards, []);
    await cancel(n);
  });

  it('offers candidates for a name that several have, and takes the one that is chosen', async () => {
    const n = (await cases()) + 1;
    const question = await world.ask(people.helpdesk, 'offboard Alex Kim urgent');
    const choices = buttonsOf(question.card);
    assert.equal(choices.length, 2);
    assert.equal(await cases(), n - 1, 'nothing begins before somebody has chosen');
    assert.match(JSON.stringify(question.card), /alex\.kim2@contoso\.com/);
    const second = choices.find(
      (one) => (one.data as { person: string }).person === world.tenant.person('alex.kim2').id,
    );
    assert.ok(second);
    const outcome = await world.teams.tap(people.helpdesk, question.id, second);
    const used = await world.card(people.helpdesk, looking(n, 'Alex Kim'));
    assert.deepEqual(
      [outcome.kind, used.id, buttonsOf(used.card)],
      ['card', question.id, []],
      'its buttons are used up',
    );
    const row = await caseRow(world, n);
    assert.equal(row.subjectId, world.tenant.person('alex.kim2').id);
    assert.equal(row.urgent, true);
    const again = await world.teams.tap(people.helpdesk, question.id, second);
    assert.match(JSON.stringify('card' in again && again.card), new RegExp(`Alex Kim is already in OFF-${n}`));
    assert.equal(await cases(), n);
    await refused(
      world.teams.tap(people.outsider, (await world.ask(people.outsider, 'help')).id, second),
      'Only the helpdesk and Signoff admins can offboard people. Ask your Signoff admin if that should be you.',
    );
    await cancel(n);
  });

  it('asks back for the beginning of a name, though only one has it', async () => {
    const n = await cases();
    const question = await world.ask(people.helpdesk, 'offboard Elizab');
    assert.match(JSON.stringify(question.card), /Nobody is called exactly “Elizab”/);
    assert.equal(buttonsOf(question.card).length, 1);
    assert.equal(await cases(), n);
  });

  it('asks back when an address has a typo', async () => {
    const question = await world.ask(people.helpdesk, 'offboard jane@contoso.co');
    assert.match(JSON.stringify(question.card), /Nobody is called exactly/);
    assert.equal(buttonsOf(question.card).length, 1);
  });

  it('refuses somebody who is in an open case already, and says in which', async () => {
    const n = (await cases()) + 1;
    await world.ask(people.helpdesk, 'offboard luca@contoso.com');
    const again = await world.ask('kwame@contoso.com', 'offboard Luca Moretti');
    const card = JSON.stringify(again.card);
    assert.match(card, new RegExp(`Luca Moretti is already in OFF-${n}`));
    assert.match(card, /asked for by Hana Okafor/);
    assert.deepEqual(
      buttonsOf(again.card).map(({ title }) => title),
      [`Open OFF-${n}`],
    );
    const both = await Promise.all(
      [1, 2, 3].map(() => world.teams.say('kwame@contoso.com', 'offboard noor@contoso.com')),
    );
    assert.ok(both.every(({ delivered }) => delivered));
    assert.equal(await cases(), n + 1, 'three wishes at the same moment make one case');
    await cancel(n);
    await cancel(n + 1, 'kwame@contoso.com');
  });

  const refusals: [string, string, string | RegExp][] = [
    ['nobody', 'offboard', 'Whom? Write an address or a name, like “offboard jane@contoso.com”.'],
    ['nobody, urgently', 'offboard urgent', 'Whom? Write an address or a name, like “offboard jane@contoso.com”.'],
    [
      'somebody who is not there',
      'offboard Nobody Atall',
      'Nobody is called “Nobody Atall”. Check the spelling, or write the full address, like “offboard jane@contoso.com”.',
    ],
    ['an id that is nobody’s', 'offboard 00000000-0000-4000-8000-000000000000', /^Nobody is called “00000000-/],
    ['only signs', 'offboard "\\"', /^Nobody is called/],
    [
      'formatting',
      'offboard <b>Jane</b>',
      'Write the address or the name as plain text, without formatting, like “offboard jane@contoso.com”.',
    ],
    [
      'a script',
      'offboard <script>alert(1)</script>',
      'Write the address or the name as plain text, without formatting, like “offboard jane@contoso.com”.',
    ],
    [
      'a long name',
      `offboard ${'x'.repeat(300)}`,
      'That is too long for a name or an address. Write just that, like “offboard jane@contoso.com”.',
    ],
    ['themselves', 'offboard hana@contoso.com', 'You can’t offboard yourself. Ask a colleague of the helpdesk.'],
    ['the break-glass account', 'offboard emergency01@contoso.onmicrosoft.com', /^This is a break-glass account/],
    ['a filter for a name', "offboard x' or accountEnabled eq true or displayName eq 'x", /^Nobody is called/],
    ['a filter for an address', "offboard x@y' or startswith(displayName,'J", /^Nobody is called|^$/],
  ];
  for (const [title, sentence, answer] of refusals) {
    it(`refuses ${title}`, async () => {
      const n = await cases();
      const { text } = await world.ask(people.helpdesk, sentence);
      if (typeof answer === 'string') assert.equal(text, answer);
      else assert.match(text ?? '', answer);
      assert.equal(await cases(), n);
    });
  }

  it('refuses a mention of somebody whom Teams does not know there', async () => {
    await world.teams.say(people.helpdesk, 'offboard @Jane Miller', {
      mentions: [{ name: 'Jane Miller', userPrincipalName: people.jane }],
    });
    const sentence = 'Signoff can’t tell who is mentioned here. Write their address instead.';
    await world.teams.waitFor(people.helpdesk, ({ text }) => text === sentence);
  });

  const wrong: [string, Record<string, unknown>, string | RegExp][] = [
    ['no person', { person: undefined }, '“person” is missing or not what it should be. Fill in the card again.'],
    ['a number for a person', { person: 5 }, '“person” is missing or not what it should be. Fill in the card again.'],
    [
      'a very long person',
      { person: 'x'.repeat(400) },
      '“person” is missing or not what it should be. Fill in the card again.',
    ],
    ['a wrong urgency', { urgent: 'perhaps' }, '“urgent” is missing or not what it should be. Fill in the card again.'],
  ];
  for (const [title, change, sentence] of wrong) {
    it(`refuses a choice with ${title}`, async () => {
      const n = await cases();
      const question = await world.ask(people.helpdesk, 'offboard Alex Kim');
      const [choice] = buttonsOf(question.card);
      assert.ok(choice);
      const data = { ...(choice.data as object), ...change };
      await refused(world.teams.tap(people.helpdesk, question.id, { ...choice, data }), sentence);
      assert.equal(await cases(), n);
    });
  }

  async function cancel(n: number, by: string = people.helpdesk): Promise<void> {
    await world.teams.say(by, `cancel OFF-${n}`);
    // The last message about the case: nothing of it comes between the next question and its answer.
    await world.teams.waitFor(by, ({ text }) => text?.startsWith(`OFF-${n} · `) ?? false);
  }
});

it('the requester’s draft button stays theirs: nobody else fills in the plan', async () => {
  await using world = await startWorld();
  await world.teams.say(people.helpdesk, '@Signoff offboard jane@contoso.com', { conversation: 'channel' });
  const submit = await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
  await world.teams.open(people.second, 'channel');
  const stub = await world.teams.waitFor(
    people.second,
    ({ text }) => text?.startsWith('OFF-1: the plan') ?? false,
    30_000,
    'channel',
  );
  await refused(
    press(world, people.second, { ...submit, message: stub }, { endState: 'keep' }),
    'Only Hana Okafor can fill in this plan. Ask them, or cancel the case and start your own.',
  );
  assert.ok(findButton(submit.message, { verb: 'submit' }));
  await submitAs(world, 1, { endState: 'keep' });
});
