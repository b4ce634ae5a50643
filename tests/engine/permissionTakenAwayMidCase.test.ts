import assert from 'node:assert/strict';
import { minutes } from '../../bot/clock.ts';
import { eventually, type JumpingClock, jumpingClock, letPass } from '../support/clock.ts';
import {
  approved,
  button,
  caseIs,
  caseRow,
  confirmUntil,
  pressed,
  step,
  stepIs,
  submitted,
  writes,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('a permission of the app that is taken away in the middle of a case', () => {
  let world: World;
  let clock: JumpingClock;
  const take = (...permissions: string[]) => {
    const { app } = world.tenant.data;
    app.permissions = app.permissions.filter((one) => !permissions.includes(one));
  };
  beforeEach(async () => {
    clock = jumpingClock();
    world = await startSimpleWorld({
      parts: (tenant) => ({
        clock,
        credential: {
          getToken: async (scope) => ({
            token: await tenant.token(String(scope)),
            expiresOnTimestamp: Date.now() + 1000,
          }),
        },
      }),
    });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('makes the step one that is done by hand, and the approvers agree anew', async () => {
    const caseId = await approved(world);
    await confirmUntil(world, caseId, 'remove-sign-in-methods');
    take('GroupMember.ReadWrite.All');
    clock.jump(minutes(2));
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-sign-in-methods' });
    const row = await caseIs(world, caseId, 'awaiting-approval');
    assert.equal(row.note, 'What “Remove group memberships” would do has changed since the plan was approved.');
    const lacks =
      'Signoff lacks the permission GroupMember.ReadWrite.All. An admin can grant it; until then this is done by hand.';
    assert.deepEqual(
      [
        (await step(world, caseId, 'remove-group-memberships')).state,
        (await step(world, caseId, 'remove-licenses')).words,
      ],
      ['planned', lacks],
    );
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await stepIs(world, caseId, 'remove-group-memberships', 'by-hand');
    await pressed(world, people.approver, { verb: 'skip', caseId, step: 'remove-group-memberships' });
    await stepIs(world, caseId, 'remove-licenses', 'by-hand');
    await pressed(world, people.approver, { verb: 'skip', caseId, step: 'remove-licenses' });
    await caseIs(world, caseId, 'finished');
    assert.ok(!writes(world).some((call) => call.includes('/groups/')));
  });

  it('is said when Signoff may not even look any more, and the case goes on when it may again', async () => {
    const caseId = await submitted(world);
    const all = [...world.tenant.data.app.permissions];
    const approve = await button(world, people.approver, { verb: 'approve', caseId });
    // Who may approve is still to be read; whom it is about is not.
    take('RoleManagement.Read.Directory', 'RoleManagement.ReadWrite.Directory', 'Directory.Read.All');
    await world.teams.tap(people.approver, approve.message.id, approve.action);
    const note = await eventually('the case says why it waits', async () => (await caseRow(world, caseId)).note);
    assert.match(
      note,
      /^Microsoft 365 refused: “.*” Ask your Signoff admin to check the app’s permissions and directory role\. Next try: .* UTC\. Nothing is lost\.$/,
    );
    world.tenant.data.app.permissions = all;
    await letPass(world, clock, minutes(6));
    await stepIs(world, caseId, 'block-sign-in', 'awaiting-confirmation');
    assert.equal((await caseRow(world, caseId)).note, null);
  });

  it('is said when it happens while the plan is drawn up', async () => {
    const caseId = await submitted(world);
    await world.ask(people.helpdesk, `cancel OFF-${caseId}`);
    const all = [...world.tenant.data.app.permissions];
    await world.ask(people.helpdesk, 'offboard amara@contoso.com');
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId: 2 });
    take('RoleManagement.Read.Directory', 'RoleManagement.ReadWrite.Directory', 'Directory.Read.All');
    await world.teams.tap(people.helpdesk, submit.message.id, submit.action, { endState: 'shared' });
    const note = await eventually('the case says why it waits', async () => (await caseRow(world, 2)).note);
    assert.match(note, /^Microsoft 365 refused: “.*”/);
    world.tenant.data.app.permissions = all;
    await letPass(world, clock, minutes(6));
    await button(world, people.approver, { verb: 'approve', caseId: 2 });
  });
});
