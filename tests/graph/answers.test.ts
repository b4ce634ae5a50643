import assert from 'node:assert/strict';
import { z } from 'zod';
import type { GraphConnection } from '../../bot/graph/graph.ts';
import { path } from '../../bot/graph/path.ts';
import { type StepWorld, startStepWorld } from '../support/stepWorld.ts';

const any = z.looseObject({});

describe('one look at everything', () => {
  let world: StepWorld;
  let look: GraphConnection;
  let jane: string;
  before(async () => {
    world = await startStepWorld();
    jane = world.tenant.person('jane').id;
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
    look = world.graph.remembering();
  });
  after(() => world.tenant.close());

  const reads = () => world.tenant.exchanges.filter(({ path: called }) => !called.includes('/oauth2/'));
  const asked = () => reads().map(({ method, path: called }) => `${method} ${called.split('?')[0]}`);
  const selected = () => reads().map(({ path: called }) => decodeURIComponent(called.split('=')[1] ?? ''));

  it('asks once for what is asked for twice, also while it is awaited and under another name of the log', async () => {
    const methods = path`/users/${jane}/authentication/methods`;
    const [one, other] = await Promise.all([look.list(methods, any), look.for({ stepId: 'x' }).list(methods, any)]);
    assert.deepEqual(other, one);
    assert.deepEqual(await look.list(methods, any), one);
    assert.equal(asked().length, 1);
  });

  it('asks once for what is not there', async () => {
    const nobody = path`/groups/${crypto.randomUUID()}?$select=id`;
    assert.deepEqual(await Promise.all([look.find(nobody, any), look.find(nobody, any)]), [null, null]);
    assert.equal(asked().length, 1);
  });

  it('asks in one call for what is asked of one user in one moment', async () => {
    const [enabled, changed] = await Promise.all([
      look.read(path`/users/${jane}?$select=accountEnabled`, any),
      look.read(path`/users/${jane}?$select=lastPasswordChangeDateTime,id`, any),
    ]);
    assert.equal(enabled.accountEnabled, true);
    assert.equal(changed.id, jane);
    assert.deepEqual(selected(), ['accountEnabled,lastPasswordChangeDateTime,id']);
    await look.read(path`/users/${jane}?$select=id,accountEnabled`, any);
    assert.equal(asked().length, 1);
    await look.read(path`/users/${jane}?$select=usageLocation`, any);
    assert.equal(asked().length, 2);
  });

  it('asks of two users in two calls', async () => {
    const users = [jane, world.tenant.person('tess').id];
    const read = await Promise.all(users.map((id) => look.read(path`/users/${id}?$select=id`, any)));
    assert.deepEqual(
      read.map(({ id }) => id),
      users,
    );
    assert.equal(asked().length, 2);
  });

  it('asks apart for what takes a permission of its own: its refusal must refuse nothing else', async () => {
    const { app } = world.tenant.data;
    app.permissions = app.permissions.filter((one) => one !== 'AuditLog.Read.All');
    const [activity, enabled] = await Promise.allSettled([
      look.read(path`/users/${jane}?$select=signInActivity`, any),
      look.read(path`/users/${jane}?$select=accountEnabled`, any),
    ]);
    assert.deepEqual([activity.status, enabled.status], ['rejected', 'fulfilled']);
  });

  it('asks anew after a change', async () => {
    const account = path`/users/${jane}?$select=accountEnabled`;
    assert.equal((await look.read(account, any)).accountEnabled, true);
    await look.patch(path`/users/${jane}`, { accountEnabled: false });
    assert.equal((await look.read(account, any)).accountEnabled, false);
  });

  it('ends with the look: the next one asks anew', async () => {
    const methods = path`/users/${jane}/authentication/methods`;
    await look.list(methods, any);
    await look.remembering().list(methods, any);
    await world.graph.list(methods, any);
    await world.graph.list(methods, any);
    assert.equal(asked().length, 4);
  });

  it('asks Exchange once as well, and anew after a change', async () => {
    const exchange = world.exchange.remembering();
    const [one, other] = await Promise.all([exchange.mailbox(jane), exchange.mailbox(jane)]);
    assert.deepEqual(one, other);
    assert.equal(asked().length, 1);
    await exchange.change(jane, { hidden: true });
    assert.equal((await exchange.mailbox(jane))?.hidden, true);
    assert.equal(asked().length, 3);
  });
});
