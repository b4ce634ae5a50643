import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { disagreements } from '../../bot/cases/disagreements.ts';
import {
  approved,
  button,
  caseIs,
  caseRow,
  confirmUntil,
  defaults,
  entries,
  press,
  pressed,
  refused,
  step,
  stepIs,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { joins, startSimpleWorld } from '../support/simpleJane.ts';

/** A plan that is drawn up in mid-case is about what is still to come, and says what is not. */
describe('a new plan after steps were skipped or done', () => {
  let world: World;
  let caseId: number;
  beforeEach(async () => {
    world = await startSimpleWorld();
    caseId = await approved(world);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const skip = (stepId: string) => pressed(world, people.approver, { verb: 'skip', caseId, step: stepId });
  const fits = async () =>
    assert.deepEqual(
      await disagreements(world.signoff.runtime, await caseRow(world, caseId), await entries(world, caseId)),
      [],
    );
  /** Every text that a card shows, in the order in which it is read. */
  const textsOf = (node: unknown): string[] => {
    if (Array.isArray(node)) return node.flatMap(textsOf);
    if (typeof node !== 'object' || node === null) return [];
    const { text, ...rest } = node as Record<string, unknown>;
    return [...(typeof text === 'string' ? [text] : []), ...Object.values(rest).flatMap(textsOf)];
  };

  /** She joins a group that nobody has seen: the plan goes back to the approvers. */
  async function planChanges(stepId: string): Promise<void> {
    joins(world, 'Marketing');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: stepId });
    await caseIs(world, caseId, 'awaiting-approval');
  }

  describe('when something has begun', () => {
    beforeEach(async () => {
      await skip('reset-password');
      await confirmUntil(world, caseId, 'remove-group-memberships');
      await planChanges('remove-group-memberships');
    });

    it('counts what is to come alone, and names the rest as done or skipped', async () => {
      const { message } = await button(world, people.second, { verb: 'approve', caseId });
      const texts = textsOf(message.card);
      const [recap] = texts.filter((text) => /^\d+ changes?, /.test(text));
      assert.equal(
        recap,
        '9 changes, nothing destroyed, 5 things stay. Done already: 3 steps. Skipped: “Reset password”.',
      );
      const lockOut = texts.indexOf('Lock out');
      assert.equal(texts[lockOut + 1]?.replaceAll('\u00A0', ' '), '2 stay · 3 steps done · 1 step skipped ▾');
      const aside = texts.slice(lockOut).find((text) => text.startsWith('Done already: ')) ?? '';
      assert.match(
        aside,
        /^Done already: Block sign-in · End sessions · Remove sign-in methods\. Skipped: Reset password\. Not needed: /,
      );
      assert.deepEqual(
        texts.filter((text) => /allowed → blocked|Nobody knows the old password|^Can’t be undone/.test(text)),
        [],
      );
    });

    it('is what is approved: a skipped step that somebody makes one to come is not agreed to', async () => {
      const approve = await button(world, people.second, { verb: 'approve', caseId });
      const skipped = await step(world, caseId, 'reset-password');
      const planned = { state: 'planned', found: null, plan: JSON.stringify({ ...skipped.plan, skipped: undefined }) };
      const set = (change: object) =>
        world.signoff.runtime.db.updateTable('caseSteps').set(change).where('stepId', '=', 'reset-password').execute();
      await set({ state: 'planned' });
      await refused(press(world, people.second, approve), /^OFF-1 is no longer as it was when its plan was drawn up/);
      await set(planned);
      await refused(press(world, people.second, approve), /^OFF-1 is no longer as it was when its plan was drawn up/);
      await set({ state: 'skipped', found: JSON.stringify(skipped.found), plan: JSON.stringify(skipped.plan) });
      await fits();
      await press(world, people.second, approve);
      await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
      await stepIs(world, caseId, 'remove-group-memberships', 'proved');
      assert.equal((await step(world, caseId, 'reset-password')).state, 'skipped');
      await fits();
    });
  });

  describe('when nothing has begun', () => {
    const submit = () => button(world, people.helpdesk, { verb: 'submit', caseId });
    const stateOf = async () => (await step(world, caseId, 'reset-password')).state;
    beforeEach(async () => {
      await skip('reset-password');
      assert.equal(await stateOf(), 'skipped');
      world.tenant.person('jane').authenticationMethods.push({
        type: 'emailAuthenticationMethod',
        id: randomUUID(),
        isDefault: false,
        properties: { emailAddress: 'jane@fastmail.example' },
      });
      await planChanges('remove-sign-in-methods');
    });

    it('is taken back whole, and can be asked for again', async () => {
      await pressed(world, people.helpdesk, { verb: 'withdraw', caseId });
      assert.equal(await stateOf(), 'planned');
      await fits();
      await press(world, people.helpdesk, await submit(), defaults);
      await caseIs(world, caseId, 'awaiting-approval');
      await pressed(world, people.second, { verb: 'approve', caseId });
      await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'reset-password' });
      await stepIs(world, caseId, 'reset-password', 'proved');
      await fits();
    });

    it('is edited and asked for again with all its steps when it was rejected', async () => {
      const reject = await button(world, people.second, { verb: 'reject', caseId });
      await press(world, people.second, reject, { reason: 'Not without a new password.' });
      await caseIs(world, caseId, 'rejected');
      await pressed(world, people.helpdesk, { verb: 'edit', caseId });
      await caseIs(world, caseId, 'draft');
      assert.equal(await stateOf(), 'planned');
      await fits();
      await press(world, people.helpdesk, await submit(), defaults);
      await pressed(world, people.second, { verb: 'approve', caseId });
      await stepIs(world, caseId, 'reset-password', 'awaiting-confirmation');
      await fits();
    });

    it('says that nothing was changed when it ends there', async () => {
      await world.teams.say(people.helpdesk, 'cancel OFF-1');
      await caseIs(world, caseId, 'canceled');
      await world.card(people.helpdesk, 'Canceled by Hana Okafor. Nothing was changed.');
    });
  });
});
