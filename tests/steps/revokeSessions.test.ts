import assert from 'node:assert/strict';
import { previewStep } from '../../bot/engine/plan.ts';
import { revokeSessions } from '../../bot/steps/revokeSessions.ts';
import { previewChange, proveSoon, type StepWorld, startStepWorld, writesIn } from '../support/stepWorld.ts';

describe('revoke-sessions', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
  });
  after(() => world.tenant.close());

  it('moves the moment from which sessions count', async () => {
    const context = await world.contextOf('jane');
    const { before } = await previewChange(revokeSessions, context);
    assert.deepEqual(before, { signInSessionsValidFromDateTime: '2026-05-01T08:00:00Z' });
    await revokeSessions.run(context, before);
    assert.match(await proveSoon(revokeSessions, context, before), /has to sign in again/);
    assert.equal(writesIn(world.tenant.exchanges).length, 1);
  });

  it('ends the sessions of somebody whose sessions never ended before', async () => {
    world.tenant.person('jane').signInSessionsValidFromDateTime = null;
    const context = await world.contextOf('jane');
    const { before } = await previewChange(revokeSessions, context);
    assert.ok('notYet' in (await revokeSessions.verify(context, before)));
    await revokeSessions.run(context, before);
    await proveSoon(revokeSessions, context, before);
  });

  it('ends the sessions of a synchronized person: they live in the cloud', async () => {
    const context = await world.contextOf('dariusz');
    const { before } = await previewChange(revokeSessions, context);
    await revokeSessions.run(context, before);
    await proveSoon(revokeSessions, context, before);
  });

  it('does not believe Graph when it says true and does nothing, as it does for a guest', async () => {
    const context = await world.contextOf('gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com');
    const { planned } = await previewStep(revokeSessions, context);
    assert.equal(planned.kind, 'not-needed');
    assert.match(planned.why ?? '', /lives in another organization/);
    const { before } = await previewChange(revokeSessions, context);
    await revokeSessions.run(context, before);
    assert.ok('notYet' in (await revokeSessions.verify(context, before)));
  });

  it('is not proved by the same or an earlier moment', async () => {
    const context = await world.contextOf('jane');
    const { before } = await previewChange(revokeSessions, context);
    for (const moment of ['2026-05-01T08:00:00.000Z', '2026-04-30T23:59:59Z', null]) {
      world.tenant.person('jane').signInSessionsValidFromDateTime = moment;
      assert.ok('notYet' in (await revokeSessions.verify(context, before)), String(moment));
    }
  });

  it('is proved in the very second in which a new password has moved that moment', async () => {
    // As after reset-password: what is there before is from now.
    world.tenant.person('jane').signInSessionsValidFromDateTime = `${new Date().toISOString().slice(0, 19)}Z`;
    const context = await world.contextOf('jane');
    const { before } = await previewChange(revokeSessions, context);
    await revokeSessions.run(context, before);
    await proveSoon(revokeSessions, context, before);
  });

  it('ends them again after a lost answer, where a password was set in the same second and it can’t be told', async () => {
    const first = await world.contextOf('jane');
    const { before } = await previewChange(revokeSessions, first);
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    Object.assign(world.tenant.person('jane'), {
      signInSessionsValidFromDateTime: now,
      lastPasswordChangeDateTime: now,
    });
    await revokeSessions.run({ ...first, attempt: 2 }, before);
    assert.equal(writesIn(world.tenant.exchanges).length, 1);
  });

  it('does not end them again after a lost answer, where they were ended after the password was set', async () => {
    const first = await world.contextOf('jane');
    const { before } = await previewChange(revokeSessions, first);
    Object.assign(world.tenant.person('jane'), {
      signInSessionsValidFromDateTime: '2026-11-20T10:00:01Z',
      lastPasswordChangeDateTime: '2026-11-20T10:00:00Z',
    });
    await revokeSessions.run({ ...first, attempt: 2 }, before);
    assert.deepEqual(writesIn(world.tenant.exchanges), []);
  });

  it('does not wait for a moment that is long past', async () => {
    const context = await world.contextOf('jane');
    const { before } = await previewChange(revokeSessions, context);
    const started = Date.now();
    await revokeSessions.run(context, before);
    assert.ok(Date.now() - started < 1100);
  });

  it('is proved by hand in the second in which it was asked for, and not by an earlier one', async () => {
    const context = await world.contextOf('jane');
    const asked = new Date('2026-11-20T10:00:00.900Z');
    const look = async (moment: string) => {
      world.tenant.person('jane').signInSessionsValidFromDateTime = moment;
      return revokeSessions.verifyByHand?.(context, asked);
    };
    assert.ok('notYet' in ((await look('2026-11-20T09:59:59Z')) ?? {}));
    assert.ok('proved' in ((await look('2026-11-20T10:00:00Z')) ?? {}));
  });
});
