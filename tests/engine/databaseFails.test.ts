import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { createLog } from '../../bot/log.ts';
import type { Exchange } from '../../infra/local/tenant/server.ts';
import { eventually } from '../support/clock.ts';
import { approved, calls, journaled, pressed, step, stepIs } from '../support/journey.ts';
import { people } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('a database that can’t be written', () => {
  it('just when a change was made, fails no step: it is taken up again when it can be written, and looks first', async () => {
    let onCall: (exchange: Exchange) => void = () => undefined;
    const lines: string[] = [];
    let onLine: (line: string) => void = (line) => void lines.push(line);
    const log = createLog('info', { write: (line) => onLine(line) });
    await using world = await startSimpleWorld({
      onExchange: (exchange) => onCall(exchange),
      parts: () => ({ log }),
    });
    const caseId = await approved(world);
    const { db } = world.signoff.runtime;
    const writable = (on: boolean) => sql`pragma query_only = ${sql.lit(on ? 0 : 1)}`.execute(db);
    // It was a hiccup: by the time that anybody could note a failure, it can be written again.
    onLine = (line) => {
      lines.push(line);
      if (line.includes('step failed')) void writable(true);
    };
    onCall = ({ method }) => {
      if (method === 'PATCH') void writable(false);
    };
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await eventually('a worker fails', async () => lines.some((line) => /a worker failed|step failed/.test(line)));
    assert.equal((await step(world, caseId, 'block-sign-in')).state, 'running');
    onCall = () => undefined;
    await writable(true);
    const done = await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.equal(done.attempt, 2);
    assert.equal(calls(world, 'PATCH', /users/).length, 1);
    assert.deepEqual(await journaled(world, caseId, 'step-failed'), []);
  });
});
