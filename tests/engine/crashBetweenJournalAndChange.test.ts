import assert from 'node:assert/strict';
import type { Exchange } from '../../infra/local/tenant/server.ts';
import { startBotProcess } from '../support/botProcess.ts';
import { approved, journaled, pressed, stepIs, writes } from '../support/journey.ts';
import { people } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('a crash between the record of what was there and the change', () => {
  it('makes the change after the restart, once, and keeps what was there before', async () => {
    let onCall: (exchange: Exchange) => void = () => undefined;
    await using world = await startSimpleWorld({ onExchange: (exchange) => onCall(exchange) });
    const caseId = await approved(world);
    await world.signoff.stop();

    await using child = await startBotProcess(world.environment);
    // The call reaches Microsoft 365's edge and no further.
    world.tenant.setFaults({ kinds: ['reset'], match: 'PATCH /users/', count: 1 });
    let reached = 0;
    onCall = ({ method }) => {
      if (method !== 'PATCH') return;
      reached++;
      child.kill();
    };
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await child.exited;
    onCall = () => undefined;
    assert.equal(reached, 1);
    assert.notEqual(world.tenant.person('jane').accountEnabled, false);

    await world.restart();
    const done = await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.equal(world.tenant.person('jane').accountEnabled, false);
    assert.deepEqual(done.before, { accountEnabled: true });
    assert.equal((await journaled(world, caseId, 'before-recorded', 'block-sign-in')).length, 1);
    assert.equal((await journaled(world, caseId, 'step-proved', 'block-sign-in')).length, 1);
    assert.equal(writes(world).filter((call) => call.startsWith('PATCH')).length, 1);
  });

  it('records what was there before the change is sent', async () => {
    let known: Promise<number> | undefined;
    await using world = await startSimpleWorld({
      onExchange: ({ method }) => {
        // At this moment the tenant has not answered yet.
        if (method === 'PATCH')
          known = journaled(world, 1, 'before-recorded', 'block-sign-in').then((all) => all.length);
      },
    });
    const caseId = await approved(world);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.equal(await known, 1);
  });
});
