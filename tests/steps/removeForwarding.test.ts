import assert from 'node:assert/strict';
import { removeForwarding } from '../../bot/steps/removeForwarding.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('remove-forwarding', () => {
  const suite = stepSuite(removeForwarding);
  const mailbox = () => {
    const found = suite.tenant.person('jane').mailbox;
    assert.ok(found);
    return found;
  };
  const forwarding = () => {
    const { forwardingAddress, forwardingSmtpAddress, deliverToMailboxAndForward } = mailbox();
    return { forwardingAddress, forwardingSmtpAddress, deliverToMailboxAndForward };
  };
  const off = { forwardingAddress: null, forwardingSmtpAddress: null, deliverToMailboxAndForward: false };

  it('ends forwarding to an address outside, and names it', async () => {
    const { found, proved } = await suite.go('jane');
    assert.deepEqual(found.changes, ['Forwarding to jane.miller@fastmail.example: on → off']);
    assert.equal(proved, 'They forward nothing any more.');
    assert.deepEqual(forwarding(), off);
  });

  it('ends forwarding to somebody in the organization', async () => {
    const luca = suite.tenant.person('luca').id;
    Object.assign(mailbox(), { ...off, forwardingAddress: luca });
    const { found } = await suite.go('jane');
    assert.deepEqual(found.changes, [`Forwarding to ${luca}: on → off`]);
    assert.deepEqual(forwarding(), off);
  });

  for (const deliverToMailboxAndForward of [true, false]) {
    it(`puts both back as they were, with copies ${deliverToMailboxAndForward ? 'kept' : 'not kept'}`, async () => {
      Object.assign(mailbox(), { forwardingAddress: suite.tenant.person('luca').id, deliverToMailboxAndForward });
      const before = forwarding();
      const done = await suite.go('jane');
      assert.equal(done.found.changes.length, 2);
      await suite.undo(done);
      assert.deepEqual(forwarding(), before);
    });
  }

  for (const one of ['forwardingAddress', 'forwardingSmtpAddress'] as const) {
    it(`is not proved while ${one} is set`, async () => {
      mailbox().forwardingAddress = suite.tenant.person('luca').id;
      const was = forwarding();
      const { context, before } = await suite.go('jane');
      Object.assign(mailbox(), { [one]: was[one] });
      assert.deepEqual(await removeForwarding.verify(context, before), { notYet: 'Forwarding is still on.' });
    });
  }

  it('leaves an address that was set in place of the other after the plan, also by undo', async () => {
    const done = await suite.preview('jane');
    Object.assign(mailbox(), { forwardingSmtpAddress: 'smtp:new@fastmail.example' });
    const set = forwarding();
    await removeForwarding.run(done.context, done.before);
    assert.deepEqual(suite.cmdlets('Set-Mailbox'), []);
    assert.deepEqual(await removeForwarding.verify(done.context, done.before), {
      proved: 'The forwarding of the plan is off. 1 forwarding came after the plan and stays.',
    });
    await suite.undo(done);
    assert.deepEqual(forwarding(), set);
  });

  it('is not needed where nothing is forwarded, or there is no mailbox', async () => {
    assert.equal((await suite.plan('luca')).why, 'They forward nothing.');
    assert.equal((await suite.plan('tomasz')).why, 'There is no mailbox.');
  });
});
