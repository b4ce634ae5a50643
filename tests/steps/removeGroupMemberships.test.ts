import assert from 'node:assert/strict';
import { previewStep } from '../../bot/engine/plan.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { removeGroupMemberships } from '../../bot/steps/removeGroupMemberships.ts';
import { previewChange, proveSoon, type StepWorld, startStepWorld, stateOf, writesIn } from '../support/stepWorld.ts';

describe('remove-group-memberships', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
  });
  after(() => world.tenant.close());

  const groupsOf = (name: string) => {
    const { id } = world.tenant.person(name);
    return world.tenant.data.groups.filter(({ members }) => members.includes(id)).map((group) => group.displayName);
  };
  const batches = () => world.tenant.exchanges.filter(({ path }) => path === '/v1.0/$batch');
  const sizeOf = ({ requestBody }: { requestBody: unknown }) =>
    (requestBody as { requests: unknown[] }).requests.length;

  async function remove(name: string): Promise<void> {
    const context = await world.contextOf(name);
    const { before } = await previewChange(removeGroupMemberships, context);
    await removeGroupMemberships.run(context, before);
    await proveSoon(removeGroupMemberships, context, before);
  }

  it('tells the kinds of groups apart, and says of each that stays who can change it', async () => {
    const { changes, leaves = [] } = await previewChange(removeGroupMemberships, await world.contextOf('jane'));
    assert.deepEqual(changes.toSorted(), [
      'Microsoft 365 group “Customer Advisory Board”: member → not a member',
      'Security group “CRM Users”: member → not a member',
      'Team “EMEA Key Deals”: member → not a member',
      'Team “Sales”: member → not a member',
    ]);
    assert.deepEqual(leaves.toSorted(), [
      '“All Sales” is a distribution list: remove the person in the Exchange admin center.',
      '“Amsterdam Office” is a dynamic group: its rule decides who is in it.',
      '“Quote Approvals” is a mail-enabled security group: remove the person in the Exchange admin center.',
      '“VPN Users” comes from the on-premises directory: remove the person there.',
    ]);
  });

  it('takes the person out of what it named and out of nothing else', async () => {
    await remove('jane');
    assert.deepEqual(groupsOf('jane').toSorted(), [
      'All Sales',
      'Amsterdam Office',
      'E5 Users',
      'Quote Approvals',
      'VPN Users',
    ]);
  });

  it('leaves a group that brings licenses to remove-licenses, without a word', async () => {
    const { changes, leaves = [] } = await previewChange(removeGroupMemberships, await world.contextOf('jane'));
    assert.doesNotMatch([...changes, ...leaves].join(), /E5 Users/);
  });

  it('never deletes what is behind a membership', async () => {
    await remove('jane');
    await remove('mei-ling');
    const deletions = writesIn(world.tenant.exchanges);
    assert.ok(deletions.length > 100);
    for (const { method, path } of deletions) {
      assert.equal(method, 'DELETE');
      assert.match(path, /^\/v1\.0\/groups\/[0-9a-f-]{36}\/members\/[0-9a-f-]{36}\/\$ref$/);
    }
    assert.deepEqual(world.tenant.data.deletedUsers.length, 1, 'the one who was there before');
  });

  it('takes somebody out of 130 groups, twenty at a time', async () => {
    const changeable = groupsOf('mei-ling').filter((name) => name !== 'E5 Users');
    assert.ok(changeable.length > 120);
    await remove('mei-ling');
    const sizes = batches().map(sizeOf);
    assert.equal(sizes.length, Math.ceil(changeable.length / 20));
    assert.ok(sizes.every((size) => size <= 20));
    assert.equal(writesIn(world.tenant.exchanges).length, changeable.length);
    assert.deepEqual(groupsOf('mei-ling'), ['E5 Users']);
  });

  it('puts somebody back into 130 groups', async () => {
    const untouched = structuredClone(stateOf(world.tenant.data));
    const context = await world.contextOf('mei-ling');
    const { before } = await previewChange(removeGroupMemberships, context);
    await removeGroupMemberships.run(context, before);
    await removeGroupMemberships.undo?.(context, before);
    assert.deepEqual(stateOf(world.tenant.data), untouched);
  });

  it('sends a throttled one of them again, and it alone', async () => {
    const context = await world.contextOf('mei-ling');
    const { before } = await previewChange(removeGroupMemberships, context);
    world.tenant.setFaults({ kinds: ['throttle'], match: 'DELETE /groups/', count: 1, retryAfterSeconds: 0 });
    await removeGroupMemberships.run(context, before);
    const sizes = batches().map(sizeOf);
    assert.equal(sizes.at(-1), 1);
    const paths = writesIn(world.tenant.exchanges).map(({ path }) => path);
    assert.equal(paths.length, new Set(paths).size + 1);
    await proveSoon(removeGroupMemberships, context, before);
  });

  it('goes on with what is left when one of many got no answer', async () => {
    const context = await world.contextOf('mei-ling');
    const { before } = await previewChange(removeGroupMemberships, context);
    world.tenant.setFaults({ kinds: ['reset'], match: 'DELETE /groups/', count: 1 });
    await assert.rejects(
      removeGroupMemberships.run(context, before),
      (error) => error instanceof GraphFailure && error.kind === 'ambiguous',
    );
    assert.match(JSON.stringify(await removeGroupMemberships.verify(context, before)), /Still a member of “[^”]+”\./);
    await removeGroupMemberships.run(context, before);
    await proveSoon(removeGroupMemberships, context, before);
  });

  it('is content when somebody else took the person out, or deleted the group', async () => {
    const context = await world.contextOf('jane');
    const { before } = await previewChange(removeGroupMemberships, context);
    const crm = world.tenant.groupNamed('CRM Users');
    crm.members = crm.members.filter((id) => id !== context.subject.id);
    world.tenant.data.groups = world.tenant.data.groups.filter(({ displayName }) => displayName !== 'Sales');
    await removeGroupMemberships.run(context, before);
    await proveSoon(removeGroupMemberships, context, before);
  });

  it('leaves alone a group that the person joined after the plan', async () => {
    const context = await world.contextOf('jane');
    const { before } = await previewChange(removeGroupMemberships, context);
    world.tenant.groupNamed('Legal').members.push(context.subject.id);
    await removeGroupMemberships.run(context, before);
    await proveSoon(removeGroupMemberships, context, before);
    assert.ok(groupsOf('jane').includes('Legal'));
  });

  it('changes a role-assignable group only with the permission for it', async () => {
    const context = await world.contextOf('rafael');
    const { changes } = await previewChange(removeGroupMemberships, context);
    assert.ok(changes.includes('Security group “Tier 0 Operators”: member → not a member'));
    await remove('rafael');
    assert.ok(!groupsOf('rafael').includes('Tier 0 Operators'));

    const permissions = new Set(context.access.permissions);
    permissions.delete('RoleManagement.ReadWrite.Directory');
    world.tenant.reset();
    const found = await previewChange(removeGroupMemberships, {
      ...context,
      access: { ...context.access, permissions },
    });
    assert.doesNotMatch(found.changes.join(), /Tier 0/);
    assert.match(
      (found.leaves ?? []).join(),
      /“Tier 0 Operators” gives directory roles: .*RoleManagement\.ReadWrite\.Directory.*Entra admin center/,
    );
  });

  it('is by hand when no group can be changed, and not needed when there is none', async () => {
    const { id } = world.tenant.person('jane');
    const keepOnly = (...names: string[]) => {
      for (const group of world.tenant.data.groups) {
        if (!names.includes(group.displayName)) group.members = group.members.filter((member) => member !== id);
      }
    };
    keepOnly('All Sales', 'VPN Users');
    const byHand = await previewStep(removeGroupMemberships, await world.contextOf('jane'));
    assert.equal(byHand.planned.kind, 'by-hand');
    assert.match(byHand.planned.why ?? '', /All Sales.*VPN Users|VPN Users.*All Sales/);
    keepOnly();
    const none = await previewStep(removeGroupMemberships, await world.contextOf('jane'));
    assert.deepEqual(
      [none.planned.kind, none.planned.why],
      ['not-needed', 'There are no group memberships to remove.'],
    );
  });

  it('binds the approval to the groups themselves, in an order that does not change', async () => {
    const context = await world.contextOf('jane');
    const { touches } = await previewChange(removeGroupMemberships, context);
    world.tenant.data.groups.reverse();
    assert.deepEqual((await previewChange(removeGroupMemberships, context)).touches, touches);
  });
});
