import assert from 'node:assert/strict';
import { minutes } from '../../bot/clock.ts';
import { eventually, idle, jumpingClock, letPass } from '../support/clock.ts';
import {
  approved,
  button,
  calls,
  caseRow,
  confirmUntil,
  journaled,
  pressed,
  stepIs,
  submitted,
  writes,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

const unanswered = 'Microsoft 365 does not answer. It is tried again by itself. Next try: ';
const sees = (world: World, person: string, words: string) =>
  world.teams.waitFor(person, ({ card }) => JSON.stringify(card ?? '').includes(words), 10_000);

describe('Microsoft Graph that is down', () => {
  const clock = jumpingClock();
  let world: World;
  beforeEach(async () => {
    world = await startSimpleWorld({ parts: () => ({ clock }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('while planning, is told to the requester, and the plan comes when it is back', async () => {
    world.tenant.setFaults({ kinds: ['unavailable'], match: 'GET /users/.*authentication' });
    await world.ask(people.helpdesk, 'offboard jane@contoso.com');
    await sees(world, people.helpdesk, unanswered);
    assert.equal((await caseRow(world, 1)).state, 'planning');
    assert.match((await caseRow(world, 1)).note ?? '', /Next try: .* UTC\. Nothing is lost\.$/);
    world.tenant.clearFaults();
    await letPass(world, clock, minutes(1));
    await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
    assert.equal((await caseRow(world, 1)).note, null);
    assert.deepEqual(writes(world), []);
  });

  it('while a stage opens, is told to the approvers, and the stage opens when it is back', async () => {
    const caseId = await submitted(world);
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 20, match: 'GET /users/.*transitiveMemberOf' });
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await eventually('the case says why it waits', async () => (await caseRow(world, caseId)).note);
    assert.match((await caseRow(world, caseId)).note ?? '', /^Microsoft 365 is busy .* Nothing is lost\.$/);
    world.tenant.clearFaults();
    await letPass(world, clock, minutes(1));
    await button(world, people.approver, { verb: 'confirm', caseId });
    assert.equal((await caseRow(world, caseId)).note, null);
  });

  it('while running, makes the step wait, and the step finishes when it is back', async () => {
    const caseId = await approved(world);
    world.tenant.setFaults({ kinds: ['unavailable', 'reset'], match: 'PATCH|DELETE|revokeSignIn', count: 2 });
    await confirmUntil(world, caseId, 'remove-group-memberships');
    const waits = await journaled(world, caseId, 'step-waits');
    assert.equal(waits.length, 2);
    assert.ok(waits.every(({ words }) => words.includes(unanswered)));
    for (const step of ['block-sign-in', 'reset-password', 'revoke-sessions', 'remove-sign-in-methods'])
      assert.equal((await journaled(world, caseId, 'step-proved', step)).length, 1);
  });

  it('while a change is being proved, makes the proof wait and not the change be made again', async () => {
    const caseId = await approved(world);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'reset-password' });
    await stepIs(world, caseId, 'reset-password', 'proved');
    world.tenant.setFaults({ staleMs: 300 });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'verifying');
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 20, match: 'GET /users/', count: 1 });
    await letPass(world, clock, 10_000);
    await eventually('the look is throttled', async () => world.tenant.exchanges.some(({ status }) => status === 429));
    await idle(world, clock);
    await letPass(world, clock, 21_000);
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.equal(calls(world, 'PATCH', /users/).length, 2);
  });
});
