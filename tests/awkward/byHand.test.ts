import assert from 'node:assert/strict';
import { handsOf } from '../../infra/chaos/hands.ts';
import type { SeatMessage } from '../../infra/local/teams/server.ts';
import { eventually, idle, type JumpingClock, jumpingClock, letPass } from '../support/clock.ts';
import {
  approved,
  button,
  caseIs,
  findButton,
  journaled,
  press,
  pressed,
  refused,
  step,
  stepIs,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { offboard, startPromptWorld } from './offboard.ts';
import { assertHonest } from './report.ts';

const day = 24 * 3_600_000;
const who = 'dariusz@contoso.com';
const sentence = `offboard ${who}`;
const outsiders =
  'Only the helpdesk, approvers and Signoff admins can say that a step is done. Ask your Signoff admin if that should be you.';

describe('a step that people do by hand', () => {
  let clock: JumpingClock;
  let world: World;
  beforeEach(async () => {
    clock = jumpingClock();
    world = await startPromptWorld({ parts: () => ({ clock }) });
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  const hands = () => handsOf('arno@contoso.com', clock.now);
  const doIt = (stepId: string) => hands()[stepId]?.(world.tenant.data, world.tenant.person(who));
  const wanted = (verb: string, stepId = 'reset-password') => ({ verb, caseId: 1, step: stepId });
  const fromBot = async (person: string): Promise<SeatMessage[]> =>
    (await world.teams.messages(person)).filter(({ from }) => from.bot);
  /** Each call that is followed by another has become a line. */
  const reminders = async (person: string = people.helpdesk): Promise<number> =>
    (await fromBot(person)).filter(({ text }) => text === 'OFF-1: called again further down.').length;

  it('is spoken of again every day, five times at most, and no more once it is done', async () => {
    for (const person of [people.approver, 'marguerite@contoso.com']) await world.teams.open(person);
    await approved(world, { sentence });
    await stepIs(world, 1, 'reset-password', 'by-hand');
    await idle(world, clock);
    // The plan came back once, on a newer message.
    const before = await reminders();
    await letPass(world, clock, day - 60_000);
    await idle(world, clock);
    assert.equal(await reminders(), before, 'not before a day has gone by');
    for (const days of [1, 2, 3, 4, 5]) {
      await letPass(world, clock, days === 1 ? 120_000 : day);
      await eventually(`${days} reminders`, async () => (await reminders()) === before + days);
    }
    await idle(world, clock);
    for (const person of [people.helpdesk, people.approver, 'marguerite@contoso.com']) {
      const last = (await fromBot(person)).at(-1);
      assert.match(last?.summary ?? '', /^Called again: this has waited since .* UTC\. OFF-1: Dariusz Nowak: Lock out/);
      const isAble = person !== 'marguerite@contoso.com';
      assert.equal(last !== undefined && findButton(last, wanted('done')) !== undefined, isAble, person);
    }
    await letPass(world, clock, 3 * day);
    await idle(world, clock);
    assert.equal(await reminders(), before + 5);
    await pressed(world, people.helpdesk, wanted('done', 'disable-on-premises-account'), { note: 'Disabled there.' });
    doIt('reset-password');
    await pressed(world, people.helpdesk, wanted('done'));
    await stepIs(world, 1, 'reset-password', 'proved');
    await eventually('nobody is called any more', async () =>
      (await fromBot(people.helpdesk)).every(({ card }) => !JSON.stringify(card ?? '').includes('Called again')),
    );
  });

  /** What everybody in the channel has of the case: no card, but a message of Signoff's about it all the same. */
  const stubFor = (person: string) =>
    world.teams.waitFor(person, ({ text }) => text?.startsWith('OFF-1: the plan goes') ?? false, 30_000, 'channel');

  it('may be said to be done by the helpdesk, approvers and admins, not by the person nor by outsiders', async () => {
    await world.teams.say(people.helpdesk, `@Signoff ${sentence}`, { conversation: 'channel' });
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
    await press(world, people.helpdesk, submit, { endState: 'keep' });
    await pressed(world, people.approver, { verb: 'approve', caseId: 1 });
    await stepIs(world, 1, 'reset-password', 'by-hand');
    const { action } = await button(world, people.approver, wanted('done'));
    const say = async (person: string, stepId: string) =>
      world.teams.tap(person, (await stubFor(person)).id, {
        ...action,
        data: { ...(action.data as object), steps: [stepId] },
      });

    await refused(say(people.outsider, 'reset-password'), outsiders);
    await refused(say(who, 'reset-password'), /^This button is not one that Signoff can use\./);
    assert.equal((await step(world, 1, 'reset-password')).state, 'by-hand');
    assert.equal((await journaled(world, 1, 'said-done')).length, 0);
    doIt('reset-password');
    assert.equal((await say('bjarne@contoso.com', 'reset-password')).kind, 'message');
    await stepIs(world, 1, 'reset-password', 'proved');
    const said = await journaled(world, 1, 'said-done');
    assert.deepEqual(
      said.map(({ words }) => words),
      ['Bjarne Sørensen says it is done: Reset password.'],
    );
  });

  it('may be said to be done by an admin who is no approver', async () => {
    await world.teams.say(people.helpdesk, `@Signoff ${sentence}`, { conversation: 'channel' });
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
    await press(world, people.helpdesk, submit, { endState: 'keep' });
    await pressed(world, people.approver, { verb: 'approve', caseId: 1 });
    await stepIs(world, 1, 'reset-password', 'by-hand');
    const { action } = await button(world, people.approver, wanted('done'));
    const admin = 'marguerite@contoso.com';
    doIt('reset-password');
    assert.equal((await world.teams.tap(admin, (await stubFor(admin)).id, action)).kind, 'message');
    assert.equal((await stepIs(world, 1, 'reset-password', 'proved')).confirmedName, 'Marguerite Dubois');
  });

  it('is done once, however often Done is pressed', async () => {
    await approved(world, { sentence });
    const first = await button(world, people.helpdesk, wanted('done'));
    const second = await button(world, people.approver, wanted('done'));
    doIt('reset-password');
    const outcomes = await Promise.all([press(world, people.helpdesk, first), press(world, people.approver, second)]);
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['card', 'message']);
    await stepIs(world, 1, 'reset-password', 'proved');
    assert.equal((await journaled(world, 1, 'said-done')).length, 1);
    await refused(press(world, people.approver, second), '“Reset password” is already settled; nothing was changed.');
    assert.equal((await journaled(world, 1, 'step-proved', 'reset-password')).length, 1);
  });

  it('can’t be said to be done on the card of a plan that was changed since', async () => {
    await approved(world, { sentence });
    const done = await button(world, people.helpdesk, wanted('done'));
    world.tenant.person(who).authenticationMethods.push({
      type: 'softwareOathAuthenticationMethod',
      id: '6e1f6c0e-31f0-4b53-9a0a-1f8b3f0f4a11',
      isDefault: false,
      properties: {},
    });
    await pressed(world, people.approver, wanted('confirm', 'remove-sign-in-methods'));
    await caseIs(world, 1, 'awaiting-approval');
    doIt('reset-password');
    await refused(press(world, people.helpdesk, done), /^OFF-1 has moved on, so nothing was changed\./);
    await pressed(world, people.approver, { verb: 'approve', caseId: 1 });
    await caseIs(world, 1, 'running');
    await refused(press(world, people.helpdesk, done), /^OFF-1 has moved on, so nothing was changed\./);
    assert.equal((await journaled(world, 1, 'said-done')).length, 0);
  });

  it('can be skipped by an approver alone, and the report says so', async () => {
    const one = await offboard(world, {
      who,
      skip: ['disable-on-premises-account', 'reset-password', 'hide-from-address-list'],
      hands: hands(),
      async beforeHand() {
        const { message, action } = await button(world, people.helpdesk, wanted('done'));
        const skip = { ...action, verb: 'skip', data: { ...(action.data as object), steps: ['reset-password'] } };
        await refused(
          world.teams.tap(people.helpdesk, message.id, skip),
          'Only approvers can skip this. Ask your Signoff admin if that should be you.',
        );
      },
    });
    assertHonest(one);
    assert.deepEqual(
      one.reported
        .filter(({ section, state }) => section === 'Proof' && state === 'skipped')
        .map(({ stepId }) => stepId),
      ['disable-on-premises-account', 'reset-password', 'hide-from-address-list'],
    );
  });
});
