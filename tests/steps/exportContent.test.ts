import assert from 'node:assert/strict';
import { hours } from '../../bot/clock.ts';
import { AppError } from '../../bot/errors.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { exportContent } from '../../bot/steps/exportContent.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('export-content', () => {
  const suite = stepSuite(exportContent, {
    change: (data) => void Object.assign(data.delays, { holdMs: 0, exportMs: 0 }),
  });
  const cases = () => suite.data.ediscoveryCases;
  const ours = () => {
    const [found, ...others] = cases();
    assert.ok(found);
    assert.deepEqual(others, [], 'there is one case, not several');
    return found;
  };
  const exports = () => ours().operations.filter(({ action }) => action === 'exportResult');

  it('holds mailbox and OneDrive in a case of its own, exports both as PST, and says where to fetch it', async () => {
    const { found, proved } = await suite.go('jane');
    assert.deepEqual(found.changes, [
      'eDiscovery case “OFF-42”: mailbox and OneDrive on hold',
      'Export: made, mail as PST and files as they are; to be downloaded in the Purview portal within 14 days',
    ]);
    const { displayName, custodians, searches } = ours();
    assert.equal(displayName, 'Signoff OFF-42');
    assert.deepEqual(
      custodians.map(({ email, userSources }) => [email, userSources.map(({ includedSources }) => includedSources)]),
      [['jane@contoso.com', ['mailbox,site']]],
    );
    assert.deepEqual(
      searches.map(({ contentQuery, dataSourceScopes }) => [contentQuery, dataSourceScopes]),
      [['', 'allCaseCustodians']],
    );
    assert.deepEqual(exports()[0]?.request.exportFormat, 'pst');
    assert.match(
      proved,
      /^Exported; download it before \w{3} \d{1,2}, \d{4} in the Purview portal, case “Signoff OFF-42”: PSTs\.001\..*\(1327 MB\), /,
    );
    const day = new Date(Date.parse(proved.match(/before (.+?) in/)?.[1] ?? ''));
    const days = (day.getTime() - Date.now()) / 86_400_000;
    assert.ok(days > 12 && days <= 14, `${days}`);
    assert.doesNotMatch(proved, /https?:/, 'the address of the files is nobody’s to read here');
  });

  const parts = [
    'ediscoveryCases$',
    'custodians$',
    'userSources$',
    'applyHold$',
    'searches$',
    'estimateStatistics$',
    'exportResult$',
  ];
  for (const kind of ['timeoutAfter', 'reset'] as const) {
    for (const part of parts) {
      const what = kind === 'reset' ? 'before' : 'after';
      it(`goes on with what is there when the connection breaks ${what} the effect of POST …${part.replace('$', '')}`, async () => {
        const { context, before } = await suite.preview('jane');
        suite.tenant.setFaults({ kinds: [kind], match: `^POST /security/.*${part}`, count: 1, hangMs: 5 });
        await assert.rejects(
          exportContent.run(context, before),
          (error) => error instanceof GraphFailure && error.kind === 'ambiguous',
        );
        await exportContent.run(context, before);
        assert.ok('proved' in (await exportContent.verify(context, before)));
        const { custodians, searches } = ours();
        assert.deepEqual([custodians.length, searches.length, exports().length], [1, 1, 1]);
        assert.deepEqual(
          custodians.map(({ userSources }) => userSources.length),
          [1],
        );
        assert.equal(custodians[0]?.hold ?? custodians[0]?.pendingHold?.to, 'applied');
      });
    }
  }

  it('goes on with its own case, custodian and search when Purview says that they are there and shows them late', async () => {
    const { context, before } = await suite.preview('jane');
    await exportContent.run(context, before);
    ours().operations = [];
    suite.tenant.setFaults({ staleMs: 1500 });
    // Old from here on: Purview shows none of it for a moment.
    const all = suite.data.ediscoveryCases;
    suite.data.ediscoveryCases = [];
    await suite.tenant.call('PATCH', `/users/${context.subject.id}`, { jobTitle: 'Leaver' });
    suite.data.ediscoveryCases = all;
    suite.tenant.exchanges.length = 0;
    await exportContent.run(context, before);
    assert.ok(suite.tenant.exchanges.some(({ status }) => status === 409));
    assert.equal(ours().custodians.length, 1);
    assert.equal(exports().length, 1);
  });

  it('takes nothing for its own that only has its name, and says what to do', async () => {
    const { context, before } = await suite.preview('jane');
    await suite.tenant.call('POST', '/security/cases/ediscoveryCases', { displayName: 'Signoff OFF-42' });
    await assert.rejects(
      exportContent.run(context, before),
      (error) =>
        error instanceof AppError &&
        error.say ===
          'Purview says “A case with the same name already exists.”, but does not show it as Signoff’s. Look in the Purview portal: rename or close what is not Signoff’s, then retry.',
    );
    assert.deepEqual(ours().custodians, []);
  });

  it('never makes a second export, however often it runs', async () => {
    const { context, before } = await suite.go('jane');
    for (let again = 0; again < 3; again++) await exportContent.run(context, before);
    assert.equal(exports().length, 1);
    assert.equal(suite.writes().filter((write) => write.endsWith('/applyHold')).length, 1);
  });

  it('exports nothing before Purview has counted it, and goes on by itself', async () => {
    suite.tenant.setDelays({ estimateMs: 3_600_000 });
    const { context, before } = await suite.preview('jane');
    const stillCounting = (error: unknown) =>
      error instanceof AppError && error.passing && /still counting/.test(error.say);
    await assert.rejects(exportContent.run(context, before), stillCounting);
    assert.deepEqual([exports().length, ours().operations.length], [0, 2], 'a hold and an estimate');
    for (const one of ours().operations) one.endsAt = 0;
    await exportContent.run(context, before);
    assert.equal(exports().length, 1);
  });

  it('is by hand where no license allows an app to export', async () => {
    for (const { servicePlans } of suite.data.subscribedSkus)
      for (const plan of servicePlans) if (plan.servicePlanName === 'EQUIVIO_ANALYTICS') plan.servicePlanName = 'OTHER';
    const { kind, why } = await suite.plan('jane');
    assert.deepEqual([kind, /Microsoft 365 E5, or an eDiscovery add-on/.test(why ?? '')], ['by-hand', true]);
  });

  it('waits while the export is made, and says how far it is', async () => {
    suite.tenant.setDelays({ exportMs: 3_600_000 });
    const { context, before } = await suite.preview('jane');
    await exportContent.run(context, before);
    const verdict = await exportContent.verify(context, before);
    assert.ok('notYet' in verdict);
    assert.match(verdict.notYet, /^The export is at \d+ percent\.$/);
    await exportContent.run(context, before);
    assert.equal(exports().length, 1, 'one that is under way is not asked for again');
    for (const operation of exports()) operation.endsAt = 0;
    assert.ok('proved' in (await exportContent.verify(context, before)));
    assert.ok((exportContent.takes?.atMost ?? 0) >= hours(24), 'exports take hours');
  });

  for (const end of ['failed', 'partiallySucceeded'] as const) {
    it(`is refuted by an export that ${end}, and a retry makes a new one in the same case`, async () => {
      suite.data.ediscovery.exportEndsAs = end;
      const { context, before } = await suite.preview('jane');
      await exportContent.run(context, before);
      const verdict = await exportContent.verify(context, before);
      assert.ok('refuted' in verdict, JSON.stringify(verdict));
      assert.match(
        verdict.refuted,
        /^The export (failed|is not complete)\. See the case in the Purview portal, then retry\.$/,
      );
      suite.data.ediscovery.exportEndsAs = 'succeeded';
      await exportContent.run(context, before);
      assert.ok('proved' in (await exportContent.verify(context, before)));
      await exportContent.run(context, before);
      assert.equal(exports().length, 2);
      assert.equal(ours().custodians.length, 1);
    });
  }

  it('takes no case for its own that another number, another person or nobody’s hand made', async () => {
    const done = await suite.go('jane');
    const luca = await suite.preview('luca');
    assert.ok('notYet' in (await exportContent.verify(luca.context, luca.before)), 'same number, another person');
    const later = { ...done.context, caseName: 'OFF-43' };
    assert.ok('notYet' in (await exportContent.verify(later, done.before)), 'same person, another number');
    ours().status = 'closed';
    assert.ok('notYet' in (await exportContent.verify(done.context, done.before)), 'closed');
  });

  it('lifts the hold by undo, once or twice, also one that is still being applied', async () => {
    suite.tenant.setDelays({ holdMs: 60_000 });
    const done = await suite.go('jane');
    assert.equal(ours().custodians[0]?.pendingHold?.to, 'applied');
    await suite.undo(done);
    assert.equal(ours().custodians[0]?.pendingHold?.to, 'notApplied');
    await suite.undo(done);
    assert.equal(suite.writes().filter((write) => write.endsWith('/removeHold')).length, 1);
  });

  it('says in Purview’s words that billing is missing', async () => {
    suite.data.ediscovery.billing = false;
    const { context, before } = await suite.preview('jane');
    await assert.rejects(exportContent.run(context, before), GraphFailure);
    assert.equal(exports().length, 0);
    suite.data.ediscovery.billing = true;
    await exportContent.run(context, before);
    assert.equal(exports().length, 1);
  });

  it('is by hand without the role group, and can’t be looked at then', async () => {
    suite.data.ediscovery.roleGroup = false;
    const { kind, why, hand } = await suite.plan('jane');
    assert.equal(kind, 'by-hand');
    assert.match(why ?? '', /eDiscovery role group in Microsoft Purview/);
    assert.match(hand?.who ?? '', /eDiscovery Manager/);
    assert.equal(await exportContent.verifyByHand?.(await suite.world.contextOf('jane'), new Date()), null);
  });

  it('is not needed where none was asked for, or nobody can be found by mail', async () => {
    assert.equal((await suite.plan('jane', { exportContent: false })).why, 'No export was asked for.');
    suite.tenant.person('jane').mail = null;
    assert.equal((await suite.plan('jane')).why, 'There is no mailbox.');
  });
});
