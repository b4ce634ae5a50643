import assert from 'node:assert/strict';
import { systemClock } from '../../bot/clock.ts';
import type { Fault, SeatMessage } from '../../infra/local/teams/server.ts';
import { eventually, idle } from '../support/clock.ts';
import {
  approved,
  asked,
  button,
  buttonsOf,
  caseIs,
  defaults,
  findButton,
  press,
  pressed,
  refused,
  stepIs,
  submitted,
} from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

const late = 'sofia@contoso.com';
/** As the plan was drawn up, but for what nobody looks at here: nothing is lost that the requester did not see. */
const calm = { ...defaults, successor: 'luca@contoso.com', endState: 'shared' };
const words = (message: SeatMessage) => JSON.stringify([message.card, message.text]);

describe('the messenger', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ notInTeams: [late] });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const fromBot = async (person: string, place?: 'channel') =>
    (await world.teams.messages(person, place)).filter(({ from }) => from.bot);
  const shows = (person: string, text: string, place?: 'channel') =>
    world.teams.waitFor(person, (message) => message.from.bot && words(message).includes(text), 30_000, place);
  const posts = () => world.signoff.runtime.db.selectFrom('posts').selectAll().execute();

  /** Nobody has a message twice: one a kind and chat. */
  async function assertNoDoubles(...persons: string[]): Promise<void> {
    for (const person of persons) {
      const summaries = (await fromBot(person)).map(({ summary, text }) => summary ?? text ?? '');
      const kinds = summaries.map((summary) => summary.split('. ', 1)[0]);
      assert.equal(new Set(kinds).size, kinds.length, `${person} has:\n${summaries.join('\n')}`);
    }
  }

  it('edits every message for everyone when something happens', async () => {
    const caseId = await submitted(world, { inputs: calm });
    const before = new Map<string, string[]>();
    for (const person of [people.approver, people.second]) {
      await button(world, person, { verb: 'approve', caseId });
      before.set(
        person,
        (await fromBot(person)).map(({ id }) => id),
      );
    }
    await pressed(world, people.approver, { verb: 'approve', caseId });
    for (const person of [people.helpdesk, people.approver, people.second]) {
      const plan = await world.teams.waitFor(
        person,
        (message) => message.edited && words(message).includes('pproved by Arno Lindqvist'),
      );
      assert.equal(findButton(plan, { verb: 'approve' }), undefined, 'nobody has a button that is over');
    }
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    for (const person of [people.helpdesk, people.approver, people.second]) await shows(person, 'Sign-in is blocked.');
    for (const [person, ids] of before)
      assert.deepEqual(
        (await fromBot(person)).slice(0, ids.length).map(({ id }) => id),
        ids,
      );
    await assertNoDoubles(people.approver, people.second);
  });

  for (const [ending, who, sentence] of [
    ['canceled', people.helpdesk, 'Canceled by Hana Okafor.'],
    ['rejected', people.second, 'Priya Raman rejected the plan: “Not today.”'],
  ] as const) {
    it(`takes the buttons from every approver when a plan is ${ending} before anybody agreed`, async () => {
      const caseId = await submitted(world, { inputs: calm });
      if (ending === 'canceled') await world.teams.say(who, `cancel OFF-${caseId}`);
      else await pressed(world, who, { verb: 'reject', caseId }, { reason: 'Not today.' });
      for (const person of [people.approver, people.second]) {
        const plan = await shows(person, sentence);
        assert.deepEqual(buttonsOf(plan.card), []);
      }
    });
  }

  it('opens chats with approvers at the Bot Connector that brought the case, whichever others are allowed', async () => {
    await using far = await startWorld({ serviceUrlsBefore: ['http://127.0.0.1:9/'] });
    await far.ask(people.helpdesk, 'offboard jane@contoso.com');
    const plan = await far.card(people.helpdesk, 'Ask for approval');
    // No approver has ever written to Signoff.
    await far.teams.tap(people.helpdesk, plan.id, 'Ask for approval', calm);
    await eventually('a chat is opened', async () =>
      far.teams.requests().some((one) => one.from === 'bot' && one.path === '/v3/conversations' && one.status < 300),
    );
  });

  it('gives the requester no button of an approver, and approvers none of the requester', async () => {
    const caseId = await approved(world);
    const stage = await button(world, people.approver, { verb: 'confirm', caseId });
    assert.ok(stage);
    await shows(people.helpdesk, 'Lock out: 5 steps wait');
    for (const message of await fromBot(people.helpdesk))
      assert.deepEqual(
        buttonsOf(message.card).filter(({ verb }) => verb !== 'status'),
        [],
      );
    for (const message of await fromBot(people.second)) assert.ok(!findButton(message, { verb: 'submit' }));
  });

  it('sends nothing of a case to people whom it does not concern', async () => {
    for (const person of [people.outsider, people.jane, 'kwame@contoso.com']) await world.teams.open(person);
    const caseId = await approved(world);
    await button(world, people.second, { verb: 'confirm', caseId });
    for (const person of [people.outsider, people.jane, 'kwame@contoso.com'])
      assert.deepEqual(await fromBot(person), []);
  });

  it('sends what waits to a person who installs Signoff later', async () => {
    const caseId = await submitted(world, { inputs: calm });
    await eventually('it is known that Sofia can’t be reached', async () =>
      (await posts()).some(({ unreachable }) => unreachable === 1),
    );
    const approve = await button(world, late, { verb: 'approve', caseId });
    await press(world, late, approve);
    await caseIs(world, caseId, 'running');
    await button(world, late, { verb: 'confirm', caseId });
    await assertNoDoubles(late);
  });

  it('reaches a person who installs Signoff at the very moment when the first message to them fails', async () => {
    for (let round = 0; round < 3; round++) {
      await using other = await startWorld({ notInTeams: [late] });
      const caseId = await asked(other);
      const submit = await button(other, people.helpdesk, { verb: 'submit', caseId });
      let opened: Promise<void> | undefined;
      const waiting = other.teams.waitFor(people.approver, (message) => {
        if (findButton(message, { verb: 'approve' })) opened ??= other.teams.open(late);
        return opened !== undefined;
      });
      await press(other, people.helpdesk, submit, calm);
      await waiting;
      await opened;
      await button(other, late, { verb: 'approve', caseId });
    }
  });

  it('goes on with the same messages after a restart', async () => {
    const caseId = await submitted(world, { inputs: calm });
    const { message } = await button(world, people.second, { verb: 'approve', caseId });
    await world.restart();
    await pressed(world, people.approver, { verb: 'approve', caseId });
    const after = await shows(people.second, 'pproved by Arno Lindqvist');
    assert.equal(after.id, message.id);
    await button(world, people.second, { verb: 'confirm', caseId });
    await assertNoDoubles(people.approver, people.second);
  });

  const faults: Fault[] = [
    { kind: '429', count: 1, retryAfterSeconds: 1 },
    { kind: '429', count: 1 },
    { kind: '502', count: 1 },
    { kind: '412', count: 1 },
  ];
  for (const fault of faults) {
    const how = fault.kind === '429' && fault.retryAfterSeconds === undefined ? ' without a time' : '';
    it(`tries again after ${fault.kind}${how}, and sends nothing twice`, async () => {
      const caseId = await asked(world);
      const submit = await button(world, people.helpdesk, { verb: 'submit', caseId });
      world.teams.faults(fault);
      await press(world, people.helpdesk, submit, calm);
      for (const person of [people.approver, people.second]) await button(world, person, { verb: 'approve', caseId });
      world.teams.faults(fault);
      await pressed(world, people.approver, { verb: 'approve', caseId });
      for (const person of [people.approver, people.second]) await button(world, person, { verb: 'confirm', caseId });
      await shows(people.helpdesk, 'pproved by Arno Lindqvist');
      await assertNoDoubles(people.approver, people.second);
    });
  }

  it('knows of both when a message went out and its answer was lost: the buttons of either do what they say', async () => {
    for (const person of [people.approver, people.second]) await world.teams.open(person);
    const caseId = await asked(world);
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId });
    await eventually('all is sent', async () => (await posts()).every(({ sending }) => sending === 0));
    const sent = () => world.teams.requests().filter(({ from, method }) => from === 'bot' && method === 'POST').length;
    const before = sent();
    // The requester's card is edited first, which is not what is to be lost.
    await press(world, people.helpdesk, submit, calm);
    world.teams.faults({ kind: 'lost', count: 100 });
    await eventually('the plan has left', async () => sent() > before + 1);
    world.teams.clearFaults();
    const copies = await eventually('it is sent again', async () => {
      const all = (await fromBot(people.approver)).filter((message) =>
        findButton(message, { verb: 'approve', caseId }),
      );
      return all.length > 1 && all;
    });
    const tapped = [copies[0]!, copies.at(-1)!];
    for (const message of tapped) {
      const found = findButton(message, { verb: 'approve', caseId })!;
      const outcome = await press(world, people.approver, found);
      assert.doesNotMatch('text' in outcome ? outcome.text : '', /not one that Signoff posted/);
    }
    await caseIs(world, caseId, 'running');
    for (const { id } of tapped)
      await world.teams.waitFor(
        people.approver,
        (message) => message.id === id && words(message).includes('pproved by Arno Lindqvist'),
        30_000,
      );
  });

  it('marks who has blocked it, goes on with the others, and comes back when they write', async () => {
    const caseId = await asked(world);
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId });
    await world.teams.open(late);
    await world.teams.open(people.admin);
    // The edit of the plan goes through; one of the approvers turns the bot away.
    await idle(world, systemClock);
    await press(world, people.helpdesk, submit, calm);
    await button(world, people.approver, { verb: 'approve', caseId });
    await button(world, people.second, { verb: 'approve', caseId });
    await eventually(
      'all is sent',
      async () =>
        (await posts()).filter(({ kind, activityId }) => kind.startsWith('approval') && activityId).length === 4,
    );
    world.teams.faults({ kind: '403', count: 1 });
    await pressed(world, people.approver, { verb: 'approve', caseId });
    const marked = await eventually('one is marked', async () =>
      (await posts()).find(({ unreachable }) => unreachable === 1),
    );
    const person = world.tenant.data.users.find(({ id }) => marked.toKey === `user:${id}`)?.userPrincipalName ?? '';
    const everyone = [people.helpdesk, people.approver, people.second, people.admin, late];
    assert.ok(everyone.includes(person), person);
    for (const one of everyone.filter((each) => each !== person)) await shows(one, 'pproved by Arno Lindqvist');
    await world.teams.say(person, 'help');
    await shows(person, 'pproved by Arno Lindqvist');
    assert.ok((await posts()).every(({ unreachable }) => unreachable === 0));
  });

  it('draws up the plan also when the first answer did not get through, and opens no second case', async () => {
    world.teams.faults({ kind: '412', count: 1 });
    const said = await world.teams.say(people.helpdesk, 'offboard jane@contoso.com');
    assert.equal(said.status, 500, 'Teams learns that it was not answered');
    await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
    const { card } = await world.ask(people.helpdesk, 'offboard jane@contoso.com');
    assert.match(JSON.stringify(card), /Jane Miller is already in OFF-1/);
  });
});

