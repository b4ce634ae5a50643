import assert from 'node:assert/strict';
import { minutes } from '../../bot/clock.ts';
import { jumpingClock, letPass } from '../support/clock.ts';
import { button, buttonsOf, defaults, press, pressed, step, stepIs, submitted } from '../support/journey.ts';
import { people } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('a step that was confirmed with the approval, and waits for another', () => {
  it('does not begin in the name of somebody who is no approver any more by then', async () => {
    const clock = jumpingClock();
    await using world = await startSimpleWorld({ parts: () => ({ clock }) });
    const caseId = await submitted(world, { inputs: defaults });
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 90, match: 'PATCH /users/' });
    const { message } = await button(world, people.approver, { verb: 'approve', caseId });
    const all = buttonsOf(message.card).find(({ data }) => (data as { confirms?: string }).confirms === 'all');
    await press(world, people.approver, { message, action: all! });
    await stepIs(world, caseId, 'remove-sign-in-methods', 'proved');
    assert.equal((await step(world, caseId, 'revoke-sessions')).state, 'queued');
    const group = world.tenant.groupNamed('Signoff Approvers');
    group.members = group.members.filter((id) => id !== world.tenant.person('arno').id);
    world.tenant.clearFaults();
    await letPass(world, clock, minutes(2));
    const waiting = await stepIs(world, caseId, 'revoke-sessions', 'awaiting-confirmation');
    const words = 'Arno Lindqvist’s confirmation no longer counts: they are no approver any more.';
    assert.deepEqual([waiting.confirmedBy, waiting.words], [null, words]);
    await pressed(world, people.second, { verb: 'confirm', caseId, step: 'revoke-sessions' });
    assert.equal((await stepIs(world, caseId, 'revoke-sessions', 'proved')).confirmedName, 'Priya Raman');
  });
});
