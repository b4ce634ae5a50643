import assert from 'node:assert/strict';
import {
  approved,
  button,
  caseIs,
  confirmUntil,
  entries,
  press,
  pressed,
  refused,
  stepIs,
  submitted,
  writes,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('a person who is gone from the directory', () => {
  let world: World;
  const vanish = () => {
    const { users } = world.tenant.data;
    users.splice(users.indexOf(world.tenant.person('jane')), 1);
  };
  const gone = 'This account is no longer in the directory.';
  beforeEach(async () => {
    world = await startSimpleWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('before a stage, ends the case with the reason', async () => {
    const caseId = await submitted(world);
    vanish();
    await pressed(world, people.approver, { verb: 'approve', caseId });
    const row = await caseIs(world, caseId, 'refused');
    assert.equal(row.note, gone);
    assert.equal(row.openSubjectId, null);
    assert.equal((await entries(world, caseId)).at(-1)?.words, gone);
    await world.teams.waitFor(people.helpdesk, ({ text }) => text?.includes(gone) ?? false);
    assert.deepEqual(writes(world), []);
  });

  it('at a step, makes the step fail with what Microsoft 365 said', async () => {
    const caseId = await approved(world);
    const confirm = await button(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    vanish();
    await press(world, people.approver, confirm);
    const failed = await stepIs(world, caseId, 'block-sign-in', 'failed');
    assert.match(failed.words ?? '', /^Microsoft 365 did not find it: “.*”$/);
    await pressed(world, people.approver, { verb: 'skip', caseId, step: 'block-sign-in' });
    assert.deepEqual(writes(world), []);
  });

  it('between two stages, ends the case with a report of what was done', async () => {
    const caseId = await approved(world);
    await confirmUntil(world, caseId, 'remove-group-memberships');
    const stage = await button(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    vanish();
    await pressed(world, people.approver, { verb: 'skip', caseId, step: 'remove-group-memberships' });
    assert.equal((await caseIs(world, caseId, 'refused')).note, gone);
    await refused(press(world, people.approver, stage), /^OFF-1 has moved on/);
    await world.teams.waitFor(people.helpdesk, ({ card }) => JSON.stringify(card ?? '').includes('Proof'));
  });
});
