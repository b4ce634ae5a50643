import assert from 'node:assert/strict';
import { hours } from '../../bot/clock.ts';
import { eventually, idle, type JumpingClock, jumpingClock, letPass } from '../support/clock.ts';
import {
  approved,
  asked,
  button,
  caseIs,
  caseRow,
  defaults,
  entries,
  press,
  pressed,
  refused,
  submitted,
  writes,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

const movedOn = 'OFF-1 has moved on, so nothing was changed. Type “status OFF-1” to see where it is.';

describe('a case that nobody decides about', () => {
  let world: World;
  let clock: JumpingClock;
  beforeEach(async () => {
    clock = jumpingClock();
    world = await startSimpleWorld({ parts: () => ({ clock }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('expires a day after the plan was drawn up and not filled in', async () => {
    const caseId = await asked(world);
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId });
    await world.card(people.helpdesk, 'then ask for approval by ');
    await letPass(world, clock, hours(23));
    await idle(world, clock);
    assert.equal((await caseRow(world, caseId)).state, 'draft');
    await letPass(world, clock, hours(1.1));
    const row = await caseIs(world, caseId, 'expired');
    assert.equal(row.note, 'Nobody asked for approval within 24 hours.');
    assert.equal((await entries(world, caseId)).at(-1)?.what, 'expired');
    await refused(press(world, people.helpdesk, submit, defaults), movedOn);
    await world.teams.waitFor(people.helpdesk, ({ text }) =>
      /within 24 hours\. Nothing was changed\.$/.test(text ?? ''),
    );
  });

  it('expires three days after the approvers were asked, also over a restart, and can be asked for anew', async () => {
    const caseId = await submitted(world);
    const approve = await button(world, people.approver, { verb: 'approve', caseId });
    await letPass(world, clock, hours(71));
    await world.restart();
    await idle(world, clock);
    assert.equal((await caseRow(world, caseId)).state, 'awaiting-approval');
    await letPass(world, clock, hours(1.1));
    assert.equal((await caseIs(world, caseId, 'expired')).note, 'Nobody decided within 72 hours.');
    await refused(press(world, people.approver, approve), movedOn);
    assert.deepEqual(writes(world), []);
    assert.equal(await asked(world), caseId + 1);
  });

  it('expires three days after its plan has changed', async () => {
    const caseId = await submitted(world);
    const { version } = await caseRow(world, caseId);
    world.tenant.person('jane').onPremisesSyncEnabled = true;
    await letPass(world, clock, hours(50));
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await eventually('it went back to the approvers', async () => (await caseRow(world, caseId)).version > version);
    await letPass(world, clock, hours(71));
    await idle(world, clock);
    assert.equal((await caseRow(world, caseId)).state, 'awaiting-approval');
    await letPass(world, clock, hours(1.1));
    assert.equal((await caseIs(world, caseId, 'expired')).note, 'Nobody decided within 72 hours.');
  });

  it('does not expire once it is approved', async () => {
    const caseId = await approved(world);
    await letPass(world, clock, hours(200));
    await idle(world, clock);
    assert.equal((await caseRow(world, caseId)).state, 'running');
  });
});
