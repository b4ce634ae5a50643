import assert from 'node:assert/strict';
import { checkByHand } from '../../bot/engine/plan.ts';
import { directoryRole } from '../../bot/graph/access.ts';
import { removeDistributionLists } from '../../bot/steps/removeDistributionLists.ts';
import { stepSuite } from '../support/stepSuite.ts';
import { giveRoles } from '../support/stepWorld.ts';

describe('remove-distribution-lists', () => {
  const suite = stepSuite(removeDistributionLists);
  const jane = () => suite.tenant.person('jane').id;
  const isIn = (name: string) => suite.tenant.groupNamed(name).members.includes(jane());

  it('leaves lists and mail-enabled security groups by Exchange, past their managers', async () => {
    const { found, proved } = await suite.go('jane');
    assert.deepEqual(found.changes.toSorted(), [
      '“All Sales”: member → not a member',
      '“Quote Approvals”: member → not a member',
    ]);
    assert.equal(proved, 'Left 2 lists.');
    for (const { Member, Confirm } of suite.cmdlets('Remove-DistributionGroupMember'))
      assert.deepEqual([Member, Confirm], [jane(), false]);
  });

  it('passes over the managers only of a list that has some: that takes a role of its own', async () => {
    suite.tenant.groupNamed('All Sales').owners = [];
    await suite.go('jane');
    const asked = suite
      .cmdlets('Remove-DistributionGroupMember')
      .map((one) => [
        one.Identity === suite.tenant.groupNamed('All Sales').id ? 'All Sales' : 'Quote Approvals',
        one.BypassSecurityGroupManagerCheck === true,
      ]);
    assert.deepEqual(asked.toSorted(), [
      ['All Sales', false],
      ['Quote Approvals', false],
      ['Quote Approvals', true],
    ]);
  });

  it('says which lists only their managers may change, after it has left the others', async () => {
    const { context, before } = await suite.preview('jane');
    suite.tenant.groupNamed('All Sales').owners = [];
    giveRoles(suite.data, directoryRole.exchangeRecipientAdministrator);
    await assert.rejects(removeDistributionLists.run(context, before), {
      code: 'managed-by-others',
      say: /^Exchange lets only its managers take somebody out of “Quote Approvals”, and Signoff lacks the role .*; then retry\.$/,
    });
    assert.ok(!isIn('All Sales'));
    assert.ok(isIn('Quote Approvals'));
  });

  it('leaves no Microsoft 365 group, no security group, and none of the on-premises directory', async () => {
    suite.tenant.groupNamed('Quote Approvals').onPremisesSyncEnabled = true;
    await suite.go('jane');
    for (const name of ['Sales', 'CRM Users', 'VPN Users', 'Quote Approvals']) assert.ok(isIn(name), name);
    assert.ok(!isIn('All Sales'));
  });

  it('is done by hand where Signoff may not pass over the managers', async () => {
    giveRoles(suite.data, directoryRole.exchangeRecipientAdministrator);
    const { kind, why } = await suite.plan('jane');
    assert.equal(kind, 'by-hand');
    assert.match(
      why ?? '',
      /^Signoff may not do this in Exchange Online \(the role Exchange Administrator would let it\)/,
    );
  });

  it('leaves a list that brings licenses for the end, when the mailbox needs none any more', async () => {
    const [license] = suite.tenant.groupNamed('E5 Users').assignedLicenses;
    assert.ok(license);
    suite.tenant.groupNamed('Quote Approvals').assignedLicenses = [license];
    const { found } = await suite.go('jane');
    assert.deepEqual(found.changes, ['“All Sales”: member → not a member']);
    assert.ok(isIn('Quote Approvals'));
  });

  it('is content when somebody else took the person out', async () => {
    const { context, before } = await suite.preview('jane');
    suite.tenant.groupNamed('All Sales').members = [];
    await removeDistributionLists.run(context, before);
    assert.ok('proved' in (await removeDistributionLists.verify(context, before)));
  });

  it('leaves alone a list that the person joined after the plan', async () => {
    suite.tenant.groupNamed('Quote Approvals').members = [];
    const { context, before } = await suite.preview('jane');
    suite.tenant.groupNamed('Quote Approvals').members = [jane()];
    await removeDistributionLists.run(context, before);
    assert.ok('proved' in (await removeDistributionLists.verify(context, before)));
    assert.ok(isIn('Quote Approvals'));
  });

  it('puts the person back by undo', async () => {
    const untouched = suite.state();
    await suite.undo(await suite.go('jane'));
    assert.deepEqual(suite.state(), untouched);
  });

  it('sees by Graph whether a person has done it, without any right in Exchange', async () => {
    const context = await suite.world.contextOf('jane');
    const step = { ...context, access: { ...context.access, exchange: new Set<never>() } };
    const look = () => checkByHand(removeDistributionLists, step, new Date());
    assert.match(JSON.stringify(await look()), /"notYet":"Still in “(All Sales|Quote Approvals)”, “/);
    for (const name of ['All Sales', 'Quote Approvals']) suite.tenant.groupNamed(name).members = [];
    assert.deepEqual(await look(), { proved: 'They are in no distribution list any more.' });
    assert.ok(!suite.tenant.exchanges.some(({ path }) => path.startsWith('/adminapi/')));
  });
});
