import assert from 'node:assert/strict';
import { minutes } from '../../bot/clock.ts';
import { eventually, idle, jumpingClock, letPass } from '../support/clock.ts';
import { button, canceled, caseIs, defaults, pressed, submitted } from '../support/journey.ts';
import { people } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('whoever asked for a case and has no role any more', () => {
  it('is shown nothing of it, new or old, and hears in a sentence that it is over', async () => {
    const clock = jumpingClock();
    await using world = await startSimpleWorld({ parts: () => ({ clock }) });
    const fromBot = async () => (await world.teams.messages(people.helpdesk)).filter(({ from }) => from.bot);
    const caseId = await submitted(world, { inputs: defaults });
    await idle(world, clock);
    const before = (await fromBot()).map(({ id }) => id);
    const group = world.tenant.groupNamed('Signoff Helpdesk');
    group.members = group.members.filter((id) => id !== world.tenant.person('hana').id);
    // So long is it known who somebody is.
    await letPass(world, clock, minutes(6));
    await pressed(world, people.approver, { verb: 'approve', caseId });
    world.tenant.setFaults({ kinds: ['refuse'], match: 'DELETE /users/.*/authentication/' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-sign-in-methods' });
    await button(world, people.approver, { verb: 'retry', caseId });
    await idle(world, clock);
    const since = await fromBot();
    assert.deepEqual(
      since.map(({ id }) => id),
      before,
    );
    const over = 'OFF-1: you have no role in Signoff any more, so it is no longer shown here.';
    assert.deepEqual([...new Set(since.slice(1).map(({ text, card }) => card ?? text))], [over]);
    world.tenant.clearFaults();
    await canceled(world, people.approver, caseId);
    await caseIs(world, caseId, 'canceled');
    await eventually('she hears of the end', async () => (await fromBot()).at(-1)?.text === 'OFF-1 is canceled.');
    assert.equal((await fromBot()).length, before.length + 1);
  });
});
