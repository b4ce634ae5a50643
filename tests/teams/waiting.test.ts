import assert from 'node:assert/strict';
import { hours } from '../../bot/clock.ts';
import { idle, jumpingClock, letPass } from '../support/clock.ts';
import { button, caseIs, defaults, findButton, press, pressed, submitted } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

/** What waits for people is seen: they are called once more, then the admins are, and nobody is surprised by its end. */
describe('what waits for approvers', () => {
  let world: World;
  const clock = jumpingClock();
  beforeEach(async () => {
    world = await startSimpleWorld({ parts: () => ({ clock }) });
    for (const person of [people.approver, people.admin]) await world.teams.open(person);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const fromBot = async (person: string) => (await world.teams.messages(person)).filter(({ from }) => from.bot);
  async function later(ms: number): Promise<void> {
    await letPass(world, clock, ms);
    await idle(world, clock);
  }

  it('is called for again after 4 hours and a day, then to the admins, and a day before it expires', async () => {
    const caseId = await submitted(world, { inputs: defaults });
    await idle(world, clock);
    const count = async (person: string) => (await fromBot(person)).length;
    const [arno, omar, hana] = [await count(people.approver), await count(people.admin), await count(people.helpdesk)];
    await later(hours(3));
    assert.equal(await count(people.approver), arno);
    await later(hours(1.1));
    assert.equal(await count(people.approver), arno + 1);
    const again = (await fromBot(people.approver)).at(-1);
    assert.ok(again && findButton(again, { verb: 'approve', caseId }));
    await later(hours(20));
    assert.equal(await count(people.approver), arno + 2);
    assert.ok((await count(people.admin)) > omar, 'the admins are told after a day');
    await later(hours(24));
    assert.equal(await count(people.approver), arno + 3);
    assert.equal(await count(people.helpdesk), hana + 1);
    assert.match(
      (await fromBot(people.helpdesk)).at(-1)?.text ?? '',
      /nobody has decided yet, and it expires on .* UTC/,
    );
    await later(hours(25));
    await caseIs(world, caseId, 'expired');
  });

  it('is called for when a stage waits to be confirmed', async () => {
    const caseId = await submitted(world, { inputs: defaults });
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await button(world, people.approver, { verb: 'confirm', caseId });
    await idle(world, clock);
    const before = (await fromBot(people.approver)).length;
    await later(hours(4.1));
    const now = await fromBot(people.approver);
    assert.equal(now.length, before + 1);
    const confirm = findButton(now.at(-1)!, { verb: 'confirm', caseId, step: 'block-sign-in' });
    assert.ok(confirm);
    assert.equal((await press(world, people.approver, confirm)).kind, 'card');
  });

  it('calls whoever has just become an approver once, though the others are called again', async () => {
    const caseId = await submitted(world, { inputs: defaults });
    await world.teams.open(people.outsider);
    await idle(world, clock);
    const arno = (await fromBot(people.approver)).length;
    world.tenant.groupNamed('Signoff Approvers').members.push(world.tenant.person(people.outsider).id);
    await later(hours(4.1));
    await button(world, people.outsider, { verb: 'approve', caseId });
    await later(hours(0.1));
    assert.equal((await fromBot(people.approver)).length, arno + 1);
    assert.equal((await fromBot(people.outsider)).length, 1);
  });
});
