import assert from 'node:assert/strict';
import type { Playbook } from '../../bot/engine/playbook.ts';
import { directoryRole } from '../../bot/graph/access.ts';
import { blockSignIn } from '../../bot/steps/blockSignIn.ts';
import { deleteAccount } from '../../bot/steps/deleteAccount.ts';
import { approved, button, buttonsOf, journaled, pressed, step, stepIs, steps, submitted } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

const lockOut = ['block-sign-in', 'reset-password', 'revoke-sessions', 'remove-sign-in-methods'];

describe('the lock-out', () => {
  let world: World;
  beforeEach(async () => {
    world = await startSimpleWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  function positions() {
    const done = world.tenant.exchanges.filter(({ status }) => status >= 200 && status < 300);
    const at = (method: string, what: string) =>
      done.findIndex((one) => one.method === method && JSON.stringify([one.path, one.requestBody]).includes(what));
    return {
      block: at('PATCH', '"accountEnabled":false'),
      reset: at('PATCH', 'passwordProfile'),
      revoke: at('POST', 'revokeSignInSessions'),
    };
  }

  it('ends sessions only after the block and the new password, whichever of them is slow', async () => {
    const caseId = await approved(world);
    // The block comes last: it is turned down once.
    world.tenant.setFaults({ kinds: ['unavailable'], match: 'PATCH /users/', count: 2 });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await stepIs(world, caseId, 'revoke-sessions', 'proved');
    const { block, reset, revoke } = positions();
    assert.ok(block >= 0 && reset >= 0);
    assert.ok(revoke > block && revoke > reset);
  });

  it('ends sessions as soon as the block and the new password are answered, though nothing shows yet', async () => {
    const caseId = await approved(world);
    // What was written does not show yet.
    world.tenant.setFaults({ staleMs: 600_000 });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await stepIs(world, caseId, 'revoke-sessions', 'verifying');
    for (const one of ['block-sign-in', 'reset-password'])
      assert.equal((await step(world, caseId, one)).state, 'verifying');
    const { block, reset, revoke } = positions();
    assert.ok(block >= 0 && reset >= 0 && revoke > block && revoke > reset);
  });

  it('ends sessions before whatever else is due: a thousand others may wait for their devices', async () => {
    const { dispatcher } = world.signoff.runtime;
    const { wake } = dispatcher;
    const asked: { key: string; at: Date | undefined }[] = [];
    dispatcher.wake = (queue, key, options) => {
      asked.push({ key, at: options?.at });
      return wake(queue, key, options);
    };
    const caseId = await approved(world);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await stepIs(world, caseId, 'revoke-sessions', 'proved');
    const soonest = (stepId: string) =>
      Math.min(
        ...asked.filter(({ key }) => key === `${caseId}/${stepId}`).map(({ at }) => at?.getTime() ?? Date.now()),
      );
    assert.ok(soonest('revoke-sessions') < soonest('block-sign-in'));
    assert.ok(soonest('revoke-sessions') < soonest('remove-sign-in-methods'));
  });

  it('waits in the order also when the last is confirmed first', async () => {
    const caseId = await approved(world);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'revoke-sessions' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-sign-in-methods' });
    await stepIs(world, caseId, 'remove-sign-in-methods', 'proved');
    assert.equal((await step(world, caseId, 'revoke-sessions')).state, 'queued');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'reset-password' });
    await stepIs(world, caseId, 'revoke-sessions', 'proved');
    const { reset, revoke } = positions();
    assert.ok(revoke > reset && reset > 0);
  });

  it('ends sessions without waiting for what people do by hand in the on-premises directory', async () => {
    const caseId = await approved(world, { sentence: 'offboard dariusz@contoso.com' });
    await stepIs(world, caseId, 'reset-password', 'by-hand');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'revoke-sessions' });
    await stepIs(world, caseId, 'revoke-sessions', 'proved');
    assert.equal((await step(world, caseId, 'reset-password')).state, 'by-hand');
  });

  it('of an urgent case runs after one approval, without another tap, in the same order', async () => {
    const caseId = await submitted(world, { sentence: 'offboard jane@contoso.com urgent' });
    assert.ok((await steps(world, caseId)).every(({ attempt }) => attempt === 0));
    await pressed(world, people.approver, { verb: 'approve', caseId });
    for (const one of lockOut) await stepIs(world, caseId, one, 'proved');
    const { block, reset, revoke } = positions();
    assert.ok(revoke > block && revoke > reset);
    // From the second stage on, everything waits for a person again.
    await stepIs(world, caseId, 'remove-group-memberships', 'awaiting-confirmation');
    assert.deepEqual(await journaled(world, caseId, 'confirmed'), []);
  });

  it('of an urgent case never destroys anything by itself', async () => {
    // No playbook of ours destroys something in its first stage; one that did would have to ask.
    const playbooks = world.signoff.runtime.playbooks as Playbook[];
    const [ours] = playbooks as [Playbook];
    const stages = [{ title: 'All at once', steps: [{ step: blockSignIn }, { step: deleteAccount }] }];
    playbooks.splice(0, 1, { ...ours, stages });
    const caseId = await submitted(world, {
      sentence: 'offboard jane@contoso.com urgent',
      inputs: { endState: 'delete' },
    });
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.equal((await step(world, caseId, 'delete-account')).state, 'awaiting-confirmation');
    assert.ok(world.tenant.person('jane'));
  });
});

