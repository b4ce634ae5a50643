import assert from 'node:assert/strict';
import { z } from 'zod';
import { connectGraph } from '../../bot/graph/microsoftGraph.ts';
import { createLog } from '../../bot/log.ts';
import { type ScriptedAnswer, startScript } from '../support/scriptedServer.ts';
import { startStepWorld } from '../support/stepWorld.ts';

const thing = z.object({ id: z.string() });
const connect = (url: string, lines: string[] = []) =>
  connectGraph({
    url,
    token: async () => 'the-token',
    log: createLog('debug', { write: (line) => void lines.push(line) }),
    tries: 1,
  });

describe('a list of several pages', () => {
  it('is read to its end, each thing once', async () => {
    await using world = await startStepWorld();
    const people = await world.graph.list('/users?$select=id&$top=10', thing);
    const ids = people.map(({ id }) => id);
    assert.deepEqual(ids.toSorted(), world.tenant.data.users.map(({ id }) => id).toSorted());
    const pages = world.tenant.exchanges.filter(({ path }) => path.startsWith('/v1.0/users'));
    assert.equal(pages.length, Math.ceil(ids.length / 10));
    assert.ok(pages.slice(1).every(({ path }) => path.includes('$skiptoken=') && path.includes('$select=id')));
  });

  it('is read no further than wanted', async () => {
    await using world = await startStepWorld();
    assert.equal((await world.graph.list('/users?$select=id&$top=10', thing, { atMost: 15 })).length, 15);
    assert.equal(world.tenant.exchanges.filter(({ path }) => path.startsWith('/v1.0/users')).length, 2);
  });

  it('keeps asking for the index on every page', async () => {
    await using world = await startStepWorld();
    const filter = '/users?$filter=accountEnabled%20ne%20false&$count=true&$select=id&$top=20';
    await world.graph.list(filter, thing, { eventual: true });
    const pages = world.tenant.exchanges.filter(({ path }) => path.startsWith('/v1.0/users'));
    assert.ok(pages.length > 2);
    assert.ok(pages.every(({ requestHeaders }) => requestHeaders.consistencylevel === 'eventual'));
  });

  it('goes on after a page that was throttled', async () => {
    await using world = await startStepWorld();
    world.tenant.setFaults({ kinds: ['throttle'], match: 'GET /users', count: 3, share: 0.5, retryAfterSeconds: 0 });
    const people = await world.graph.list('/users?$select=id&$top=10', thing);
    assert.equal(people.length, world.tenant.data.users.length);
  });

  it('is not followed to another address', async () => {
    await using elsewhere = await startScript(() => ({ body: { value: [{ id: 'stolen' }] } }));
    const links = [`${elsewhere.url}/v1.0/users?$skiptoken=x`, '/v1.0/users?$skiptoken=x', 'file:///etc/passwd'];
    for (const link of links) {
      await using graph = await startScript(() => ({ body: { value: [{ id: '1' }], '@odata.nextLink': link } }));
      await assert.rejects(connect(graph.url).list('/users', thing), { code: 'graph-shape' });
      assert.equal(graph.requests.length, 1);
    }
    assert.deepEqual(elsewhere.requests, []);
  });

  it('is not followed to an address that only begins like Graph’s', async () => {
    let answer: ScriptedAnswer = {};
    await using graph = await startScript(() => answer);
    for (const link of [
      `${graph.url}.example.com/v1.0/users`,
      `${graph.url}@example.com/v1.0/x`,
      `${graph.url}/v1.0@x`,
    ]) {
      answer = { body: { value: [], '@odata.nextLink': link } };
      await assert.rejects(connect(graph.url).list('/users', thing), { code: 'graph-shape' });
    }
  });
});

