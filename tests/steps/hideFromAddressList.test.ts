import assert from 'node:assert/strict';
import { hideFromAddressList } from '../../bot/steps/hideFromAddressList.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('hide-from-address-list', () => {
  const suite = stepSuite(hideFromAddressList);

  it('hides the mailbox and changes nothing else in it', async () => {
    const mailbox = structuredClone(suite.tenant.person('jane').mailbox);
    const { found, proved } = await suite.go('jane');
    assert.deepEqual([found.changes, proved], [['Address list: shown → hidden'], 'The mailbox is hidden.']);
    assert.deepEqual(suite.tenant.person('jane').mailbox, { ...mailbox, hiddenFromAddressLists: true });
  });

  it('is not needed where the mailbox is hidden, or there is none', async () => {
    const { mailbox } = suite.tenant.person('jane');
    assert.ok(mailbox);
    mailbox.hiddenFromAddressLists = true;
    assert.equal((await suite.plan('jane')).why, 'The mailbox is already hidden.');
    assert.equal((await suite.plan('tomasz')).why, 'There is no mailbox.');
  });

  it('is not proved any more when somebody shows the mailbox again', async () => {
    const { context, before } = await suite.go('jane');
    const { mailbox } = suite.tenant.person('jane');
    assert.ok(mailbox);
    mailbox.hiddenFromAddressLists = false;
    assert.deepEqual(await hideFromAddressList.verify(context, before), { notYet: 'The mailbox is still shown.' });
  });
});
