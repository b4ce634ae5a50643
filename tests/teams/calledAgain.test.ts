import assert from 'node:assert/strict';
import { hours } from '../../bot/clock.ts';
import { eventually, idle, jumpingClock, letPass } from '../support/clock.ts';
import {
  approved,
  button,
  caseIs,
  caseRow,
  confirmUntil,
  defaults,
  findButton,
  press,
  pressed,
  refused,
  stepIs,
  submitted,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { joins, startSimpleWorld } from '../support/simpleJane.ts';

/** Whoever is waited for is called once for each time that they are, and again when they let it lie. */
describe('a call', () => {
  let world: World;
  const clock = jumpingClock();
  beforeEach(async () => {
    world = await startSimpleWorld({ parts: () => ({ clock }) });
    for (const person of [people.approver, people.admin]) await world.teams.open(person);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const fromBot = async (person: string) => (await world.teams.messages(person)).filter(({ from }) => from.bot);
  const count = async (person: string) => (await fromBot(person)).length;
  const texts = async (person: string) => (await fromBot(person)).flatMap(({ text }) => text ?? []);
  async function later(ms: number): Promise<void> {
    await letPass(world, clock, ms);
    await idle(world, clock);
  }
  /** Everything in the first stage is over but this: Microsoft 365 refused it. */
  async function failedAlone(caseId: number, after = 0): Promise<void> {
    const all = await button(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await later(after);
    world.tenant.setFaults({ kinds: ['refuse'], match: 'POST /users/.*revokeSignInSessions' });
    await press(world, people.approver, all);
    await stepIs(world, caseId, 'revoke-sessions', 'failed');
    for (const person of [people.approver, people.helpdesk])
      await button(world, person, { verb: 'retry', caseId, step: 'revoke-sessions' });
    await idle(world, clock);
  }
  const remind = async (person: string, caseId: number) => {
    const cancel = await button(world, person, { verb: 'status', caseId });
    return { ...cancel, action: { ...cancel.action, verb: 'remind' } };
  };

  it('comes anew when a stage opens again after a new plan', async () => {
    const caseId = await approved(world);
    const wanted = { verb: 'confirm', caseId, step: 'remove-group-memberships' };
    await confirmUntil(world, caseId, wanted.step);
    const first = await button(world, people.approver, wanted);
    const { version } = await caseRow(world, caseId);
    await idle(world, clock);
    joins(world, 'Marketing');
    await press(world, people.approver, first);
    await caseIs(world, caseId, 'awaiting-approval');
    await pressed(world, people.second, { verb: 'approve', caseId });
    const again = await world.teams.waitFor(
      people.approver,
      (one) => Number((findButton(one, wanted)?.action.data as { version?: number })?.version) > version,
      30_000,
    );
    assert.ok(Number(again.id) > Number(first.message.id), 'a new message, which rings');
    await idle(world, clock);
    const old = (await fromBot(people.approver)).find(({ id }) => id === first.message.id);
    assert.equal(old && findButton(old, { verb: 'confirm' }), undefined);
  });

  it('tells a requester who edits a rejected plan nothing of an end, and the second end anew', async () => {
    const caseId = await submitted(world, { inputs: defaults });
    await pressed(world, people.approver, { verb: 'reject', caseId }, { reason: 'Not yet.' });
    await idle(world, clock);
    const ends = async () => (await texts(people.helpdesk)).filter((text) => /Nothing was changed\./.test(text));
    assert.equal((await ends()).length, 1);
    await pressed(world, people.helpdesk, { verb: 'edit', caseId });
    await press(world, people.helpdesk, await button(world, people.helpdesk, { verb: 'submit', caseId }), defaults);
    await caseIs(world, caseId, 'awaiting-approval');
    await idle(world, clock);
    assert.deepEqual(await ends(), []);
    await pressed(world, people.approver, { verb: 'reject', caseId }, { reason: 'Never.' });
    await idle(world, clock);
    assert.deepEqual(
      (await ends()).map((text) => /Never\./.test(text)),
      [true],
    );
    assert.match((await texts(people.helpdesk)).at(-1) ?? '', /Never\..*Nothing was changed\./);
  });

  it('comes for a step that failed, four hours after it did, to whoever may retry it', async () => {
    const group = world.tenant.groupNamed('Signoff Approvers');
    const admin = world.tenant.person(people.admin).id;
    group.members = group.members.filter((id) => id !== admin);
    const caseId = await approved(world);
    await failedAlone(caseId, hours(3));
    const before = { arno: await count(people.approver), hana: await count(people.helpdesk) };
    await later(hours(1.5));
    assert.deepEqual({ arno: await count(people.approver), hana: await count(people.helpdesk) }, before);
    await later(hours(2.6));
    assert.equal(await count(people.approver), before.arno + 1);
    assert.equal(await count(people.helpdesk), before.hana + 1);
    for (const person of [people.approver, people.helpdesk])
      assert.ok(findButton((await fromBot(person)).at(-1)!, { verb: 'retry', caseId, step: 'revoke-sessions' }));
    assert.equal((await fromBot(people.admin)).length, 0);
    await later(hours(20));
    assert.equal(await count(people.approver), before.arno + 2);
    assert.equal((await fromBot(people.admin)).length, 1, 'after a day, the admins');
  });

  it('comes once by the clock within four hours, whatever is the oldest of what waits', async () => {
    const caseId = await approved(world);
    await idle(world, clock);
    await later(hours(1));
    world.tenant.setFaults({ kinds: ['refuse'], match: 'DELETE /users/.*/authentication/' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-sign-in-methods' });
    await stepIs(world, caseId, 'remove-sign-in-methods', 'failed');
    await button(world, people.approver, { verb: 'retry', caseId });
    await later(hours(3.1));
    const called = await count(people.approver);
    // What was older is done; what failed an hour after it was on the card of that call.
    for (const step of ['block-sign-in', 'reset-password', 'revoke-sessions']) {
      await pressed(world, people.approver, { verb: 'confirm', caseId, step });
      await stepIs(world, caseId, step, 'proved');
    }
    await later(hours(1.5));
    assert.equal(await count(people.approver), called);
    await later(hours(3));
    assert.equal(await count(people.approver), called + 1);
  });

  it('that went to an admin says what became of it, and not that they may not decide', async () => {
    const admin = 'marguerite@contoso.com';
    await world.teams.open(admin);
    const caseId = await submitted(world, { inputs: defaults });
    await idle(world, clock);
    await later(hours(24.1));
    await eventually('the admin is told', async () => (await count(admin)) === 1);
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await eventually('it is decided', async () => (await texts(admin)).length === 1);
    assert.deepEqual(await texts(admin), ['OFF-1 · Jane Miller leaves: decided by now.']);
  });

  it('by hand counts for what is waited for then, and makes none of the later ones come twice', async () => {
    const caseId = await submitted(world, { inputs: defaults });
    await pressed(world, people.helpdesk, { verb: 'remind', caseId }).catch(() => undefined);
    await idle(world, clock);
    const reminded = await count(people.approver);
    await later(hours(3.9));
    assert.equal(await count(people.approver), reminded, 'they were called four hours ago at most');
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await button(world, people.approver, { verb: 'confirm', caseId });
    await idle(world, clock);
    assert.equal(await count(people.approver), reminded + 1, 'the stage, and no call besides');
    // Another wait: whoever asked may remind at once.
    const outcome = await press(world, people.helpdesk, await remind(people.helpdesk, caseId));
    assert.match('text' in outcome ? outcome.text : '', /^Called once more: .*Arno Lindqvist.*\.$/);
    await eventually('they are called', async () => (await count(people.approver)) > reminded + 1);
    await idle(world, clock);
    assert.equal(await count(people.approver), reminded + 2);
  });

  it('by hand is refused to whoever has nothing to do with it, and where nobody is waited for', async () => {
    const caseId = await submitted(world, { inputs: defaults });
    const found = await button(world, people.helpdesk, { verb: 'remind', caseId });
    await world.teams.say(people.helpdesk, '@Signoff offboard tess@contoso.com', { conversation: 'channel' });
    const stub = await world.teams.waitFor(
      people.outsider,
      ({ text }) => text?.startsWith('OFF-2: the plan goes') ?? false,
      30_000,
      'channel',
    );
    const data = { ...(found.action.data as object), case: 2 };
    for (const person of ['nadia@contoso.com', people.second])
      await refused(
        world.teams.tap(person, stub.id, { ...found.action, data }, {}, 'channel'),
        'Only the helpdesk and Signoff admins can remind the approvers. Ask your Signoff admin if that should be you.',
      );
    await pressed(world, people.approver, { verb: 'reject', caseId }, { reason: 'Not yet.' });
    await refused(
      press(world, people.helpdesk, found),
      'Nobody is waited for in OFF-1 now, so nobody was called. Type “status OFF-1” to see where it is.',
    );
  });
});
