import assert from 'node:assert/strict';
import { asked, button, caseRow, defaults, press, refused, submitAs, submitted, writes } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

describe('the successor', () => {
  it('is asked for where somebody could take something over, and not of a guest who leaves nothing', async () => {
    await using world = await startWorld();
    const hasInput = async (caseId: number) =>
      JSON.stringify((await button(world, people.helpdesk, { verb: 'submit', caseId })).message.card).includes(
        '"id":"successor"',
      );
    assert.equal(await hasInput(await asked(world, 'offboard gregor.weiss@fabrikam.com')), false);
    assert.deepEqual((await caseRow(world, 1)).options, {
      ...((await caseRow(world, 1)).options as object),
      successor: null,
    });
    assert.equal(await hasInput(await asked(world)), true);
    const gregor = world.tenant.data.users.find(({ userPrincipalName }) =>
      userPrincipalName.startsWith('gregor.weiss'),
    )!;
    world.tenant.groupNamed('Marketing').owners = [gregor.id];
    await world.ask(people.helpdesk, 'cancel OFF-1');
    assert.equal(await hasInput(await asked(world, 'offboard gregor.weiss@fabrikam.com')), true, 'he owns a group');
  });
});

describe('what a person fills in', () => {
  let world: World;
  let caseId: number;
  before(async () => {
    world = await startWorld();
    caseId = await asked(world);
  });
  after(() => world[Symbol.asyncDispose]());

  const wrong: [string, Record<string, unknown>, string | RegExp][] = [
    [
      'an automatic reply that is too long',
      { autoReply: 'x'.repeat(2001) },
      'The automatic reply can have 2,000 characters at most.',
    ],
    [
      'a number for a reply',
      { autoReply: 5 },
      '“autoReply” is missing or not what it should be. Fill in the card again.',
    ],
    ['a successor’s place in the reply and no successor', { autoReply: 'Ask {successor}.' }, /but nobody is chosen/],
    ['an unknown end', { endState: 'vanish' }, /^Choose what becomes of account and mailbox/],
    ['no end', { endState: undefined }, /^Choose what becomes of account and mailbox/],
    [
      'a list for an end',
      { endState: ['keep'] },
      '“endState” is missing or not what it should be. Fill in the card again.',
    ],
    [
      'an unknown successor',
      { successor: 'Nobody Atall' },
      'Nobody is called “Nobody Atall”, or several are. Choose the successor from the list, or write their full address.',
    ],
    [
      'a successor that several could be',
      { successor: 'Alex Kim' },
      'Nobody is called “Alex Kim”, or several are. Choose the successor from the list, or write their full address.',
    ],
    [
      'two successors',
      { successor: 'a05d88e6-1b30-4952-a06e-6c90230e7954,b5d13883-6071-48ac-9583-9583a57c8c54' },
      /^Nobody is called “a05d88e6/,
    ],
    [
      'a guest for a successor',
      { successor: 'gregor.weiss@fabrikam.com' },
      'Gregor Weiss is a guest, not somebody of your own organization. Choose somebody else as successor.',
    ],
    [
      'a successor who signs in elsewhere',
      { successor: 'amelie.roche@litware.com' },
      'Amélie Roche’s account lives in another organization. Choose somebody else as successor.',
    ],
    [
      'a break-glass account for a successor',
      { successor: 'emergency01@contoso.onmicrosoft.com' },
      /is a break-glass account, which nobody should use every day\. Choose somebody else as successor\.$/,
    ],
    [
      'a blocked successor',
      { successor: 'hendrik@contoso.com' },
      'Hendrik Vos’s sign-in is blocked. Choose somebody else as successor.',
    ],
    [
      'the leaver for a successor',
      { successor: 'jane@contoso.com' },
      'Jane Miller is leaving and can’t be their own successor. Choose somebody else.',
    ],
    [
      'a successor that is very long',
      { successor: 'x'.repeat(200) },
      '“successor” is missing or not what it should be. Fill in the card again.',
    ],
    [
      'an object for a successor',
      { successor: { id: '1' } },
      '“successor” is missing or not what it should be. Fill in the card again.',
    ],
  ];
  for (const [title, change, sentence] of wrong) {
    it(`is refused with a clear sentence: ${title}`, async () => {
      const submit = await button(world, people.helpdesk, { verb: 'submit', caseId });
      const data = { ...(submit.action.data as object), ...defaults, ...change };
      await refused(press(world, people.helpdesk, { ...submit, action: { ...submit.action, data } }), sentence);
      assert.equal((await caseRow(world, caseId)).state, 'draft');
      assert.deepEqual(writes(world), []);
    });
  }

  it('is refused while Microsoft 365 does not say who the successor is', async () => {
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId });
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 60, match: 'GET /users' });
    await refused(
      press(world, people.helpdesk, submit, { ...defaults, successor: 'luca@contoso.com' }),
      /^Microsoft 365 does not answer at the moment, so nothing was changed/,
    );
    world.tenant.clearFaults();
    assert.equal((await caseRow(world, caseId)).state, 'draft');
  });

  it('is taken when it is right, and its button is old from then on', async () => {
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId });
    const inputs = { successor: 'luca@contoso.com', autoReply: 'Please write to {successor}.', endState: 'keep' };
    await submitAs(world, caseId, inputs);
    await refused(press(world, people.helpdesk, submit, inputs), /^OFF-1 has moved on/);
    await button(world, people.approver, { verb: 'approve', caseId });
    const options = (await caseRow(world, caseId)).options as { autoReply: string };
    assert.equal(options.autoReply, 'Please write to Luca Moretti (luca@contoso.com).');
    await refused(press(world, people.helpdesk, submit, inputs), /^OFF-1 has moved on/);
  });

  it('is refused for a rejection without a reason, or with a very long one', async () => {
    const reject = await button(world, people.approver, { verb: 'reject', caseId });
    await refused(press(world, people.approver, reject), 'Write a reason, then reject again.');
    await refused(press(world, people.approver, reject, { reason: '  ' }), 'Write a reason, then reject again.');
    await refused(
      press(world, people.approver, reject, { reason: 'x'.repeat(501) }),
      'The reason can have 500 characters at most.',
    );
    assert.equal((await caseRow(world, caseId)).state, 'awaiting-approval');
  });
});

