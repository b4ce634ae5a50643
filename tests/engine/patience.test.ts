import assert from 'node:assert/strict';
import { hours, minutes } from '../../bot/clock.ts';
import { eventually, idle, type JumpingClock, jumpingClock, letPass } from '../support/clock.ts';
import {
  approved,
  asked,
  button,
  caseIs,
  caseRow,
  defaults,
  pressed,
  step,
  stepIs,
  submitted,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('patience with Microsoft 365', () => {
  let world: World;
  let clock: JumpingClock;
  beforeEach(async () => {
    clock = jumpingClock();
    world = await startSimpleWorld({ parts: () => ({ clock }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const throttle = (retryAfterSeconds: number, match: string) =>
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds, match });
  const refusals = () => world.tenant.exchanges.filter(({ status }) => status === 429).length;
  /** It is throttled and asked to wait a minute: nobody knocks before it is over, and somebody does then. */
  async function waitsForItsTime(): Promise<void> {
    await eventually('it is throttled', async () => refusals() > 0);
    await idle(world, clock);
    const refused = refusals();
    await letPass(world, clock, 50_000);
    await idle(world, clock);
    assert.equal(refusals(), refused, 'nobody knocks before the minute is over');
    world.tenant.clearFaults();
    await letPass(world, clock, 11_000);
  }
  const startProving = async (staleMs = 600_000) => {
    const caseId = await approved(world);
    world.tenant.setFaults({ staleMs });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'verifying');
    return caseId;
  };
  /** @returns the minutes that went by until the step had failed */
  async function minutesUntilFailed(caseId: number, stepMs: number): Promise<number> {
    for (let passed = stepMs; ; passed += stepMs) {
      await letPass(world, clock, stepMs);
      await idle(world, clock);
      if ((await step(world, caseId, 'block-sign-in')).state === 'failed') return passed / minutes(1);
      assert.ok(passed < hours(100), 'it never fails');
    }
  }

  it('keeps to the time that was asked for while a plan is drawn up', async () => {
    throttle(60, 'GET /users/.*authentication');
    await world.ask(people.helpdesk, 'offboard jane@contoso.com');
    await waitsForItsTime();
    await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
  });

  it('keeps to the time that was asked for while a stage opens', async () => {
    const caseId = await submitted(world);
    throttle(60, 'GET /users/.*transitiveMemberOf');
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await waitsForItsTime();
    await button(world, people.approver, { verb: 'confirm', caseId });
  });

  it('keeps to the time that was asked for while a change is proved', async () => {
    const caseId = await startProving(500);
    throttle(60, 'GET /users/');
    await letPass(world, clock, 1000);
    await waitsForItsTime();
    await stepIs(world, caseId, 'block-sign-in', 'proved');
  });

  it('gives a change two minutes to show, and then says that it does not', async () => {
    const caseId = await startProving();
    const took = await minutesUntilFailed(caseId, 5000);
    assert.ok(took > 1.9 && took < 3, `${took} minutes`);
    assert.match(
      (await step(world, caseId, 'block-sign-in')).words ?? '',
      /^Microsoft 365 took the change but does not show it: /,
    );
  });

  it('gives Microsoft 365 a day to answer while a change is proved', async () => {
    const caseId = await startProving();
    throttle(3600, 'GET /users/');
    const took = await minutesUntilFailed(caseId, hours(1));
    assert.ok(took >= 24 * 60 && took <= 26 * 60, `${took} minutes`);
    assert.match((await step(world, caseId, 'block-sign-in')).words ?? '', /^Microsoft 365 is busy/);
  });

  it('never gives up a plan or a stage: each next try is a little later', async () => {
    await asked(world);
    world.tenant.setFaults({ kinds: ['unavailable'], match: 'GET /users/.*transitiveMemberOf' });
    await pressed(world, people.helpdesk, { verb: 'submit', caseId: 1 }, defaults);
    for (let tries = 1; tries <= 3; tries++) {
      const row = await eventually(`it was tried ${tries} times`, async () => {
        const found = await caseRow(world, 1);
        return found.attempts === tries && found;
      });
      const wakeup = await world.signoff.runtime.db
        .selectFrom('wakeups')
        .select('dueAt')
        .where('queue', '=', 'case')
        .where('key', '=', '1')
        .executeTakeFirstOrThrow();
      const waitMs = wakeup.dueAt - Date.parse(row.updatedAt);
      assert.ok(Math.abs(waitMs - 2000 * 2 ** tries) < 50, `${waitMs} ms after try ${tries}`);
      await letPass(world, clock, waitMs);
    }
    assert.equal((await caseIs(world, 1, 'submitted')).state, 'submitted');
  });
});
