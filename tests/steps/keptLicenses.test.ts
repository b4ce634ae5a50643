import assert from 'node:assert/strict';
import { AppError } from '../../bot/errors.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { removeLicenses } from '../../bot/steps/removeLicenses.ts';
import { stepSuite } from '../support/stepSuite.ts';

const shared = { endState: 'shared', hold: false } as const;

/** A mailbox that is kept may need one license more; any other goes. */
describe('remove-licenses and a mailbox that is kept', () => {
  const suite = stepSuite(removeLicenses, {
    change(data) {
      for (const { mailbox } of data.users) if (mailbox?.userPurpose === 'user') mailbox.userPurpose = 'shared';
    },
  });
  const person = (name: string) => suite.tenant.person(name);
  const mailboxOf = (name: string) => {
    const { mailbox } = person(name);
    assert.ok(mailbox);
    return mailbox;
  };
  const skuId = (partNumber: string) => {
    const sku = suite.data.subscribedSkus.find((one) => one.skuPartNumber === partNumber);
    assert.ok(sku);
    return sku.skuId;
  };
  const e5Group = () => suite.tenant.groupNamed('E5 Users');
  const assignE5 = (name: string) =>
    person(name).licenses.push({
      skuId: skuId('SPE_E5'),
      disabledPlans: [],
      lastUpdatedDateTime: '2025-02-03T10:00:00Z',
    });

  it('takes every license where the mailbox is small', async () => {
    const { found } = await suite.go('jane', shared);
    assert.equal(found.changes.length, 4);
    assert.deepEqual(found.leaves, []);
  });

  const big: [string, () => void, object, RegExp][] = [
    ['is larger than 50 GB', () => (mailboxOf('jane').sizeBytes = 51 * 1024 ** 3), {}, /It holds 51\.0 GB, more than/],
    [
      'has an archive',
      () => (mailboxOf('jane').archive = { id: '00000000-0000-4000-8000-000000000001', sizeBytes: 1 }),
      {},
      /It has an archive\./,
    ],
    [
      'is on hold',
      () => (mailboxOf('jane').litigationHold = { since: '2026-01-01T00:00:00Z', by: 'x', durationDays: null }),
      {},
      /It is on litigation hold\./,
    ],
    ['is to be held', () => {}, { hold: true }, /It is on litigation hold\./],
    ['is to be held and belongs to a kept account', () => {}, { endState: 'keep', hold: true }, /on litigation hold\./],
  ];
  for (const [what, prepare, options, words] of big) {
    it(`keeps exactly the license that a mailbox needs which ${what}, and says which and why`, async () => {
      prepare();
      const { found } = await suite.go('jane', { ...shared, ...options });
      assert.equal(found.warns?.length, 1);
      assert.match(found.warns?.[0] ?? '', /^Microsoft 365 E5 is kept for the mailbox, and paid for\. /);
      assert.match(found.warns?.[0] ?? '', words);
      assert.deepEqual(found.changes.toSorted(), [
        'License Power BI Pro: removed',
        'License Project Plan 3: removed',
        'License Visio Plan 2: removed',
      ]);
      assert.ok(e5Group().members.includes(person('jane').id));
      assert.deepEqual(person('jane').licenses, []);
    });
  }

  it('keeps a direct license rather than a group’s, and leaves the group', async () => {
    assignE5('jane');
    mailboxOf('jane').sizeBytes = 51 * 1024 ** 3;
    const { found } = await suite.go('jane', shared);
    assert.ok(
      found.changes.includes('License Microsoft 365 E5, through the group “E5 Users”: removed by leaving the group'),
    );
    assert.deepEqual(
      person('jane').licenses.map((one) => one.skuId),
      [skuId('SPE_E5')],
    );
    assert.ok(!e5Group().members.includes(person('jane').id));
  });

  it('gives back by undo what it took, and no second one of what it kept', async () => {
    assignE5('jane');
    mailboxOf('jane').sizeBytes = 51 * 1024 ** 3;
    const untouched = suite.state();
    await suite.undo(await suite.go('jane', shared));
    assert.deepEqual(suite.state(), untouched);
  });

  for (const [what, options] of [['nothing is kept of the mailbox', { endState: 'keep', hold: false }]] as const) {
    it(`keeps none, however big the mailbox, where ${what}, and does not ask Exchange`, async () => {
      mailboxOf('jane').sizeBytes = 51 * 1024 ** 3;
      const { found } = await suite.preview('jane', options);
      assert.deepEqual([found.changes.length, found.leaves], [4, []]);
      assert.deepEqual(suite.cmdlets('Get-Mailbox'), []);
    });
  }

  for (const [what, options, prepare] of [
    ['is to be held', { endState: 'delete', hold: true }, () => {}],
    ['is to become an inactive one', { endState: 'inactive', hold: false }, () => {}],
    [
      'is on hold',
      { endState: 'delete', hold: false },
      () => (mailboxOf('jane').litigationHold = { since: '2026-01-01T00:00:00Z', by: 'x', durationDays: null }),
    ],
  ] as const) {
    it(`leaves to the deletion of the account what the hold stands on, where the mailbox ${what}`, async () => {
      prepare();
      const { found } = await suite.go('jane', options);
      assert.deepEqual(
        [found.changes.length, found.leaves],
        [3, ['Microsoft 365 E5 is kept until the account is deleted, for the hold.']],
      );
    });
  }

  it('keeps none where the account is deleted, and its mailbox with it', async () => {
    const { found } = await suite.preview('jane', { endState: 'delete', hold: false });
    assert.deepEqual([found.changes.length, found.leaves], [4, []]);
  });

  it('keeps the license where Exchange can’t be asked how big the mailbox is, and says what to look at', async () => {
    const { context } = await suite.preview('jane', shared);
    const access = { ...context.access, exchange: new Set<never>() };
    const found = await removeLicenses.preview({ ...context, access });
    assert.ok('changes' in found);
    assert.equal(found.changes.length, 3);
    assert.match(
      found.warns?.join() ?? '',
      /^Microsoft 365 E5 is kept, and paid for: Signoff can’t see how big the mailbox is\./,
    );
  });

  it('keeps what an archive or a hold stands on with Plan 1, in one license or in two', async () => {
    const one = await suite.plan('ingrid', shared);
    assert.deepEqual(
      [one.why, one.warns],
      [
        'There are no licenses that could be taken back.',
        ['Microsoft 365 Business Premium is kept for the mailbox, and paid for. It has an archive.'],
      ],
    );
    const two = await suite.go('rosalind', shared);
    assert.deepEqual(two.found.changes, ['License Power BI Pro: removed']);
    assert.equal(person('rosalind').licenses.length, 2);
  });

  it('keeps whatever there is of Exchange where that is not enough for the mailbox, and says what is', async () => {
    mailboxOf('rosalind').sizeBytes = 51 * 1024 ** 3;
    const { found } = await suite.go('rosalind', shared);
    assert.equal(
      found.warns?.[0],
      'Exchange Online (Plan 1) and Exchange Online Archiving are kept for the mailbox, and paid for. It holds 51.0 GB, more than 50 GB, which takes an Exchange Online (Plan 2) license.',
    );
    assert.equal(person('rosalind').licenses.length, 2);
  });

  it('takes no mailbox for small whose size can’t be read', async () => {
    const { context } = await suite.preview('jane', shared);
    const exchange = {
      ...context.exchange,
      mailboxSize: async () => Promise.reject(new AppError('exchange-shape', 'x')),
    };
    await assert.rejects(removeLicenses.preview({ ...context, exchange }), AppError);
  });

  it('refuses while the mailbox is not shared yet, because it would be lost', async () => {
    mailboxOf('jane').userPurpose = 'user';
    const { context, before } = await suite.preview('jane', shared);
    await assert.rejects(
      removeLicenses.requireReady(context, before),
      (error) => error instanceof AppError && error.code === 'not-converted' && /Convert it and retry/.test(error.say),
    );
    assert.deepEqual(suite.writes(), []);
    assert.equal(person('jane').licenses.length, 3);
    mailboxOf('jane').userPurpose = 'shared';
    await removeLicenses.run(context, before);
    assert.deepEqual(person('jane').licenses, []);
  });

  it('does not go ahead when it can’t be seen whether the mailbox is shared', async () => {
    const { context, before } = await suite.preview('jane', shared);
    suite.tenant.setFaults({ kinds: ['throttle'], match: 'mailboxSettings', retryAfterSeconds: 60 });
    await assert.rejects(removeLicenses.requireReady(context, before), GraphFailure);
    assert.deepEqual(suite.writes(), []);
  });

  it('takes the licenses of somebody without a mailbox', async () => {
    person('jane').mailbox = null;
    const { found } = await suite.go('jane', shared);
    assert.equal(found.changes.length, 4);
  });
});
