import assert from 'node:assert/strict';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { holdMailbox } from '../../bot/steps/holdMailbox.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('hold-mailbox', () => {
  const suite = stepSuite(holdMailbox);
  const holdOf = (name: string) => suite.tenant.person(name).mailbox?.litigationHold;

  it('holds without end, and says so', async () => {
    const { found, proved } = await suite.go('jane', { hold: true });
    assert.deepEqual(found.changes, ['Mailbox: not on hold → on litigation hold, without end']);
    assert.equal(proved, 'Litigation hold is set; it takes effect within 60 minutes.');
    assert.equal(holdOf('jane')?.durationDays, null);
    assert.deepEqual(suite.cmdlets('Set-Mailbox'), [
      { Identity: suite.tenant.person('jane').id, LitigationHoldEnabled: true },
    ]);
  });

  it('is not needed where no hold was asked for, without asking Exchange', async () => {
    const { kind, why } = await suite.plan('jane', { hold: false });
    assert.deepEqual([kind, why], ['not-needed', 'No hold was asked for.']);
    assert.deepEqual(suite.cmdlets('Get-Mailbox'), []);
  });

  it('is not needed for a mailbox on hold, whose hold no undo will lift', async () => {
    const { kind, why } = await suite.plan('dmitri');
    assert.deepEqual([kind, why], ['not-needed', 'The mailbox is already on hold.']);
  });

  it('is not needed where there is no mailbox', async () => {
    const { kind, why } = await suite.plan('tomasz');
    assert.deepEqual([kind, why], ['not-needed', 'There is no mailbox.']);
  });

  it('lifts its hold by undo', async () => {
    const done = await suite.go('jane', { hold: true });
    await suite.undo(done);
    assert.equal(holdOf('jane'), null);
  });

  it('is asked for by an inactive mailbox as well', async () => {
    assert.equal((await suite.plan('jane', { hold: false, endState: 'inactive' })).kind, 'change');
  });

  it('is left to people where no license allows a hold', async () => {
    const { kind, why } = await suite.plan('aisha', { hold: true });
    assert.deepEqual([kind, /^A hold takes an Exchange Online \(Plan 2\) license/.test(why ?? '')], ['by-hand', true]);
  });

  it('says in Exchange’s words that a license is missing', async () => {
    const { context, before } = await suite.preview('jane', { hold: true });
    suite.tenant.groupNamed('E5 Users').assignedLicenses =
      suite.tenant.groupNamed('F3 Frontline Workers').assignedLicenses;
    await assert.rejects(
      holdMailbox.run(context, before),
      (error) => error instanceof GraphFailure && error.kind === 'refused' && /Exchange Online Plan 2/.test(error.say),
    );
  });
});
