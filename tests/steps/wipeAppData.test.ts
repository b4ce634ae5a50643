import assert from 'node:assert/strict';
import { wipeAppData } from '../../bot/steps/wipeAppData.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('wipe-app-data', () => {
  const suite = stepSuite(wipeAppData);
  const apps = (name: string) => {
    const { id } = suite.tenant.person(name);
    return suite.data.appRegistrations.filter(({ userId }) => userId === id);
  };

  it('orders once a phone for all its apps, is proved by the order, and says what a block may do to it', async () => {
    const { found, proved } = await suite.go('jane');
    assert.deepEqual(found.changes, [
      'Company data in 2 apps on Jane’s iPhone (iPhone): removed when the app is next opened',
    ]);
    assert.match(found.leaves?.join() ?? '', /Whoever is blocked before they open the app may keep it/);
    assert.deepEqual(suite.writes(), [
      `POST /users/${suite.tenant.person('jane').id}/wipeManagedAppRegistrationsByDeviceTag`,
    ]);
    assert.deepEqual(
      apps('jane').map(({ operations }) => operations.length),
      [1, 1],
    );
    assert.equal(proved, 'Ordered for 1 phone; the data goes when an app is next opened.');
    assert.deepEqual(apps('tess')[0]?.operations, []);
  });

  it('orders again where an order from before is over, and not where one still waits', async () => {
    const old = { id: 'old', displayName: 'Wipe', lastModifiedDateTime: '2026-01-02T08:00:00Z', version: '1' };
    for (const one of apps('jane')) one.operations = [{ ...old, state: 'done' }];
    const { context, before } = await suite.preview('jane');
    assert.ok('notYet' in (await wipeAppData.verify(context, before)));
    await wipeAppData.run(context, before);
    assert.ok('ordered' in (await wipeAppData.verify(context, before)));
    const why = 'There is no company data in apps on phones, or each has its order already.';
    assert.equal((await suite.plan('jane')).why, why);
  });

  for (const state of ['sent', 'acknowledged', '', 'unknownFutureValue'])
    it(`claims no more than the order while Intune calls it “${state}”`, async () => {
      const { context, before } = await suite.go('jane');
      for (const one of apps('jane')) for (const order of one.operations) order.state = state;
      assert.deepEqual(await wipeAppData.verify(context, before), {
        ordered: 'Ordered for 1 phone; the data goes when an app is next opened.',
      });
    });

  for (const state of ['done', 'Completed', 'succeeded'])
    it(`is proved once Intune calls it “${state}” for every app`, async () => {
      const { context, before } = await suite.go('jane');
      const [first, second] = apps('jane');
      assert.ok(first?.operations[0] && second?.operations[0]);
      first.operations[0].state = state;
      assert.ok('ordered' in (await wipeAppData.verify(context, before)));
      second.operations[0].state = state;
      assert.deepEqual(await wipeAppData.verify(context, before), { proved: 'Gone from 1 phone.' });
    });

  it('is refuted by an order that failed, naming the phone, and orders again by a retry', async () => {
    const { context, before } = await suite.go('jane');
    for (const one of apps('jane')) for (const order of one.operations) order.state = 'failed';
    assert.deepEqual(await wipeAppData.verify(context, before), {
      refuted:
        'Intune reports that it failed for Jane’s iPhone (iPhone). Retry, or do it in the Intune admin center, App selective wipe.',
    });
    await wipeAppData.run({ ...context, attempt: 2 }, before);
    assert.ok('ordered' in (await wipeAppData.verify(context, before)));
    assert.equal(suite.writes().length, 2);
  });

  it('is content when the phone is gone from Intune', async () => {
    const { context, before } = await suite.preview('jane');
    suite.data.appRegistrations = [];
    await wipeAppData.run(context, before);
    assert.ok('proved' in (await wipeAppData.verify(context, before)));
    assert.deepEqual(suite.writes(), []);
  });

  it('is not needed unless it is chosen, nor in a tenant without Intune', async () => {
    assert.equal((await suite.plan('jane', { appData: false })).why, 'App data on phones is left as it is.');
    suite.data.premium.intune = false;
    assert.equal((await suite.plan('jane')).kind, 'not-needed');
  });
});
