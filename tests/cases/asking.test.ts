import assert from 'node:assert/strict';
import type { SeatMessage } from '../../infra/local/teams/server.ts';
import { wordsOf } from '../awkward/cards.ts';
import {
  asked,
  button,
  buttonsOf,
  caseIs,
  caseRow,
  defaults,
  entries,
  findButton,
  journaled,
  press,
  pressed,
  refused,
  submitted,
  writes,
} from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

const calm = { ...defaults, successor: 'luca@contoso.com', endState: 'shared' };

describe('a plan that is asked for', () => {
  let world: World;
  const start = async (environment: Record<string, string> = {}) => {
    world = await startWorld({ environment });
  };
  afterEach(() => world[Symbol.asyncDispose]());

  const planCard = (verb: string, newerThan = 0) =>
    world.teams.waitFor(
      people.helpdesk,
      (one) => Number((findButton(one, { verb })?.action.data as { version?: number })?.version ?? 0) > newerThan,
      30_000,
    );

  it('shows what the choices come to, before anybody is asked', async () => {
    await start();
    const caseId = await asked(world);
    await pressed(world, people.helpdesk, { verb: 'update', caseId }, { ...calm, endState: 'delete' });
    const { card } = await planCard('submit', 1);
    assert.match(JSON.stringify(card), /Destroys: .*Account jane@contoso\.com: deleted/);
    assert.equal((await caseRow(world, caseId)).state, 'draft');
    assert.equal((await journaled(world, caseId, 'updated')).length, 1);
    assert.deepEqual(writes(world), []);
  });

  it('goes to nobody while it destroys more than its requester has seen', async () => {
    await start();
    await world.teams.open(people.approver);
    const caseId = await asked(world);
    const { message, action } = await button(world, people.helpdesk, { verb: 'submit', caseId });
    const inputs = { ...calm, endState: 'delete' };
    await world.teams.tap(people.helpdesk, message.id, action, inputs);
    const again = await planCard('submit', 1);
    const { state, note } = await caseRow(world, caseId);
    assert.equal(state, 'draft');
    assert.match(
      note ?? '',
      /^With these choices more is destroyed or lost than you have seen: Delete the account, Convert /,
    );
    assert.deepEqual(
      (await world.teams.messages(people.approver)).filter(({ card }) => card !== undefined),
      [],
    );
    await refused(press(world, people.helpdesk, { message: again, action }, inputs), /^OFF-1 has moved on/);
    const seen = findButton(again, { verb: 'submit' });
    assert.ok(seen);
    await world.teams.tap(people.helpdesk, again.id, seen.action, inputs);
    await caseIs(world, caseId, 'awaiting-approval');
  });

  const losing: [what: string, first: Record<string, string>, then: Record<string, string>, says: string][] = [
    ['the mailbox', {}, { endState: 'keep' }, 'Remove licenses, Convert to a shared mailbox (no longer done)'],
    [
      'the hold of a mailbox that goes with its account',
      { endState: 'inactive' },
      { endState: 'delete' },
      'Delete the account, Hold the mailbox (no longer done)',
    ],
    ['a hold', { hold: 'true' }, { hold: 'false' }, 'Hold the mailbox (no longer done)'],
    ['an export', { exportContent: 'true' }, { exportContent: 'false' }, 'Export content (no longer done)'],
    ['app data on phones', {}, { appData: 'true' }, 'Remove app data from phones'],
    ['meetings', { cancelMeetings: 'false' }, { cancelMeetings: 'true' }, 'Cancel meetings'],
    [
      'the mailbox for the successor',
      {},
      { successor: '' },
      'Hand over files, Give the mailbox to the successor (no longer done)',
    ],
  ];
  for (const [what, first, then, says] of losing)
    it(`comes back once when a choice gives up what was shown to stay: ${what}`, async () => {
      await start();
      const caseId = await asked(world);
      await pressed(world, people.helpdesk, { verb: 'update', caseId }, { ...calm, ...first });
      await planCard('submit', 1);
      const { message, action } = await button(world, people.helpdesk, { verb: 'submit', caseId });
      await world.teams.tap(people.helpdesk, message.id, action, { ...calm, ...first, ...then });
      const again = await planCard('submit', 2);
      const { state, note } = await caseRow(world, caseId);
      assert.equal(state, 'draft');
      assert.ok(
        note?.startsWith(`With these choices more is destroyed or lost than you have seen: ${says}. `),
        note ?? '',
      );
      const seen = findButton(again, { verb: 'submit' })!;
      await world.teams.tap(people.helpdesk, again.id, seen.action, { ...calm, ...first, ...then });
      await caseIs(world, caseId, 'awaiting-approval');
    });

  it('is taken back, and what was approved counts no longer', async () => {
    await start();
    const caseId = await submitted(world, { inputs: calm });
    const approve = await button(world, people.approver, { verb: 'approve', caseId });
    await refused(
      press(world, people.approver, { ...approve, action: { ...approve.action, verb: 'withdraw' } }),
      'Only Hana Okafor can withdraw this plan. Ask them, or cancel the case and start your own.',
    );
    await pressed(world, people.helpdesk, { verb: 'withdraw', caseId });
    const told = ({ text }: SeatMessage) => text?.includes('Hana Okafor took this plan back') === true;
    await world.teams.waitFor(people.approver, told);
    assert.equal((await caseRow(world, caseId)).state, 'draft');
    await refused(press(world, people.approver, approve), /^OFF-1 has moved on/);
    await press(world, people.helpdesk, await button(world, people.helpdesk, { verb: 'submit', caseId }), calm);
    await caseIs(world, caseId, 'awaiting-approval');
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await caseIs(world, caseId, 'running');
  });

  it('is not taken back by whoever asked and may not ask any more', async () => {
    await start();
    const caseId = await submitted(world, { inputs: calm });
    const withdraw = await button(world, people.helpdesk, { verb: 'withdraw', caseId });
    const hana = world.tenant.person('hana');
    const group = world.tenant.groupNamed('Signoff Helpdesk');
    const [members, account] = [[...group.members], { ...hana }];
    const lapses = [
      () => Object.assign(group, { members: members.filter((id) => id !== hana.id) }),
      () => Object.assign(hana, { userType: 'Guest' }),
      () => Object.assign(hana, { accountEnabled: false }),
    ];
    for (const lapse of lapses) {
      lapse();
      await refused(
        press(world, people.helpdesk, withdraw),
        'Only the helpdesk and Signoff admins can withdraw this plan. Ask your Signoff admin if that should be you.',
      );
      Object.assign(group, { members: [...members] });
      Object.assign(hana, account);
    }
    assert.equal((await caseRow(world, caseId)).state, 'awaiting-approval');
    await press(world, people.helpdesk, withdraw);
    assert.equal((await caseRow(world, caseId)).state, 'draft');
  });

  it('is edited and asked for again in the same case when it was rejected, also by whoever rejected it approved', async () => {
    await start();
    const caseId = await submitted(world, { inputs: calm });
    const reject = await button(world, people.approver, { verb: 'reject', caseId });
    await press(world, people.approver, reject, { reason: 'She stays until June.' });
    await caseIs(world, caseId, 'rejected');
    await pressed(world, people.helpdesk, { verb: 'edit', caseId });
    await caseIs(world, caseId, 'draft');
    const editing = await button(world, people.helpdesk, { verb: 'submit', caseId });
    const said = 'Arno Lindqvist rejected the plan: “She stays until June.”';
    assert.ok(wordsOf(editing.message).join(' ').includes(said), 'the reason is there to be read');
    await press(world, people.helpdesk, editing, calm);
    const { message } = await button(world, people.approver, { verb: 'approve', caseId });
    assert.ok(!wordsOf(message).join(' ').includes(said));
    await pressed(world, people.approver, { verb: 'approve', caseId });
    const row = await caseIs(world, caseId, 'running');
    assert.equal(row.closedAt, null);
  });

  it('is not edited when there is another case about the person by now', async () => {
    await start();
    const caseId = await submitted(world, { inputs: calm });
    const reject = await button(world, people.approver, { verb: 'reject', caseId });
    await press(world, people.approver, reject, { reason: 'Not yet.' });
    const edit = await button(world, people.helpdesk, { verb: 'edit', caseId });
    assert.equal(await asked(world), caseId + 1);
    await refused(press(world, people.helpdesk, edit), /another open case about them, asked for by Hana Okafor/);
    assert.equal((await caseRow(world, caseId)).state, 'rejected');
  });

  it('calls the approvers once more on demand, and not twice within the hour', async () => {
    await start();
    const caseId = await submitted(world, { inputs: calm });
    const seen = new Set((await world.teams.messages(people.approver)).map(({ id }) => id));
    const remind = await button(world, people.helpdesk, { verb: 'remind', caseId });
    await press(world, people.helpdesk, remind);
    const again = await world.teams.waitFor(people.approver, (one) => !seen.has(one.id) && one.from.bot);
    assert.ok(findButton(again, { verb: 'approve', caseId }), 'the plan lies at the end of the chat');
    await refused(press(world, people.helpdesk, remind), /reminded less than an hour ago/);
    await press(world, people.approver, { message: again, action: findButton(again, { verb: 'approve' })!.action });
    await caseIs(world, caseId, 'running');
  });

  it('says whom it has reached, and whom not', async () => {
    world = await startWorld({ notInTeams: ['sofia@contoso.com'] });
    await submitted(world, { inputs: calm });
    const card = await world.card(people.helpdesk, 'Asked: ', 'Not reached: ');
    assert.match(JSON.stringify(card.card), /Asked: [^.]*Arno Lindqvist[^.]*\. Not reached: [^(]*Sofia Papadopoulou/);
  });

  it('calls by hand whom Signoff can write to, and says whom not; nobody where it can write to nobody', async () => {
    const all = ['arno@contoso.com', 'priya@contoso.com', 'sofia@contoso.com'];
    world = await startWorld({ notInTeams: all });
    const group = world.tenant.groupNamed('Signoff Approvers');
    group.members = all.map((address) => world.tenant.person(address).id);
    await world.ask(people.helpdesk, 'offboard jane@contoso.com');
    await press(world, people.helpdesk, await button(world, people.helpdesk, { verb: 'submit', caseId: 1 }), calm);
    await world.card(people.helpdesk, 'Not reached: ', 'Arno', 'Priya', 'Sofia');
    const remind = await button(world, people.helpdesk, { verb: 'remind', caseId: 1 });
    const why = '(Signoff is not installed for them in Teams)';
    await refused(
      press(world, people.helpdesk, remind),
      /^Nobody could be called: .*Sofia Papadopoulou.* Speak to them\.$/,
    );
    assert.equal((await journaled(world, 1, 'reminded')).length, 0);
    await world.teams.open(people.approver);
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
    const outcome = await press(world, people.helpdesk, remind);
    const said = 'text' in outcome ? outcome.text : '';
    assert.ok(said.startsWith('Called once more: Arno Lindqvist. Not reached: ') && said.endsWith(`${why}.`), said);
  });

  describe('with a reason or ticket number', () => {
    const submitButton = (caseId: number) => button(world, people.helpdesk, { verb: 'submit', caseId });

    it('has it on every card and on record', async () => {
      await start();
      const caseId = await submitted(world, { inputs: { ...calm, ticket: 'INC-20417 [x](https://evil.example)' } });
      const { message } = await button(world, people.approver, { verb: 'approve', caseId });
      assert.match(wordsOf(message).join(' '), /“INC-20417 \[x\]\(https:\/\/evil\.example\)”/);
      assert.match((await entries(world, caseId)).find(({ what }) => what === 'submitted')?.words ?? '', /INC-20417/);
      await pressed(world, people.approver, { verb: 'approve', caseId });
      const stage = await button(world, people.approver, { verb: 'confirm', caseId });
      assert.match(JSON.stringify(stage.message.card), /INC-20417/);
    });

    it('is refused when it is no text, and nothing is changed', async () => {
      await start();
      const caseId = await asked(world);
      const { message, action } = await submitButton(caseId);
      for (const ticket of [{ id: 'INC-1' }, ['INC-1'], 7, null]) {
        const forged = { ...action, data: { ...(action.data as object), ...calm, ticket } };
        await refused(
          world.teams.tap(people.helpdesk, message.id, forged),
          '“ticket” is missing or not what it should be. Fill in the card again.',
        );
      }
      const row = await caseRow(world, caseId);
      assert.deepEqual([row.state, row.ticket], ['draft', null]);
    });

    it('is refused when it is too long, missing, or not as the organization writes them', async () => {
      await start({ REQUIRE_TICKET: 'INC-\\d{5}' });
      const caseId = await asked(world);
      for (const [ticket, sentence] of [
        ['', 'Write a reason or a ticket number, then ask again.'],
        ['\u200b\u202e', 'Write a reason or a ticket number, then ask again.'],
        ['INC-1', '“INC-1” is not a ticket number as your organization writes them. Put it right, then ask again.'],
        ['x'.repeat(5000), 'The reason or ticket number can have 200 characters at most.'],
      ] as const)
        await refused(press(world, people.helpdesk, await submitButton(caseId), { ...calm, ticket }), sentence);
      assert.equal((await caseRow(world, caseId)).state, 'draft');
      await press(world, people.helpdesk, await submitButton(caseId), { ...calm, ticket: 'INC-20417' });
      assert.equal((await caseIs(world, caseId, 'awaiting-approval')).ticket, 'INC-20417');
    });
  });

  it('takes both buttons away from the card once it is asked', async () => {
    await start();
    const caseId = await submitted(world, { inputs: calm });
    const { message } = await button(world, people.helpdesk, { verb: 'withdraw', caseId });
    assert.deepEqual(
      buttonsOf(message.card).map(({ verb }) => verb),
      ['withdraw', 'remind'],
    );
  });
});
