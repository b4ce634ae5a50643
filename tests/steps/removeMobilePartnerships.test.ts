import assert from 'node:assert/strict';
import { removeMobilePartnerships } from '../../bot/steps/removeMobilePartnerships.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('remove-mobile-partnerships', () => {
  const suite = stepSuite(removeMobilePartnerships);

  it('forgets each phone, by whatever it fetches mail', async () => {
    const { found, proved } = await suite.go('arjun');
    assert.deepEqual(found.changes.toSorted(), [
      'Phone “Arjun’s Galaxy”: fetches mail → forgotten; mail that is on it stays',
      'Phone “Outlook for iOS and Android”: fetches mail → forgotten; mail that is on it stays',
    ]);
    assert.equal(proved, '2 phones are forgotten.');
    assert.deepEqual(suite.tenant.person('arjun').mailbox?.mobileDevices, []);
  });

  it('never orders a phone to be erased', async () => {
    await suite.go('arjun');
    assert.deepEqual(suite.writes(), ['Remove-MobileDevice', 'Remove-MobileDevice']);
    const { subject, options } = await suite.world.contextOf('arjun');
    assert.match(removeMobilePartnerships.byHand(subject, options).clicks.join(), /Do not wipe the device/);
  });

  it('leaves alone a phone that came later, and says so', async () => {
    const { context, before } = await suite.preview('jane');
    const mailbox = suite.tenant.person('jane').mailbox;
    assert.ok(mailbox?.mobileDevices[0]);
    mailbox.mobileDevices.push({ ...mailbox.mobileDevices[0], deviceId: 'LATER', friendlyName: 'Another' });
    await removeMobilePartnerships.run(context, before);
    const verdict = await removeMobilePartnerships.verify(context, before);
    assert.match('proved' in verdict ? verdict.proved : '', /^1 phone is forgotten\. 1 phone/);
  });

  it('is content with a phone that is forgotten already', async () => {
    const { context, before } = await suite.preview('jane');
    await removeMobilePartnerships.run(context, before);
    await removeMobilePartnerships.run(context, before);
    assert.ok('proved' in (await removeMobilePartnerships.verify(context, before)));
  });

  it('is not needed without a phone, and without a mailbox', async () => {
    assert.equal((await suite.plan('siti')).why, 'No phone fetches mail from the mailbox.');
    assert.equal((await suite.plan('tomasz')).why, 'There is no mailbox.');
  });
});
