import assert from 'node:assert/strict';
import { hours } from '../../bot/clock.ts';
import { createLog } from '../../bot/log.ts';
import { eventually, idle, type JumpingClock, jumpingClock, letPass } from '../support/clock.ts';
import { approved, asked, caseIs, confirmUntil, pressed, step, stepIs, submitted } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('a wake-up that is lost', () => {
  let world: World;
  let clock: JumpingClock;
  let lines: string[];
  beforeEach(async () => {
    clock = jumpingClock();
    lines = [];
    const log = createLog('info', { write: (line) => void lines.push(line) });
    world = await startSimpleWorld({ parts: () => ({ clock, log }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const lose = (key: string) => world.signoff.runtime.db.deleteFrom('wakeups').where('key', '=', key).execute();
  /** What the log says was woken, as `case/step`. */
  const woken = () =>
    lines
      .filter((line) => line.includes('nothing would have gone on here'))
      .map((line) => JSON.parse(line))
      .map(({ level, caseId, stepId }) => `${level >= 50 ? 'error' : level} ${caseId}/${stepId}`);

  it('of a step that waits for Microsoft 365 is missed within an hour, and the step goes on', async () => {
    const caseId = await approved(world);
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 1800, match: 'PATCH /users/' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await idle(world, clock);
    world.tenant.clearFaults();
    await lose(`${caseId}/block-sign-in`);
    await letPass(world, clock, hours(0.9));
    await idle(world, clock);
    assert.equal((await step(world, caseId, 'block-sign-in')).state, 'queued');
    await letPass(world, clock, hours(0.2));
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.deepEqual(woken(), [`error ${caseId}/block-sign-in`]);
  });

  it('of a step that is being proved is missed by the next start', async () => {
    const caseId = await approved(world);
    const staleMs = 500;
    world.tenant.setFaults({ staleMs });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'verifying');
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 1800, match: 'GET /users/' });
    await letPass(world, clock, 1000);
    await eventually('a look is throttled', async () => world.tenant.exchanges.some(({ status }) => status === 429));
    await idle(world, clock);
    await world.restart();
    await idle(world, clock);
    assert.deepEqual(woken(), [], 'it is not lost yet');
    // The tenant goes by the time on the wall: by the next look, half an hour later for the bot, the change must show.
    await new Promise((resolve) => setTimeout(resolve, staleMs));
    await lose(`${caseId}/block-sign-in`);
    world.tenant.clearFaults();
    await world.restart();
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.deepEqual(woken(), [`error ${caseId}/block-sign-in`]);
  });

  it('of a step that was cut off is missed by the next start', async () => {
    const caseId = await approved(world);
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 1800, match: 'PATCH /users/' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await idle(world, clock);
    await world.signoff.runtime.db
      .updateTable('caseSteps')
      .set({ state: 'running' })
      .where('state', '=', 'queued')
      .execute();
    await lose(`${caseId}/block-sign-in`);
    world.tenant.clearFaults();
    await world.restart();
    await stepIs(world, caseId, 'block-sign-in', 'proved');
  });

  it('of a plan, or of a stage that is to open, is missed as well', async () => {
    for (const [match, state] of [
      ['GET /users/.*authentication', 'planning'],
      ['GET /users/.*transitiveMemberOf', 'running'],
    ] as const) {
      const caseId = state === 'planning' ? 1 : await submitted(world, { sentence: 'offboard luca@contoso.com' });
      world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 1800, match });
      if (state === 'planning') await world.ask(people.helpdesk, 'offboard jane@contoso.com');
      else await pressed(world, people.approver, { verb: 'approve', caseId });
      await eventually('the case says why it waits', async () => (await caseIs(world, caseId, state)).note);
      await idle(world, clock);
      world.tenant.clearFaults();
      await lose(String(caseId));
      await world.restart();
      if (state === 'planning') await caseIs(world, caseId, 'draft');
      else await eventually('the stage is open', async () => (await caseIs(world, caseId, state)).stageOpen);
    }
    assert.deepEqual(woken(), ['error 1/null', 'error 2/null']);
  });

  it('of a case that is to expire is missed, and the case expires in time', async () => {
    const caseId = await asked(world);
    await lose(String(caseId));
    await letPass(world, clock, hours(1));
    await eventually('it is missed', async () => woken().length === 1);
    await letPass(world, clock, hours(22));
    await idle(world, clock);
    await caseIs(world, caseId, 'draft');
    await letPass(world, clock, hours(1.1));
    await caseIs(world, caseId, 'expired');
    assert.deepEqual(woken(), [`error ${caseId}/null`]);
  });

  it('is not missed where there is none to lose: a step that waits for another, a stage that waits for people', async () => {
    const caseId = await approved(world);
    await letPass(world, clock, hours(2));
    await idle(world, clock);
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 3600 * 5, match: 'PATCH /users/' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await stepIs(world, caseId, 'remove-sign-in-methods', 'proved');
    await idle(world, clock);
    assert.equal((await step(world, caseId, 'revoke-sessions')).state, 'queued');
    await letPass(world, clock, hours(2));
    await idle(world, clock);
    world.tenant.clearFaults();
    await letPass(world, clock, hours(4));
    await confirmUntil(world, caseId, 'remove-licenses');
    await world.restart();
    await idle(world, clock);
    assert.deepEqual(woken(), []);
  });
});