describe('a case that was asked for in a channel', () => {
  it('shows nothing of the plan there, and goes on in personal chats', async () => {
    await using world = await startWorld();
    for (const person of [people.approver, people.outsider]) {
      await world.teams.open(person);
      await world.teams.open(person, 'channel');
    }
    await world.teams.say(people.helpdesk, '@Signoff offboard jane@contoso.com', { conversation: 'channel' });
    const submit = await pressed(world, people.helpdesk, { verb: 'submit', caseId: 1 }, calm);
    assert.equal(submit.message.conversation, 'personal');
    await pressed(world, people.approver, { verb: 'approve', caseId: 1 });
    const confirm = await pressed(world, people.approver, { verb: 'confirm', caseId: 1, step: 'block-sign-in' });
    await stepIs(world, 1, 'block-sign-in', 'proved');

    const inChannel = await world.teams.messages(people.outsider, 'channel');
    assert.deepEqual(
      inChannel.filter(({ from }) => from.bot).map(({ text, card }) => text ?? card),
      [
        'OFF-1: looking at what Jane Miller has. The plan comes in a moment; nothing is changed.',
        'OFF-1: the plan goes to Hana Okafor in a personal chat with Signoff, and from there to the approvers.',
      ],
    );
    const stub = inChannel.find(({ text }) => text?.startsWith('OFF-1: the plan'));
    assert.ok(stub);
    await refused(
      press(world, people.outsider, { ...confirm, message: stub }),
      'Only approvers can confirm this. Ask your Signoff admin if that should be you.',
    );
  });
});
