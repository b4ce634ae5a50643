import assert from 'node:assert/strict';
import { disagreements } from '../../bot/cases/disagreements.ts';
import { readApprovals } from '../../bot/store/cases.ts';
import {
  button,
  buttonsOf,
  caseIs,
  caseRow,
  entries,
  journaled,
  press,
  refused,
  stepIs,
  submitted,
  writes,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

const movedOn = 'OFF-1 has moved on, so nothing was changed. Type “status OFF-1” to see where it is.';

describe('an approval that comes twice', () => {
  let world: World;
  beforeEach(async () => {
    world = await startSimpleWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('counts once when two taps come at the same moment', async () => {
    const caseId = await submitted(world);
    const approve = await button(world, people.approver, { verb: 'approve', caseId });
    const outcomes = await Promise.all([
      press(world, people.approver, approve),
      press(world, people.approver, approve),
    ]);
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['card', 'message']);
    await button(world, people.approver, { verb: 'confirm', caseId });
    assert.equal((await journaled(world, caseId, 'approved')).length, 1);
    assert.equal((await journaled(world, caseId, 'stage-opened')).length, 1);
  });

  it('counts once when two approvers tap at the same moment', async () => {
    const caseId = await submitted(world);
    const taps = await Promise.all(
      [people.approver, people.second].map(async (person) => ({
        person,
        approve: await button(world, person, { verb: 'approve', caseId }),
      })),
    );
    const outcomes = await Promise.all(taps.map(({ person, approve }) => press(world, person, approve)));
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['card', 'message']);
    assert.equal((await journaled(world, caseId, 'approved')).length, 1);
  });

  it('counts once when Teams delivers the same tap twice', async () => {
    const caseId = await submitted(world);
    const approve = await button(world, people.approver, { verb: 'approve', caseId });
    world.teams.faults({ kind: 'twice', count: 1 });
    await press(world, people.approver, approve);
    await button(world, people.approver, { verb: 'confirm', caseId });
    assert.equal((await journaled(world, caseId, 'approved')).length, 1);
  });

  it('does nothing when an old tap is played again', async () => {
    const caseId = await submitted(world);
    const approve = await button(world, people.approver, { verb: 'approve', caseId });
    await press(world, people.approver, approve);
    const confirm = await button(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await press(world, people.approver, confirm);
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    const before = (await entries(world, caseId)).length;
    const done = writes(world);

    await refused(press(world, people.approver, approve), movedOn);
    await refused(press(world, people.second, await asSeenBy(people.second, caseId, approve)), movedOn);
    await refused(press(world, people.approver, confirm), '“Block sign-in” is already settled; nothing was changed.');
    assert.equal((await entries(world, caseId)).length, before);
    assert.deepEqual(writes(world), done);
  });

  it('does nothing when a confirmation comes twice at the same moment', async () => {
    const caseId = await submitted(world);
    await press(world, people.approver, await button(world, people.approver, { verb: 'approve', caseId }));
    const confirm = await button(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await Promise.all([press(world, people.approver, confirm), press(world, people.approver, confirm)]);
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.equal((await journaled(world, caseId, 'confirmed', 'block-sign-in')).length, 1);
    assert.equal((await journaled(world, caseId, 'step-started', 'block-sign-in')).length, 1);
    assert.equal(writes(world).length, 1);
  });

  it('is no approval any more once the plan was rejected', async () => {
    const caseId = await submitted(world);
    const approve = await button(world, people.approver, { verb: 'approve', caseId });
    const reject = await button(world, people.second, { verb: 'reject', caseId });
    await press(world, people.second, reject, { reason: 'She stays.' });
    const row = await caseIs(world, caseId, 'rejected');
    assert.equal(row.note, 'Priya Raman rejected the plan: “She stays.”');
    await refused(press(world, people.approver, approve), movedOn);
    assert.equal((await caseRow(world, caseId)).state, 'rejected');
    assert.deepEqual(writes(world), []);
  });

  it('is taken back by whoever gave the first of two and then rejects', async () => {
    const caseId = await submitted(world, { sentence: 'offboard marguerite@contoso.com' });
    const asked = await button(world, people.approver, { verb: 'reject', caseId });
    await press(world, people.approver, await button(world, people.approver, { verb: 'approve', caseId }));
    const { message, action } = await button(world, people.approver, { verb: 'reject', caseId });
    assert.deepEqual(
      buttonsOf(message.card).map(({ verb }) => verb),
      ['reject'],
    );
    const outcomes = await Promise.all([
      press(world, people.approver, { message, action }, { reason: 'She stays.' }),
      press(world, people.approver, asked, { reason: 'She stays.' }),
    ]);
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['card', 'message']);
    const row = await caseIs(world, caseId, 'rejected');
    assert.equal(row.note, 'Arno Lindqvist rejected the plan: “She stays.”');
    const { runtime } = world.signoff;
    const decisions = await readApprovals(runtime.db, caseId);
    assert.deepEqual(
      decisions.map(({ decision, voidedAt }) => [decision, voidedAt === null]),
      [
        ['approved', false],
        ['rejected', true],
      ],
    );
    assert.deepEqual(await disagreements(runtime, row, await entries(world, caseId)), []);
  });

  /** The same button, on the message that the other person got. */
  async function asSeenBy(person: string, caseId: number, { action }: Awaited<ReturnType<typeof button>>) {
    const message = await world.teams.waitFor(person, (one) => JSON.stringify(one.card ?? '').includes('approved by'));
    assert.ok(caseId > 0);
    return { message, action };
  }
});
