import assert from 'node:assert/strict';
import { minutes } from '../../bot/clock.ts';
import { isUnreachable } from '../../bot/store/posts.ts';
import { ApprovalsChannel } from '../support/approvalsChannel.ts';
import { eventually, idle, jumpingClock, letPass } from '../support/clock.ts';
import { button, caseIs, defaults, findButton, press, refused } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';

/** It is given up when nothing can be posted there any more, for every case, and taken up again. */
describe('a lost approvals channel', () => {
  let world: World;
  let channel: ApprovalsChannel;
  const clock = jumpingClock();
  beforeEach(async () => {
    channel = await ApprovalsChannel.open(clock);
    world = channel.world;
  });
  afterEach(() => channel[Symbol.asyncDispose]());

  const personal = async (person: string) => (await world.teams.messages(person)).filter(({ from }) => from.bot);
  const isGivenUp = () => isUnreachable(world.signoff.runtime.db, `channel:${world.teams.channelId}`);

  it('part when Signoff is taken out of the team, the admins are told, and come together when it is back', async () => {
    await channel.ask();
    await channel.shows(people.outsider, 'Open my view');
    await idle(world, clock);
    await world.teams.setTeamApp(people.admin, false);
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
    await world.card(people.admin, 'can’t post in the approvals channel any more');
    await world.teams.setTeamApp(people.admin, true);
    await world.card(people.approver, 'OFF-1 goes on in the approvals channel.');
    await channel.shows(people.outsider, 'Open my view');
  });

  it('go on when somebody takes one card away: it is posted anew, and the channel is not given up', async () => {
    await channel.ask();
    const first = await channel.shows(people.outsider, 'Open my view');
    await idle(world, clock);
    world.teams.remove(first.id);
    await channel.redraw();
    const again = await channel.shows(people.outsider, 'Open my view');
    assert.notEqual(again.id, first.id);
    assert.deepEqual(await personal(people.approver), []);
  });

  it('is none where one edit alone is refused: it is tried again, and what is new is posted there', async () => {
    await channel.ask();
    await channel.shows(people.outsider, 'Open my view');
    await channel.tap(people.approver, 'view');
    await idle(world, clock);
    world.teams.faults({ kind: '403', count: 1, method: 'PUT' });
    await channel.redraw();
    await eventually('it was refused', async () =>
      world.teams.requests().some(({ method, status }) => method === 'PUT' && status === 403),
    );
    await idle(world, clock);
    assert.equal(await isGivenUp(), false);
    await channel.tap(people.approver, 'approve', { confirms: 'nothing' });
    await channel.shows(people.outsider, 'stage 1 of', 'Open my view');
    assert.deepEqual(await personal(people.second), []);
  });

  it('takes every open case with it, and all come back with a tap there', async () => {
    await channel.ask();
    const card = await channel.shows(people.outsider, 'Jane Miller leaves', 'Open my view');
    await world.teams.say(people.helpdesk, 'offboard kwame@contoso.com');
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId: 2 });
    await idle(world, clock);
    world.teams.faults({ kind: '403', count: 1, method: 'POST' });
    // What its requester saw: nothing comes back to them, and the first that is new goes to the channel.
    await press(world, people.helpdesk, submit, { ...defaults, successor: 'luca@contoso.com', endState: 'shared' });
    await eventually('it is given up', isGivenUp);
    for (const caseId of [1, 2]) await button(world, people.approver, { verb: 'approve', caseId });
    const view = findButton(card, { verb: 'view' })!;
    await world.teams.tap(people.approver, card.id, view.action, {}, 'channel');
    for (const name of ['Jane Miller', 'Kwame']) await channel.shows(people.outsider, name, 'leaves', 'Open my view');
    assert.equal(await isGivenUp(), false);
  });

  it('refuses a tap in a sentence where Teams does not say in time who is there, and does nothing', async () => {
    await channel.ask();
    await channel.tap(people.approver, 'view');
    await idle(world, clock);
    await letPass(world, clock, minutes(2));
    await idle(world, clock);
    world.teams.faults({ kind: 'slow', waitMs: 15_000, count: 10 });
    await refused(
      channel.tap(people.approver, 'approve', { confirms: 'nothing' }),
      'Teams does not say at the moment who reads the approvals channel, so nothing was done. Try again in a minute.',
    );
    world.teams.clearFaults();
    await caseIs(world, 1, 'awaiting-approval');
    await channel.tap(people.approver, 'approve', { confirms: 'nothing' });
    await caseIs(world, 1, 'running');
  });

  it('is told to each admin once for all cases, and said to be over when it is', async () => {
    await channel.ask();
    await channel.ask({}, 'kwame@contoso.com', 2);
    await channel.shows(people.outsider, 'Kwame', 'Open my view');
    await idle(world, clock);
    const lost = async () =>
      (await personal(people.admin)).flatMap(({ text }) =>
        /^Signoff (can’t|could not) post/.test(text ?? '') ? [text] : [],
      );
    for (const times of [1, 2]) {
      await world.teams.setTeamApp(people.admin, false);
      for (const caseId of [1, 2]) await button(world, people.approver, { verb: 'approve', caseId });
      await world.card(people.admin, 'Signoff can’t post in the approvals channel any more');
      await idle(world, clock);
      assert.equal((await lost()).length, times);
      await world.teams.setTeamApp(people.admin, true);
      await world.card(people.approver, 'OFF-2 goes on in the approvals channel.');
      await eventually('it is over', async () =>
        (await lost()).every((text) => /a channel again by now/.test(text ?? '')),
      );
      await letPass(world, clock, minutes(1));
    }
  });

  it('is taken up again by itself where Teams did not let it be known for once who reads it', async () => {
    await channel.ask();
    await channel.shows(people.outsider, 'Open my view');
    await idle(world, clock);
    await letPass(world, clock, minutes(2));
    world.teams.faults({ kind: '403', count: 1, method: 'GET' });
    await world.signoff.runtime.dispatcher.wake('show', 'case/1');
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
    await idle(world, clock);
    await letPass(world, clock, minutes(6));
    await world.card(people.approver, 'OFF-1 goes on in the approvals channel.');
    await channel.shows(people.outsider, 'Open my view');
  });
});
