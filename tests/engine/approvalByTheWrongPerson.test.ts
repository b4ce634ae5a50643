import assert from 'node:assert/strict';
import type { Updateable } from 'kysely';
import type { CaseTable } from '../../bot/store/schema.ts';
import {
  asked,
  button,
  caseRow,
  defaults,
  journaled,
  press,
  pressed,
  refused,
  stepIs,
  submitAs,
  submitted,
  writes,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

const notAsPlanned =
  'OFF-1 is no longer as it was when its plan was drawn up, though nobody changed it in Signoff, so nothing was changed. Cancel it, ask anew, and tell your Signoff admin.';

/** What stands between a person and an approval that is not theirs to give. */
describe('an approval by the wrong person', () => {
  let world: World;
  const join = (group: string, person: string) =>
    world.tenant.groupNamed(group).members.push(world.tenant.person(person).id);
  const leave = (group: string, person: string) => {
    const found = world.tenant.groupNamed(group);
    found.members = found.members.filter((id) => id !== world.tenant.person(person).id);
  };
  beforeEach(async () => {
    world = await startSimpleWorld();
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
    assert.deepEqual(writes(world), []);
  });

  it('is refused to the requester, though they are an approver', async () => {
    join('Signoff Approvers', 'hana');
    const caseId = await submitted(world);
    const { action } = await button(world, people.approver, { verb: 'approve', caseId });
    const own = await world.teams.waitFor(people.helpdesk, ({ card }) => card !== undefined);
    await refused(
      press(world, people.helpdesk, { message: own, action }),
      'You asked for OFF-1 yourself, so somebody else must approve this plan.',
    );
    await assertWaits(caseId);
  });

  it('is refused to the requester, though somebody wrote another name for theirs into the database', async () => {
    join('Signoff Approvers', 'hana');
    const caseId = await submitted(world);
    const approve = await button(world, people.approver, { verb: 'approve', caseId });
    const own = await world.teams.waitFor(people.helpdesk, ({ card }) => card !== undefined);
    const { db } = world.signoff.runtime;
    await db
      .updateTable('cases')
      .set({ requesterId: world.tenant.person('kwame').id })
      .execute();
    await refused(
      press(world, people.helpdesk, { ...approve, message: own }),
      'You asked for OFF-1 yourself, so somebody else must approve this plan.',
    );
    await assertWaits(caseId);
    await refused(press(world, people.approver, approve), notAsPlanned);
    await assertWaits(caseId);
  });

  const rewritten: [string, (options: object) => Updateable<CaseTable>][] = [
    ['is urgent by now', () => ({ urgent: 1 })],
    ['has other choices by now', (options) => ({ options: JSON.stringify({ ...options, endState: 'delete' }) })],
    ['is about somebody else by now', () => ({ subjectId: world.tenant.person('luca').id })],
  ];
  for (const [what, change] of rewritten) {
    it(`is not taken for a plan that ${what}, which nobody was shown`, async () => {
      const caseId = await submitted(world);
      const approve = await button(world, people.approver, { verb: 'approve', caseId });
      const { options } = await caseRow(world, caseId);
      await world.signoff.runtime.db
        .updateTable('cases')
        .set(change(options as object))
        .execute();
      await refused(press(world, people.approver, approve), notAsPlanned);
      await assertWaits(caseId);
    });
  }

  it('is refused to the person who leaves, though they are an approver', async () => {
    join('Signoff Approvers', 'jane');
    await world.teams.open(people.jane);
    const caseId = await submitted(world);
    // Nobody sends Jane the plan, so she taps with what she knows of the card, on a card of her own.
    const { action } = await button(world, people.approver, { verb: 'approve', caseId });
    const { id } = await world.ask(people.jane, 'help');
    await refused(world.teams.tap(people.jane, id, action), /^This card is not one that Signoff posted here/);
    assert.deepEqual(
      (await world.teams.messages(people.jane)).filter(({ card }) => JSON.stringify(card ?? '').includes('OFF-1')),
      [],
    );
    await world.signoff.runtime.db
      .updateTable('posts')
      .set({ activityId: id, conversationId: (await world.teams.messages(people.jane))[0]?.conversationId ?? '' })
      .where('toKey', '=', `user:${world.tenant.person('arno').id}`)
      .where('topic', '=', `case/${caseId}`)
      .execute();
    await refused(
      world.teams.tap(people.jane, id, action),
      'This button is not one that Signoff can use. Type “cases” to see the open cases.',
    );
    await assertWaits(caseId);
  });

  it('is refused to the successor, who is not asked either, and warns of one who asked for it', async () => {
    const arno = world.tenant.person('arno').id;
    const caseId = await asked(world);
    await submitAs(world, caseId, { ...defaults, successor: arno });
    const { message, action } = await button(world, people.second, { verb: 'approve', caseId });
    assert.doesNotMatch(JSON.stringify(message.card), /asked for this and is the successor/);
    const { id } = await world.ask(people.approver, 'help');
    await refused(world.teams.tap(people.approver, id, action), /^This card is not one that Signoff posted here/);
    assert.deepEqual(
      (await world.teams.messages(people.approver)).filter(({ card }) =>
        JSON.stringify(card ?? '').includes('Approve'),
      ),
      [],
    );
    await world.ask(people.helpdesk, `cancel OFF-${caseId}`);

    const hana = world.tenant.person('hana').id;
    const other = await submitted(world, { sentence: 'offboard luca@contoso.com', inputs: { successor: hana } });
    const warned = await button(world, people.approver, { verb: 'approve', caseId: other });
    assert.match(JSON.stringify(warned.message.card), /Hana Okafor asked for this and is the successor/);
  });

  it('is refused to everybody outside the approvers’ group', async () => {
    const caseId = await submitted(world);
    const { action } = await button(world, people.approver, { verb: 'approve', caseId });
    const only = 'Only approvers can approve this plan. Ask your Signoff admin if that should be you.';
    const say = await world.teams.say(people.outsider, '@Signoff help', { conversation: 'channel' });
    assert.ok(say.delivered);
    await world.teams.say(people.helpdesk, '@Signoff offboard luca@contoso.com', { conversation: 'channel' });
    const shared = await world.teams.waitFor(
      people.outsider,
      ({ text }) => text?.startsWith('OFF-2: the plan goes') ?? false,
      30_000,
      'channel',
    );
    const data = { case: 2, version: 1 };
    await refused(world.teams.tap(people.outsider, shared.id, { type: 'Action.Execute', verb: 'approve', data }), only);
    await refused(
      world.teams.tap(people.outsider, shared.id, { ...action, verb: 'reject', data }, { reason: 'no' }),
      'Only approvers can reject this plan. Ask your Signoff admin if that should be you.',
    );
    await assertWaits(caseId);
  });

  it('is refused to an approver who was taken out of the group a moment ago', async () => {
    const caseId = await submitted(world);
    const approve = await button(world, people.approver, { verb: 'approve', caseId });
    await world.ask(people.approver, 'cases all');
    leave('Signoff Approvers', 'arno');
    await refused(
      press(world, people.approver, approve),
      'Only approvers can approve this plan. Ask your Signoff admin if that should be you.',
    );
    await assertWaits(caseId);
  });

  it('is refused while Microsoft Entra does not say who is an approver', async () => {
    const caseId = await submitted(world);
    const approve = await button(world, people.approver, { verb: 'approve', caseId });
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 60, match: 'POST /users/.*checkMemberGroups' });
    await refused(
      press(world, people.approver, approve),
      /^Microsoft 365 does not answer at the moment, so nothing was changed/,
    );
    world.tenant.clearFaults();
    await assertWaits(caseId);
  });

  it('does not count for the requester’s colleague who fills in the plan', async () => {
    await world.ask(people.helpdesk, 'offboard jane@contoso.com');
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
    const { id } = await world.ask('kwame@contoso.com', 'help');
    await refused(
      world.teams.tap('kwame@contoso.com', id, submit.action, defaults),
      'This card is not one that Signoff posted here. Type “cases” to see the open cases.',
    );
    assert.equal((await caseRow(world, 1)).state, 'draft');
    await submitAs(world, 1, defaults);
  });

  it('and a retry by the person who leaves, who works in the helpdesk: for her there is no case', async () => {
    join('Signoff Helpdesk', 'jane');
    await world.teams.open(people.jane);
    const caseId = await submitted(world);
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await pressed(world, people.second, { verb: 'approve', caseId });
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 3600, match: 'PATCH /users/' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'queued');
    const { db } = world.signoff.runtime;
    await db.updateTable('caseSteps').set({ state: 'failed' }).where('stepId', '=', 'block-sign-in').execute();
    for (const name of ['OFF-1', 'jane@contoso.com'])
      assert.equal(
        (await world.ask(people.jane, `retry ${name}`)).text,
        `There is no case “${name}”. Type “cases all” to see every case.`,
      );
    const { id, conversationId } = await world.ask(people.jane, 'help');
    await db
      .updateTable('posts')
      .set({ activityId: id, conversationId })
      .where('toKey', '=', `user:${world.tenant.person('arno').id}`)
      .where('kind', 'like', 'stage%')
      .execute();
    const { version } = await caseRow(world, caseId);
    const data = { case: caseId, version, stage: 0, steps: ['block-sign-in'] };
    await refused(
      world.teams.tap(people.jane, id, { type: 'Action.Execute', verb: 'retry', data }),
      'This button is not one that Signoff can use. Type “cases” to see the open cases.',
    );
    assert.deepEqual(await journaled(world, caseId, 'retried'), []);
    await stepIs(world, caseId, 'block-sign-in', 'failed');
  });

  async function assertWaits(caseId: number): Promise<void> {
    assert.equal((await caseRow(world, caseId)).state, 'awaiting-approval');
    assert.deepEqual(await journaled(world, caseId, 'approved'), []);
  }
});
