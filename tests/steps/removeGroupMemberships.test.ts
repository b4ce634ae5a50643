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
      '“Amsterdam Office” is a dynamic group: its rule decides who is in it.',
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

  it('leaves to other steps, without a word, what brings licenses, what gives roles and what only Exchange changes', async () => {
    const { id } = world.tenant.person('jane');
    world.tenant.groupNamed('Tier 0 Operators').members.push(id);
    const { changes, leaves = [] } = await previewChange(removeGroupMemberships, await world.contextOf('jane'));
    assert.doesNotMatch([...changes, ...leaves].join(), /E5 Users|Tier 0 Operators|All Sales|Quote Approvals/);
    await remove('jane');
    for (const name of ['E5 Users', 'Tier 0 Operators', 'All Sales', 'Quote Approvals'])
      assert.ok(groupsOf('jane').includes(name), name);
  });

  it('names a list that comes from the on-premises directory, because no other step does', async () => {
    world.tenant.groupNamed('All Sales').onPremisesSyncEnabled = true;
    const { leaves = [] } = await previewChange(removeGroupMemberships, await world.contextOf('jane'));
    assert.ok(leaves.includes('“All Sales” comes from the on-premises directory: remove the person there.'));
  });

  it('takes the person out of the groups that decide who may use Signoff, like out of any other', async () => {
    const { id } = world.tenant.person('jane');
    const own = ['Signoff Helpdesk', 'Signoff Approvers', 'Signoff Admins'];
    for (const name of own) world.tenant.groupNamed(name).members.push(id);
    await remove('jane');
    assert.deepEqual(
      groupsOf('jane').filter((name) => own.includes(name)),
      [],
    );
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
    const untouched = stateOf(world.tenant.data);
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

  it('is not needed when no group can be changed or there is none, and still says which ones stay', async () => {
    const { id } = world.tenant.person('jane');
    const keepOnly = (...names: string[]) => {
      for (const group of world.tenant.data.groups) {
        if (!names.includes(group.displayName)) group.members = group.members.filter((member) => member !== id);
      }
    };
    const words = 'There are no group memberships that this step could remove.';
    keepOnly('All Sales', 'VPN Users');
    const { planned } = await previewStep(removeGroupMemberships, await world.contextOf('jane'));
    assert.deepEqual([planned.kind, planned.why], ['not-needed', words]);
    assert.deepEqual(planned.leaves, ['“VPN Users” comes from the on-premises directory: remove the person there.']);
    keepOnly();
    const none = await previewStep(removeGroupMemberships, await world.contextOf('jane'));
    assert.deepEqual([none.planned.kind, none.planned.why, none.planned.leaves], ['not-needed', words, []]);
  });

  it('puts the person back into what is left of the groups when one was deleted meanwhile', async () => {
    const context = await world.contextOf('jane');
    const held = groupsOf('jane');
    const { before } = await previewChange(removeGroupMemberships, context);
    await removeGroupMemberships.run(context, before);
    world.tenant.data.groups = world.tenant.data.groups.filter(({ displayName }) => displayName !== 'Sales');
    await removeGroupMemberships.undo?.(context, before);
    assert.deepEqual(
      groupsOf('jane'),
      held.filter((name) => name !== 'Sales'),
    );
  });

  it('does not take it for a deleted group when the person is gone', async () => {
    const context = await world.contextOf('jane');
    const { before } = await previewChange(removeGroupMemberships, context);
    await removeGroupMemberships.run(context, before);
    await world.tenant.call('DELETE', `/users/${context.subject.id}`);
    await assert.rejects(
      async () => removeGroupMemberships.undo?.(context, before),
      (error) => error instanceof GraphFailure && error.kind === 'missing',
    );
  });

  it('binds the approval to the groups themselves, in an order that does not change', async () => {
    const context = await world.contextOf('jane');
    const { touches } = await previewChange(removeGroupMemberships, context);
    world.tenant.data.groups.reverse();
    assert.deepEqual((await previewChange(removeGroupMemberships, context)).touches, touches);
  });
});
