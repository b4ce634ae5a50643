import assert from 'node:assert/strict';
import { placedSteps } from '../../bot/engine/playbook.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import { handsOf } from '../../infra/chaos/hands.ts';
import { button, caseIs, entries, findButton, press, stepIs } from '../support/journey.ts';
import { people } from '../support/signoff.ts';
import { wordsOf } from './cards.ts';
import { offboard, startPromptWorld } from './offboard.ts';

const notes = Object.fromEntries(placedSteps(offboardPerson).map(({ step }) => [step.id, 'Done by hand.']));

/** Whoever does it by hand destroys no less: it takes a reason and two approvers before anybody is told the clicks. */
describe('a by-hand step that destroys something', () => {
  it('is called destroying on the plan, and waits for a reason and a second approver', async () => {
    await using world = await startPromptWorld();
    const one = await offboard(world, {
      who: 'dariusz',
      inputs: { endState: 'delete', successor: 'luca@contoso.com', hold: 'false' },
      hands: handsOf('luca@contoso.com', () => new Date()),
      notes,
      async beforeHand(step) {
        if (step !== 'delete-account') return;
        const told = (await entries(world, 1)).filter(({ data }) => JSON.stringify(data).includes('delete-account'));
        assert.deepEqual(
          told.slice(-2).map(({ what, actor }) => [what, actor === world.tenant.person('priya').id]),
          [
            ['confirmed-first', false],
            ['confirmed', true],
          ],
        );
      },
    });
    const plan = wordsOf(one.plan).join('\n');
    assert.match(plan, /Destroys: By hand: Delete the account in the on-premises directory/);
    assert.doesNotMatch(plan, /nothing destroyed/);
    const card = (await world.ask(people.helpdesk, 'status OFF-1')).card;
    assert.match(JSON.stringify(card), /The case is as they say/);
  });

  it('can’t be said to be done before they have agreed, nor by the first of them alone', async () => {
    await using world = await startPromptWorld({
      change(data) {
        data.app.permissions = data.app.permissions.filter(
          (name) => !name.startsWith('DeviceManagementManagedDevices'),
        );
      },
    });
    await world.teams.open(people.approver);
    await world.teams.open(people.second);
    await world.teams.say(people.helpdesk, 'offboard jane@contoso.com');
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
    await press(world, people.helpdesk, submit, { successor: '', autoReply: '', endState: 'keep', devices: 'wipe' });
    await press(world, people.approver, await button(world, people.approver, { verb: 'approve', caseId: 1 }));
    await caseIs(world, 1, 'running');
    await stepIs(world, 1, 'retire-or-wipe-devices', 'awaiting-confirmation');
    const confirm = { verb: 'confirm', caseId: 1, step: 'retire-or-wipe-devices' };
    await press(world, people.approver, await button(world, people.approver, confirm), { reason: 'They are ours.' });
    await stepIs(world, 1, 'retire-or-wipe-devices', 'awaiting-second-approver');
    const offersDone = { verb: 'done', caseId: 1, step: 'retire-or-wipe-devices' };
    for (const person of [people.helpdesk, people.approver, people.second])
      for (const message of await world.teams.messages(person))
        assert.equal(findButton(message, offersDone), undefined);
    await press(world, people.second, await button(world, people.second, confirm));
    const { words, confirmedBy, secondBy } = await stepIs(world, 1, 'retire-or-wipe-devices', 'by-hand');
    assert.match(words ?? '', /^Signoff lacks the permission/);
    assert.deepEqual([confirmedBy, secondBy], [world.tenant.person('arno').id, world.tenant.person('priya').id]);
    await button(world, people.helpdesk, offersDone);
  });
});
