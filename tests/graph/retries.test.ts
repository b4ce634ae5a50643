import assert from 'node:assert/strict';
import { z } from 'zod';
import { type FailureKind, GraphFailure } from '../../bot/graph/failure.ts';
import type { Graph } from '../../bot/graph/graph.ts';
import { connectGraph } from '../../bot/graph/microsoftGraph.ts';
import { createLog } from '../../bot/log.ts';
import { startScript } from '../support/scriptedServer.ts';
import { type StepWorld, startStepWorld } from '../support/stepWorld.ts';

const anything = z.unknown();

describe('a call to Graph that goes wrong', () => {
  let world: StepWorld;
  let jane: string;
  const calls: [string, 'read' | 'write', (graph: Graph) => Promise<unknown>][] = [
    ['GET', 'read', (graph) => graph.read(`/users/${jane}?$select=id`, anything)],
    [
      'POST that only asks',
      'read',
      (graph) => graph.ask(`/users/${jane}/checkMemberGroups`, { groupIds: [] }, anything),
    ],
    ['PATCH', 'write', (graph) => graph.patch(`/users/${jane}`, { jobTitle: 'x' })],
    ['POST', 'write', (graph) => graph.post(`/users/${jane}/revokeSignInSessions`, {})],
    ['DELETE', 'write', (graph) => graph.delete(`/users/${jane}`)],
  ];

  before(async () => {
    world = await startStepWorld({ change: (data) => data.app.permissions.push('User.ReadWrite.All') });
    jane = world.tenant.person('jane').id;
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
  });
  after(() => world.tenant.close());

  const sent = () => world.tenant.exchanges.filter(({ path }) => path.startsWith('/v1.0/')).map(({ status }) => status);
  const isKind = (kind: FailureKind) => (error: unknown) => error instanceof GraphFailure && error.kind === kind;

  for (const [name, sort, call] of calls) {
    describe(`(a ${sort}: ${name})`, () => {
      it('is sent again when Microsoft 365 asks to wait', async () => {
        world.tenant.setFaults({ kinds: ['throttle'], count: 2, retryAfterSeconds: 0 });
        await call(world.graph);
        assert.deepEqual(sent().slice(0, 2), [429, 429]);
        assert.equal(sent().length, 3);
      });

      it('gives up after the fourth time, and says how long to wait', async () => {
        world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 0 });
        await assert.rejects(call(world.graph), isKind('throttled'));
        assert.deepEqual(sent(), [429, 429, 429, 429]);
      });

      it('leaves a long wait to the engine', async () => {
        world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 11 });
        await assert.rejects(
          call(world.graph),
          (error) => error instanceof GraphFailure && error.kind === 'throttled' && error.retryAfterMs === 11_000,
        );
        assert.deepEqual(sent(), [429]);
      });

      if (sort === 'read') {
        it('is sent again after a 503', async () => {
          world.tenant.setFaults({ kinds: ['unavailable'], count: 1 });
          await call(world.graph);
          assert.deepEqual(sent(), [503, 200]);
        });

        it('is sent again after a broken connection', async () => {
          world.tenant.setFaults({ kinds: ['reset'], count: 1 });
          await call(world.graph);
          assert.deepEqual(sent(), [0, 200]);
        });
      } else {
        it('is not sent again after a 503, because it may have been done', async () => {
          world.tenant.setFaults({ kinds: ['unavailable'], count: 1 });
          await assert.rejects(call(world.graph), isKind('ambiguous'));
          assert.deepEqual(sent(), [503]);
        });

        it('is not sent again after a broken connection, before or after the effect', async () => {
          for (const kind of ['reset', 'timeoutAfter'] as const) {
            world.tenant.exchanges.length = 0;
            world.tenant.setFaults({ kinds: [kind], count: 1, hangMs: 5 });
            await assert.rejects(call(world.graph), isKind('ambiguous'));
            assert.deepEqual(sent(), [0]);
          }
        });
      }
    });
  }

  it('is not sent again after a clear no', async () => {
    await assert.rejects(world.graph.read('/users/nobody@contoso.com', anything), isKind('missing'));
    await assert.rejects(world.graph.patch(`/users/${jane}`, { userType: 'Guest' }), isKind('refused'));
    world.tenant.data.app.permissions = [];
    await assert.rejects(world.graph.read(`/users/${jane}`, anything), isKind('denied'));
    assert.deepEqual(sent(), [404, 400, 403]);
  });

  it('takes no longer than it may', async () => {
    await using script = await startScript(() => ({ silent: true }));
    const graph = impatient(script.url);
    await assert.rejects(graph.read('/users/1', anything), isKind('unavailable'));
    await assert.rejects(graph.patch('/users/1', {}), isKind('ambiguous'));
    assert.equal(script.requests.length, 2);
  });

  it('waits until the moment that Microsoft 365 names', async () => {
    await using script = await startScript((_, count) =>
      count === 1
        ? {
            status: 429,
            headers: { 'retry-after': new Date(Date.now() - 60_000).toUTCString() },
            body: error('TooManyRequests'),
          }
        : { body: { id: '1' } },
    );
    await connectGraph({ url: script.url, token: async () => 't', log: silent }).patch('/users/1', {});
    assert.equal(script.requests.length, 2);
  });

  it('is an answer of the wrong shape', async () => {
    await assert.rejects(world.graph.read(`/users/${jane}?$select=id`, z.object({ nickName: z.string() })), {
      name: 'AppError',
      code: 'graph-shape',
      message: '/users/{id}: nickName invalid_type',
    });
  });

  it('is none of these when a percent sign is in what is written while reads are old', async () => {
    world.tenant.setFaults({ staleMs: 60_000 });
    await world.graph.patch(`/users/${jane}`, { jobTitle: '/users/100%e2@' });
    assert.deepEqual(sent(), [204]);
  });

  it('is null where only a 404 is expected, and nothing else is', async () => {
    assert.equal(await world.graph.find('/users/nobody@contoso.com', anything), null);
    world.tenant.data.app.permissions = [];
    await assert.rejects(world.graph.find(`/users/${jane}`, anything), isKind('denied'));
  });
});

const silent = createLog('silent');
const impatient = (url: string) => connectGraph({ url, token: async () => 't', log: silent, timeoutMs: 50, tries: 1 });
const error = (code: string) => ({ error: { code, message: 'No.' } });
