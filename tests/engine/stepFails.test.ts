import assert from 'node:assert/strict';
import {
  approved,
  button,
  caseIs,
  confirmUntil,
  journaled,
  press,
  pressed,
  refused,
  step,
  stepIs,
  steps,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

const lacking =
  'Microsoft 365 refused: “Insufficient privileges to complete the operation.” Ask your Signoff admin to check the app’s permissions and directory role.';

describe('a step that fails', () => {
  let world: World;
  let caseId: number;
  const give = (permission: string) => world.tenant.data.app.permissions.push(permission);
  const take = (permission: string) => {
    const { app } = world.tenant.data;
    app.permissions = app.permissions.filter((one) => one !== permission);
  };
  beforeEach(async () => {
    // A token is asked for at each call, so that a right that is taken away counts at once.
    world = await startSimpleWorld({
      parts: (tenant) => ({
        credential: {
          getToken: async (scope) => ({
            token: await tenant.token(String(scope)),
            expiresOnTimestamp: Date.now() + 1000,
          }),
        },
      }),
    });
    caseId = await approved(world);
    take('User.EnableDisableAccount.All');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'failed');
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('says what Microsoft 365 said, its request id, and what to do', async () => {
    const failed = await step(world, caseId, 'block-sign-in');
    assert.equal(failed.words, lacking);
    assert.match(failed.requestId ?? '', /^[0-9a-f-]{36}$/);
    const { message } = await button(world, people.approver, { verb: 'retry', caseId, step: 'block-sign-in' });
    const card = JSON.stringify(message.card);
    assert.ok(card.includes('Insufficient privileges'));
    assert.ok(card.includes(failed.requestId ?? 'no id'));
    assert.deepEqual(await journaled(world, caseId, 'step-proved'), []);
    assert.notEqual(world.tenant.person('jane').accountEnabled, false);
  });

  it('is done when it is retried by button, though the permission was away in between', async () => {
    const retry = { verb: 'retry', caseId, step: 'block-sign-in' };
    await pressed(world, people.approver, retry);
    await stepIs(world, caseId, 'block-sign-in', 'queued', 'running', 'failed');
    await stepIs(world, caseId, 'block-sign-in', 'failed');
    give('User.EnableDisableAccount.All');
    await pressed(world, people.helpdesk, retry);
    const done = await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.equal(done.requestId, null);
    assert.ok(done.attempt >= 3);
    assert.equal((await journaled(world, caseId, 'step-proved', 'block-sign-in')).length, 1);
  });

  it('is done when it is retried by word', async () => {
    give('User.EnableDisableAccount.All');
    const answer = await world.ask(people.helpdesk, `retry OFF-${caseId}`);
    assert.equal(answer.text, `OFF-${caseId}: the failed steps are tried again.`);
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    const again = await world.ask(people.helpdesk, `retry OFF-${caseId}`);
    assert.equal(again.text, `No step of OFF-${caseId} has failed; there is nothing to retry.`);
  });

  it('is left out when it is skipped, the rest goes on, and the report says so', async () => {
    const skip = await button(world, people.approver, { verb: 'skip', caseId, step: 'block-sign-in' });
    await press(world, people.approver, skip);
    const skipped = await stepIs(world, caseId, 'block-sign-in', 'skipped');
    assert.match(skipped.words ?? '', /^Skipped by Arno Lindqvist after it had failed: Microsoft 365 .*permission/);
    await refused(
      press(world, people.second, { ...skip, message: await sameCard() }),
      '“Block sign-in” is already settled; nothing was changed.',
    );
    await confirmUntil(world, caseId, 'remove-licenses');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-licenses' });
    await caseIs(world, caseId, 'finished');
    assert.ok((await steps(world, caseId)).filter(({ state }) => state === 'proved').length >= 5);
    const report = await world.card(people.helpdesk, 'is offboarded', 'Proof');
    assert.match(
      JSON.stringify(report.card),
      /Still open.*Block sign-in \(begun, not proved\): .*Skipped by Arno Lindqvist after/,
    );
  });

  it('keeps the stage open until somebody decides about it', async () => {
    for (const one of ['reset-password', 'remove-sign-in-methods', 'revoke-sessions']) {
      await pressed(world, people.approver, { verb: 'confirm', caseId, step: one });
      await stepIs(world, caseId, one, 'proved');
    }
    assert.equal((await caseIs(world, caseId, 'running')).stage, 0);
    await refused(
      press(world, people.outsider, {
        ...(await button(world, people.approver, { verb: 'skip', caseId })),
        message: await help(),
      }),
      /^This card is not one that Signoff posted here/,
    );
    await pressed(world, people.approver, { verb: 'skip', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'remove-group-memberships', 'awaiting-confirmation');
  });

  const sameCard = () =>
    world.teams.waitFor(people.second, ({ card }) => JSON.stringify(card ?? '').includes('stage 1 of 5'));
  const help = () => world.ask(people.outsider, 'help');
});
