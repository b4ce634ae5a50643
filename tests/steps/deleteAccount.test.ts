import assert from 'node:assert/strict';
import { stillAgreed } from '../../bot/engine/agreement.ts';
import { previewStep } from '../../bot/engine/plan.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { deleteAccount } from '../../bot/steps/deleteAccount.ts';
import { previewChange, proveSoon, type StepWorld, startStepWorld, writesIn } from '../support/stepWorld.ts';

describe('delete-account', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
  });
  after(() => world.tenant.close());

  const isThere = (id: string) => world.tenant.data.users.some((user) => user.id === id);
  const isDeleted = (id: string) => world.tenant.data.deletedUsers.some(({ user }) => user.id === id);

  it('destroys, so it asks for its own confirmation', () => {
    assert.equal(deleteAccount.destructive, true);
  });

  it('is not needed when the account is to be kept, without asking Graph', async () => {
    const context = await world.contextOf('jane', { endState: 'keep' });
    world.tenant.exchanges.length = 0;
    const { planned } = await previewStep(deleteAccount, context);
    assert.deepEqual([planned.kind, planned.why], ['not-needed', 'The account is kept.']);
    assert.deepEqual(world.tenant.exchanges, []);
  });

  it('is not needed when the account is already deleted', async () => {
    const context = await world.contextOf('jane', { hold: false });
    assert.equal((await world.tenant.call('DELETE', `/users/${context.subject.id}`)).status, 204);
    const { planned } = await previewStep(deleteAccount, context);
    assert.deepEqual([planned.kind, planned.why], ['not-needed', 'The account is already deleted.']);
  });

  it('does nothing when somebody else was quicker', async () => {
    const context = await world.contextOf('jane', { hold: false });
    const { before } = await previewChange(deleteAccount, context);
    await world.tenant.call('DELETE', `/users/${context.subject.id}`);
    await deleteAccount.run(context, before);
    await proveSoon(deleteAccount, context, before);
    assert.equal(world.tenant.data.deletedUsers.filter(({ user }) => user.id === context.subject.id).length, 1);
  });

  it('deletes by object id, whatever the name holds', async () => {
    const context = await world.contextOf("sean.o'brien", { hold: false });
    const { before, changes, touches } = await previewChange(deleteAccount, context);
    assert.deepEqual(changes, [
      "Account sean.o'brien@contoso.com: deleted, with mailbox and files; can be restored for 30 days, a mailbox for 30 days after its license is removed",
    ]);
    assert.deepEqual(touches, [context.subject.id]);
    await deleteAccount.run(context, before);
    assert.deepEqual(
      writesIn(world.tenant.exchanges).map(({ path }) => path),
      [`/v1.0/users/${context.subject.id}`],
    );
    assert.ok(isDeleted(context.subject.id));
  });

  it('brings back the account with its name and its groups', async () => {
    const context = await world.contextOf("sean.o'brien", { hold: false });
    const { id } = context.subject;
    const groups = () => world.tenant.data.groups.filter(({ members }) => members.includes(id)).map((one) => one.id);
    const held = groups();
    const { before } = await previewChange(deleteAccount, context);
    await deleteAccount.run(context, before);
    assert.deepEqual(groups(), []);
    await deleteAccount.undo?.(context, before);
    assert.equal(world.tenant.person("sean.o'brien").id, id);
    assert.deepEqual(groups(), held);
  });

  it('is not proved by an account that is gone for good', async () => {
    const context = await world.contextOf('jane', { hold: false });
    const { before } = await previewChange(deleteAccount, context);
    await deleteAccount.run(context, before);
    world.tenant.data.deletedUsers = [];
    assert.deepEqual(await deleteAccount.verify(context, before), {
      notYet: 'The account is gone, but not among the deleted users.',
    });
  });

  it('is content when a restore that got no answer shows only after a second one was refused', async () => {
    const context = await world.contextOf('jane', { hold: false });
    const { before } = await previewChange(deleteAccount, context);
    await deleteAccount.run(context, before);
    world.tenant.setFaults({ kinds: ['timeoutAfter'], match: 'POST /directory/deletedItems', count: 1, hangMs: 5 });
    const ambiguous = async () => deleteAccount.undo?.(context, before);
    await assert.rejects(ambiguous, (error) => error instanceof GraphFailure && error.kind === 'ambiguous');
    await deleteAccount.undo?.(context, before);
    // The first look is old: the account seems to be gone still.
    let looks = 0;
    const find: typeof context.graph.find = async (path, schema) =>
      looks++ === 0 ? null : context.graph.find(path, schema);
    await deleteAccount.undo?.({ ...context, graph: { ...context.graph, find } }, before);
    assert.equal(looks, 2);
    assert.ok(isThere(context.subject.id));
  });

  it('says so when there is nothing left to restore', async () => {
    const context = await world.contextOf('jane', { hold: false });
    const { before } = await previewChange(deleteAccount, context);
    await deleteAccount.run(context, before);
    world.tenant.data.deletedUsers = [];
    await assert.rejects(
      async () => deleteAccount.undo?.(context, before),
      (error) => error instanceof GraphFailure && error.kind === 'missing',
    );
  });

  it('leaves a synchronized account to the on-premises directory', async () => {
    const context = await world.contextOf('dariusz');
    const { planned } = await previewStep(deleteAccount, context);
    assert.equal(planned.kind, 'by-hand');
    assert.match(planned.why ?? '', /on-premises directory/);
    assert.ok(isThere(context.subject.id));
  });

  describe('with a mailbox that is to stay as an inactive one', () => {
    const inactive = { endState: 'inactive', hold: false } as const;
    const hold = () => {
      const { mailbox } = world.tenant.person('jane');
      assert.ok(mailbox);
      mailbox.litigationHold = { since: '2026-11-01T09:00:00Z', by: 'omar', durationDays: null };
    };

    for (const options of [inactive, { endState: 'delete', hold: true } as const]) {
      it(`is begun only once it is on hold, and proved by Exchange alone (${options.endState})`, async () => {
        const context = await world.contextOf('jane', options);
        const { before, changes, leaves = [] } = await previewChange(deleteAccount, context);
        assert.deepEqual(changes, [
          'Account jane@contoso.com: deleted, with files; can be restored for 30 days. The mailbox, on hold, stays as an inactive one',
        ]);
        assert.match(
          leaves.join(),
          /takes no mail, forwards nothing and answers nobody.+restore the account within 30 days/,
        );
        await assert.rejects(deleteAccount.requireReady(context, before), { code: 'not-held' });
        hold();
        await deleteAccount.requireReady(context, before);
        await deleteAccount.run(context, before);
        assert.match(await proveSoon(deleteAccount, context, before), /The mailbox is an inactive one, kept as long/);
        for (const deleted of world.tenant.data.deletedUsers) deleted.inactiveMailbox = false;
        assert.match(JSON.stringify(await deleteAccount.verify(context, before)), /notYet.*does not show the mailbox/);
      });
    }

    it('is said of a mailbox that is on hold anyway, whatever was asked for', async () => {
      hold();
      const { changes } = await previewChange(deleteAccount, await world.contextOf('jane', { hold: false }));
      assert.match(changes.join(), /The mailbox, on hold, stays as an inactive one/);
    });

    it('is asked about again when the mailbox is gone by then', async () => {
      const context = await world.contextOf('jane', inactive);
      const { planned } = await previewStep(deleteAccount, context);
      world.tenant.person('jane').mailbox = null;
      assert.equal(stillAgreed(planned, (await previewStep(deleteAccount, context)).planned), false);
    });

    it('is left to people where the hold can’t be seen', async () => {
      const context = await world.contextOf('jane', inactive);
      const access = { ...context.access, exchange: new Set<never>() };
      const { planned } = await previewStep(deleteAccount, { ...context, access });
      assert.deepEqual(
        [planned.kind, /Only once the mailbox is on litigation hold/.test(planned.why ?? '')],
        ['by-hand', true],
      );
      assert.match(planned.hand?.clicks[0] ?? '', /on litigation hold/);
    });
  });

  it('deletes a guest', async () => {
    const context = await world.contextOf('paulina_adatum.com#EXT#@contoso.onmicrosoft.com');
    const { before } = await previewChange(deleteAccount, context);
    await deleteAccount.run(context, before);
    await proveSoon(deleteAccount, context, before);
  });
});
