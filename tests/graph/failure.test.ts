import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { z } from 'zod';
import { sayOf } from '../../bot/errors.ts';
import { failureOf, GraphFailure, isMissing, translate } from '../../bot/graph/failure.ts';
import { connectGraph } from '../../bot/graph/microsoftGraph.ts';
import { createLog } from '../../bot/log.ts';
import { type ScriptedAnswer, startScript } from '../support/scriptedServer.ts';
import { startStepWorld } from '../support/stepWorld.ts';

const silent = createLog('silent');

async function failed(attempt: Promise<unknown>): Promise<GraphFailure> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof GraphFailure, inspect(error));
  return error;
}

describe('a failure of Graph', () => {
  it('keeps the status, Graph’s code and sentence and the request id', async () => {
    await using world = await startStepWorld();
    world.tenant.data.app.permissions = [];
    const failure = await failed(world.graph.read('/users/jane%40contoso.com', z.unknown()));
    assert.deepEqual(
      [failure.kind, failure.status, failure.graphCode, failure.text],
      ['denied', 403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'],
    );
    assert.equal(failure.requestId, world.tenant.requests().at(-1)?.requestId);
    assert.equal(failure.code, 'graph-denied');
    assert.equal(
      failure.message,
      'GET /users/{id}: 403 Authorization_RequestDenied Insufficient privileges to complete the operation.',
    );
  });

  it('carries neither body nor headers nor token nor cause', async () => {
    const body = {
      error: { code: 'BadRequest', message: 'No.', innerError: { 'request-id': 'r-1', detail: 'inner-secret' } },
    };
    await using graph = await startScript(() => ({ status: 400, headers: { 'x-secret': 'header-secret' }, body }));
    const client = connectGraph({ url: graph.url, token: async () => 'token-secret', log: silent });
    const failure = await failed(client.patch('/users/1', { passwordProfile: { password: 'body-secret' } }));
    assert.equal(failure.requestId, 'r-1');
    assert.equal(failure.cause, undefined);
    assert.doesNotMatch(inspect(failure, { depth: 20, showHidden: true }) + JSON.stringify(failure), /secret/);
  });

  const gateway: [string, ScriptedAnswer, string, number][] = [
    [
      'a page of a gateway',
      { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad</h1>' },
      'ambiguous',
      502,
    ],
    ['an empty 504', { status: 504 }, 'ambiguous', 504],
    ['a 404 without words', { status: 404 }, 'missing', 404],
    ['a 400 that is no error of Graph', { status: 400, body: { oh: 'no' } }, 'refused', 400],
    ['a 401', { status: 401, body: { error: { code: 'InvalidAuthenticationToken', message: 'x' } } }, 'denied', 401],
  ];
  for (const [what, answer, kind, status] of gateway) {
    it(`is told from ${what}`, async () => {
      await using graph = await startScript(() => answer);
      const client = connectGraph({ url: graph.url, token: async () => 't', log: silent });
      const failure = await failed(client.post('/x', {}));
      assert.deepEqual([failure.kind, failure.status], [kind, status]);
      assert.doesNotMatch(failure.message, /undefined|null|<h1>/);
      assert.doesNotMatch(failure.say, /undefined|null|“”/);
    });
  }

  it('says to a person what to do, and no more than Graph’s sentence', () => {
    const say = (status: number, read: boolean) =>
      sayOf(
        failureOf({ status, code: 'c', text: 'Graph’s sentence.', requestId: null, retryAfter: null }, 'GET /x', read),
      );
    assert.match(say(429, true), /busy.*tried again by itself\.$/);
    assert.match(say(503, true), /does not answer.*tried again by itself\.$/);
    assert.match(say(503, false), /does not answer.*tried again by itself\.$/);
    assert.match(say(403, true), /“Graph’s sentence\.” Ask your Signoff admin/);
    assert.match(say(404, true), /did not find it: “Graph’s sentence\.”$/);
    assert.match(say(400, true), /refused: “Graph’s sentence\.”$/);
  });

  it('passes by itself unless it is a clear no', () => {
    const passing = (status: number, read: boolean) =>
      failureOf({ status, code: 'c', text: '', requestId: null, retryAfter: null }, 'GET /x', read).passing;
    for (const status of [429, 500, 502, 503, 504]) assert.ok(passing(status, true) && passing(status, false));
    for (const status of [400, 401, 403, 404, 405, 409, 412])
      assert.ok(!passing(status, true) && !passing(status, false));
  });

  it('reads Retry-After as seconds and as a date, and nothing into nonsense', () => {
    const wait = (retryAfter: string | null) =>
      failureOf({ status: 429, code: 'c', text: '', requestId: null, retryAfter }, 'GET /x', true).retryAfterMs;
    assert.equal(wait('7'), 7000);
    assert.equal(wait('0'), 0);
    assert.equal(wait('-5'), 0);
    assert.equal(wait(null), null);
    assert.equal(wait('soon'), null);
    assert.equal(wait(new Date(Date.now() - 1000).toUTCString()), 0);
    const ahead = wait(new Date(Date.now() + 60_000).toUTCString()) ?? 0;
    assert.ok(ahead > 50_000 && ahead <= 60_000);
  });

  it('is translated once', () => {
    const failure = failureOf({ status: 404, code: 'c', text: '', requestId: null, retryAfter: null }, 'GET /x', true);
    assert.equal(translate(failure, 'GET /y', false), failure);
    assert.ok(isMissing(failure));
    assert.ok(!isMissing(new Error('404')));
  });

  it('is called ambiguous when a write got no answer at all', () => {
    assert.equal(translate(new TypeError('fetch failed'), 'PATCH /x', false).kind, 'ambiguous');
    assert.equal(translate(new TypeError('fetch failed'), 'GET /x', true).kind, 'unavailable');
    assert.equal(translate('?', 'GET /x', true).text, 'no answer');
  });
});
