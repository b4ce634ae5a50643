import assert from 'node:assert/strict';
import { hours } from '../../bot/clock.ts';
import { AppError } from '../../bot/errors.ts';
import { retireOrWipeDevices } from '../../bot/steps/retireOrWipeDevices.ts';
import { approved, pressed, stepIs } from '../support/journey.ts';
import { people, startWorld } from '../support/signoff.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('retire-or-wipe-devices, where Intune wants a second administrator', () => {
  const suite = stepSuite(retireOrWipeDevices, {
    change(data) {
      data.delays.deviceMs = 3_600_000;
      data.premium.multiAdminApproval = true;
    },
  });
  const orders = () =>
    suite.tenant.exchanges
      .filter(({ method, path }) => method === 'POST' && /\/(retire|wipe)$/.test(path))
      .map(({ requestHeaders, status }) => ({
        code: requestHeaders['x-msft-approval-code'],
        reason: requestHeaders['x-msft-approval-justification'],
        status,
      }));
  const agree = (status: 'approved' | 'rejected') => {
    for (const one of suite.data.deviceApprovals) one.status = status;
  };
  const elsewhere = (error: unknown) => {
    assert.ok(error instanceof AppError && error.code === 'approval-elsewhere' && !error.passing);
    assert.match(
      error.say,
      /^Intune wants a second administrator to agree for .*CTS-JANE-01.*Press Retry when they have\.$/,
    );
    return true;
  };

  /** As the engine does: what is noted is what the next attempt gets. */
  async function attempts() {
    const { context, before } = await suite.preview('jane', { devices: 'wipe' });
    let noted = before;
    const note = async (now: unknown) => {
      noted = JSON.parse(JSON.stringify(now));
    };
    return {
      context,
      run: () => retireOrWipeDevices.run({ ...context, note }, noted),
      verify: () => retireOrWipeDevices.verify(context, noted),
    };
  }

  it('asks with a reason, says who agrees where, and sends the same order with the code', async () => {
    const { run, verify } = await attempts();
    await assert.rejects(run(), elsewhere);
    const reason = Buffer.from('Offboarding OFF-42').toString('base64');
    assert.deepEqual(orders(), [
      { code: undefined, reason, status: 403 },
      { code: undefined, reason, status: 403 },
    ]);
    assert.ok('notYet' in (await verify()));
    await assert.rejects(run(), elsewhere, 'nobody has agreed yet');
    agree('approved');
    await run();
    const codes = suite.data.deviceApprovals.map(({ code }) => code);
    assert.deepEqual(
      orders().slice(4),
      codes.map((code) => ({ code, reason: undefined, status: 204 })),
    );
    assert.ok('ordered' in (await verify()));
  });

  it('drops a code that was turned down, and asks anew the next time', async () => {
    const { run } = await attempts();
    await assert.rejects(run(), elsewhere);
    agree('rejected');
    await assert.rejects(run(), /rejected or has expired/);
    await assert.rejects(run(), elsewhere);
    assert.equal(suite.data.deviceApprovals.filter(({ status }) => status === 'needsApproval').length, 2);
  });

  it('has something to wait for where it was asked already and the code is not known', async () => {
    const { run } = await attempts();
    for (const { id } of suite.data.managedDevices)
      for (const action of ['retire', 'wipe'] as const)
        suite.data.deviceApprovals.push({ code: crypto.randomUUID(), deviceId: id, action, status: 'needsApproval' });
    await assert.rejects(run(), elsewhere);
    assert.ok(orders().every(({ status }) => status === 409));
  });

  it('waits an hour where Intune has had as many orders as it takes in a day', async () => {
    Object.assign(suite.data.premium, { multiAdminApproval: false, deviceOrdersLeft: 0 });
    const { run } = await attempts();
    await assert.rejects(run(), (error) => {
      assert.ok(error instanceof AppError && error.passing);
      assert.equal(error.retryAfterMs, hours(1));
      assert.match(error.say, /1,000 retires, 500 wipes.*tried again by itself\.$/);
      return true;
    });
  }).timeout(30_000);

  it('is done by Retry through the whole product, the code being kept in between', async () => {
    await using world = await startWorld({
      change(data) {
        data.delays.deviceMs = 3_600_000;
        data.premium.multiAdminApproval = true;
      },
    });
    const caseId = await approved(world, { inputs: { devices: 'wipe' } });
    await pressed(
      world,
      people.approver,
      { verb: 'confirm', caseId, step: 'retire-or-wipe-devices' },
      { reason: 'Left' },
    );
    await pressed(world, people.second, { verb: 'confirm', caseId, step: 'retire-or-wipe-devices' });
    const { words } = await stepIs(world, caseId, 'retire-or-wipe-devices', 'failed');
    assert.match(words ?? '', /Multi Admin Approval/);
    for (const one of world.tenant.data.deviceApprovals) one.status = 'approved';
    await pressed(world, people.approver, { verb: 'retry', caseId, step: 'retire-or-wipe-devices' });
    await stepIs(world, caseId, 'retire-or-wipe-devices', 'ordered');
    assert.ok(world.tenant.data.deviceApprovals.every(({ status }) => status === 'completed'));
  });
});
