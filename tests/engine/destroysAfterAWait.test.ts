import assert from 'node:assert/strict';
import { hours } from '../../bot/clock.ts';
import type { Playbook } from '../../bot/engine/playbook.ts';
import { blockSignIn } from '../../bot/steps/blockSignIn.ts';
import { deleteAccount } from '../../bot/steps/deleteAccount.ts';
import { eventually, jumpingClock, letPass } from '../support/clock.ts';
import { approved, pressed, step, stepIs } from '../support/journey.ts';
import { people } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

/** What destroys something takes two approvers at the moment when it is done, however long Microsoft 365 lets it wait. */
describe('a deletion that Microsoft 365 lets wait for hours', () => {
  for (const call of ['GET', 'DELETE'] as const)
    it(`is confirmed anew once those who confirmed it are no approvers any more (${call} was throttled)`, async () => {
      const clock = jumpingClock();
      await using world = await startSimpleWorld({ parts: () => ({ clock }) });
      const playbooks = world.signoff.runtime.playbooks as Playbook[];
      const [ours] = playbooks as [Playbook];
      const stages = [{ title: 'All at once', steps: [{ step: blockSignIn }, { step: deleteAccount }] }];
      playbooks.splice(0, 1, { ...ours, stages });
      const caseId = await approved(world, { inputs: { endState: 'delete' } });
      const deletion = { verb: 'confirm', caseId, step: 'delete-account' };
      await pressed(world, people.approver, deletion, { reason: 'She left.' });
      await stepIs(world, caseId, 'delete-account', 'awaiting-second-approver');
      const jane = world.tenant.person('jane').id;
      const match = call === 'GET' ? `GET /users/${jane}` : 'DELETE /users/';
      world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 90, match });
      await pressed(world, people.second, deletion);
      await eventually('it waits', async () => (await step(world, caseId, 'delete-account')).tries > 0);
      const group = world.tenant.groupNamed('Signoff Approvers');
      group.members = group.members.filter((id) => id !== world.tenant.person('priya').id);
      world.tenant.clearFaults();
      await letPass(world, clock, hours(6));
      const again = await stepIs(world, caseId, 'delete-account', 'awaiting-confirmation');
      assert.match(again.words ?? '', /Priya Raman’s confirmation no longer counts/);
      assert.ok(world.tenant.data.users.some(({ id }) => id === jane));
    });
});
