import assert from 'node:assert/strict';
import type { Exchange } from '../../bot/exchange/exchange.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { inDetails, inInner, inMessage, isKind, jane, row, rows, scripted } from '../support/scriptedExchange.ts';
import type { ScriptedAnswer } from '../support/scriptedServer.ts';

describe('what Exchange Online refuses', () => {
  const notFound = "The operation couldn't be performed because object 'x' couldn't be found on 'AM6PR10A003DC01'.";
  for (const [where, body] of Object.entries({
    inner: inInner(notFound),
    details: inDetails(notFound),
    message: inMessage(notFound),
  })) {
    for (const status of [400, 404]) {
      it(`is no mailbox when the object can’t be found (${status}, said in ${where})`, async () => {
        await using world = await scripted(() => ({ status, body }));
        assert.equal(await world.exchange.mailbox(jane.id), null);
      });
    }
  }

  it('is not taken for a mailbox that is missing when the address of the service is', async () => {
    await using world = await scripted(() => ({ status: 404, body: inMessage("Resource not found for '/adminapi'.") }));
    await assert.rejects(world.exchange.mailbox(jane.id), isKind('refused'));
  });

  it('is said in Exchange’s own words, without its codes', async () => {
    for (const form of [inInner, inDetails, inMessage]) {
      await using world = await scripted(() => ({ status: 400, body: form('No license.') }));
      await assert.rejects(
        world.exchange.change(jane.id, { onHold: true }),
        (error) => error instanceof GraphFailure && error.kind === 'refused' && error.text === 'No license.',
      );
    }
  });

  it('is not said at more length than a card can bear', async () => {
    await using world = await scripted(() => ({ status: 400, body: inInner('x'.repeat(5000)) }));
    await assert.rejects(
      world.exchange.change(jane.id, {}),
      (error) => error instanceof GraphFailure && error.text.length === 300,
    );
  });

  for (const status of [401, 403]) {
    it(`is a lack of rights with ${status}`, async () => {
      await using world = await scripted(() => ({ status, body: inInner('Not allowed.') }));
      await assert.rejects(world.exchange.mailbox(jane.id), isKind('denied'));
      assert.equal(world.requests.length, 1);
    });
  }

  for (const [what, call] of [
    ['a read', (exchange: Exchange) => exchange.mailbox(jane.id)],
    ['a change', (exchange: Exchange) => exchange.change(jane.id, { hidden: true })],
  ] as const) {
    it(`is sent again after a moment when Exchange is throttled: ${what}`, async () => {
      await using world = await scripted((_request, count) =>
        count < 3 ? { status: 429, headers: { 'retry-after': '0' } } : rows(row),
      );
      await call(world.exchange);
      assert.equal(world.requests.length, 3);
    });

    it(`is left to the engine when the wait is long: ${what}`, async () => {
      await using world = await scripted(() => ({ status: 429, headers: { 'retry-after': '90' } }));
      await assert.rejects(
        call(world.exchange),
        (error) => error instanceof GraphFailure && error.kind === 'throttled' && error.retryAfterMs === 90_000,
      );
      assert.equal(world.requests.length, 1);
    });
  }

  const unclear: [string, ScriptedAnswer][] = [
    ['a 503', { status: 503, headers: { 'retry-after': '0' }, body: inMessage('busy') }],
    ['a gateway’s page', { status: 502, headers: { 'retry-after': '0' }, body: '<html>' }],
    ['a broken connection', { broken: true }],
    ['silence', { silent: true }],
  ];
  for (const [what, answer] of unclear) {
    it(`may have been done, and is not sent again, when a change gets ${what}`, async () => {
      await using world = await scripted(() => answer);
      await assert.rejects(world.exchange.change(jane.id, { hidden: true }), isKind('ambiguous'));
      assert.equal(world.requests.length, 1);
    });

    it(`is asked again when a read gets ${what}`, async () => {
      await using world = await scripted((_request, count) => (count === 1 ? answer : rows(row)));
      assert.equal((await world.exchange.mailbox(jane.id))?.type, 'UserMailbox');
      assert.equal(world.requests.length, 2);
    });
  }

  it('is a refusal with no reason when Exchange gives none', async () => {
    await using world = await scripted(() => ({ status: 400, body: '{}' }));
    await assert.rejects(
      world.exchange.change(jane.id, {}),
      (error) => error instanceof GraphFailure && error.kind === 'refused' && error.text === 'no reason given',
    );
  });

  const already: [string, (exchange: Exchange) => Promise<void>, string][] = [
    [
      'a right given',
      (exchange) => exchange.giveRight('m', 'SendAs', 'p'),
      'The entry is already present on the object.',
    ],
    ['a right taken', (exchange) => exchange.takeRight('m', 'SendAs', 'p'), "the ACE isn't present on the object."],
    ['a right of somebody gone', (exchange) => exchange.takeRight('m', 'FullAccess', 'p'), notFound],
    ['a list left', (exchange) => exchange.leaveGroup('g', 'p'), 'The recipient "x" isn\'t a member of the group "y".'],
    [
      'a list joined',
      (exchange) => exchange.joinGroup('g', 'p'),
      'The recipient "x" is already a member of the group.',
    ],
  ];
  for (const [what, call, words] of already) {
    it(`is fine when it is so already: ${what}`, async () => {
      await using world = await scripted(() => ({ status: 400, body: inInner(words) }));
      await call(world.exchange);
    });

    it(`is not fine for any other reason: ${what}`, async () => {
      await using world = await scripted(() => ({ status: 400, body: inInner('Out of scope.') }));
      await assert.rejects(call(world.exchange), isKind('refused'));
    });
  }
});
