import assert from 'node:assert/strict';
import { hours, inWords, minutes } from '../../bot/clock.ts';
import { idle, jumpingClock, letPass } from '../support/clock.ts';
import { approved, calls, journaled, pressed, step, stepIs } from '../support/journey.ts';
import { people } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('Microsoft 365 that asks to wait for an hour', () => {
  it('makes the step wait, say until when, and then do its work, also over a restart', async () => {
    const clock = jumpingClock();
    await using world = await startSimpleWorld({ parts: () => ({ clock }) });
    const caseId = await approved(world);
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 3600, match: 'PATCH /users/' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'queued', 'running');
    await world.teams.waitFor(people.approver, ({ card }) =>
      JSON.stringify(card ?? '').includes('asked Signoff to wait'),
    );

    const waits = await step(world, caseId, 'block-sign-in');
    assert.equal(waits.state, 'queued');
    const [entry] = await journaled(world, caseId, 'step-waits', 'block-sign-in');
    const until = inWords(new Date(Date.parse(entry?.at ?? '') + hours(1)));
    const said = 'Microsoft 365 is busy and asked Signoff to wait. It is tried again by itself. Next try: ';

    const aMomentBefore = inWords(new Date(Date.parse(entry?.at ?? '') + hours(1) - 500));
    assert.ok([`${said}${until}.`, `${said}${aMomentBefore}.`].includes(waits.words ?? ''), waits.words ?? '');

    const wakeup = world.signoff.runtime.db.selectFrom('wakeups').select('queue').where('key', 'like', '1/%');
    assert.deepEqual(await wakeup.execute(), [{ queue: 'lock-out' }], 'a step of the first stage has its own queue');

    await world.restart();
    await letPass(world, clock, minutes(50));
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-sign-in-methods' });
    await stepIs(world, caseId, 'remove-sign-in-methods', 'proved');
    await idle(world, clock);
    world.tenant.clearFaults();
    assert.equal((await step(world, caseId, 'block-sign-in')).state, 'queued');
    assert.equal(calls(world, 'PATCH', /users/).length, 1, 'nobody knocks before the hour is over');

    await letPass(world, clock, minutes(11));
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.equal(calls(world, 'PATCH', /users/).length, 2);
    assert.equal((await journaled(world, caseId, 'step-proved', 'block-sign-in')).length, 1);
  });

  it('keeps the other steps going, and those that come after it waiting', async () => {
    const clock = jumpingClock();
    await using world = await startSimpleWorld({ parts: () => ({ clock }) });
    const caseId = await approved(world);
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 3600, match: 'PATCH /users/' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await stepIs(world, caseId, 'remove-sign-in-methods', 'proved');
    await idle(world, clock);
    assert.equal((await step(world, caseId, 'revoke-sessions')).state, 'queued');
    assert.equal(calls(world, 'PATCH', /users/).length, 2, 'a step that waits is not woken by its neighbors');

    world.tenant.clearFaults();
    await letPass(world, clock, minutes(61));
    await stepIs(world, caseId, 'revoke-sessions', 'proved');
    assert.equal(calls(world, 'PATCH', /users/).length, 4);
  });

  it('gives up after a day, says so, and can be retried', async () => {
    const clock = jumpingClock();
    await using world = await startSimpleWorld({ parts: () => ({ clock }) });
    const caseId = await approved(world);
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 3600, match: 'PATCH /users/' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await world.teams.waitFor(people.approver, ({ card }) =>
      JSON.stringify(card ?? '').includes('asked Signoff to wait'),
    );
    for (let hour = 1; hour <= 23; hour++) {
      await letPass(world, clock, hours(1));
      await idle(world, clock);
    }
    assert.equal((await step(world, caseId, 'block-sign-in')).state, 'queued');
    await letPass(world, clock, hours(1));
    await stepIs(world, caseId, 'block-sign-in', 'failed');
    world.tenant.clearFaults();
    await pressed(world, people.approver, { verb: 'retry', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'proved');
  });
});
