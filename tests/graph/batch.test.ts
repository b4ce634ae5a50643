import assert from 'node:assert/strict';
import { GraphFailure } from '../../bot/graph/failure.ts';
import type { BatchAnswer, BatchCall } from '../../bot/graph/graph.ts';
import { connectGraph } from '../../bot/graph/microsoftGraph.ts';
import { memberRef, path } from '../../bot/graph/path.ts';
import { createLog } from '../../bot/log.ts';
import { startScript } from '../support/scriptedServer.ts';
import { type StepWorld, startStepWorld, writesIn } from '../support/stepWorld.ts';

const connect = (url: string) => connectGraph({ url, token: async () => 't', log: createLog('silent') });
const patch = (id: string | number): BatchCall => ({
  method: 'PATCH',
  path: `/users/${id}`,
  body: { city: 'Utrecht' },
});
const kinds = (answers: BatchAnswer[]) => answers.map((answer) => (answer.ok ? 'ok' : answer.failure.kind));

describe('a batch', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld({ change: (data) => data.app.permissions.push('User.ReadWrite.All') });
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
  });
  after(() => world.tenant.close());

  const batches = () => world.tenant.exchanges.filter(({ path: target }) => target === '/v1.0/$batch');
  const leave = (group: string, name: string): BatchCall => ({
    method: 'DELETE',
    path: memberRef(world.tenant.groupNamed(group).id, world.tenant.person(name).id),
  });

  it('of nothing is not sent', async () => {
    assert.deepEqual(await world.graph.batch([]), []);
    assert.deepEqual(world.tenant.exchanges, []);
  });

  it('answers in the order asked, whatever the order of the answers', async () => {
    const calls = [
      leave('CRM Users', 'jane'),
      patch('nobody@contoso.com'),
      leave('VPN Users', 'jane'),
      patch('jane@contoso.com'),
    ];
    assert.deepEqual(kinds(await world.graph.batch(calls)), ['ok', 'missing', 'refused', 'ok']);
    assert.equal(world.tenant.person('jane').city, 'Utrecht');
  });

  it('says of each failure what Graph said, with its request id', async () => {
    const [answer] = await world.graph.batch([patch('nobody@contoso.com')]);
    assert.ok(answer && !answer.ok && answer.failure instanceof GraphFailure);
    const { failure } = answer;
    assert.deepEqual([failure.kind, failure.status, failure.graphCode], ['missing', 404, 'Request_ResourceNotFound']);
    assert.match(failure.requestId ?? '', /^[0-9a-f-]{36}$/);
    assert.match(failure.message, /^PATCH in a batch: 404 /);
  });

  it('is split into twenties, and the answers put together again', async () => {
    const names = world.tenant.data.users.slice(0, 45).map(({ userPrincipalName }) => userPrincipalName);
    names[30] = 'nobody@contoso.com';
    const answers = kinds(await world.graph.batch(names.map((name) => ({ ...patch(0), path: path`/users/${name}` }))));
    assert.equal(batches().length, 3);
    assert.equal(answers.length, 45);
    assert.deepEqual(
      answers.flatMap((answer, index) => (answer === 'missing' ? index : [])),
      [30],
    );
  });

  it('sends a throttled call again, and no other', async () => {
    const { id } = world.tenant.person('jane');
    world.tenant.setFaults({ kinds: ['throttle'], match: `PATCH /users/${id}`, count: 2, retryAfterSeconds: 0 });
    const answers = await world.graph.batch([patch('luca@contoso.com'), patch(id), leave('CRM Users', 'jane')]);
    assert.deepEqual(kinds(answers), ['ok', 'ok', 'ok']);
    const paths = writesIn(world.tenant.exchanges).map(({ path: target }) => target);
    assert.deepEqual(paths.filter((target) => target === `/v1.0/users/${id}`).length, 3);
    assert.equal(paths.length, 5);
  });

  it('waits as long as the longest that was asked for, not the last', async () => {
    const times: number[] = [];
    await using script = await startScript((_, count) => {
      times.push(Date.now());
      const answer = (id: string, seconds: string) =>
        count === 1 ? { id, status: 429, headers: { 'Retry-After': seconds }, body: {} } : { id, status: 204 };
      return { body: { responses: [answer('0', '1'), answer('1', '0')] } };
    });
    assert.deepEqual(kinds(await connect(script.url).batch([patch(1), patch(2)])), ['ok', 'ok']);
    assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 990);
  });

  it('leaves a long wait to the engine, and says how long it is', async () => {
    await using script = await startScript(() => ({
      body: { responses: [{ id: '0', status: 429, headers: { 'Retry-After': '60' }, body: {} }] },
    }));
    const [answer] = await connect(script.url).batch([patch(1)]);
    assert.ok(answer && !answer.ok && answer.failure instanceof GraphFailure);
    assert.equal(answer.failure.retryAfterMs, 60_000);
    assert.equal(script.requests.length, 1);
  });

  it('gives up on a call that is throttled again and again', async () => {
    world.tenant.setFaults({ kinds: ['throttle'], match: 'PATCH /users', retryAfterSeconds: 0 });
    const answers = await world.graph.batch([leave('CRM Users', 'jane'), patch('jane@contoso.com')]);
    assert.deepEqual(kinds(answers), ['ok', 'throttled']);
    assert.equal(batches().length, 5);
  });

  it('does not send a call again that got no clear answer', async () => {
    for (const kind of ['unavailable', 'reset', 'timeoutAfter'] as const) {
      world.tenant.exchanges.length = 0;
      world.tenant.setFaults({ kinds: [kind], match: 'PATCH /users', count: 1, hangMs: 5 });
      const answers = await world.graph.batch([patch('jane@contoso.com'), patch('luca@contoso.com')]);
      assert.deepEqual(kinds(answers), ['ambiguous', 'ok']);
      assert.equal(writesIn(world.tenant.exchanges).length, 2);
    }
  });

  it('that is throttled or lost as a whole is treated like any other write', async () => {
    await using script = await startScript((_, count) =>
      count === 1
        ? { status: 429, headers: { 'retry-after': '0' }, body: { error: { code: 'TooManyRequests', message: '' } } }
        : { status: 503, body: { error: { code: 'ServiceUnavailable', message: '' } } },
    );
    await assert.rejects(
      connect(script.url).batch([patch(1)]),
      (error) => error instanceof GraphFailure && error.kind === 'ambiguous',
    );
    assert.equal(script.requests.length, 2);
  });

  it('takes a missing answer for a failure that may have been done', async () => {
    await using script = await startScript(() => ({ body: { responses: [{ id: '1', status: 204 }] } }));
    const answers = await connect(script.url).batch([patch(1), patch(2), patch(3)]);
    assert.deepEqual(kinds(answers), ['ambiguous', 'ok', 'ambiguous']);
  });

  for (const [what, body] of [
    ['no JSON object', []],
    ['no list of answers', { responses: 'all fine' }],
    ['an answer without a status', { responses: [{ id: '0' }] }],
  ] as const) {
    it(`takes ${what} for a failure that may have been done`, async () => {
      await using script = await startScript(() => ({ body }));
      assert.deepEqual(kinds(await connect(script.url).batch([patch(1)])), ['ambiguous']);
    });
  }

  it('takes an answer to somebody else’s call for none', async () => {
    await using script = await startScript(() => ({ body: { responses: [{ id: '7', status: 204 }] } }));
    assert.deepEqual(kinds(await connect(script.url).batch([patch(1)])), ['ambiguous']);
  });

  it('reads headers whatever their case', async () => {
    await using script = await startScript((_, count) => ({
      body: {
        responses: [
          count === 1 ? { id: '0', status: 429, headers: { 'RETRY-AFTER': '0' }, body: {} } : { id: '0', status: 204 },
        ],
      },
    }));
    assert.deepEqual(kinds(await connect(script.url).batch([patch(1)])), ['ok']);
  });

  it('is not sent when one of its deletions would delete the object itself', async () => {
    const group = world.tenant.groupNamed('CRM Users').id;
    const { id } = world.tenant.person('jane');
    const calls: BatchCall[] = [patch(id), { method: 'DELETE', path: path`/groups/${group}/members/${id}` }];
    await assert.rejects(world.graph.batch(calls), /would delete the object itself/);
    await assert.rejects(world.graph.delete(path`/groups/${group}/members/${id}`), /would delete the object itself/);
    assert.deepEqual(world.tenant.exchanges, []);
  });
});
