import assert from 'node:assert/strict';
import { disagreements } from '../../bot/cases/disagreements.ts';
import type { Playbook } from '../../bot/engine/playbook.ts';
import { hideFromAddressList } from '../../bot/steps/hideFromAddressList.ts';
import { setAutoReply } from '../../bot/steps/setAutoReply.ts';
import {
  approveAll,
  button,
  canceled,
  caseIs,
  caseRow,
  defaults,
  entries,
  journaled,
  press,
  pressed,
  step,
  stepIs,
  submitted,
} from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

/** Approve and run all: one tap, but for what destroys something. */
describe('an approval that confirms every step', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const calm = { ...defaults, successor: 'luca@contoso.com', endState: 'shared' };

  it('takes a case to its end with one tap, each step on record as confirmed by the approver', async () => {
    const caseId = await submitted(world, { inputs: calm });
    assert.equal((await approveAll(world, caseId)).kind, 'card');
    await caseIs(world, caseId, 'finished');
    const block = await step(world, caseId, 'block-sign-in');
    assert.deepEqual([block.state, block.confirmedName], ['proved', 'Arno Lindqvist']);
    const opened = await journaled(world, caseId, 'stage-opened');
    assert.match(opened[0]?.words ?? '', /Arno Lindqvist confirmed with the approval: .*Block sign-in/);
    assert.equal((await journaled(world, caseId, 'confirmed')).length, 0);
    assert.deepEqual(
      await disagreements(world.signoff.runtime, await caseRow(world, caseId), await entries(world, caseId)),
      [],
    );
    await world.card(people.approver, 'Jane Miller is offboarded', 'Proof');
    const cards = (await world.teams.messages(people.approver)).filter(({ card }) => card !== undefined);
    assert.equal(cards.length, 2, 'one card for the case and its progress, and the report');
  });

  it('tells whoever takes over what they have now, once it is over', async () => {
    await world.teams.open('luca@contoso.com');
    await approveAll(world, await submitted(world, { inputs: calm }));
    const { text } = await world.card('luca@contoso.com', 'you take over');
    assert.match(text ?? '', /^OFF-1 · Jane Miller leaves, and you take over\. .*Luca Moretti has full access/);
    assert.match(text ?? '', /may edit the OneDrive \(https:.*Ask Hana Okafor if something is missing\.$/);
    assert.equal((await world.teams.messages('luca@contoso.com')).filter(({ from }) => from.bot).length, 1);
  });

  it('tells them as well what stays with them when the case is canceled before its end', async () => {
    await world.teams.open('luca@contoso.com');
    const caseId = await submitted(world, { inputs: calm });
    world.tenant.setFaults({ kinds: ['refuse'], match: 'DELETE /groups/.*/members/' });
    await approveAll(world, caseId);
    await stepIs(world, caseId, 'remove-group-memberships', 'failed');
    await canceled(world, people.approver, caseId);
    const { text } = await world.card('luca@contoso.com', 'This stays with you');
    assert.match(text ?? '', /^OFF-1 · Jane Miller leaves, and the case was ended early: it is canceled\. /);
    assert.match(text ?? '', /Luca Moretti has full access/);
    assert.doesNotMatch(text ?? '', /The mailbox is shared/);
  });

  it('never confirms what destroys something: that asks two, with a reason', async () => {
    const caseId = await submitted(world, { inputs: { ...calm, endState: 'delete' } });
    await approveAll(world, caseId);
    const waiting = await stepIs(world, caseId, 'delete-account', 'awaiting-confirmation');
    assert.equal(waiting.confirmedBy, null);
    assert.ok(world.tenant.person('jane'));
    const wanted = { verb: 'confirm', caseId, step: 'delete-account' };
    await press(world, people.approver, await button(world, people.approver, wanted), { reason: 'Left on Friday.' });
    await stepIs(world, caseId, 'delete-account', 'awaiting-second-approver');
    await pressed(world, people.second, wanted);
    await caseIs(world, caseId, 'finished');
  });

  it('confirms nothing when one of two approvers wants to confirm each stage', async () => {
    const caseId = await submitted(world, { sentence: 'offboard marguerite@contoso.com', inputs: calm });
    await approveAll(world, caseId, people.approver, 'nothing');
    await approveAll(world, caseId, people.second);
    await caseIs(world, caseId, 'running');
    await button(world, people.approver, { verb: 'confirm', caseId });
    assert.equal((await step(world, caseId, 'block-sign-in')).state, 'awaiting-confirmation');
  });

  describe('by somebody who is no approver any more', () => {
    beforeEach(() => {
      const playbooks = world.signoff.runtime.playbooks as Playbook[];
      const [ours] = playbooks as [Playbook];
      const stages = [setAutoReply, hideFromAddressList].map((one) => ({
        title: one.title,
        steps: [{ step: one }],
      }));
      playbooks.splice(0, 1, { ...ours, stages });
    });
    const leavesTheApprovers = (name: string) => {
      const group = world.tenant.groupNamed('Signoff Approvers');
      group.members = group.members.filter((id) => id !== world.tenant.person(name).id);
    };
    /** The first stage is held up by one step; whatever happens meanwhile happens before the next one opens. */
    async function beforeTheNextStage(caseId: number, meanwhile: () => void): Promise<void> {
      await stepIs(world, caseId, heldUp, 'failed');
      meanwhile();
      world.tenant.clearFaults();
      await pressed(world, people.helpdesk, { verb: 'retry', caseId, step: heldUp });
    }
    const holdUp = () => world.tenant.setFaults({ kinds: ['refuse'], match: 'PATCH /users/.*mailboxSettings' });
    const heldUp = 'set-auto-reply';
    const ofNextStage = 'hide-from-address-list';

    it('confirms nothing of the stages that open then', async () => {
      const caseId = await submitted(world, { inputs: { ...calm, autoReply: 'Gone.' } });
      holdUp();
      await approveAll(world, caseId);
      await beforeTheNextStage(caseId, () => leavesTheApprovers('arno'));
      const row = await stepIs(world, caseId, ofNextStage, 'awaiting-confirmation');
      const words = 'Arno Lindqvist’s confirmation no longer counts: they are no approver any more.';
      assert.deepEqual([row.confirmedBy, row.words], [null, words]);
      const [entry] = await journaled(world, caseId, 'confirmation-void');
      assert.equal(entry?.words, words);
      assert.deepEqual(
        await disagreements(world.signoff.runtime, await caseRow(world, caseId), await entries(world, caseId)),
        [],
      );
      const { message } = await button(world, people.second, { verb: 'confirm', caseId, step: ofNextStage });
      assert.ok(JSON.stringify(message.card).includes(words));
      await pressed(world, people.second, { verb: 'confirm', caseId, step: ofNextStage });
      assert.equal((await stepIs(world, caseId, ofNextStage, 'proved')).confirmedName, 'Priya Raman');
    });

    it('confirms in the name of the other who approved so', async () => {
      const caseId = await submitted(world, {
        sentence: 'offboard rafael@contoso.com',
        inputs: { ...calm, autoReply: 'Gone.' },
      });
      holdUp();
      await approveAll(world, caseId, people.second);
      await approveAll(world, caseId);
      await beforeTheNextStage(caseId, () => leavesTheApprovers('arno'));
      assert.equal((await stepIs(world, caseId, ofNextStage, 'proved')).confirmedName, 'Priya Raman');
    });
  });

  it('confirms nothing when somebody wrote it into the database by hand', async () => {
    const caseId = await submitted(world, { inputs: calm });
    await approveAll(world, caseId, people.approver, 'nothing');
    await button(world, people.approver, { verb: 'confirm', caseId });
    await world.signoff.runtime.db.updateTable('approvals').set({ confirms: 'all' }).execute();
    assert.deepEqual(
      await disagreements(world.signoff.runtime, await caseRow(world, caseId), await entries(world, caseId)),
      ['the approvals'],
    );
  });

  it('does not stand for a plan that changed: it is asked about anew', async () => {
    const caseId = await submitted(world, { inputs: calm });
    world.tenant.groupNamed('Marketing').members.push(world.tenant.person('jane').id);
    await approveAll(world, caseId);
    const row = await caseIs(world, caseId, 'awaiting-approval');
    assert.match(row.note ?? '', /^What “Remove group memberships” would do has changed/);
    assert.notEqual((await step(world, caseId, 'remove-group-memberships')).state, 'proved');
  });
});
