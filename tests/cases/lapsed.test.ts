import assert from 'node:assert/strict';
import { disagreements } from '../../bot/cases/disagreements.ts';
import type { Playbook } from '../../bot/engine/playbook.ts';
import { directoryRole } from '../../bot/graph/access.ts';
import { blockSignIn } from '../../bot/steps/blockSignIn.ts';
import { deleteAccount } from '../../bot/steps/deleteAccount.ts';
import { readApprovals } from '../../bot/store/cases.ts';
import {
  approved,
  button,
  caseIs,
  caseRow,
  entries,
  journaled,
  press,
  pressed,
  refused,
  step,
  stepIs,
  steps,
  submitted,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

const third = 'sofia@contoso.com';

/** Whoever agreed first, and may not decide any more when the second comes, is no second pair of eyes. */
describe('an agreement that takes two', () => {
  let world: World;
  beforeEach(async () => {
    world = await startSimpleWorld({
      // Signoff may reset administrators here, or it would ask people to do it by hand.
      change: ({ roleAssignments, signoff }) =>
        void roleAssignments.push({
          id: 'signoff-may-reset-administrators',
          principalId: signoff.servicePrincipalId,
          roleDefinitionId: directoryRole.privilegedAuthenticationAdministrator,
          directoryScopeId: '/',
        }),
    });
    await world.teams.open(third);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const group = () => world.tenant.groupNamed('Signoff Approvers');
  const arno = () => world.tenant.person('arno');
  const leavesTheGroup = () => {
    group().members = group().members.filter((id) => id !== arno().id);
  };
  const lapses: Readonly<Record<string, () => void>> = {
    'is no approver any more': leavesTheGroup,
    'is blocked': () => Object.assign(arno(), { accountEnabled: false }),
    'became a guest': () => Object.assign(arno(), { userType: 'Guest' }),
    'was deleted': () => {
      leavesTheGroup();
      world.tenant.data.users = world.tenant.data.users.filter((user) => user !== arno());
    },
  };
  const fits = async (caseId: number) =>
    assert.deepEqual(
      await disagreements(world.signoff.runtime, await caseRow(world, caseId), await entries(world, caseId)),
      [],
    );
  async function told(person: string, wanted: Parameters<typeof button>[2]): Promise<string> {
    const outcome = await press(world, person, await button(world, person, wanted));
    assert.equal(outcome.kind, 'message');
    return 'text' in outcome ? outcome.text : '';
  }
  const entraIsSilentAbout = (id: string) =>
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 60, match: `/users/${id}` });
  const silence = /^Microsoft 365 does not answer at the moment, so nothing was changed/;

  describe('to a plan', () => {
    async function approvedByArno(): Promise<number> {
      const caseId = await submitted(world, { sentence: 'offboard rafael@contoso.com' });
      await pressed(world, people.approver, { verb: 'approve', caseId });
      return caseId;
    }
    const counting = async (caseId: number) =>
      (await readApprovals(world.signoff.runtime.db, caseId))
        .filter(({ voidedAt }) => voidedAt === null)
        .map(({ actorName }) => actorName);

    for (const [what, lapse] of Object.entries(lapses)) {
      it(`counts one fewer when the first approver ${what}`, async () => {
        const caseId = await approvedByArno();
        lapse();
        assert.equal(
          await told(people.second, { verb: 'approve', caseId }),
          'Arno Lindqvist’s approval no longer counts: they are no approver any more. Yours is the first that does; it needs one more approver.',
        );
        assert.equal((await caseRow(world, caseId)).state, 'awaiting-approval');
        assert.deepEqual(await counting(caseId), ['Priya Raman']);
        assert.deepEqual(
          (await journaled(world, caseId, 'approval-void')).map(({ words }) => words),
          ['Arno Lindqvist’s approval no longer counts: they are no approver any more.'],
        );
        assert.equal(
          (await journaled(world, caseId, 'approved')).at(-1)?.words,
          'Priya Raman approved the plan; it needs one more approver.',
        );
        await fits(caseId);
        await world.card(third, 'Approved by Priya Raman, ', 'Nothing is changed yet: waits for one more');

        await pressed(world, third, { verb: 'approve', caseId });
        await caseIs(world, caseId, 'running');
        await stepIs(world, caseId, 'block-sign-in', 'awaiting-confirmation');
        await fits(caseId);
      });
    }

    it('counts them again when they are an approver again and approve anew', async () => {
      const caseId = await approvedByArno();
      leavesTheGroup();
      await told(people.second, { verb: 'approve', caseId });
      group().members.push(arno().id);
      await pressed(world, people.approver, { verb: 'approve', caseId });
      await caseIs(world, caseId, 'running');
      await fits(caseId);
    });

    it('changes nothing while Microsoft Entra does not say whether they still are', async () => {
      const caseId = await approvedByArno();
      const approve = await button(world, people.second, { verb: 'approve', caseId });
      const before = (await entries(world, caseId)).length;
      entraIsSilentAbout(arno().id);
      await refused(press(world, people.second, approve), silence);
      assert.equal((await caseRow(world, caseId)).state, 'awaiting-approval');
      assert.deepEqual(await counting(caseId), ['Arno Lindqvist']);
      assert.equal((await entries(world, caseId)).length, before);
      world.tenant.clearFaults();
      await pressed(world, people.second, { verb: 'approve', caseId });
      await caseIs(world, caseId, 'running');
    });
  });

  describe('to what destroys something', () => {
    let caseId: number;
    const destroy = () => ({ verb: 'confirm', caseId, step: 'delete-account' });
    beforeEach(async () => {
      const playbooks = world.signoff.runtime.playbooks as Playbook[];
      const [ours] = playbooks as [Playbook];
      const stages = [{ title: 'All at once', steps: [{ step: blockSignIn }, { step: deleteAccount }] }];
      playbooks.splice(0, 1, { ...ours, stages });
      caseId = await approved(world, { inputs: { endState: 'delete' } });
      await pressed(world, people.approver, destroy(), { reason: 'She left.' });
      await stepIs(world, caseId, 'delete-account', 'awaiting-second-approver');
    });

    for (const [what, lapse] of Object.entries(lapses)) {
      it(`counts one fewer when whoever confirmed first ${what}`, async () => {
        lapse();
        assert.equal(
          await told(people.second, destroy()),
          'Arno Lindqvist’s confirmation of “Delete the account” no longer counts: they are no approver any more. Yours is the first that does; it needs one more approver.',
        );
        const row = await step(world, caseId, 'delete-account');
        assert.deepEqual(
          [row.state, row.confirmedBy, row.confirmedName, row.secondBy, row.reason],
          ['awaiting-second-approver', world.tenant.person('priya').id, 'Priya Raman', null, 'She left.'],
        );
        assert.deepEqual(
          (await journaled(world, caseId, 'confirmation-void')).map(({ words }) => words),
          ['Arno Lindqvist’s confirmation of “Delete the account” no longer counts: they are no approver any more.'],
        );
        await fits(caseId);
        await refused(
          press(world, people.second, await button(world, people.second, destroy())),
          'You have already confirmed this. It needs a second approver: somebody else.',
        );
        assert.ok(world.tenant.person('jane'));

        await pressed(world, third, destroy());
        assert.equal((await stepIs(world, caseId, 'delete-account', 'proved')).secondName, 'Sofia Papadopoulou');
        await fits(caseId);
      });
    }

    it('changes nothing while Microsoft Entra does not say whether they still may', async () => {
      const confirm = await button(world, people.second, destroy());
      const before = await steps(world, caseId);
      entraIsSilentAbout(arno().id);
      await refused(press(world, people.second, confirm), silence);
      assert.deepEqual(await steps(world, caseId), before);
      assert.ok(world.tenant.person('jane'));
      world.tenant.clearFaults();
      await pressed(world, people.second, destroy());
      await stepIs(world, caseId, 'delete-account', 'proved');
    });
  });
});
