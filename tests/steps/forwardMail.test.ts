import assert from 'node:assert/strict';
import { forwardMail } from '../../bot/steps/forwardMail.ts';
import { removeForwarding } from '../../bot/steps/removeForwarding.ts';
import { stepSuite } from '../support/stepSuite.ts';

const kept = { endState: 'shared', forwardMail: true } as const;

describe('forward-mail', () => {
  const suite = stepSuite(forwardMail);
  const mailbox = () => {
    const found = suite.tenant.person('siti').mailbox;
    assert.ok(found);
    return found;
  };
  const luca = () => suite.tenant.person('luca').id;

  it('sends new mail to the successor as well, keeps a copy, and says when to stop it', async () => {
    const { found, proved } = await suite.go('siti', kept);
    assert.deepEqual(found.changes, ['New mail: to Luca Moretti as well, with a copy in the mailbox']);
    assert.match(found.leaves?.join() ?? '', /^Exchange knows no end of a forwarding: stop it after 90 days\./);
    assert.match(proved, /^New mail goes to Luca Moretti as well\. Stop it on \w+ \d+, \d{4}\.$/);
    assert.deepEqual([mailbox().forwardingAddress, mailbox().deliverToMailboxAndForward], [luca(), true]);
  });

  it('is stopped by undo, and only while it goes to the successor', async () => {
    const untouched = suite.state();
    const done = await suite.go('siti', kept);
    mailbox().forwardingAddress = suite.tenant.person('tess').id;
    await suite.undo(done);
    assert.equal(mailbox().forwardingAddress, suite.tenant.person('tess').id);
    mailbox().forwardingAddress = luca();
    await suite.undo(done);
    assert.deepEqual(suite.state(), untouched);
  });

  it('is nothing that “Stop forwarding” would stop', async () => {
    await suite.go('siti', kept);
    const chosen = await suite.world.contextOf('siti', kept);
    assert.deepEqual(await removeForwarding.preview(chosen), { notNeeded: 'They forward nothing.' });
    const notChosen = await suite.world.contextOf('siti', { ...kept, forwardMail: false });
    assert.ok('changes' in (await removeForwarding.preview(notChosen)));
  });

  it('is not proved while mail goes to somebody else, or no copy stays', async () => {
    const { context, before } = await suite.preview('siti', kept);
    mailbox().forwardingAddress = suite.tenant.person('tess').id;
    assert.deepEqual(await forwardMail.verify(context, before), { notYet: 'New mail is not forwarded yet.' });
    Object.assign(mailbox(), { forwardingAddress: luca(), deliverToMailboxAndForward: false });
    assert.deepEqual(await forwardMail.verify(context, before), { notYet: 'No copy stays in the mailbox yet.' });
  });

  it('is only done where it was asked for and mail still arrives', async () => {
    assert.equal((await suite.plan('siti', { ...kept, forwardMail: false })).why, 'New mail is not forwarded.');
    assert.equal((await suite.plan('siti', { ...kept, successor: null })).why, 'Nobody was chosen as successor.');
    for (const endState of ['delete', 'inactive'] as const)
      assert.match((await suite.plan('siti', { ...kept, endState })).why ?? '', /no mail arrives any more/);
    assert.equal((await suite.plan('dariusz', kept)).kind, 'by-hand');
  });
});
