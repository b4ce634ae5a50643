import assert from 'node:assert/strict';
import { checkByHand } from '../../bot/engine/plan.ts';
import { disableOnPremisesAccount } from '../../bot/steps/disableOnPremisesAccount.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('disable-on-premises-account', () => {
  const suite = stepSuite(disableOnPremisesAccount);

  it('is for synchronized people alone, by hand, with a line to paste', async () => {
    assert.equal((await suite.plan('jane')).kind, 'not-needed');
    const { kind, why, hand } = await suite.plan('dariusz');
    assert.deepEqual([kind, /until then a sync may let the person in again\.$/.test(why ?? '')], ['by-hand', true]);
    assert.ok(hand?.clicks.includes('Right-click, Disable Account.'));
    assert.match(hand?.command ?? '', /\| Disable-ADAccount$/);
  });

  it('is taken at a person’s word: blocked here says nothing of there', async () => {
    suite.tenant.person('dariusz').accountEnabled = false;
    const context = await suite.world.contextOf('dariusz');
    assert.equal(await checkByHand(disableOnPremisesAccount, context, new Date(0)), null);
  });
});
