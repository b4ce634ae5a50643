import assert from 'node:assert/strict';
import { delegateMailbox } from '../../bot/steps/delegateMailbox.ts';
import { stepSuite } from '../support/stepSuite.ts';

const shared = { endState: 'shared' } as const;

describe('delegate-mailbox', () => {
  const suite = stepSuite(delegateMailbox);
  const mailbox = () => {
    const found = suite.tenant.person('jane').mailbox;
    assert.ok(found);
    return found;
  };
  const luca = () => suite.tenant.person('luca').id;

  it('says that the mailbox goes where it is not kept', async () => {
    const { found } = await suite.preview('jane', { endState: 'keep', hold: false });
    assert.deepEqual(found.changes.toSorted(), [
      'Luca Moretti: full access on the mailbox, which goes 30 days after its license',
      'Luca Moretti: send as on the mailbox, which goes 30 days after its license',
    ]);
    const held = await suite.preview('jane', { endState: 'keep', hold: true });
    assert.ok(held.found.changes.every((line) => line.endsWith('on the mailbox')));
  });

  it('gives the successor both rights, by object id', async () => {
    const { found, proved } = await suite.go('jane', shared);
    assert.deepEqual(found.changes, [
      'Luca Moretti: full access on the mailbox',
      'Luca Moretti: send as on the mailbox',
    ]);
    assert.deepEqual(found.touches.toSorted(), [luca(), suite.tenant.person('jane').id].toSorted());
    assert.equal(proved, 'Luca Moretti has full access and send as.');
    assert.deepEqual(
      mailbox().fullAccess.map(({ id }) => id),
      [luca()],
    );
    assert.deepEqual(mailbox().sendAs, [luca()]);
    assert.equal(suite.cmdlets('Add-MailboxPermission')[0]?.User, luca());
    assert.equal(suite.cmdlets('Add-RecipientPermission')[0]?.Trustee, luca());
  });

  it('gives only what is missing, and by undo takes away only that', async () => {
    mailbox().fullAccess = [{ id: luca(), autoMapping: false }];
    const done = await suite.go('jane', shared);
    assert.deepEqual(done.found.changes, ['Luca Moretti: send as on the mailbox']);
    await suite.undo(done);
    assert.deepEqual([mailbox().fullAccess.length, mailbox().sendAs.length], [1, 0]);
  });

  it('takes nothing from others who have rights on the mailbox', async () => {
    const tess = suite.tenant.person('tess').id;
    mailbox().fullAccess = [{ id: tess, autoMapping: true }];
    mailbox().sendAs = [tess];
    await suite.undo(await suite.go('jane', shared));
    assert.deepEqual([mailbox().fullAccess.map(({ id }) => id), mailbox().sendAs], [[tess], [tess]]);
  });

  it('is not proved by one of the two rights', async () => {
    const { context, before } = await suite.go('jane', shared);
    mailbox().sendAs = [];
    assert.deepEqual(await delegateMailbox.verify(context, before), { notYet: 'Not there yet: send as.' });
  });

  it('is not needed without a successor, with a mailbox that goes, without one, or when all is given', async () => {
    assert.equal((await suite.plan('jane', { ...shared, successor: null })).why, 'Nobody was chosen as successor.');
    assert.equal((await suite.plan('jane', { endState: 'delete' })).kind, 'not-needed');
    assert.equal((await suite.plan('tomasz', shared)).why, 'There is no mailbox.');
    await suite.go('jane', shared);
    assert.equal((await suite.plan('jane', shared)).why, 'Luca Moretti already has both rights.');
  });
});
