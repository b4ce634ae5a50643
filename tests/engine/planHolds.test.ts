import assert from 'node:assert/strict';
import type { CaseState } from '../../bot/engine/states.ts';
import { approved, caseIs, caseRow, pressed, step, stepIs } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

/** Days lie between an approval and a stage. What moves by itself meanwhile is no new plan; what somebody adds is. */
describe('a plan that goes on holding', () => {
  let world: World;
  let caseId: number;
  beforeEach(async () => {
    world = await startWorld();
    const { id } = world.tenant.person('luca');
    caseId = await approved(world, { inputs: { successor: id, cancelMeetings: 'true' } });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const meetings = () => world.tenant.person('jane').mailbox?.meetings ?? assert.fail();
  async function nextStage(state: CaseState) {
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await stepIs(world, caseId, 'disable-devices', 'proved');
    return caseIs(world, caseId, state);
  }

  it('asks nobody again because a meeting has passed and the OneDrive has grown', async () => {
    const { planHash } = await caseRow(world, caseId);
    const before = (await step(world, caseId, 'cancel-meetings')).plan.changes[0]?.says;
    meetings().splice(
      meetings().findIndex(({ organizer, weeks }) => organizer === null && weeks === null),
      1,
    );
    for (const drive of world.tenant.data.drives) drive.usedBytes += 3 * 1024 ** 3;
    await nextStage('running');
    const meetingsNow = await stepIs(world, caseId, 'cancel-meetings', 'awaiting-confirmation');
    assert.notEqual(meetingsNow.found?.changes[0]?.says, before, 'shown as it is now');
    const files = await stepIs(world, caseId, 'hand-over-files', 'awaiting-confirmation');
    assert.notEqual(files.found?.changes[0]?.says, files.plan.changes[0]?.says);
    assert.equal((await caseRow(world, caseId)).planHash, planHash);
  });

  it('asks again because of a meeting that somebody has called', async () => {
    const [first] = meetings();
    assert.ok(first);
    meetings().push({
      ...first,
      id: 'called-since',
      organizer: null,
      attendees: ['luca@contoso.com'],
      dayOffset: 9,
      weeks: null,
    });
    const { note } = await nextStage('awaiting-approval');
    assert.equal(note, 'What “Cancel meetings” would do has changed since the plan was approved.');
  });
});
