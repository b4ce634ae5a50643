import assert from 'node:assert/strict';
import { type BotProcess, startBotProcess } from '../support/botProcess.ts';
import { eventually } from '../support/clock.ts';
import { approved, calls, pressed, stepIs } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('a bot that is asked to end while Microsoft 365 hangs', () => {
  let world: World;
  let caseId: number;
  let child: BotProcess;
  beforeEach(async () => {
    world = await startSimpleWorld();
    caseId = await approved(world);
    await world.signoff.stop();
    child = await startBotProcess(world.environment);
    world.tenant.setFaults({ kinds: ['timeoutAfter'], hangMs: 60_000, match: 'PATCH /users/', count: 1 });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await eventually('the change hangs', async () => world.tenant.person('jane').accountEnabled === false);
  });
  afterEach(async () => {
    await child[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  it('ends within ten seconds and without complaint; the next start looks what became of it', async () => {
    const since = Date.now();
    child.signal('SIGTERM');
    assert.equal(await child.exited, 0);
    assert.ok(Date.now() - since < 10_000, `${Date.now() - since} ms`);
    world.tenant.clearFaults();
    await world.restart();
    const done = await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.equal(done.attempt, 2);
    assert.equal(calls(world, 'PATCH', /users/).length, 1, 'it looked, and saw that it was done');
  });

  it('ends at once when it is asked a second time', async () => {
    const since = Date.now();
    child.signal('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    child.signal('SIGINT');
    assert.equal(await child.exited, 0);
    assert.ok(Date.now() - since < 2000, `${Date.now() - since} ms`);
    await world.restart();
  });
});
