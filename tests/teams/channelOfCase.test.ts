import assert from 'node:assert/strict';
import type { SeatMessage } from '../../infra/local/teams/server.ts';
import { ApprovalsChannel, words } from '../support/approvalsChannel.ts';
import { eventually, idle, jumpingClock } from '../support/clock.ts';
import {
  button,
  buttonsOf,
  calls,
  canceled,
  caseIs,
  findButton,
  pressed,
  refused,
  stepIs,
} from '../support/journey.ts';
import { itTeam, people, type World } from '../support/signoff.ts';

const bruno = 'bruno.keller@contoso.com';

describe('a case and the approvals channel', () => {
  let world: World;
  let channel: ApprovalsChannel;
  const clock = jumpingClock();
  const start = async (team = itTeam) => {
    channel = await ApprovalsChannel.open(clock, team);
    world = channel.world;
  };
  afterEach(() => channel[Symbol.asyncDispose]());

  it('stay apart while the person leaving is in its team, and whoever asked is told why', async () => {
    await start([...itTeam, people.jane]);
    await channel.ask();
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
    await world.card(
      people.helpdesk,
      'OFF-1 · Jane Miller leaves: this case goes to the approvers’ own chats, because whoever it is about (Jane Miller) is in the team that the approvals channel belongs to.',
    );
    assert.equal((await channel.cards(people.admin)).length, 1, 'the answer to the admin alone');
  });

  it('stay apart while a guest without a role is in its team', async () => {
    await start([...itTeam, bruno]);
    assert.match(
      (await channel.cards(people.admin)).at(-1)?.text ?? '',
      /^Approvals are to come to this channel, but guests who may see no cases are in its team: until that changes, every case goes to/,
    );
    await channel.ask();
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
    await world.card(people.helpdesk, 'because guests who may see no cases are in the team');
    assert.equal((await channel.cards(people.admin)).length, 1);
  });

  it('part when the person leaving joins its team in mid-case', async () => {
    await start();
    await channel.ask();
    await channel.shows(people.admin, 'Jane Miller leaves', 'Open my view');
    await world.teams.open(people.jane, 'channel');
    await channel.shows(people.jane, 'OFF-1 goes on in the approvers’ own chats.');
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
  });

  it('part, when they are over as well, as soon as the person whom they are about joins its team', async () => {
    await start();
    await channel.ask();
    await channel.tap(people.approver, 'view');
    await channel.tap(people.approver, 'approve', { confirms: 'nothing' });
    await channel.shows(people.admin, 'stage 1 of');
    await canceled(world, people.helpdesk, 1);
    await channel.shows(people.outsider, 'Canceled by Hana Okafor');
    await idle(world, clock);
    await world.teams.open(people.jane, 'channel');
    await eventually('nothing of it is left', async () =>
      (await channel.cards(people.jane)).every(({ text, card }) => card === undefined && !/Jane/.test(text ?? '')),
    );
  });

  it('part when the person leaving has joined its team while Signoff was down', async () => {
    const team = [...itTeam];
    await start(team);
    await channel.ask();
    await channel.shows(people.admin, 'Open my view');
    await idle(world, clock);
    team.push(people.jane);
    await world.restart({ clock });
    await channel.shows(people.jane, 'OFF-1 goes on in the approvers’ own chats.');
  });

  it('are not posted where the person leaving has come in unnoticed', async () => {
    const team = [...itTeam];
    await start(team);
    await channel.ask();
    await channel.tap(people.approver, 'view');
    team.push(people.jane);
    await channel.tap(people.approver, 'approve', { confirms: 'nothing' });
    await button(world, people.approver, { verb: 'confirm', caseId: 1, step: 'all' });
    await channel.shows(people.jane, 'OFF-1 goes on in the approvers’ own chats.');
    assert.ok((await channel.cards(people.jane)).every((one) => !words(one).includes('stage 1 of')));
  });

  it('are looked at by staff alone, and a look that Teams takes by itself edits nothing', async () => {
    await start();
    await channel.ask();
    const card = await channel.shows(people.outsider, 'Jane Miller leaves', 'Open my view');
    const view = findButton(card, { verb: 'view' })!;
    await idle(world, clock);
    const lists = () => calls(world, 'GET', /transitiveMembers/).length;
    const asked = lists();
    await refused(
      world.teams.tap(people.outsider, card.id, view.action, {}, 'channel'),
      'Only the helpdesk, approvers and Signoff admins can look at cases. Ask your Signoff admin if that should be you.',
    );
    assert.equal(lists(), asked, 'nobody is looked up for them');
    const edits = () => world.teams.requests().filter(({ from, method }) => from === 'bot' && method === 'PUT').length;
    const before = edits();
    await channel.shows(people.approver, '"verb":"approve"');
    await world.signoff.runtime.dispatcher.wake('show', 'case/1');
    await idle(world, clock);
    assert.equal(edits(), before);
  });

  it('show each their own view with whom it waits for, and moments as words', async () => {
    await start();
    await channel.ask();
    const mine = words(await channel.shows(people.approver, '"verb":"approve"'));
    assert.match(mine, /Waits for [^"]*<at>Arno Lindqvist<\/at>/);
    assert.match(mine, /"title":"Open my view"/);
    assert.match(mine, /"refresh":/);
    for (const card of [mine, words(await channel.shows(people.outsider, 'Open my view'))]) {
      assert.doesNotMatch(card, /\{\{(DATE|TIME)/);
      assert.match(card, /, \d{4}, \d\d:\d\d UTC/);
    }
  });

  it('tell two approvers of one name apart, and let no name break a mention', async () => {
    await start();
    world.tenant.person(people.second).displayName = 'Arno Lindqvist';
    world.tenant.person('sofia@contoso.com').displayName = '[So*fia*](https://evil.example) </at><b>';
    await channel.ask();
    const { card } = await channel.shows(people.outsider, 'Open my view');
    const { entities } = (card as { msteams: { entities: { text: string; mentioned: { name: string } }[] } }).msteams;
    const texts = entities.map(({ text }) => text);
    assert.deepEqual(texts.toSorted(), [
      '<at>Arno Lindqvist (arno@contoso.com)</at>',
      '<at>Arno Lindqvist (priya@contoso.com)</at>',
      '<at>Omar Haddad</at>',
      '<at>Sofia(https://evil.example) /atb</at>',
    ]);
    for (const text of texts) assert.ok(words({ card } as SeatMessage).split(text).length >= 2, text);
  });

  it('have no button left on what is over, and keep the report when approvals go elsewhere', async () => {
    await start();
    await channel.ask();
    await channel.tap(people.approver, 'view');
    await channel.tap(people.approver, 'approve', { confirms: 'nothing' });
    const confirm = await world.teams.waitFor(
      people.second,
      (one) => findButton(one, { verb: 'confirm', step: 'all' }) !== undefined,
      30_000,
      'channel',
    );
    const all = findButton(confirm, { verb: 'confirm', step: 'all' })!;
    await world.teams.tap(people.second, confirm.id, all.action, {}, 'channel');
    await stepIs(world, 1, 'revoke-sessions', 'proved');
    await eventually('the stage that is over has no button', async () => {
      const stage = (await channel.cards(people.outsider)).find(({ id }) => id === confirm.id);
      return stage !== undefined && buttonsOf(stage.card).length === 0;
    });
    await world.teams.say(people.helpdesk, 'cancel OFF-1');
    await pressed(world, people.helpdesk, { verb: 'cancel', caseId: 1 }, { reason: 'She stays.' });
    await caseIs(world, 1, 'canceled');
    await channel.shows(people.outsider, 'Proof');
    await channel.set('off');
    await world.signoff.runtime.dispatcher.wake('show', 'case/1');
    await idle(world, clock);
    await channel.shows(people.outsider, 'Proof');
    assert.ok((await channel.cards(people.outsider)).every(({ text }) => !/goes on in/.test(text ?? '')));
  });

  it('answer in the thread of whoever asked, and take one row however many threads there are', async () => {
    await start();
    await world.teams.say(people.helpdesk, '@Signoff offboard jane@contoso.com', { conversation: 'channel' });
    const stub = await channel.shows(people.outsider, 'the plan goes to');
    const asked = (await world.teams.messages(people.helpdesk, 'channel')).find(({ text }) =>
      /offboard/.test(text ?? ''),
    );
    assert.equal(stub.threadId, asked?.id);
    for (const text of ['help', 'hello'])
      await world.teams.say(people.helpdesk, `@Signoff ${text}`, { conversation: 'channel' });
    const rows = await world.signoff.runtime.db.selectFrom('conversations').select('key').execute();
    assert.deepEqual(
      rows.map(({ key }) => key).filter((key) => key.startsWith('channel:')),
      [`channel:${world.teams.channelId}`],
    );
  });
});
