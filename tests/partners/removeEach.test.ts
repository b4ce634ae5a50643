import assert from 'node:assert/strict';
import { days } from '../../bot/clock.ts';
import { jumpingClock } from '../support/clock.ts';
import { caseRow, pressed, stepIs, steps } from '../support/journey.ts';
import { goUntil, removalApproved } from '../support/partnerJourney.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

/** Each partner of the seed, from the request to the proof that nothing of theirs works any more. */
describe('removing each partner', () => {
  const clock = jumpingClock();
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ partners: true, parts: () => ({ clock }) });
    Object.assign(world.tenant.data.delays, { providerEntryMs: 0 });
    world.tenant.data.partners.is.logsPaced = false;
  });
  afterEach(() => world[Symbol.asyncDispose]());

  for (const [name, domain] of [
    ['Relecloud', 'relecloud.com'],
    ['Trey Research', 'treyresearch.net'],
    ['VanArsdel', 'vanarsdel.com'],
  ] as const)
    it(`takes ${name} out, and watches for a week`, async function () {
      this.timeout(120_000);
      const { data } = world.tenant;
      // Nobody else owns it: that is for people to put right first.
      for (const one of data.applications)
        if (one.displayName === 'Backup Connector') one.owners.push(world.tenant.person('luca').id);
      const caseId = await removalApproved(world, name, { wait: '0' });
      await goUntil(world, caseId, null, (stepId) => {
        if (stepId !== 'end-delegated-admin') return;
        for (const one of data.partners.delegatedAdmin) one.endedAt = new Date(Date.now() - 1000).toISOString();
      });
      assert.equal((await caseRow(world, caseId)).state, 'finished');
      const told = (await steps(world, caseId)).map(({ stepId, state }) => `${stepId} ${state}`);
      assert.deepEqual(
        told.filter((one) => !/ (proved|not-needed|vouched|ordered)$/.test(one)),
        [],
      );
      assert.equal(data.users.filter(({ mail }) => mail?.endsWith(domain)).length, 0);
      clock.jump(days(8));
      await stepIs(world, caseId, 'prove-partner-gone', 'proved');
    });

  it('calls the approvers when something of theirs shows within the week', async () => {
    const caseId = await removalApproved(world, 'VanArsdel', { wait: '0' });
    await goUntil(world, caseId, null);
    await stepIs(world, caseId, 'prove-partner-gone', 'ordered');
    const { data } = world.tenant;
    const deleted = data.deletedUsers.find(({ user }) => user.mail?.endsWith('@vanarsdel.com'));
    assert.ok(deleted);
    data.users.push({ ...deleted.user, accountEnabled: true });
    clock.jump(days(1));
    const failed = await stepIs(world, caseId, 'prove-partner-gone', 'failed');
    assert.match(failed.words ?? '', /^Something of VanArsdel shows: accounts that can sign in: .*\. Look who it is,/);
    await world.card(people.approver, `PRT-${caseId}`, 'Something of VanArsdel shows');
  });

  it('waits the days that were chosen, unless somebody says in a note why not', async () => {
    const caseId = await removalApproved(world, 'VanArsdel');
    await goUntil(world, caseId, 'wait-for-complaints');
    const done = { verb: 'done', caseId, step: 'wait-for-complaints' };
    await pressed(world, people.helpdesk, done);
    await world.card(people.helpdesk, 'Press Done again, with a note of what was done');
    clock.jump(days(8));
    await pressed(world, people.helpdesk, done);
    assert.equal((await stepIs(world, caseId, 'wait-for-complaints', 'proved')).words, 'Done by hand. Waited 7 days.');
  });
});
