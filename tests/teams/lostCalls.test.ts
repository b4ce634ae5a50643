import assert from 'node:assert/strict';
import { hours, minutes } from '../../bot/clock.ts';
import { ApprovalsChannel } from '../support/approvalsChannel.ts';
import { eventually, idle, jumpingClock, letPass } from '../support/clock.ts';
import { button, buttonsOf, pressed, stepIs } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';

/** Whoever is to be called in a channel that was lost is called in their own chat: once. */
describe('a call in a lost approvals channel', () => {
  let world: World;
  let channel: ApprovalsChannel;
  const clock = jumpingClock();
  beforeEach(async () => {
    channel = await ApprovalsChannel.open(clock);
    world = channel.world;
  });
  afterEach(() => channel[Symbol.asyncDispose]());

  const personal = async (person: string) => (await world.teams.messages(person)).filter(({ from }) => from.bot);
  /** The plan has waited for so long; what Signoff says next in the channel is refused. */
  async function callIsRefused(): Promise<void> {
    await idle(world, clock);
    world.teams.faults({ kind: '403', count: 1, method: 'POST' });
    await letPass(world, clock, hours(4.1));
    await eventually('it was refused', async () =>
      world.teams.requests().some(({ method, status }) => method === 'POST' && status === 403),
    );
    await idle(world, clock);
  }

  it('is one message to whoever had nothing yet', async () => {
    await channel.ask();
    await channel.shows(people.outsider, 'Open my view');
    await callIsRefused();
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
    assert.equal((await personal(people.approver)).length, 1);
    await letPass(world, clock, minutes(10));
    await idle(world, clock);
    assert.equal((await personal(people.approver)).length, 1);
  });

  it('is a new message to whoever had the plan before, and comes to no channel late', async () => {
    await channel.set('off');
    await channel.ask();
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
    await channel.set('here');
    await channel.shows(people.outsider, 'Open my view');
    await callIsRefused();
    await eventually('a new one calls', async () => (await personal(people.approver)).length === 2);
    assert.ok(buttonsOf((await personal(people.approver)).at(-1)?.card).some(({ verb }) => verb === 'approve'));
    const before = (await channel.cards(people.admin)).length;
    await channel.set('here');
    await channel.shows(people.outsider, 'Jane Miller leaves', 'Open my view');
    await idle(world, clock);
    assert.equal((await channel.cards(people.admin)).length, before + 1, 'the answer to the admin alone');
  });

  it('is a new message about a stage as well', async () => {
    await channel.set('off');
    await channel.ask();
    await pressed(world, people.approver, { verb: 'approve', caseId: 1 });
    await pressed(world, people.approver, { verb: 'confirm', caseId: 1, step: 'all' });
    await stepIs(world, 1, 'revoke-sessions', 'proved');
    await button(world, people.second, { verb: 'confirm', caseId: 1, stage: 2 });
    await channel.set('here');
    await channel.shows(people.outsider, 'stage 3 of 5', 'Open my view');
    const before = (await personal(people.second)).length;
    await callIsRefused();
    await eventually('a new one calls', async () => (await personal(people.second)).length === before + 1);
    assert.ok(buttonsOf((await personal(people.second)).at(-1)?.card).some(({ verb }) => verb === 'confirm'));
  });
});
