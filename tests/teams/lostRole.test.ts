import assert from 'node:assert/strict';
import { minutes } from '../../bot/clock.ts';
import type { SeatMessage } from '../../infra/local/teams/server.ts';
import { eventually, idle, jumpingClock, letPass } from '../support/clock.ts';
import {
  approved,
  asked,
  button,
  buttonsOf,
  caseIs,
  caseRow,
  confirmUntil,
  defaults,
  journaled,
  pressed,
  stepIs,
  submitAs,
  submitted,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

const late = 'sofia@contoso.com';
const over = 'OFF-1: you can’t decide on this case any more, so it is no longer shown here.';
const words = (message: SeatMessage) => JSON.stringify([message.card, message.text]);

/** Cards go to those who can decide now: whoever could when the case began may have left since. */
describe('an approver of a case', () => {
  let world: World;
  const clock = jumpingClock();
  beforeEach(async () => {
    world = await startSimpleWorld({ parts: () => ({ clock }), notInTeams: [late] });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const group = () => world.tenant.groupNamed('Signoff Approvers');
  const idOf = (address: string) => world.tenant.person(address).id;
  const leave = (address: string) => {
    group().members = group().members.filter((id) => id !== idOf(address));
  };
  const joins = (address: string) => group().members.push(idOf(address));
  const fromBot = async (person: string) => (await world.teams.messages(person)).filter(({ from }) => from.bot);
  const shown = async (person: string) => (await fromBot(person)).map(({ text, card }) => text ?? card);
  const hasCard = (person: string, ...all: string[]) =>
    world.teams.waitFor(person, (message) => message.from.bot && all.every((one) => words(message).includes(one)));
  /** The first stage is over but for one step. */
  async function almostOver(caseId: number): Promise<void> {
    await confirmUntil(world, caseId, 'remove-sign-in-methods');
    await hasCard(people.second, 'stage 1 of 5', 'remove-sign-in-methods');
    await idle(world, clock);
  }

  it('who is none any more gets no new card, and the old ones tell nothing new', async () => {
    const caseId = await approved(world);
    await almostOver(caseId);
    const before = await fromBot(people.second);
    leave(people.second);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-sign-in-methods' });
    await button(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    await idle(world, clock);
    const after = await fromBot(people.second);
    assert.deepEqual(
      after.map(({ id }) => id),
      before.map(({ id }) => id),
    );
    for (const message of after) assert.deepEqual([message.text, message.card ?? null], [over, null]);
    // Everybody else sees the case go on, to the end.
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    await confirmUntil(world, caseId, 'remove-licenses');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-licenses' });
    await caseIs(world, caseId, 'finished');
    await hasCard(people.approver, 'Jane Miller is offboarded');
    await idle(world, clock);
    assert.deepEqual(await shown(people.second), [over, over]);
  });

  for (const [what, end] of [
    ['rejected', () => pressed(world, people.approver, { verb: 'reject' }, { reason: 'She stays.' })],
    ['canceled', () => world.ask(people.helpdesk, 'cancel OFF-1')],
  ] as const) {
    it(`who is blocked by now is not told why a plan was ${what}`, async () => {
      await submitted(world);
      await button(world, people.second, { verb: 'approve' });
      world.tenant.person(people.second).accountEnabled = false;
      await end();
      await caseIs(world, 1, what);
      await idle(world, clock);
      assert.deepEqual(await shown(people.second), [over]);
    });
  }

  it('who could not be written to before they left is not written to afterwards', async () => {
    await submitted(world);
    await eventually('it is known that Sofia can’t be reached', async () =>
      (await world.signoff.runtime.db.selectFrom('posts').selectAll().execute()).some(
        ({ toKey, unreachable }) => toKey === `user:${idOf(late)}` && unreachable === 1,
      ),
    );
    leave(late);
    await world.teams.open(late);
    await idle(world, clock);
    assert.deepEqual(await shown(late), []);
  });

  it('who becomes one again has the cards back', async () => {
    const caseId = await approved(world);
    await almostOver(caseId);
    leave(people.second);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-sign-in-methods' });
    await hasCard(people.second, over);
    joins(people.second);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    await stepIs(world, caseId, 'remove-group-memberships', 'proved');
    await eventually('no card is without its case', async () => !(await shown(people.second)).includes(over));
    await button(world, people.second, { verb: 'confirm', caseId, step: 'remove-licenses' });
  });

  it('who becomes one in mid-case gets what is to be decided now, and how it ends', async () => {
    leave(late);
    await world.teams.open(late);
    const caseId = await approved(world);
    await confirmUntil(world, caseId, 'remove-group-memberships');
    joins(late);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    await pressed(world, late, { verb: 'confirm', caseId, step: 'remove-licenses' });
    await hasCard(late, 'Jane Miller is offboarded');
    await idle(world, clock);
    const told = (await fromBot(late)).map(({ summary }) => summary?.split('. ', 1)[0]);
    assert.deepEqual(told.slice(-2), [
      'OFF-1: Jane Miller: Licenses · stage 4 of 5',
      'OFF-1: Jane Miller is offboarded',
    ]);
  });

  it('is shown nothing new while Microsoft Entra does not say who is one', async () => {
    const caseId = await approved(world);
    await almostOver(caseId);
    const before = await shown(people.second);
    world.tenant.setFaults({ kinds: ['unavailable'], match: 'GET /groups/.*transitiveMembers' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-sign-in-methods' });
    await stepIs(world, caseId, 'remove-sign-in-methods', 'proved');
    // The requester does not wait for it.
    await hasCard(people.helpdesk, 'Groups and apps: 1 step waits for an approver');
    assert.deepEqual(await shown(people.second), before);
    world.tenant.clearFaults();
    await letPass(world, clock, minutes(10));
    await button(world, people.second, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
  });
});

describe('a plan that too few people could approve', () => {
  it('says so, and no more once there are enough; they are asked', async () => {
    const clock = jumpingClock();
    await using world = await startSimpleWorld({ parts: () => ({ clock }) });
    const group = world.tenant.groupNamed('Signoff Approvers');
    const everybody = group.members;
    group.members = [];
    const caseId = await asked(world);
    await submitAs(world, caseId, defaults);
    const note = await eventually('the case says so', async () => {
      const row = await caseRow(world, caseId);
      return row.state === 'awaiting-approval' && row.note;
    });
    assert.equal(
      note,
      'The approvers’ group has nobody who could agree: it takes 1 besides whoever asked and whomever it is about or for. Ask your Signoff admin to add somebody; Signoff looks again every five minutes.',
    );
    await idle(world, clock);
    await letPass(world, clock, minutes(5));
    await idle(world, clock);
    assert.equal((await caseRow(world, caseId)).note, note);
    assert.equal((await journaled(world, caseId, 'too-few-approvers')).length, 1);

    group.members = everybody;
    await letPass(world, clock, minutes(5));
    await button(world, people.approver, { verb: 'approve', caseId });
    await eventually('it is taken back', async () => (await caseRow(world, caseId)).note === null);
    assert.deepEqual(
      (await journaled(world, caseId, 'enough-approvers')).map((entry) => entry.words),
      ['There are enough people again who could agree to the plan.'],
    );
    const plan = await world.teams.waitFor(people.approver, (one) => !words(one).includes('approvers’ group'));
    assert.ok(buttonsOf(plan.card).length > 0);
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await caseIs(world, caseId, 'running');
  });

  it('keeps the note that tells why it is asked about again', async () => {
    await using world = await startSimpleWorld();
    const caseId = await approved(world);
    await confirmUntil(world, caseId, 'remove-group-memberships');
    world.tenant.groupNamed('Marketing').members.push(world.tenant.person('jane').id);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    await caseIs(world, caseId, 'awaiting-approval');
    await button(world, people.second, { verb: 'approve', caseId });
    assert.match((await caseRow(world, caseId)).note ?? '', /^What “Remove group memberships” would do has changed/);
  });
});
