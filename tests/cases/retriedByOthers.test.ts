import assert from 'node:assert/strict';
import { approved, button, calls, journaled, press, pressed, refused, stepIs } from '../support/journey.ts';
import { people, startWorld } from '../support/signoff.ts';

const step = 'retire-or-wipe-devices';

describe('what destroys something and has failed', () => {
  it('is not retried in the name of two who may not confirm any more', async () => {
    await using world = await startWorld();
    const caseId = await approved(world, { inputs: { successor: 'luca@contoso.com', devices: 'wipe' } });
    await stepIs(world, caseId, step, 'awaiting-confirmation');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step }, { reason: 'Lost.' });
    world.tenant.setFaults({ kinds: ['refuse'], match: 'POST .*/(wipe|retire)' });
    await pressed(world, people.second, { verb: 'confirm', caseId, step });
    await stepIs(world, caseId, step, 'failed');
    world.tenant.clearFaults();
    const tried = calls(world, 'POST', /\/(wipe|retire)$/).length;
    const { id } = world.tenant.person(people.second);
    for (const group of world.tenant.data.groups) group.members = group.members.filter((member) => member !== id);
    await pressed(world, people.helpdesk, { verb: 'retry', caseId, step });
    const again = await stepIs(world, caseId, step, 'awaiting-confirmation');
    assert.deepEqual([again.confirmedBy, again.secondBy, again.reason], [null, null, null]);
    assert.equal(calls(world, 'POST', /\/(wipe|retire)$/).length, tried);
    assert.equal((await journaled(world, caseId, 'offered-again', step)).length, 1);
    assert.match(JSON.stringify((await world.ask(people.helpdesk, 'status OFF-1')).card), /The case is as they say/);
  });

  it('takes no reason of characters that nobody sees, and no stage that is none', async () => {
    await using world = await startWorld();
    const caseId = await approved(world, { inputs: { successor: 'luca@contoso.com', devices: 'wipe' } });
    const confirm = await button(world, people.approver, { verb: 'confirm', caseId, step });
    await refused(
      press(world, people.approver, confirm, { reason: '\u200b\u202e ' }),
      /write the reason, then confirm/,
    );
    for (const stage of [null, true]) {
      const { message, action } = confirm;
      const forged = { ...action, data: { ...(action.data as object), stage } };
      const answer = world.teams.tap(people.approver, message.id, forged, { [`reason-${step}`]: 'Lost.' });
      await refused(answer, /^This button is not one that Signoff can use/);
    }
    await stepIs(world, caseId, step, 'awaiting-confirmation');
  });
});