describe('what destroys something', () => {
  let world: World;
  let caseId: number;
  const destroy = () => ({ verb: 'confirm', caseId, step: 'delete-account' });
  beforeEach(async () => {
    world = await startSimpleWorld();
    const playbooks = world.signoff.runtime.playbooks as Playbook[];
    const [ours] = playbooks as [Playbook];
    const stages = [{ title: 'All at once', steps: [{ step: blockSignIn }, { step: deleteAccount }] }];
    playbooks.splice(0, 1, { ...ours, stages });
    caseId = await approved(world, { inputs: { endState: 'delete' } });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('is never in “Confirm all”', async () => {
    const { message, action } = await button(world, people.approver, {
      verb: 'confirm',
      caseId,
      step: 'block-sign-in',
    });
    assert.ok(!buttonsOf(message.card).some((one) => (one.data as { step?: string }).step === 'all'));
    const all = { ...action, data: { ...(action.data as object), step: 'all' } };
    assert.equal((await world.teams.tap(people.approver, message.id, all)).kind, 'card');
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.equal((await step(world, caseId, 'delete-account')).state, 'awaiting-confirmation');
    const again = await world.teams.tap(people.approver, message.id, all);
    assert.equal(again.kind, 'message');
    assert.equal((await step(world, caseId, 'delete-account')).state, 'awaiting-confirmation');
  });

  it('asks for a reason, and then for somebody else', async () => {
    const confirm = await button(world, people.approver, destroy());
    const tap = async (person: string, inputs: Record<string, string> = {}) => {
      const { message, action } = person === people.approver ? confirm : await button(world, person, destroy());
      const outcome = await world.teams.tap(person, message.id, action, inputs);
      return 'text' in outcome ? outcome.text : outcome.kind;
    };
    const noReason = '“Delete the account” destroys something: write the reason, then confirm again.';
    assert.equal(await tap(people.approver), noReason);
    assert.equal(await tap(people.approver, { 'reason-delete-account': '   ' }), noReason);
    assert.equal(
      await tap(people.approver, { 'reason-delete-account': 'x'.repeat(501) }),
      'The reason can have 500 characters at most.',
    );
    assert.equal((await step(world, caseId, 'delete-account')).state, 'awaiting-confirmation');

    assert.equal(await tap(people.approver, { 'reason-delete-account': 'She left for good.' }), 'card');
    const first = await stepIs(world, caseId, 'delete-account', 'awaiting-second-approver');
    assert.deepEqual([first.confirmedName, first.reason], ['Arno Lindqvist', 'She left for good.']);
    assert.equal(
      await tap(people.approver, { 'reason-delete-account': 'I am sure.' }),
      'You have already confirmed this. It needs a second approver: somebody else.',
    );
    assert.ok(world.tenant.person('jane'), 'one person is not enough');

    assert.equal(await tap(people.second), 'card');
    await stepIs(world, caseId, 'delete-account', 'proved');
    assert.deepEqual(
      (await journaled(world, caseId, 'confirmed', 'delete-account')).map(({ words }) => words),
      ['Priya Raman agreed as second approver: Delete the account.'],
    );
  });

  it('is not done when the same person taps twice at the same moment', async () => {
    const { message, action } = await button(world, people.approver, destroy());
    const taps = [1, 2, 3].map(() =>
      world.teams.tap(people.approver, message.id, action, { 'reason-delete-account': 'She left.' }),
    );
    const kinds = (await Promise.all(taps)).map(({ kind }) => kind).sort();
    assert.deepEqual(kinds, ['card', 'message', 'message']);
    assert.equal((await step(world, caseId, 'delete-account')).state, 'awaiting-second-approver');
    assert.ok(world.tenant.person('jane'));
  });

  it('can be skipped in between, and then nobody’s confirmation counts any more', async () => {
    await pressed(world, people.approver, destroy(), { reason: 'She left.' });
    const late = await button(world, people.second, destroy());
    await pressed(world, people.approver, { verb: 'skip', caseId, step: 'delete-account' });
    const outcome = await world.teams.tap(people.second, late.message.id, late.action);
    assert.equal('text' in outcome && outcome.text, '“Delete the account” is already settled; nothing was changed.');
    assert.ok(world.tenant.person('jane'));
  });
});

describe('a person with privileged rights', () => {
  it('takes two approvers, and the same one twice does not do', async () => {
    // Signoff may reset administrators here, or it would ask people to do it by hand.
    await using world = await startSimpleWorld({
      change: ({ roleAssignments, signoff }) =>
        void roleAssignments.push({
          id: 'signoff-may-reset-administrators',
          principalId: signoff.servicePrincipalId,
          roleDefinitionId: directoryRole.privilegedAuthenticationAdministrator,
          directoryScopeId: '/',
        }),
    });
    const caseId = await submitted(world, { sentence: 'offboard rafael@contoso.com urgent' });
    const approve = await button(world, people.approver, { verb: 'approve', caseId });
    await pressed(world, people.approver, { verb: 'approve', caseId });
    const again = await world.teams.tap(people.approver, approve.message.id, approve.action);
    assert.equal('text' in again && again.text, 'You have already approved this plan. It needs somebody else now.');
    assert.ok((await steps(world, caseId)).every(({ attempt }) => attempt === 0));
    const [entry] = await journaled(world, caseId, 'approved');
    assert.equal(entry?.words, 'Arno Lindqvist approved the plan; it needs one more approver.');
    await pressed(world, people.second, { verb: 'approve', caseId });
    await stepIs(world, caseId, 'revoke-sessions', 'proved');
    assert.equal((await journaled(world, caseId, 'approved')).length, 2);
  });
});
