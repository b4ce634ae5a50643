import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { eventually } from '../support/clock.ts';
import { startWorld } from '../support/signoff.ts';

describe('/healthz', () => {
  it('says whether what is due is being done', async () => {
    await using world = await startWorld();
    const { db, dispatcher } = world.signoff.runtime;
    const health = async () => {
      const answer = await fetch(`http://127.0.0.1:${world.signoff.port}/healthz`);
      return [answer.status, await answer.json()];
    };
    assert.deepEqual(await health(), [200, { ok: true }]);
    await dispatcher.wake('watch', 'cases', { at: new Date(Date.now() + 300) });
    await sql`alter table wakeups rename to away`.execute(db);
    await eventually('a look fails', async () => !dispatcher.healthy());
    assert.deepEqual(await health(), [503, { ok: false }]);
    await sql`alter table away rename to wakeups`.execute(db);
    await eventually('a look succeeds', async () => dispatcher.healthy());
    assert.deepEqual(await health(), [200, { ok: true }]);
  });
});
