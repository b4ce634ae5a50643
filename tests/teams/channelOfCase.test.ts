import assert from 'node:assert/strict';
import { minutes } from '../../bot/clock.ts';
import type { SeatMessage } from '../../infra/local/teams/server.ts';
import { eventually, idle, jumpingClock, letPass } from '../support/clock.ts';
import {
  button,
  buttonsOf,
  calls,
  canceled,
  caseIs,
  defaults,
  findButton,
  press,
  pressed,
  refused,
  stepIs,
} from '../support/journey.ts';
import { itTeam, people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

const bruno = 'bruno.keller@contoso.com';
const words = (message: SeatMessage) => JSON.stringify([message.card, message.text]);

describe('a case and the approvals channel', () => {
  let world: World;
  const clock = jumpingClock();
  const start = async (team = itTeam) => {
    world = await startSimpleWorld({ team, parts: () => ({ clock }) });
    for (const person of [people.approver, people.second, people.admin]) await world.teams.open(person);
    await approvals('here');
  };
  afterEach(() => world[Symbol.asyncDispose]());

  async function approvals(where: 'here' | 'off'): Promise<void> {
    const before = (await channelCards(people.admin)).length;
    await world.teams.say(people.admin, `@Signoff approvals ${where}`, { conversation: 'channel' });
    await eventually('it is answered', async () => (await channelCards(people.admin)).length > before);
  }
  const channelCards = async (person: string) =>
    (await world.teams.messages(person, 'channel')).filter(({ from, deleted }) => from.bot && !deleted);
  const inChannel = (person: string, ...all: string[]) =>
    world.teams.waitFor(
      person,
      (one) => one.from.bot && !one.deleted && all.every((word) => words(one).includes(word)),
      10_000,
      'channel',
    );
  /** The plan waits for approval, wherever that is. */
  async function ask(inputs: Record<string, string> = {}): Promise<void> {
    await world.teams.say(people.helpdesk, 'offboard jane@contoso.com');
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
    await press(world, people.helpdesk, submit, { ...defaults, ...inputs });
    await caseIs(world, 1, 'awaiting-approval');
  }
  const tapThere = async (person: string, verb: string, wanted: { confirms?: string } = {}) => {
    const is = (one: SeatMessage) =>
      buttonsOf(one.card).find(
        (action) =>
          action.verb === verb &&
          (wanted.confirms === undefined || (action.data as { confirms?: string }).confirms === wanted.confirms),
      );
    const message = await world.teams.waitFor(person, (one) => is(one) !== undefined, 10_000, 'channel');
    return world.teams.tap(person, message.id, is(message)!, {}, 'channel');
  };
  const personal = async (person: string) => (await world.teams.messages(person)).filter(({ from }) => from.bot);

  it('stay apart while the person leaving is in its team, and whoever asked is told why', async () => {
    await start([...itTeam, people.jane]);
    await ask();
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
    await world.card(
      people.helpdesk,
      'OFF-1 · Jane Miller leaves: this case goes to the approvers’ own chats, because Jane Miller is in the team that the approvals channel belongs to.',
    );
    assert.equal((await channelCards(people.admin)).length, 1, 'the answer to the admin alone');
  });

  it('stay apart while a guest without a role is in its team', async () => {
    await start([...itTeam, bruno]);
    await ask();
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
    await world.card(people.helpdesk, 'because guests who may see no cases are in the team');
    assert.equal((await channelCards(people.admin)).length, 1);
  });

  it('part when the person leaving joins its team in mid-case', async () => {
    await start();
    await ask();
    await inChannel(people.admin, 'Jane Miller leaves', 'Open my view');
    await world.teams.open(people.jane, 'channel');
    await inChannel(people.jane, 'OFF-1 goes on in the approvers’ own chats.');
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
  });

  it('part, when they are over as well, as soon as the person whom they are about joins its team', async () => {
    await start();
    await ask();
    await tapThere(people.approver, 'view');
    await tapThere(people.approver, 'approve', { confirms: 'nothing' });
    await inChannel(people.admin, '(1 of');
    await canceled(world, people.helpdesk, 1);
    await inChannel(people.outsider, 'Canceled by Hana Okafor');
    await idle(world, clock);
    await world.teams.open(people.jane, 'channel');
    await eventually('nothing of it is left', async () =>
      (await channelCards(people.jane)).every(({ text, card }) => card === undefined && !/Jane/.test(text ?? '')),
    );
  });

  it('part when the person leaving has joined its team while Signoff was down', async () => {
    const team = [...itTeam];
    await start(team);
    await ask();
    await inChannel(people.admin, 'Open my view');
    await idle(world, clock);
    team.push(people.jane);
    await world.restart({ clock });
    await inChannel(people.jane, 'OFF-1 goes on in the approvers’ own chats.');
  });

  it('are not posted where the person leaving has come in unnoticed', async () => {
    const team = [...itTeam];
    await start(team);
    await ask();
    await tapThere(people.approver, 'view');
    team.push(people.jane);
    await tapThere(people.approver, 'approve', { confirms: 'nothing' });
    await button(world, people.approver, { verb: 'confirm', caseId: 1, step: 'all' });
    await inChannel(people.jane, 'OFF-1 goes on in the approvers’ own chats.');
    assert.ok((await channelCards(people.jane)).every((one) => !words(one).includes('(1 of')));
  });

  it('are looked at by staff alone, and a look that Teams takes by itself edits nothing', async () => {
    await start();
    await ask();
    const card = await inChannel(people.outsider, 'Jane Miller leaves', 'Open my view');
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
    await inChannel(people.approver, '"verb":"approve"');
    await world.signoff.runtime.dispatcher.wake('show', 'case/1');
    await idle(world, clock);
    assert.equal(edits(), before);
  });

  it('show each their own view with whom it waits for, and moments as words', async () => {
    await start();
    await ask();
    const mine = words(await inChannel(people.approver, '"verb":"approve"'));
    assert.match(mine, /Waits for [^"]*<at>Arno Lindqvist<\/at>/);
    assert.match(mine, /"title":"Open my view"/);
    assert.match(mine, /"refresh":/);
    for (const card of [mine, words(await inChannel(people.outsider, 'Open my view'))]) {
      assert.doesNotMatch(card, /\{\{(DATE|TIME)/);
      assert.match(card, /, \d{4}, \d\d:\d\d UTC/);
    }
  });

  it('tell two approvers of one name apart, and let no name break a mention', async () => {
    await start();
    world.tenant.person(people.second).displayName = 'Arno Lindqvist';
    world.tenant.person('sofia@contoso.com').displayName = '[So*fia*](https://evil.example) </at><b>';
    await ask();
    const { card } = await inChannel(people.outsider, 'Open my view');
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
    await ask();
    await tapThere(people.approver, 'view');
    await tapThere(people.approver, 'approve', { confirms: 'nothing' });
    const confirm = await world.teams.waitFor(
      people.second,
      (one) => findButton(one, { verb: 'confirm', step: 'all' }) !== undefined,
      10_000,
      'channel',
    );
    const all = findButton(confirm, { verb: 'confirm', step: 'all' })!;
    await world.teams.tap(people.second, confirm.id, all.action, {}, 'channel');
    await stepIs(world, 1, 'revoke-sessions', 'proved');
    await eventually('the stage that is over has no button', async () => {
      const stage = (await channelCards(people.outsider)).find(({ id }) => id === confirm.id);
      return stage !== undefined && buttonsOf(stage.card).length === 0;
    });
    await world.teams.say(people.helpdesk, 'cancel OFF-1');
    await pressed(world, people.helpdesk, { verb: 'cancel', caseId: 1 }, { reason: 'She stays.' });
    await caseIs(world, 1, 'canceled');
    await inChannel(people.outsider, 'Proof');
    await approvals('off');
    await world.signoff.runtime.dispatcher.wake('show', 'case/1');
    await idle(world, clock);
    await inChannel(people.outsider, 'Proof');
    assert.ok((await channelCards(people.outsider)).every(({ text }) => !/goes on in/.test(text ?? '')));
  });

  it('part when Signoff is taken out of the team, the admins are told, and come together when it is back', async () => {
    await start();
    await ask();
    await inChannel(people.outsider, 'Open my view');
    await letPass(world, clock, minutes(2));
    await idle(world, clock);
    await world.teams.setTeamApp(people.admin, false);
    await world.signoff.runtime.db.updateTable('posts').set({ shownHash: null }).execute();
    await world.signoff.runtime.dispatcher.wake('show', 'case/1');
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
    await world.card(people.admin, 'can’t post in the approvals channel any more');
    await letPass(world, clock, minutes(2));
    await world.teams.setTeamApp(people.admin, true);
    await world.card(people.approver, 'OFF-1 goes on in the approvals channel.');
    await inChannel(people.outsider, 'Open my view');
  });

  it('go on when somebody takes one card away: it is posted anew, and the channel is not given up', async () => {
    await start();
    await ask();
    const first = await inChannel(people.outsider, 'Open my view');
    await idle(world, clock);
    world.teams.remove(first.id);
    await world.signoff.runtime.db.updateTable('posts').set({ shownHash: null }).execute();
    await world.signoff.runtime.dispatcher.wake('show', 'case/1');
    const again = await inChannel(people.outsider, 'Open my view');
    assert.notEqual(again.id, first.id);
    assert.deepEqual(await personal(people.approver), []);
  });

  it('answer in the thread of whoever asked, and take one row however many threads there are', async () => {
    await start();
    await world.teams.say(people.helpdesk, '@Signoff offboard jane@contoso.com', { conversation: 'channel' });
    const stub = await inChannel(people.outsider, 'the plan goes to');
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
