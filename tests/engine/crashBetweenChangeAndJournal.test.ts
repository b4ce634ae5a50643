import assert from 'node:assert/strict';
import { firstBrokenEntry } from '../../bot/store/journal.ts';
import type { Exchange } from '../../infra/local/tenant/server.ts';
import { startBotProcess } from '../support/botProcess.ts';
import { approved, entries, journaled, pressed, stepIs, writes } from '../support/journey.ts';
import { people } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('a crash between the change and its record', () => {
  it('loses nothing: the case goes on, and the change is recorded once', async () => {
    let onWrite: (exchange: Exchange) => void = () => undefined;
    await using world = await startSimpleWorld({ onExchange: (exchange) => onWrite(exchange) });
    const caseId = await approved(world);
    await world.signoff.stop();

    await using child = await startBotProcess(world.environment);
    // The tenant has blocked Jane, and the bot is gone before it hears of it.
    onWrite = ({ method, path }) => {
      if (method === 'PATCH' && path.includes(world.tenant.person('jane').id)) child.kill();
    };
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await child.exited;
    onWrite = () => undefined;
    assert.equal(world.tenant.person('jane').accountEnabled, false);

    await world.restart();
    const done = await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.equal(done.words, 'Sign-in is blocked.');
    assert.deepEqual(done.before, { accountEnabled: true }, 'what undo needs is from before the change');
    assert.equal(done.attempt, 2);
    assert.equal((await journaled(world, caseId, 'step-proved', 'block-sign-in')).length, 1);
    assert.equal((await journaled(world, caseId, 'before-recorded', 'block-sign-in')).length, 1);
    const started = (await journaled(world, caseId, 'step-started', 'block-sign-in')).map(({ words }) => words);
    assert.deepEqual(started, ['Block sign-in: started.', 'Block sign-in: started again after an interruption.']);
    assert.equal(
      writes(world).filter((call) => call.startsWith('PATCH')).length,
      1,
      'it looked first, and saw the change',
    );
    assert.equal(firstBrokenEntry(await entries(world, caseId)), null);
  });

  it('ends no sessions a second time', async () => {
    let onWrite: (exchange: Exchange) => void = () => undefined;
    await using world = await startSimpleWorld({ onExchange: (exchange) => onWrite(exchange) });
    const caseId = await approved(world);
    for (const step of ['block-sign-in', 'reset-password']) {
      await pressed(world, people.approver, { verb: 'confirm', caseId, step });
      await stepIs(world, caseId, step, 'proved');
    }
    await world.signoff.stop();

    await using child = await startBotProcess(world.environment);
    onWrite = ({ path }) => {
      if (path.endsWith('/revokeSignInSessions')) child.kill();
    };
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'revoke-sessions' });
    await child.exited;
    onWrite = () => undefined;

    await world.restart();
    await stepIs(world, caseId, 'revoke-sessions', 'proved');
    assert.equal(writes(world).filter((call) => call.endsWith('/revokeSignInSessions')).length, 1);
    assert.equal((await journaled(world, caseId, 'step-proved', 'revoke-sessions')).length, 1);
  });
});
