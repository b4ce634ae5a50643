import assert from 'node:assert/strict';
import { hours } from '../../bot/clock.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { convertMailbox } from '../../bot/steps/convertMailbox.ts';
import { stepSuite } from '../support/stepSuite.ts';

const shared = { endState: 'shared', hold: false } as const;
const GB = 1024 ** 3;

describe('convert-mailbox', () => {
  const suite = stepSuite(convertMailbox);
  const mailboxOf = (name: string) => {
    const { mailbox } = suite.tenant.person(name);
    assert.ok(mailbox);
    return mailbox;
  };
  const withoutPlan2 = (name: string) => {
    const { id } = suite.tenant.person(name);
    for (const sku of suite.data.subscribedSkus)
      for (const plan of sku.servicePlans)
        if (plan.servicePlanName === 'EXCHANGE_S_ENTERPRISE') plan.servicePlanName = 'EXCHANGE_S_STANDARD';
    return id;
  };

  it('makes a small mailbox shared, which then needs no license', async () => {
    const { found, proved } = await suite.go('jane', shared);
    assert.deepEqual([found.changes, proved], [['Mailbox: regular → shared'], 'The mailbox is shared.']);
    assert.equal(mailboxOf('jane').userPurpose, 'shared');
  });

  it('is proved by Graph, not by Exchange’s word, and waits as long as Graph shows the old type', async () => {
    suite.tenant.setDelays({ conversionMs: 3_600_000 });
    const { context, before } = await suite.preview('jane', shared);
    await convertMailbox.run(context, before);
    assert.deepEqual(await convertMailbox.verify(context, before), { notYet: 'The mailbox is not shared yet.' });
    mailboxOf('jane').conversion = null;
    const asked = suite.tenant.exchanges.length;
    assert.ok('proved' in (await convertMailbox.verify(context, before)));
    const read = suite.tenant.exchanges.slice(asked).filter(({ path }) => !path.endsWith('/token'));
    assert.ok(read.length > 0 && read.every(({ path }) => path.endsWith('/mailboxSettings/userPurpose')));
    assert.ok((convertMailbox.takes?.atMost ?? 0) >= hours(1), 'a conversion takes its time');
  });

  const big: [string, string, Partial<{ hold: boolean }>, RegExp][] = [
    ['is larger than 50 GB', 'hiroshi', {}, /because it holds 55\.2 GB, more than 50 GB$/],
    ['has an archive', 'gabriela', {}, /because it has an archive$/],
    ['is on hold', 'dmitri', {}, /because it is on litigation hold$/],
    ['will be put on hold', 'jane', { hold: true }, /because it is on litigation hold$/],
  ];
  for (const [what, name, options, words] of big) {
    it(`says which license stays, and why, for a mailbox that ${what}`, async () => {
      const { found } = await suite.go(name, { ...shared, ...options });
      assert.match(found.changes.join(), /^Mailbox: regular → shared; it keeps Microsoft 365 E\d, /);
      assert.match(found.changes.join(), words);
    });

    it(`is left to people without Plan 2 for a mailbox that ${what}`, async () => {
      withoutPlan2(name);
      const { kind, why, hand } = await suite.plan(name, { ...shared, ...options });
      assert.equal(kind, 'by-hand');
      assert.match(
        why ?? '',
        /needs an Exchange Online \(Plan 2\) license(, or Plan 1 with Exchange Online Archiving)?\. Assign it, or make the mailbox smaller/,
      );
      assert.ok(hand);
      assert.deepEqual(suite.writes(), []);
    });
  }

  it('keeps Plan 1 with archiving for an archive or a hold, in one license or in two', async () => {
    const one = await suite.go('ingrid', shared);
    assert.match(one.found.changes.join(), /it keeps Microsoft 365 Business Premium, because it has an archive$/);
    const two = await suite.preview('rosalind', shared);
    assert.match(
      'changes' in two.found ? two.found.changes.join() : '',
      /it keeps Exchange Online \(Plan 1\) and Exchange Online Archiving, because it is on litigation hold$/,
    );
  });

  it('is left to people where only Plan 1 with archiving is there for more than 50 GB', async () => {
    mailboxOf('ingrid').sizeBytes = 51 * GB;
    const { kind, why } = await suite.plan('ingrid', shared);
    assert.equal(kind, 'by-hand');
    assert.match(why ?? '', /needs an Exchange Online \(Plan 2\) license\. Assign it/);
  });

  it('is left to people where directory sync would turn it back, with what on-premises needs', async () => {
    const { kind, why, hand } = await suite.plan('wanda', shared);
    assert.equal(kind, 'by-hand');
    assert.match(why ?? '', /^Directory sync would turn the mailbox back/);
    assert.match(hand?.command ?? '', /msExchRemoteRecipientType=100;msExchRecipientTypeDetails=34359738368/);
    mailboxOf('wanda').exchangeCloudManaged = true;
    assert.equal((await suite.plan('wanda', shared)).kind, 'change');
    assert.equal((await suite.plan('dariusz', shared)).kind, 'change', 'a migrated one stays');
  });

  it('takes a Plan 2 that is switched off for none', async () => {
    const { id } = suite.tenant.person('hiroshi');
    for (const user of suite.data.users.filter((one) => one.id === id))
      for (const license of user.licenses) license.disabledPlans = plansOf('EXCHANGE_S_ENTERPRISE');
    for (const group of suite.data.groups)
      for (const license of group.assignedLicenses) license.disabledPlans = plansOf('EXCHANGE_S_ENTERPRISE');
    mailboxOf('hiroshi').userPurpose = 'others';
    assert.equal((await suite.plan('hiroshi', shared)).kind, 'by-hand');
  });
  const plansOf = (name: string) => [
    ...new Set(
      suite.data.subscribedSkus.flatMap(({ servicePlans }) =>
        servicePlans.filter(({ servicePlanName }) => servicePlanName === name).map((plan) => plan.servicePlanId),
      ),
    ),
  ];

  it('knows 50 GB to the byte', async () => {
    withoutPlan2('jane');
    mailboxOf('jane').sizeBytes = 50 * GB;
    assert.equal((await suite.plan('jane', shared)).kind, 'change');
    mailboxOf('jane').sizeBytes = 50 * GB + 1;
    assert.equal((await suite.plan('jane', shared)).kind, 'by-hand');
  });

  it('is not needed for what is shared already, for what is not kept so, or without a mailbox', async () => {
    mailboxOf('jane').userPurpose = 'shared';
    assert.equal((await suite.plan('jane', shared)).why, 'The mailbox is already shared.');
    assert.equal((await suite.plan('jane', { endState: 'delete' })).kind, 'not-needed');
    assert.equal((await suite.plan('jane', { endState: 'keep' })).kind, 'not-needed');
    assert.equal((await suite.plan('tomasz', shared)).why, 'There is no mailbox.');
  });

  it('makes it regular again by undo', async () => {
    const done = await suite.go('jane', shared);
    await suite.undo(done);
    assert.equal(mailboxOf('jane').userPurpose, 'user');
    assert.deepEqual(
      suite.cmdlets('Set-Mailbox').map(({ Type }) => Type),
      ['Shared', 'Regular'],
    );
  });

  it('says in Exchange’s words when it is refused', async () => {
    const { context, before } = await suite.preview('jane', shared);
    suite.tenant.person('jane').licenses = [];
    for (const group of suite.data.groups) group.assignedLicenses = [];
    await assert.rejects(
      convertMailbox.run(context, before),
      (error) => error instanceof GraphFailure && ['refused', 'missing'].includes(error.kind),
    );
  });
});