describe('the token', () => {
  it('goes to Graph with every call', async () => {
    await using graph = await startScript(() => ({ body: { id: '1', value: [] } }));
    const client = connect(graph.url);
    await client.read('/users/1', thing);
    await client.patch('/users/1', {});
    await client.ask('/x', {}, thing);
    assert.deepEqual(
      graph.requests.map(({ headers }) => headers.authorization),
      Array(3).fill('Bearer the-token'),
    );
  });

  it('goes to no other address, whatever the path says', async () => {
    await using graph = await startScript(() => ({ body: { id: '1' } }));
    await using elsewhere = await startScript(() => ({ body: { id: '1' } }));
    const path = `${elsewhere.url}/v1.0/users/1`;
    // One that begins with https is taken for an address, one with http for a strange name below Graph's own.
    const outside = path.replace('http:', 'https:');
    await assert.rejects(connect(graph.url).read(outside, thing), /A Graph call left Graph/);
    await assert.rejects(connect(graph.url).post(outside, {}), /A Graph call left Graph/);
    assert.deepEqual(graph.requests, []);
    await connect(graph.url).read(path, thing);
    assert.equal(graph.requests.length, 1);
    assert.deepEqual(elsewhere.requests, []);
  });

  it('does not follow a redirect, and neither does what was to be written', async () => {
    await using elsewhere = await startScript(() => ({ body: { id: '1' } }));
    for (const status of [302, 307, 308]) {
      await using graph = await startScript(() => ({ status, headers: { location: `${elsewhere.url}/v1.0/x` } }));
      await assert.rejects(connect(graph.url).read('/users/1', thing));
      await assert.rejects(connect(graph.url).patch('/users/1', { passwordProfile: { password: 'secret' } }));
    }
    assert.deepEqual(elsewhere.requests, []);
  });

  it('is asked for anew for each call, because it may have run out', async () => {
    await using graph = await startScript(() => ({ body: { id: '1' } }));
    let count = 0;
    const client = connectGraph({ url: graph.url, token: async () => `token-${++count}`, log: createLog('silent') });
    await client.read('/users/1', thing);
    await client.read('/users/1', thing);
    assert.deepEqual(
      graph.requests.map(({ headers }) => headers.authorization),
      ['Bearer token-1', 'Bearer token-2'],
    );
  });

  it('is in no log line, whether the call goes well or not', async () => {
    const lines: string[] = [];
    await using graph = await startScript(
      (_, count) =>
        [
          { body: { id: '1' } },
          { status: 403, body: { error: { code: 'no', message: 'No.' } } },
          { status: 502, body: '<html>Bearer</html>' },
          { broken: true as const },
        ].at(count - 1) ?? {},
    );
    const client = connect(graph.url, lines);
    await client.read('/users/1', thing);
    for (let call = 0; call < 3; call++) await assert.rejects(client.read('/users/1', thing));
    assert.equal(lines.length, 4);
    assert.doesNotMatch(lines.join(''), /the-token|Bearer|authorization/i);
  });
});

describe('a log line about a call', () => {
  it('says what was asked, how it went and how long it took, without names and values', async () => {
    await using world = await startStepWorld();
    const jane = world.tenant.person('jane');
    const key = jane.authenticationMethods.at(-1)?.id ?? '';
    await world.graph.read('/users/jane%40contoso.com?$select=id', thing);
    await world.graph.list(`/users?$filter=mail%20eq%20'jane%40contoso.com'&$select=id`, thing);
    await world.graph.delete(`/users/${jane.id}/authentication/fido2Methods/${key}`);
    await world.graph.find(`/users/sean.o'brien%40contoso.com/manager?$select=id`, thing);
    await world.graph.find('/users/nobody%40contoso.com?$select=id', thing);
    const told = world.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      told.map(({ graph }) => graph),
      [
        'GET /users/{id}',
        'GET /users',
        'DELETE /users/{id}/authentication/fido2Methods/{id}',
        'GET /users/{id}/manager',
        'GET /users/{id}',
      ],
    );
    for (const { ms } of told) assert.equal(typeof ms, 'number');
    const { status, code, requestId } = told.at(-1) ?? {};
    assert.deepEqual([status, code], [404, 'Request_ResourceNotFound']);
    assert.match(String(requestId), /^[0-9a-f-]{36}$/);
    assert.doesNotMatch(world.lines.join(''), /jane|brien|nobody/);
  });
});