describe('what the plan card offers', () => {
  // A list of choices does not wrap, and a chat shows some 55 characters of it.
  it('can be read whole in a chat, and by its first words on a phone', async () => {
    await using world = await startWorld();
    const caseId = await asked(world);
    const { message } = await button(world, people.helpdesk, { verb: 'submit', caseId });
    const titles = [...JSON.stringify(message.card).matchAll(/"title":"([^"]*)","value":"(?!true|false)[a-z]+"/g)].map(
      ([, title = '']) => title,
    );
    assert.ok(titles.length >= 7);
    for (const title of titles) assert.ok(title.length <= 55, title);
    assert.equal(new Set(titles.map((title) => title.slice(0, 25))).size, titles.length);
  });
});

describe('what an approver reads of the choices', () => {
  for (const [who, told] of [
    ['jane', true],
    ['mei-ling', false],
  ] as const)
    it(`says ${told ? '' : 'nothing '}of canceled meetings where there are ${told ? 'some' : 'none'}`, async () => {
      await using world = await startWorld({
        change(data) {
          for (const { userPrincipalName, mailbox } of data.users)
            if (userPrincipalName === 'mei-ling@contoso.com') mailbox?.meetings.splice(0);
        },
      });
      const sentence = `offboard ${who}@contoso.com`;
      const caseId = await submitted(world, { sentence, inputs: { cancelMeetings: 'true', devices: 'leave' } });
      const { message } = await button(world, people.approver, { verb: 'approve', caseId });
      const text = JSON.stringify(message.card);
      assert.ok(text.includes('"Account, mailbox: "'));
      assert.equal(text.includes('meetings canceled'), told);
    });
});
