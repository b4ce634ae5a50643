import assert from 'node:assert/strict';
import { previewStep } from '../../bot/engine/plan.ts';
import { directoryRole } from '../../bot/graph/access.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { removeLicenses } from '../../bot/steps/removeLicenses.ts';
import type { TenantData } from '../../infra/local/tenant/server.ts';
import {
  giveRoles,
  previewChange,
  proveSoon,
  type StepWorld,
  startStepWorld,
  stateOf,
  writesIn,
} from '../support/stepWorld.ts';

describe('remove-licenses', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
  });
  after(() => world.tenant.close());

  const jane = () => world.tenant.person('jane');
  const skuOf = (partNumber: string) => {
    const sku = world.tenant.data.subscribedSkus.find((one) => one.skuPartNumber === partNumber);
    assert.ok(sku);
    return sku;
  };

  it('names each license as people do, and the group that one comes through', async () => {
    const { changes, leaves } = await previewChange(removeLicenses, await world.contextOf('jane', { hold: false }));
    assert.deepEqual(changes.toSorted(), [
      'License Microsoft 365 E5, through the group “E5 Users”: removed by leaving the group',
      'License Power BI Pro: removed',
      'License Project Plan 3: removed',
      'License Visio Plan 2: removed',
    ]);
    assert.deepEqual(leaves, []);
  });

  it('warns of the mailbox that goes with them, where nothing else keeps it', async () => {
    const lost = 'The mailbox is not kept: it is lost for good 30 days after its license is removed.';
    for (const [chosen, isLost] of [
      [{ endState: 'keep', hold: false }, true],
      [{ endState: 'shared', hold: false }, false],
      [{ endState: 'keep', hold: true }, false],
    ] as const) {
      const { warns = [] } = await previewChange(removeLicenses, await world.contextOf('jane', chosen));
      assert.equal(warns.includes(lost), isLost, JSON.stringify(chosen));
    }
    jane().mailbox!.userPurpose = 'shared';
    const shared = await world.contextOf('jane', { endState: 'keep', hold: false });
    assert.deepEqual((await previewChange(removeLicenses, shared)).warns, []);
  });

  it('takes all direct licenses in one call, because one may depend on another', async () => {
    const context = await world.contextOf('jane', { hold: false });
    const direct = jane()
      .licenses.map(({ skuId }) => skuId)
      .toSorted();
    const { before } = await previewChange(removeLicenses, context);
    await removeLicenses.run(context, before);
    const calls = writesIn(world.tenant.exchanges).filter(({ path }) => path.endsWith('/assignLicense'));
    assert.deepEqual(
      calls.map(({ requestBody }) => requestBody),
      [{ addLicenses: [], removeLicenses: direct }],
    );
    await proveSoon(removeLicenses, context, before);
    assert.deepEqual(jane().licenses, []);
  });

  it('leaves the license group by its reference and deletes nobody', async () => {
    const context = await world.contextOf('jane', { hold: false });
    const { before } = await previewChange(removeLicenses, context);
    await removeLicenses.run(context, before);
    const group = world.tenant.groupNamed('E5 Users');
    const deletions = writesIn(world.tenant.exchanges).filter(({ method }) => method === 'DELETE');
    assert.deepEqual(
      deletions.map(({ path }) => path),
      [`/v1.0/groups/${group.id}/members/${context.subject.id}/$ref`],
    );
    assert.ok(!group.members.includes(context.subject.id));
    assert.equal(jane().id, context.subject.id);
  });

  it('does not send a license away that came through a group as well', async () => {
    const e5 = skuOf('SPE_E5').skuId;
    jane().licenses = [{ skuId: e5, disabledPlans: [], lastUpdatedDateTime: '2025-02-03T10:00:00Z' }];
    const context = await world.contextOf('jane', { hold: false });
    const { before, changes } = await previewChange(removeLicenses, context);
    assert.equal(changes.length, 2);
    await removeLicenses.run(context, before);
    await proveSoon(removeLicenses, context, before);
    // Once the direct one is gone, asking again for it would be refused.
    world.tenant.groupNamed('E5 Users').members.push(context.subject.id);
    await removeLicenses.run(context, before);
    await proveSoon(removeLicenses, context, before);
  });

  it('is not proved while a license is there that comes through a group of the plan', async () => {
    const context = await world.contextOf('jane', { hold: false });
    const { before } = await previewChange(removeLicenses, context);
    await removeLicenses.run(context, before);
    await proveSoon(removeLicenses, context, before);
    world.tenant.groupNamed('E5 Users').members.push(context.subject.id);
    assert.deepEqual(await removeLicenses.verify(context, before), { notYet: 'A license is still there.' });
  });

  it('does not take for new what was there and stays', async () => {
    Object.assign(world.tenant.groupNamed('E5 Users'), { groupTypes: ['DynamicMembership'] });
    const context = await world.contextOf('jane', { hold: false });
    const { before } = await previewChange(removeLicenses, context);
    await removeLicenses.run(context, before);
    assert.equal(await proveSoon(removeLicenses, context, before), '3 licenses were taken back.');
  });

  it('gives back each license with the plans that were switched off in it', async () => {
    const visio = skuOf('VISIOCLIENT');
    const off = visio.servicePlans.map(({ servicePlanId }) => servicePlanId).toReversed();
    for (const license of jane().licenses) if (license.skuId === visio.skuId) license.disabledPlans = off;
    const untouched = stateOf(world.tenant.data);
    const context = await world.contextOf('jane', { hold: false });
    const { before } = await previewChange(removeLicenses, context);
    await removeLicenses.run(context, before);
    await removeLicenses.undo?.(context, before);
    assert.deepEqual(stateOf(world.tenant.data), untouched);
  });

  it('gives back only what is missing', async () => {
    const context = await world.contextOf('jane', { hold: false });
    const { before } = await previewChange(removeLicenses, context);
    await removeLicenses.run(context, before);
    const visio = skuOf('VISIOCLIENT').skuId;
    jane().licenses = [{ skuId: visio, disabledPlans: [], lastUpdatedDateTime: '2026-11-20T10:00:00Z' }];
    world.tenant.exchanges.length = 0;
    await removeLicenses.undo?.(context, before);
    const [call] = writesIn(world.tenant.exchanges);
    assert.doesNotMatch(JSON.stringify(call?.requestBody), new RegExp(visio));
    assert.equal(jane().licenses.length, 3);
  });

  it('says so when there is no seat left to give back', async () => {
    const context = await world.contextOf('jane', { hold: false });
    const { before } = await previewChange(removeLicenses, context);
    await removeLicenses.run(context, before);
    skuOf('POWER_BI_PRO').enabled = 0;
    await assert.rejects(
      async () => removeLicenses.undo?.(context, before),
      (error) => error instanceof GraphFailure && error.kind === 'refused' && /available licenses/.test(error.say),
    );
  });

  const beyond: [string, Partial<TenantData['groups'][number]>, RegExp][] = [
    [
      'a dynamic group',
      { groupTypes: ['DynamicMembership'] },
      /“E5 Users”, which is a dynamic group: its rule decides/,
    ],
    ['an on-premises group', { onPremisesSyncEnabled: true }, /“E5 Users”, which comes from the on-premises directory/],
    [
      'a mail-enabled security group that Signoff may not change',
      { mailEnabled: true },
      /“E5 Users”.*Exchange admin center\./,
    ],
  ];
  for (const [what, change, words] of beyond) {
    it(`leaves a license that comes through ${what} to people, and takes the others`, async () => {
      Object.assign(world.tenant.groupNamed('E5 Users'), change);
      giveRoles(world.tenant.data, directoryRole.exchangeRecipientAdministrator);
      const context = await world.contextOf('jane', { hold: false });
      const { before, changes, leaves = [] } = await previewChange(removeLicenses, context);
      assert.equal(changes.length, 3);
      assert.match(leaves.join(), words);
      assert.match(leaves.join(), /^Microsoft 365 E5 comes through /);
      await removeLicenses.run(context, before);
      await proveSoon(removeLicenses, context, before);
      assert.ok(world.tenant.groupNamed('E5 Users').members.includes(context.subject.id));
    });
  }

  it('leaves a mail-enabled license group by Exchange, and comes back to it by undo', async () => {
    const group = world.tenant.groupNamed('E5 Users');
    group.mailEnabled = true;
    const context = await world.contextOf('jane', { hold: false });
    const { before, changes, leaves = [] } = await previewChange(removeLicenses, context);
    assert.deepEqual([changes.length, leaves], [4, []]);
    await removeLicenses.run(context, before);
    await proveSoon(removeLicenses, context, before);
    assert.ok(!group.members.includes(context.subject.id));
    await removeLicenses.undo?.(context, before);
    assert.ok(group.members.includes(context.subject.id));
  });

  it('is not needed, and says what stays, when the only license comes through a dynamic group', async () => {
    world.tenant.groupNamed('E5 Users').groupTypes = ['DynamicMembership'];
    jane().licenses = [];
    const { planned } = await previewStep(removeLicenses, await world.contextOf('jane', { hold: false }));
    assert.equal(planned.kind, 'not-needed');
    assert.match(planned.leaves.join(), /“E5 Users”, which is a dynamic group/);
  });

  it('leaves a role-assignable license group only with the permission for it', async () => {
    world.tenant.groupNamed('E5 Users').isAssignableToRole = true;
    const context = await world.contextOf('jane', { hold: false });
    const { before } = await previewChange(removeLicenses, context);
    await removeLicenses.run(context, before);
    await proveSoon(removeLicenses, context, before);

    const permissions = new Set(context.access.permissions);
    permissions.delete('RoleManagement.ReadWrite.Directory');
    await removeLicenses.undo?.(context, before);
    const found = await previewChange(removeLicenses, { ...context, access: { ...context.access, permissions } });
    assert.equal(found.changes.length, 3);
    assert.match((found.leaves ?? []).join(), /“E5 Users”.*RoleManagement\.ReadWrite\.Directory/);
  });

  it('takes a guest’s and a synchronized person’s licenses like anybody’s', async () => {
    for (const name of ['gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com', 'dariusz']) {
      const context = await world.contextOf(name, { hold: false });
      const { before } = await previewChange(removeLicenses, context);
      await removeLicenses.run(context, before);
      await proveSoon(removeLicenses, context, before);
      assert.deepEqual(world.tenant.person(name).licenses, []);
    }
  });

  it('is not needed where there are no licenses', async () => {
    const { planned } = await previewStep(removeLicenses, await world.contextOf('tomasz'));
    assert.deepEqual([planned.kind, planned.why], ['not-needed', 'There are no licenses that could be taken back.']);
  });
});
