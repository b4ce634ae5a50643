import assert from 'node:assert/strict';
import { groupRoles } from '../../bot/cases/roles.ts';
import { minutes, systemClock } from '../../bot/clock.ts';
import { type JumpingClock, jumpingClock } from '../support/clock.ts';
import {
  approved,
  asked,
  button,
  caseIs,
  caseRow,
  defaults,
  press,
  pressed,
  refused,
  submitAs,
  submitted,
  writes,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';
import { startStepWorld } from '../support/stepWorld.ts';

const only = (who: string, what: string) => `Only ${who} can ${what}. Ask your Signoff admin if that should be you.`;

const standings = {
  'whose sign-in is blocked': { accountEnabled: false },
  'who is a guest': { userType: 'Guest' as const },
};

for (const [title, standing] of Object.entries(standings)) {
  describe(`somebody ${title}`, () => {
    let world: World;
    const becomes = (name: string) => Object.assign(world.tenant.person(name), standing);
    let clock: JumpingClock;
    beforeEach(async () => {
      clock = jumpingClock();
      world = await startSimpleWorld({ parts: () => ({ clock }) });
    });
    afterEach(() => world[Symbol.asyncDispose]());

    it('decides on no plan that is before them already', async () => {
      const caseId = await submitted(world);
      const approve = await button(world, people.approver, { verb: 'approve', caseId });
      const reject = await button(world, people.approver, { verb: 'reject', caseId });
      becomes('arno');
      await refused(press(world, people.approver, approve), only('approvers', 'approve this plan'));
      await refused(press(world, people.approver, reject, { reason: 'no' }), only('approvers', 'reject this plan'));
      assert.equal((await caseRow(world, caseId)).state, 'awaiting-approval');
    });

    it('confirms and skips nothing, though they approved', async () => {
      const caseId = await approved(world);
      const confirm = await button(world, people.approver, { verb: 'confirm', caseId });
      const skip = await button(world, people.approver, { verb: 'skip', caseId });
      becomes('arno');
      await refused(press(world, people.approver, confirm), only('approvers', 'confirm this'));
      await refused(press(world, people.approver, skip), only('approvers', 'skip this'));
      assert.deepEqual(writes(world), []);
    });

    it('can’t cancel what they asked for themselves, five minutes later at most', async () => {
      const caseId = await asked(world);
      const cancel = await button(world, people.helpdesk, { verb: 'cancel', caseId });
      becomes('hana');
      clock.jump(minutes(5));
      await refused(
        press(world, people.helpdesk, cancel),
        only('the helpdesk, approvers and Signoff admins', 'cancel a case'),
      );
      assert.equal((await caseRow(world, caseId)).state, 'draft');
    });

    for (const [sentence, answer] of [
      ['offboard jane@contoso.com', only('the helpdesk and Signoff admins', 'offboard people')],
      ['cases', only('the helpdesk, approvers and Signoff admins', 'look at cases')],
      ['status OFF-1', only('the helpdesk, approvers and Signoff admins', 'look at cases')],
      ['retry OFF-1', only('the helpdesk, approvers and Signoff admins', 'retry a case')],
      ['cancel OFF-1', only('the helpdesk, approvers and Signoff admins', 'cancel a case')],
    ] as const) {
      it(`gets nothing for “${sentence}”`, async () => {
        becomes('hana');
        assert.equal((await world.ask(people.helpdesk, sentence)).text, answer);
      });
    }

    it('is not asked to approve, and not counted among those who could', async () => {
      const caseId = await asked(world);
      becomes('arno');
      await submitAs(world, caseId, defaults);
      await button(world, people.second, { verb: 'approve', caseId });
      await world.teams.open(people.approver);
      assert.deepEqual(await world.teams.messages(people.approver), []);
    });
  });
}

describe('a guest', () => {
  it('may do what GUESTS_MAY names, and no more', async () => {
    await using world = await startSimpleWorld({ environment: { GUESTS_MAY: 'approver' } });
    world.tenant.person('arno').userType = 'Guest';
    world.tenant.person('kwame').userType = 'Guest';
    const caseId = await submitted(world);
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await caseIs(world, caseId, 'running');
    assert.equal(
      (await world.ask('kwame@contoso.com', 'offboard luca@contoso.com')).text,
      only('the helpdesk and Signoff admins', 'offboard people'),
    );
  });
});

describe('who somebody is', () => {
  it('is read at the same time as what they may do', async () => {
    await using world = await startStepWorld();
    const { helpdeskGroupId, approverGroupId, adminGroupId } = world.tenant.data.signoff;
    const groups = { helpdesk: helpdeskGroupId, approver: approverGroupId, admin: adminGroupId };
    const roles = groupRoles({ graph: world.graph, groups, guestsMay: [], clock: systemClock });
    const hana = { id: world.tenant.person('hana').id, name: 'Hana Okafor' };
    await roles.of(hana, 'fresh');
    world.tenant.setLatency({ ms: 400 });
    const began = Date.now();
    assert.deepEqual([...(await roles.of(hana, 'fresh'))], ['helpdesk']);
    // A token, then both answers at once.
    assert.ok(Date.now() - began < 1150, 'one after the other');
    assert.equal(await roles.nameOf(hana.id), 'Hana Okafor');
  });
});
