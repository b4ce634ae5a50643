import assert from 'node:assert/strict';
import {
  approved,
  asked,
  button,
  caseIs,
  caseRow,
  confirmUntil,
  defaults,
  press,
  pressed,
  refused,
  stepIs,
  submitAs,
  submitted,
} from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';
import { writesIn } from '../support/stepWorld.ts';

const luca = 'luca@contoso.com';

describe('a successor who is leaving as well', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const submitting = async (caseId: number, successor: string, person: string = people.helpdesk) =>
    press(world, person, await button(world, person, { verb: 'submit', caseId }), { ...defaults, successor });

  it('is refused when the plan is submitted, and taken when their case has ended', async () => {
    const draft = await asked(world, `offboard ${luca}`);
    const caseId = await asked(world);
    // A plan that nobody was asked to approve yet stands in nobody's way.
    await submitAs(world, draft, defaults);
    await refused(
      submitting(caseId, luca),
      'Luca Moretti is being offboarded as well. Choose somebody else as successor.',
    );
    assert.equal((await caseRow(world, caseId)).state, 'draft');
    await world.ask(people.helpdesk, 'cancel OFF-1');
    assert.equal((await submitting(caseId, luca)).kind, 'card');
    await caseIs(world, caseId, 'awaiting-approval');
  });

  it('is not told so when it is they who ask', async () => {
    await world.ask('kwame@contoso.com', 'help');
    await submitted(world, { sentence: 'offboard kwame@contoso.com' });
    await world.ask('kwame@contoso.com', 'offboard jane@contoso.com');
    const answer = submitting(2, 'kwame@contoso.com', 'kwame@contoso.com');
    await refused(answer, 'Kwame Mensah can’t take over now. Choose somebody else as successor.');
    assert.equal((await caseRow(world, 2)).state, 'draft');
  });
});

describe('a successor who can’t take over any more when it is time', () => {
  let world: World;
  let caseId: number;
  before(async () => {
    world = await startWorld();
    caseId = await approved(world, {
      inputs: { successor: people.outsider, autoReply: 'Please write to {successor}.', endState: 'shared' },
    });
  });
  after(() => world[Symbol.asyncDispose]());

  /** Confirms the step and tries it again, in vain; whatever was written was written before. */
  async function failsWith(stepId: string, why: string): Promise<void> {
    await confirmUntil(world, caseId, stepId);
    const changed = () => writesIn(world.tenant.exchanges).length;
    const before = changed();
    for (const verb of ['confirm', 'retry']) {
      await pressed(world, people.approver, { verb, caseId, step: stepId });
      const { state, words } = await stepIs(world, caseId, stepId, 'failed', 'proved');
      assert.equal(
        words,
        `${why}, so nothing was given to them. Retry once they can, skip this step, or cancel and ask again with another successor.`,
      );
      assert.deepEqual([state, changed()], ['failed', before]);
    }
  }
  async function goesOn(stepId: string): Promise<void> {
    await pressed(world, people.approver, { verb: 'retry', caseId, step: stepId });
    await stepIs(world, caseId, stepId, 'proved');
  }

  it('is named to nobody while their sign-in is blocked', async () => {
    await confirmUntil(world, caseId, 'set-auto-reply');
    const account = world.tenant.person('tess');
    account.accountEnabled = false;
    await failsWith('set-auto-reply', 'Tess van Dijk’s sign-in is blocked');
    account.accountEnabled = true;
    await goesOn('set-auto-reply');
  });

  it('does not get the mailbox while they are being offboarded, which no card tells', async () => {
    await confirmUntil(world, caseId, 'delegate-mailbox');
    const other = await submitted(world, { sentence: `offboard ${people.outsider}` });
    await failsWith('delegate-mailbox', 'Tess van Dijk can’t take over now');
    await world.ask(people.helpdesk, `cancel OFF-${other}`);
    await goesOn('delegate-mailbox');
  });

  it('does not get the files as a guest', async () => {
    await confirmUntil(world, caseId, 'hand-over-files');
    world.tenant.person('tess').userType = 'Guest';
    await failsWith('hand-over-files', 'Tess van Dijk is a guest, not somebody of your own organization');
    await pressed(world, people.approver, { verb: 'skip', caseId, step: 'hand-over-files' });
  });

  it('does not get the groups when they are gone, and holds up nothing by it', async () => {
    await world.tenant.call('DELETE', `/users/${world.tenant.person('tess').id}`);
    const owned = () => world.tenant.groupNamed('EMEA Key Deals').owners;
    await failsWith('hand-over-groups', 'Tess van Dijk is no longer in the directory');
    assert.deepEqual(owned(), [world.tenant.person('jane').id]);
    await pressed(world, people.approver, { verb: 'skip', caseId, step: 'hand-over-groups' });
  });
});
