import assert from 'node:assert/strict';
import { hours, minutes } from '../../bot/clock.ts';
import { outOfPatience, type Work } from '../../bot/engine/stepWork.ts';
import { exportContent } from '../../bot/steps/exportContent.ts';
import { eventually, idle, type JumpingClock, jumpingClock, letPass } from '../support/clock.ts';
import {
  approved,
  asked,
  button,
  calls,
  canceled,
  caseIs,
  caseRow,
  defaults,
  findButton,
  press,
  pressed,
  refused,
  step,
  stepIs,
  submitAs,
  submitted,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

const lockOutSteps = ['block-sign-in', 'reset-password', 'remove-sign-in-methods', 'revoke-sessions'];

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

  it('lets an approver go on without it, once it takes its time', async () => {
    const caseId = await startProving();
    const wanted = { verb: 'skip', caseId, step: 'block-sign-in' };
    const shown = await eventually('it is shown', async () =>
      (await world.teams.messages(people.approver)).find(({ card }) => JSON.stringify(card).includes('being proved')),
    );
    assert.equal(findButton(shown, wanted), undefined, 'nobody is asked about what takes seconds');
    const { version } = await caseRow(world, caseId);
    const data = { case: caseId, version, stage: 0, steps: ['block-sign-in'] };
    const early = { message: shown, action: { type: 'Action.Execute', verb: 'skip', data } as const };
    await refused(press(world, people.approver, early), /is already under way; nothing was changed\.$/);
    for (let passed = 0; (await step(world, caseId, 'block-sign-in')).words === null; passed++) {
      assert.ok(passed < 30, 'it never says that it waits');
      await letPass(world, clock, 5000);
      await idle(world, clock);
    }
    await pressed(world, people.approver, wanted);
    const row = await stepIs(world, caseId, 'block-sign-in', 'skipped');
    assert.equal(
      row.words,
      'Microsoft 365 took the change; Arno Lindqvist did not wait until it shows. Seen last: Sign-in still shows as allowed. “It is not needed here.”',
    );
    await world.card(people.approver, 'did not wait until it shows');
    await canceled(world, people.helpdesk, caseId);
    const report = await world.card(people.approver, 'begun and not proved');
    assert.match(JSON.stringify(report.card), /Block sign-in \(begun, not proved\)/);
  });

  it('looks ever more seldom at what takes its time, and says when it looks next', async () => {
    const caseId = await approved(world);
    for (const one of lockOutSteps) {
      await pressed(world, people.approver, { verb: 'confirm', caseId, step: one });
      await stepIs(world, caseId, one, 'proved');
    }
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    await stepIs(world, caseId, 'remove-group-memberships', 'proved');
    world.tenant.setFaults({ staleMs: 600_000 });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-licenses' });
    await stepIs(world, caseId, 'remove-licenses', 'verifying');
    const looks = () => calls(world, 'GET', /licenseAssignmentStates/).length;
    /** How often it is looked while so much time goes by. */
    const looksIn = async (ms: number, times: number) => {
      const before = looks();
      for (let passed = 0; passed < times; passed++) {
        await letPass(world, clock, ms / times);
        await idle(world, clock);
      }
      return looks() - before;
    };
    assert.ok((await looksIn(minutes(1), 60)) >= 5, 'mostly it shows at once');
    assert.ok((await looksIn(minutes(14), 28)) <= 3);
    const row = await step(world, caseId, 'remove-licenses');
    assert.match(
      row.words ?? '',
      /^\d licenses are still there\. Usually it shows within minutes, and within a day where a group brings a license\. Looked \d+ times; next look: .+ UTC\.$/,
    );
    const card = await world.card(people.approver, 'Usually it shows within minutes');
    assert.match(JSON.stringify(card.card), /Looked \d+ times; next look/);
    const status = await world.ask(people.helpdesk, 'status OFF-1');
    assert.match(JSON.stringify(status.card), /Usually it shows within minutes.*next look/);
    world.tenant.setFaults({ staleMs: 600_000, kinds: ['throttle'], retryAfterSeconds: 60, match: 'GET /users/' });
    await letPass(world, clock, hours(1));
    await idle(world, clock);
    const busy = (await step(world, caseId, 'remove-licenses')).words ?? '';
    assert.match(busy, /^Microsoft 365 is busy.* Next look: .+ UTC\.$/, 'no look is named that has passed');
    world.tenant.setFaults({ staleMs: 600_000 });
    assert.ok((await looksIn(hours(5), 20)) <= 8);
    assert.equal((await step(world, caseId, 'remove-licenses')).state, 'verifying');
    for (let passed = 6; passed <= 25; passed++) {
      await letPass(world, clock, hours(1));
      await idle(world, clock);
    }
    assert.equal((await step(world, caseId, 'remove-licenses')).state, 'failed', 'somebody is asked after a day');
  });

  it('goes on waiting as long as the step says, though Microsoft 365 can’t be reached at times', () => {
    const work = (state: string, waitedMs: number) => ({ step: exportContent, current: { state, waitedMs } }) as Work;
    assert.ok(!outOfPatience(work('verifying', hours(71))));
    assert.ok(outOfPatience(work('verifying', hours(72))));
    assert.ok(outOfPatience(work('running', hours(24))));
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
    await submitAs(world, 1, defaults);
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
