import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectGraph } from '../../bot/graph/microsoftGraph.ts';
import { countUsers } from '../../bot/graph/organization.ts';
import { type Demand, demandOf, type Pace, paceBy, type Quotas, unitsOfTenant } from '../../bot/graph/pacing.ts';
import { createLog } from '../../bot/log.ts';
import { startTestTenant, type TestTenant } from '../support/tenant.ts';

const ms = 300;
const quotas: Quotas = {
  writes: { limit: 10, ms },
  units: { limit: 1000, ms },
  atOnceAMailbox: 4,
  keptForLockOut: 0.2,
};
const write: Demand = { writes: 1, units: 1, mailbox: null, lockOut: false };
const read: Demand = { ...write, writes: 0 };
const lockOut: Demand = { ...write, lockOut: true };

describe('the pace of calls', () => {
  let pace: Pace;
  let gone: { what: string; at: number }[];
  beforeEach(() => {
    pace = paceBy(quotas);
    gone = [];
  });
  const go = (what: string, demand: Demand) =>
    pace.turn(demand, async () => void gone.push({ what, at: performance.now() }));
  const order = () => gone.map(({ what }) => what);

  it('is never more than the allowance in any stretch of its length, and uses it', async () => {
    await Promise.all(Array.from({ length: 25 }, () => go('write', lockOut)));
    // A turn is counted when it is given; the call may go a moment later, and the next stretch then seems to begin too soon.
    const stretch = ms - 50;
    for (const { at } of gone)
      assert.ok(gone.filter((one) => one.at >= at && one.at < at + stretch).length <= 10, JSON.stringify(gone));
    assert.equal(gone.length, 25);
  });

  it('lets a lock-out go before all that waits', async () => {
    await Promise.all(Array.from({ length: 10 }, () => go('first', lockOut)));
    const waiting = [...Array.from({ length: 5 }, () => go('other', write)), go('lock-out', lockOut)];
    await Promise.all(waiting);
    assert.deepEqual(order().slice(10), ['lock-out', 'other', 'other', 'other', 'other', 'other']);
  });

  it('keeps a part for lock-outs that nothing else can use up', async () => {
    const others = Array.from({ length: 12 }, () => go('other', write));
    await sleep(20);
    assert.equal(gone.length, 8);
    await Promise.all([go('lock-out', lockOut), go('lock-out', lockOut)]);
    assert.equal(gone.length, 10);
    await Promise.all(others);
  });

  it('lets reads go while writes wait', async () => {
    await Promise.all(Array.from({ length: 8 }, () => go('other', write)));
    const waiting = go('other', write);
    await go('read', read);
    assert.equal(order().at(-1), 'read');
    await waiting;
  });

  it('counts what costs more as more', async () => {
    const dear = { ...read, units: 600 };
    await go('dear', dear);
    const next = go('dear', dear);
    await go('cheap', read);
    assert.deepEqual(order(), ['dear', 'cheap']);
    await next;
  });

  it('asks once how large the tenant is, when what the smallest may have is used up', async () => {
    let asked = 0;
    const sized = paceBy({ ...quotas, units: { limit: 10, ms: 60_000 } }, async () => {
      asked++;
      return 30;
    });
    const all = Array.from({ length: 30 }, () => sized.turn(read, async () => undefined));
    await Promise.all(all);
    assert.equal(asked, 1);
  });

  it('has four calls at once in one mailbox, and any number elsewhere', async () => {
    const free: (() => void)[] = [];
    const stays = (mailbox: string) =>
      pace.turn({ ...read, mailbox }, () => new Promise<void>((resolve) => free.push(resolve)));
    const calls = [...Array.from({ length: 6 }, () => stays('jane')), stays('tess')];
    await sleep(20);
    assert.equal(free.length, 5);
    while (free.length > 0) {
      free.shift()?.();
      await sleep(1);
    }
    await Promise.all(calls);
  });

  it('lets go of a mailbox after a call that failed', async () => {
    const failing = Array.from({ length: 4 }, () =>
      pace.turn({ ...read, mailbox: 'jane' }, () => Promise.reject(new Error('no'))),
    );
    await Promise.allSettled(failing);
    await pace.turn({ ...read, mailbox: 'jane' }, async () => undefined);
  });
});

describe('what a call takes of the quotas', () => {
  let tenant: TestTenant;
  before(async () => {
    tenant = await startTestTenant();
  });
  after(() => tenant.close());

  const jane = '/users/jane@contoso.com';
  const sales = () => `/groups/${tenant.groupNamed('Sales').id}`;
  const calls: [string, () => string][] = [
    ['an account', () => `${jane}?$select=accountEnabled`],
    ['an account and its manager', () => `${jane}?$select=id&$expand=manager($select=id)`],
    ['people who are looked for', () => "/users?$filter=mail eq 'jane@contoso.com'&$select=id"],
    ['groups', () => `${jane}/memberOf?$select=id&$top=999`],
    ['groups through others', () => `${jane}/transitiveMemberOf`],
    ['what somebody owns', () => `${jane}/ownedObjects`],
    ['members', () => `${sales()}/members?$select=id`],
    ['members through others', () => `${sales()}/transitiveMembers?$select=id`],
    ['licenses that are bought', () => '/subscribedSkus?$select=skuId'],
    ['consents', () => `${jane}/oauth2PermissionGrants`],
    ['roles', () => `/roleManagement/directory/roleAssignments?$filter=principalId eq 'x'&$expand=roleDefinition`],
    ['ways to sign in', () => `${jane}/authentication/methods`],
    ['meetings', () => `${jane}/events?$select=id`],
  ];
  for (const [what, path] of calls) {
    it(`is as Graph counts it: ${what}`, async () => {
      const { headers, status } = await tenant.call('GET', path());
      assert.equal(status, 200);
      const demand = demandOf([{ method: 'GET', path: path() }], false);
      assert.deepEqual([demand.writes, demand.units], [0, Number(headers.get('x-ms-resource-unit'))]);
      assert.equal(demand.mailbox, what === 'meetings' ? 'jane@contoso.com' : null);
    });
  }

  it('counts users as plain text', async () => {
    const { users } = tenant.data;
    const graph = connectGraph({ url: tenant.url, token: () => tenant.token(), log: createLog('silent') });
    assert.equal(await countUsers(graph), users.length);
    assert.deepEqual([49, 50, 500, 501].map(unitsOfTenant), [3500, 5000, 5000, 8000]);
  });

  it('is one write for each change of a batch', () => {
    const calls = Array.from({ length: 20 }, (_call, index) => ({ method: 'DELETE', path: `/groups/${index}` }));
    assert.deepEqual(demandOf(calls, true), { writes: 20, units: 20, mailbox: null, lockOut: true });
  });
});
