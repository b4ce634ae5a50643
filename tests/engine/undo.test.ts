import assert from 'node:assert/strict';
import { disagreements } from '../../bot/cases/disagreements.ts';
import { differences } from '../support/differences.ts';
import {
  approveAll,
  asked,
  button,
  caseIs,
  caseRow,
  confirmUntil,
  defaults,
  entries,
  press,
  pressed,
  refused,
  step,
  stepIs,
  steps,
  submitted,
} from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';
import { stateOf } from '../support/stepWorld.ts';

describe('a case that takes another one back', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const everything = {
    ...defaults,
    successor: 'luca@contoso.com',
    endState: 'shared',
    autoReply: 'I left.',
    forwardMail: 'true',
    hold: 'true',
    cancelMeetings: 'true',
  };

  async function offboarded(sentence = 'offboard jane@contoso.com', inputs = everything): Promise<number> {
    const caseId = await submitted(world, { sentence, inputs });
    assert.equal((await approveAll(world, caseId)).kind, 'card');
    if (inputs.endState !== 'delete') {
      await caseIs(world, caseId, 'finished');
      return caseId;
    }
    await stepIs(world, caseId, 'delete-account', 'awaiting-confirmation');
    const wanted = { verb: 'confirm', caseId, step: 'delete-account' };
    await pressed(world, people.approver, wanted, { reason: 'She left.' });
    await pressed(world, people.second, wanted);
    await caseIs(world, caseId, 'finished');
    return caseId;
  }

  /** Asked for and approved; it goes on by itself. */
  async function undoing(sentence: string): Promise<number> {
    const caseId = await asked(world, sentence, 'UNDO');
    await pressed(world, people.helpdesk, { verb: 'submit', caseId });
    assert.equal((await approveAll(world, caseId)).kind, 'card');
    return caseId;
  }
  async function undone(sentence: string): Promise<number> {
    const caseId = await undoing(sentence);
    await caseIs(world, caseId, 'finished');
    return caseId;
  }

  const inState = async (caseId: number, state: string) =>
    (await steps(world, caseId)).filter((one) => one.state === state).map(({ stepId }) => stepId);

  it('puts back what a whole offboarding took, and says what can’t come back', async () => {
    const before = stateOf(world.tenant.data);
    const caseId = await offboarded();
    const undo = await undone(`undo OFF-${caseId}`);
    const done = await inState(caseId, 'proved');
    const back = await inState(undo, 'proved');
    const lost = ['cancel-meetings', 'remove-mobile-partnerships', 'remove-sign-in-methods'];
    assert.deepEqual(
      done.filter((id) => !back.includes(id)).toSorted(),
      [...lost, 'reset-password', 'revoke-sessions'].toSorted(),
    );
    assert.equal((await step(world, undo, 'block-sign-in')).words, `It is as it was before OFF-${caseId}.`);
    const { leaves } = (await step(world, undo, 'reset-password')).plan;
    assert.deepEqual(leaves, ['Nobody knows the old password: to come back, the person gets a new one.']);
    assert.deepEqual(lostIn(before, stateOf(world.tenant.data)), lostWithHer);
    const row = await caseRow(world, undo);
    assert.deepEqual(row.undoes, { caseId, steps: null });
    assert.deepEqual(await disagreements(world.signoff.runtime, row, await entries(world, undo)), []);
    const { card } = await world.card(people.helpdesk, 'Undone for Jane Miller', `takes back OFF-${caseId}`);
    assert.ok(card);
  });

  it('restores a deleted account first, and then what it had', async () => {
    const before = stateOf(world.tenant.data);
    const caseId = await offboarded(undefined, { ...everything, endState: 'delete', hold: 'false' });
    assert.throws(() => world.tenant.person('jane'));
    const undo = await undone(`undo OFF-${caseId}`);
    assert.equal((await step(world, undo, 'delete-account')).state, 'proved');
    assert.equal(world.tenant.person('jane').accountEnabled, true);
    assert.deepEqual(lostIn(before, stateOf(world.tenant.data)), lostWithHer);
  });

  it('takes back one step, or one stage, and nothing else', async () => {
    const caseId = await offboarded();
    const files = await undone(`undo OFF-${caseId} hand over files`);
    assert.deepEqual(await inState(files, 'proved'), ['hand-over-files']);
    const stage = await undone(`undo OFF-${caseId} Groups and apps`);
    assert.ok((await inState(stage, 'proved')).includes('remove-group-memberships'));
    assert.equal((await inState(stage, 'proved')).includes('block-sign-in'), false);
    assert.equal(world.tenant.person('jane').accountEnabled, false);
  });

  it('leaves alone what was changed since, and names it', async () => {
    const caseId = await offboarded();
    const jane = world.tenant.person('jane');
    jane.accountEnabled = true;
    const before = (await step(world, caseId, 'remove-group-memberships')).before as { groups: { id: string }[] };
    const again = before.groups[0]?.id ?? '';
    const group = world.tenant.data.groups.find(({ id }) => id === again);
    group?.members.push(jane.id);
    const undo = await undone(`undo OFF-${caseId}`);
    const block = await step(world, undo, 'block-sign-in');
    assert.deepEqual(
      [block.state, block.words],
      ['not-needed', 'Nothing of it is as the case left it, so it is left alone.'],
    );
    assert.match(block.plan.leaves[0] ?? '', /^Was changed since, and is left alone: /);
    const groups = await step(world, undo, 'remove-group-memberships');
    assert.ok(groups.plan.leaves.some((line) => line.includes(group?.displayName ?? '-')));
    assert.equal(groups.plan.changes.length, before.groups.length - 1);
    assert.equal(group?.members.filter((id) => id === jane.id).length, 1);
  });

  it('ends a case that is under way first, for a reason, and takes back what it has done', async () => {
    const caseId = await submitted(world, { inputs: everything });
    await approveAll(world, caseId, people.approver, 'nothing');
    await confirmUntil(world, caseId, 'remove-sign-in-methods');
    await world.teams.say(people.helpdesk, `undo OFF-${caseId}`);
    const found = await button(world, people.helpdesk, { verb: 'undo', caseId });
    const outcome = await press(world, people.helpdesk, found, { reason: 'The wrong Jane.' });
    assert.equal(outcome.kind, 'card', 'text' in outcome ? outcome.text : '');
    const row = await caseIs(world, caseId, 'canceled');
    assert.equal(row.note, 'Canceled by Hana Okafor: “The wrong Jane.”');
    const undo = caseId + 1;
    await pressed(world, people.helpdesk, { verb: 'submit', caseId: undo });
    await approveAll(world, undo);
    await caseIs(world, undo, 'finished');
    assert.equal(world.tenant.person('jane').accountEnabled, true);
    assert.deepEqual(await inState(undo, 'proved'), ['block-sign-in']);
  });

  async function answered(person: string, text: string, sentence: RegExp): Promise<void> {
    await world.teams.say(person, text);
    await world.teams.waitFor(person, (message) => message.from.bot && sentence.test(message.text ?? ''));
  }

  it('is asked for by nobody who does not know what, and takes nothing back twice', async () => {
    const ask = (text: string, sentence: RegExp) => answered(people.helpdesk, text, sentence);
    const caseId = await submitted(world, { inputs: everything });
    await ask(`undo OFF-${caseId}`, /changed nothing, so there is nothing to undo\. To end it, type “cancel OFF-/);
    await approveAll(world, caseId);
    await caseIs(world, caseId, 'finished');
    await ask(`undo OFF-${caseId} coffee`, /^There is no step or stage “coffee”\. The stages are “Lock out”/);
    await ask(`undo OFF-${caseId} remove`, /^Which one: /);
    await ask('undo', /^Which case\?/);
    await answered(people.outsider, `undo OFF-${caseId}`, /helpdesk/);
    const undo = await undone(`undo OFF-${caseId}`);
    await ask(`undo UNDO-${undo}`, /^That case takes another one back itself\./);
    const second = await asked(world, `undo OFF-${caseId}`, 'UNDO');
    assert.deepEqual([...new Set((await steps(world, second)).map(({ state }) => state))], ['not-needed']);
  });

  it('is refused for an older case when a later one did something about the same person', async () => {
    const first = await offboarded();
    await undone(`undo OFF-${first}`);
    await world.teams.say(people.helpdesk, 'offboard jane@contoso.com again');
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId: first + 2 });
    await press(world, people.helpdesk, submit, everything);
    await approveAll(world, first + 2);
    await caseIs(world, first + 2, 'finished');
    await answered(people.helpdesk, `undo OFF-${first}`, new RegExp(`Type “undo OFF-${first + 2}”\\.$`));
  });

  it('comes to its end over lost answers and a restart, and puts each thing back once', async () => {
    const before = stateOf(world.tenant.data);
    const caseId = await offboarded(undefined, { ...everything, endState: 'delete', hold: 'false' });
    world.tenant.setFaults({
      kinds: ['timeoutAfter'],
      match: '^(POST /(directory|groups)|PATCH /users)',
      count: 5,
      hangMs: 20,
    });
    const undo = await undoing(`undo OFF-${caseId}`);
    await stepIs(world, undo, 'delete-account', 'proved');
    await world.restart();
    await caseIs(world, undo, 'finished');
    world.tenant.setFaults({});
    assert.deepEqual(await inState(undo, 'failed'), []);
    assert.deepEqual(lostIn(before, stateOf(world.tenant.data)), lostWithHer);
  });

  it('is decided on by nobody who asked for it, and hidden from whom it is about', async () => {
    const caseId = await offboarded('offboard jane@contoso.com', { ...everything, endState: 'keep' });
    const undo = await asked(world, `undo OFF-${caseId}`, 'UNDO');
    await pressed(world, people.helpdesk, { verb: 'submit', caseId: undo });
    const approve = await button(world, people.approver, { verb: 'approve', caseId: undo });
    const { groups } = world.tenant.data;
    const approvers = groups.find(({ displayName }) => displayName === 'Signoff Approvers');
    const jane = world.tenant.person('jane');
    approvers?.members.push(world.tenant.person('hana').id, jane.id);
    jane.accountEnabled = true;
    const own = await button(world, people.helpdesk, { verb: 'withdraw', caseId: undo });
    await refused(press(world, people.helpdesk, { ...own, action: approve.action }), /^You asked for UNDO-/);
    await answered(people.jane, `undo OFF-${caseId}`, /^There is no case/);
    assert.equal((await caseRow(world, undo)).state, 'awaiting-approval');
  });

  it('can’t bring back who is gone for good', async () => {
    const caseId = await offboarded(undefined, { ...everything, endState: 'delete', hold: 'false' });
    world.tenant.data.deletedUsers = [];
    await answered(people.helpdesk, `undo OFF-${caseId}`, /^Jane Miller’s account is gone for good/);
  });

  it('has people take back by hand what Signoff may not do, and looks whether they did', async () => {
    const caseId = await offboarded();
    const { app } = world.tenant.data;
    app.permissions = app.permissions.filter((name) => name !== 'User.EnableDisableAccount.All');
    await world.restart();
    const undo = await asked(world, `undo OFF-${caseId} block sign-in`, 'UNDO');
    await pressed(world, people.helpdesk, { verb: 'submit', caseId: undo });
    await pressed(world, people.approver, { verb: 'approve', caseId: undo });
    const block = await stepIs(world, undo, 'block-sign-in', 'by-hand');
    assert.match(block.plan.why ?? '', /User\.EnableDisableAccount\.All/);
    assert.deepEqual(block.plan.hand?.clicks, [
      'Put back what the case changed here; its report and its journal name it.',
    ]);
    const done = { verb: 'done', caseId: undo, step: 'block-sign-in' };
    await pressed(world, people.helpdesk, done, { note: 'Unblocked.' });
    await world.card(people.helpdesk, 'Not done yet: Not back yet: ');
    world.tenant.person('jane').accountEnabled = true;
    await pressed(world, people.helpdesk, done, { note: 'Unblocked now.' });
    const { words } = await stepIs(world, undo, 'block-sign-in', 'proved');
    assert.equal(words, `Done by hand. It is as it was before OFF-${caseId}.`);
  });
});

/** What no undo brings back, as the steps say: ways to sign in, canceled meetings, phones that knew the mailbox. */
const lostWithHer = ['authenticationMethods', 'mailbox/cancellations', 'mailbox/meetings', 'mailbox/mobileDevices'];

/** Where one state of the tenant is otherwise than another, without whose it is and which. */
const lostIn = (was: unknown, is: unknown): string[] =>
  [
    ...new Set(differences(was, is).map((line) => line.replace(/^\/users\/[^/]+\//, '').replace(/\/[^/:]+:.*$/s, ''))),
  ].toSorted();
