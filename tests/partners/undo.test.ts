import assert from 'node:assert/strict';
import { hours } from '../../bot/clock.ts';
import { jumpingClock, letPass } from '../support/clock.ts';
import { differences } from '../support/differences.ts';
import {
  approveAll,
  asked,
  type Button,
  button,
  caseIs,
  findButton,
  press,
  pressed,
  stepIs,
  steps,
} from '../support/journey.ts';
import { goUntil, removalApproved } from '../support/partnerJourney.ts';
import { people, startWorld, type World } from '../support/signoff.ts';
import { stateOf } from '../support/stepWorld.ts';

describe('taking back the removal of a partner', () => {
  const clock = jumpingClock();
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ partners: true, parts: () => ({ clock }) });
    world.tenant.data.partners.is.logsPaced = false;
  });
  afterEach(() => world[Symbol.asyncDispose]());

  async function approvedByTwo(caseId: number): Promise<void> {
    await pressed(world, people.helpdesk, { verb: 'submit', caseId });
    for (const person of [people.approver, people.second]) await approveAll(world, caseId, person);
  }

  for (const name of ['Relecloud', 'Trey Research'])
    it(`undoes the containment of ${name} from the case’s own card, field by field`, async () => {
      const before = stateOf(world.tenant.data);
      const caseId = await removalApproved(world, name);
      await goUntil(world, caseId, 'wait-for-complaints');
      assert.notDeepEqual(stateOf(world.tenant.data), before);
      const wanted = { verb: 'undo', caseId };
      const first = await press(world, people.helpdesk, await button(world, people.helpdesk, wanted));
      assert.equal(first.kind, 'message', 'the question comes as a message of its own');
      const question = await world.card(people.helpdesk, `undo containment (PRT-${caseId})?`);
      await press(world, people.helpdesk, findButton(question, wanted) as Button, { reason: 'The shop is down.' });
      await caseIs(world, caseId, 'canceled');
      const undo = caseId + 1;
      await approvedByTwo(undo);
      await caseIs(world, undo, 'finished');
      const told = (await steps(world, undo)).filter(({ state }) => state === 'proved').map(({ stepId }) => stepId);
      assert.ok(told.includes('block-partner-tenant'), told.join());
      assert.deepEqual(differences(before, stateOf(world.tenant.data)), []);
    });

  it('takes back a whole removal, and says what comes back otherwise than it was', async () => {
    const before = stateOf(world.tenant.data);
    const caseId = await removalApproved(world, 'Trey Research', { wait: '0' });
    await goUntil(world, caseId, null);
    await caseIs(world, caseId, 'finished');
    const undo = await asked(world, `undo PRT-${caseId}`, 'UNDO');
    await approvedByTwo(undo);
    await goUntil(world, undo, null);
    await letPass(world, clock, hours(2));
    const watch = await stepIs(world, caseId, 'prove-partner-gone', 'not-seen');
    assert.equal(watch.words, 'No longer watched: the case is taken back.');
    const lost = (await steps(world, undo)).filter(({ plan }) => plan.leaves.length > 0).map(({ stepId }) => stepId);
    assert.deepEqual(lost.toSorted(), [
      'check-azure',
      'check-exchange',
      'check-sharing',
      'end-reseller-link',
      'remove-connected-organization',
      'rotate-secrets',
      'take-over-services',
    ]);
    assert.deepEqual(differences(before, stateOf(world.tenant.data)), []);
  });

  it('needs two approvers, and is hidden from people of theirs', async () => {
    const caseId = await removalApproved(world, 'Trey Research');
    await goUntil(world, caseId, 'wait-for-complaints');
    await world.teams.say(people.admin, `undo PRT-${caseId} contain`);
    const question = await world.card(people.admin, `undo contain (PRT-${caseId})?`);
    await press(world, people.admin, findButton(question, { verb: 'undo' }) as Button, { reason: 'The shop is down.' });
    const undo = caseId + 1;
    await pressed(world, people.admin, { verb: 'submit', caseId: undo });
    await approveAll(world, undo);
    await world.card(people.second, `UNDO-${undo}`, 'one more');
    assert.equal((await caseIs(world, undo, 'awaiting-approval')).openSubjectId !== null, true);
    await approveAll(world, undo, people.second);
    await caseIs(world, undo, 'finished');
    const back = (await steps(world, undo)).filter(({ state }) => state === 'proved').map(({ stepId }) => stepId);
    assert.deepEqual(back, ['block-by-conditional-access', 'block-partner-tenant', 'stop-account-sync']);
  });
});
