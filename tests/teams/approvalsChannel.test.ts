import assert from 'node:assert/strict';
import { readSettingsJournal } from '../../bot/store/journal.ts';
import { eventually } from '../support/clock.ts';
import { button, caseIs, defaults, findButton, press, stepIs, submitted } from '../support/journey.ts';
import { itTeam, people, startWorld, type World } from '../support/signoff.ts';

const calm = { ...defaults, successor: 'luca@contoso.com', endState: 'shared' };

describe('an approvals channel', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ team: itTeam });
    await world.teams.open(people.admin, 'channel');
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const say = async (
    person: string,
    text: string,
    conversation: 'channel' | 'personal' | 'private' | 'shared' = 'channel',
  ) => {
    const before = new Set((await world.teams.messages(person, conversation)).map(({ id }) => id));
    await world.teams.say(person, text, { conversation });
    const isNew = (one: { id: string; from: { bot: boolean } }) => one.from.bot && !before.has(one.id);
    return (await world.teams.waitFor(person, isNew, undefined, conversation)).text ?? '';
  };
  const inChannel = (person: string, ...words: string[]) =>
    world.teams.waitFor(
      person,
      (one) => one.from.bot && words.every((word) => JSON.stringify([one.card, one.text]).includes(word)),
      30_000,
      'channel',
    );

  it('gets what is to be approved and confirmed, calls the approvers by name, and shows each what they may do', async () => {
    assert.match(await say(people.admin, '@Signoff approvals here'), /^Approvals come to this channel from now on/);
    for (const person of [people.approver, people.second, people.outsider]) await world.teams.open(person, 'channel');
    await world.teams.say(people.helpdesk, 'offboard jane@contoso.com');
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
    await press(world, people.helpdesk, submit, calm);
    const seen = await inChannel(people.outsider, 'Jane Miller leaves', 'Open my view', '<at>Arno Lindqvist</at>');
    assert.equal(findButton(seen, { verb: 'approve' }), undefined, 'nobody else is offered what approvers decide');
    const view = findButton(await inChannel(people.approver, 'Open my view'), { verb: 'view' });
    assert.ok(view);
    const mine = await world.teams.tap(people.approver, view.message.id, view.action, {}, 'channel');
    assert.equal(mine.kind, 'card');
    const approver = await inChannel(people.approver, '"verb":"approve"');
    const approve = findButton(approver, { verb: 'approve' });
    assert.ok(approve);
    assert.equal((await world.teams.tap(people.approver, approver.id, approve.action, {}, 'channel')).kind, 'card');
    await caseIs(world, 1, 'running');
    const stage = await inChannel(people.second, 'stage 1 of 5', 'Open my view');
    const open = findButton(stage, { verb: 'view' });
    assert.ok(open);
    await world.teams.tap(people.second, stage.id, open.action, {}, 'channel');
    const confirm = findButton(await inChannel(people.second, 'Confirm these'), { verb: 'confirm', step: 'all' });
    assert.ok(confirm);
    await world.teams.tap(people.second, stage.id, confirm.action, {}, 'channel');
    await stepIs(world, 1, 'block-sign-in', 'proved');
    const personal = (await world.teams.messages(people.approver)).filter(({ from }) => from.bot);
    assert.deepEqual(personal, [], 'nothing goes to the approvers’ own chats as well');
  });

  it('is set by an admin alone, and only where a bot may post for the organization’s own people', async () => {
    assert.match(
      await say(people.approver, '@Signoff approvals here'),
      /^Only Signoff admins can say where approvals go/,
    );
    assert.match(
      await say(people.admin, 'approvals here', 'personal'),
      /^Write “@Signoff approvals here” in the channel/,
    );
    assert.match(
      await say(people.admin, '@Signoff approvals here', 'shared'),
      /other organizations may be in a shared channel/,
    );
    assert.match(await say(people.admin, '@Signoff approvals there'), /^Write “@Signoff approvals here” in a channel/);
    assert.match(await say(people.admin, 'approvals off', 'personal'), /own chats already; nothing was changed/);
    const caseId = await submitted(world, { inputs: calm });
    await button(world, people.approver, { verb: 'approve', caseId });
  });

  it('is not promised where Teams does not let it be known who reads it', async () => {
    world.teams.faults({ kind: '403', count: 1, method: 'GET' });
    assert.match(
      await say(people.admin, '@Signoff approvals here'),
      /^Approvals are to come to this channel, but Teams does not let Signoff see who is in its team/,
    );
  });

  it('hands over what is open when it is set, and gives it back when it is taken away', async () => {
    const caseId = await submitted(world, { inputs: calm });
    const mine = await button(world, people.approver, { verb: 'approve', caseId });
    await say(people.admin, '@Signoff approvals here');
    await inChannel(people.admin, 'Jane Miller leaves', 'Open my view');
    await eventually('the old card says where it goes on', async () =>
      (await world.teams.messages(people.approver)).some(
        ({ text }) => text === 'OFF-1 goes on in the approvals channel.',
      ),
    );
    await say(people.admin, '@Signoff approvals off');
    await inChannel(people.admin, 'OFF-1 goes on in the approvers’ own chats.');
    const again = await button(world, people.approver, { verb: 'approve', caseId });
    assert.equal(again.message.id, mine.message.id);
    const set = await readSettingsJournal(world.signoff.runtime.db);
    const omar = world.tenant.person(people.admin).id;
    assert.deepEqual(
      set.map(({ actor, words }) => [actor, words]),
      [
        [omar, `Omar Haddad sent approvals to the channel ${world.teams.channelId}.`],
        [omar, 'Omar Haddad sent approvals to the approvers’ own chats.'],
      ],
    );
    await press(world, people.approver, again);
    await caseIs(world, caseId, 'running');
  });
});

describe('an approver who is not in the team of the approvals channel', () => {
  it('is asked in their own chat, to the end; the others in the channel alone, and the requester reads so', async () => {
    await using world = await startWorld({ team: itTeam.filter((one) => one !== people.second) });
    await world.teams.open(people.admin, 'channel');
    await world.teams.say(people.admin, '@Signoff approvals here', { conversation: 'channel' });
    await world.teams.waitFor(people.admin, ({ text }) => /^Approvals come/.test(text ?? ''), undefined, 'channel');
    await world.teams.open(people.second);
    await world.teams.say(people.helpdesk, 'offboard jane@contoso.com');
    await press(world, people.helpdesk, await button(world, people.helpdesk, { verb: 'submit', caseId: 1 }), calm);
    // In nothing but their own chat: whoever looks into the channel is a member.
    const own = (verb: string) =>
      eventually(`Priya may ${verb}`, async () =>
        (await world.teams.messages(people.second)).flatMap((one) => findButton(one, { verb, caseId: 1 }) ?? []).at(0),
      );
    const approve = await own('approve');
    await eventually('Hana reads whom it has reached', async () =>
      (await world.teams.messages(people.helpdesk)).some(({ card }) =>
        /Asked: (the approvals channel and Priya Raman|Priya Raman and the approvals channel)\./.test(
          JSON.stringify(card ?? ''),
        ),
      ),
    );
    await press(world, people.second, approve);
    await own('confirm');
    const others = (await world.teams.messages(people.approver)).filter(({ from }) => from.bot);
    assert.deepEqual(others, []);
  });
});
