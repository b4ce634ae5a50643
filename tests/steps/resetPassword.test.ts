import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { previewStep } from '../../bot/engine/plan.ts';
import { resetPassword } from '../../bot/steps/resetPassword.ts';
import { previewChange, proveSoon, type StepWorld, startStepWorld } from '../support/stepWorld.ts';
import { watchedFetch } from '../support/watchedFetch.ts';

describe('reset-password', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
    world.lines.length = 0;
  });
  after(() => world.tenant.close());

  /** Runs it `times`, and gives the passwords that were on the wire and whatever was thrown. */
  async function reset(times = 1): Promise<{ passwords: string[]; thrown: unknown[] }> {
    const context = await world.contextOf('jane');
    const { before } = await previewChange(resetPassword, context);
    const thrown: unknown[] = [];
    using wire = watchedFetch();
    for (let run = 0; run < times; run++) {
      await resetPassword.run(context, before).catch((error: unknown) => thrown.push(error));
    }
    return { passwords: wire.bodies.flatMap((body) => /"password":"([^"]+)"/.exec(body)?.[1] ?? []), thrown };
  }

  it('makes a new random password each time, long and of four kinds', async () => {
    const { passwords } = await reset(20);
    assert.equal(new Set(passwords).size, 20);
    for (const password of passwords) {
      assert.ok(password.length >= 24, password);
      for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z0-9]/]) assert.match(password, kind);
      assert.match(password, /^[\x21-\x7e]+$/);
      assert.ok(new Set(password).size > 12, 'drawn from many characters');
    }
  });

  it('puts the kinds in no fixed place', async () => {
    const { passwords } = await reset(20);
    assert.ok(new Set(passwords.map((password) => password.search(/\d/))).size > 1);
    assert.ok(passwords.some((password) => !/^[A-Z][a-z]\d/.test(password)));
  });

  it('makes the new password one that must be changed', async () => {
    await reset();
    const write = world.tenant.exchanges.find(({ method }) => method === 'PATCH');
    assert.deepEqual(write?.requestBody, {
      passwordProfile: { password: '[redacted]', forceChangePasswordNextSignIn: true },
    });
  });

  it('tells the password to nobody when all goes well', async () => {
    const { passwords, thrown } = await reset();
    assert.deepEqual(thrown, []);
    tellsNothing(passwords);
    assert.ok(world.lines.some((line) => line.includes('PATCH /users/{id}')));
  });

  for (const kind of ['throttle', 'unavailable', 'reset', 'timeoutAfter'] as const) {
    it(`tells the password to nobody when the write ends in ${kind}`, async () => {
      world.tenant.setFaults({ kinds: [kind], match: 'PATCH /users', hangMs: 5, retryAfterSeconds: 60 });
      const { passwords, thrown } = await reset();
      assert.equal(thrown.length, 1);
      tellsNothing(passwords, thrown);
    });
  }

  it('tells the password to nobody when Graph refuses it', async () => {
    world.tenant.data.app.permissions = world.tenant.data.app.permissions.filter(
      (name) => name !== 'User-PasswordProfile.ReadWrite.All',
    );
    const { passwords, thrown } = await reset();
    assert.equal(thrown.length, 1);
    tellsNothing(passwords, thrown);
  });

  function tellsNothing(passwords: string[], thrown: unknown[] = []): void {
    assert.ok(passwords.length > 0);
    const told = [
      ...world.lines,
      JSON.stringify(world.tenant.exchanges),
      JSON.stringify(world.tenant.data),
      ...thrown.map((error) => inspect(error, { depth: 20, showHidden: true })),
      JSON.stringify(thrown),
    ].join('\n');
    for (const password of passwords) assert.ok(!told.includes(password));
  }

  it('is proved by a later date, not by the same or no date', async () => {
    const context = await world.contextOf('jane');
    const { before } = await previewChange(resetPassword, context);
    assert.deepEqual(before, { lastPasswordChangeDateTime: '2026-04-14T08:00:00Z' });
    for (const moment of ['2026-04-14T08:00:00.000Z', '2026-04-14T07:59:59Z', null]) {
      world.tenant.person('jane').lastPasswordChangeDateTime = moment;
      assert.ok('notYet' in (await resetPassword.verify(context, before)), String(moment));
    }
    await resetPassword.run(context, before);
    await proveSoon(resetPassword, context, before);
  });

  it('is proved in the very second in which somebody else changed the password', async () => {
    world.tenant.person('jane').lastPasswordChangeDateTime = `${new Date().toISOString().slice(0, 19)}Z`;
    const context = await world.contextOf('jane');
    const { before } = await previewChange(resetPassword, context);
    await resetPassword.run(context, before);
    await proveSoon(resetPassword, context, before);
  });

  it('is proved for somebody who never had a password before', async () => {
    world.tenant.person('jane').lastPasswordChangeDateTime = null;
    const context = await world.contextOf('jane');
    const { before } = await previewChange(resetPassword, context);
    await resetPassword.run(context, before);
    await proveSoon(resetPassword, context, before);
  });

  it('is not needed for a guest, and by hand for a synchronized person', async () => {
    const guest = await previewStep(
      resetPassword,
      await world.contextOf('gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com'),
    );
    assert.equal(guest.planned.kind, 'not-needed');
    const synced = await previewStep(resetPassword, await world.contextOf('dariusz'));
    assert.equal(synced.planned.kind, 'by-hand');
    assert.match(synced.planned.why ?? '', /on-premises directory/);
  });
});
