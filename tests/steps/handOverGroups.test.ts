import assert from 'node:assert/strict';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { handOverGroups } from '../../bot/steps/handOverGroups.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('hand-over-groups', () => {
  const suite = stepSuite(handOverGroups);
  const id = (name: string) => suite.tenant.person(name).id;
  const group = (name: string) => suite.tenant.groupNamed(name);
  const withTess = () => ({ successor: suite.world.picked('tess') });
  const deals = 'EMEA Key Deals';

  it('says who becomes owner of what, and binds the approval to both', async () => {
    const { found } = await suite.preview('jane', withTess());
    assert.deepEqual(found.changes.toSorted(), [
      '“Customer Advisory Board”: owner → not an owner',
      `“${deals}”: owner → not an owner; ${suite.tenant.person('tess').displayName} becomes owner first`,
    ]);
    assert.deepEqual(
      found.touches?.toSorted(),
      [group(deals).id, group('Customer Advisory Board').id, id('tess')].toSorted(),
    );
  });

  it('makes the successor owner, and of a team member, before the last owner leaves', async () => {
    await suite.go('jane', withTess());
    const writes = suite.writes().filter((write) => write.includes(group(deals).id));
    assert.deepEqual(writes, [
      `POST /groups/${group(deals).id}/owners/$ref`,
      `POST /groups/${group(deals).id}/members/$ref`,
      `DELETE /groups/${group(deals).id}/owners/${id('jane')}/$ref`,
    ]);
    assert.deepEqual(group(deals).owners, [id('tess')]);
    assert.ok(group(deals).members.includes(id('tess')));
    assert.deepEqual(group('Customer Advisory Board').owners, [id('luca')]);
  });

  it('leaves somebody else’s group to them: nobody is added where another person owns it', async () => {
    await suite.go('jane', withTess());
    assert.ok(!group('Customer Advisory Board').owners.includes(id('tess')));
  });

  it('makes nobody a member of a group that is no team', async () => {
    group(deals).resourceProvisioningOptions = [];
    await suite.go('jane', withTess());
    assert.ok(!suite.writes().some((write) => write.includes('/members/')));
    assert.ok(!group(deals).members.includes(id('tess')));
  });

  it('does not count an app as owner: nobody could turn to it', async () => {
    const app = suite.data.servicePrincipals[0];
    assert.ok(app);
    group(deals).owners.push(app.id);
    const { found } = await suite.go('jane', withTess());
    assert.ok(found.changes.some((words) => words.includes(deals) && words.includes('becomes owner first')));
    assert.deepEqual(group(deals).owners, [app.id, id('tess')]);
  });

  it('leaves a group to people that the person owns alone when nobody was chosen, and does the others', async () => {
    const { found } = await suite.go('jane', { successor: null });
    assert.deepEqual(found.changes, ['“Customer Advisory Board”: owner → not an owner']);
    assert.ok(found.leaves?.includes(`Owns “${deals}” alone: choose a successor, or find it another owner.`));
    assert.deepEqual(group(deals).owners, [id('jane')]);
  });

  it('names what only others can hand over: lists, on-premises groups', async () => {
    group('All Sales').owners = [id('jane')];
    group('VPN Users').owners = [id('jane')];
    const { found } = await suite.preview('jane');
    assert.deepEqual(found.leaves?.toSorted(), [
      'Owns “All Sales”, which is managed in Exchange: hand it over there.',
      'Owns “VPN Users”, which is managed in the on-premises directory: hand it over there.',
    ]);
    assert.doesNotMatch(found.changes.join(), /All Sales|VPN Users/);
  });

  it('never makes the successor owner of a group that gives roles', async () => {
    group('Tier 0 Operators').owners = [id('jane')];
    const { found } = await suite.go('jane', withTess());
    assert.doesNotMatch(found.changes.join(), /Tier 0/);
    assert.ok(!group('Tier 0 Operators').owners.includes(id('tess')));
  });

  it('hands over none of the groups that decide who may use Signoff: they are left to people, owned alone or not', async () => {
    const approvers = suite.tenant.groupNamed('Signoff Approvers');
    const helpdesk = suite.tenant.groupNamed('Signoff Helpdesk');
    approvers.owners = [id('jane')];
    helpdesk.owners = [id('jane'), id('luca')];
    const { found } = await suite.go('jane', withTess());
    assert.doesNotMatch(found.changes.join(), /Signoff/);
    const words = 'which decides who may use Signoff: choose who owns it, and change that in the Entra admin center.';
    for (const name of ['Signoff Approvers', 'Signoff Helpdesk'])
      assert.ok(found.leaves?.includes(`Owns “${name}”, ${words}`), found.leaves?.join());
    assert.deepEqual(approvers.owners, [id('jane')]);
    assert.deepEqual(helpdesk.owners, [id('jane'), id('luca')]);
    assert.ok(!suite.writes().some((write) => write.includes(approvers.id) || write.includes(helpdesk.id)));
  });

  it('is not needed where only such a group is owned, and still says so', async () => {
    suite.tenant.groupNamed('Signoff Approvers').owners = [id('tomasz')];
    const { kind, leaves } = await suite.plan('tomasz', withTess());
    assert.equal(kind, 'not-needed');
    assert.match(leaves.join(), /^Owns “Signoff Approvers”, which decides who may use Signoff: /);
  });

  it('makes the successor owner of nothing whose ownership somebody else ended after the plan', async () => {
    const { context, before } = await suite.preview('jane', withTess());
    group(deals).owners = [id('luca')];
    await handOverGroups.run(context, before);
    assert.deepEqual(group(deals).owners, [id('luca')]);
    assert.ok('proved' in (await handOverGroups.verify(context, before)));
  });

  it('goes on after the successor is owner and no more is known', async () => {
    const { context, before } = await suite.preview('jane', withTess());
    suite.tenant.setFaults({ kinds: ['timeoutAfter'], match: 'POST /groups/', count: 1, hangMs: 5 });
    await assert.rejects(handOverGroups.run(context, before), GraphFailure);
    assert.ok('notYet' in (await handOverGroups.verify(context, before)));
    assert.ok(group(deals).owners.includes(id('jane')), 'the last owner is still there');
    await handOverGroups.run(context, before);
    assert.ok('proved' in (await handOverGroups.verify(context, before)));
  });

  it('lets the last owner stay when the successor can’t become one', async () => {
    const { context, before } = await suite.preview('jane', withTess());
    suite.tenant.setFaults({ kinds: ['throttle'], match: 'POST /groups/', retryAfterSeconds: 60 });
    await assert.rejects(
      handOverGroups.run(context, before),
      (error) => error instanceof GraphFailure && error.kind === 'throttled',
    );
    assert.ok(group(deals).owners.includes(id('jane')));
  });

  it('is not proved by a group that nobody owns', async () => {
    const { context, before } = await suite.preview('jane', withTess());
    group(deals).owners = [];
    group('Customer Advisory Board').owners = [id('luca')];
    assert.deepEqual(await handOverGroups.verify(context, before), {
      notYet: `No owner is to be seen yet for “${deals}”.`,
    });
  });

  it('puts owner and member back as they were', async () => {
    const untouched = suite.state();
    await suite.undo(await suite.go('jane', withTess()));
    assert.deepEqual(suite.state(), untouched);
  });

  it('leaves the successor in the team by undo who was in it before', async () => {
    group(deals).members.push(id('tess'));
    const members = [...group(deals).members];
    await suite.undo(await suite.go('jane', withTess()));
    assert.deepEqual(group(deals).members, members);
    assert.deepEqual(group(deals).owners, [id('jane')]);
  });

  it('has nothing to do with a group that was deleted meanwhile, in run and in undo', async () => {
    const { context, before } = await suite.preview('jane', withTess());
    suite.data.groups = suite.data.groups.filter(({ displayName }) => displayName !== deals);
    await handOverGroups.run(context, before);
    assert.ok('proved' in (await handOverGroups.verify(context, before)));
    await handOverGroups.undo?.(context, before);
    assert.ok(group('Customer Advisory Board').owners.includes(id('jane')));
  });

  it('is not needed where nothing is owned', async () => {
    const { kind, why } = await suite.plan('tomasz');
    assert.deepEqual([kind, why], ['not-needed', 'They own no groups that could be handed over.']);
  });
});
