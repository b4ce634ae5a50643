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
