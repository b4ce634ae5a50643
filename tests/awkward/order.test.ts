import assert from 'node:assert/strict';
import { handsOf } from '../../infra/chaos/hands.ts';
import type { TenantData } from '../../infra/local/tenant/seedSchema.ts';
import type { Exchange } from '../../infra/local/tenant/server.ts';
import type { World } from '../support/signoff.ts';
import type { Row } from './cards.ts';
import { type Offboarded, offboard, startPromptWorld } from './offboard.ts';
import { assertHonest } from './report.ts';

/** `DELETE /groups/…` or `Set-Mailbox {…}`: every change that was made, oldest first. */
function changes({ tenant }: World): string[] {
  return tenant.exchanges
    .filter(({ method, status }) => method !== 'GET' && status >= 200 && status < 300)
    .map(inWords);
}

function inWords({ method, path, requestBody }: Exchange): string {
  if (!path.endsWith('/InvokeCommand')) return `${method} ${path.replace('/v1.0', '')}`;
  const { CmdletInput: call } = requestBody as { CmdletInput: { CmdletName: string; Parameters: object } };
  return `${call.CmdletName} ${JSON.stringify(call.Parameters)}`;
}

/** Each of these was done, and all of one kind before any of the next. */
function assertInOrder(done: string[], ...kinds: RegExp[]): void {
  let last = -1;
  for (const kind of kinds) {
    const places = done.flatMap((call, index) => (kind.test(call) ? [index] : []));
    assert.ok(places.length > 0, `nothing was done like ${kind}`);
    assert.ok(Math.min(...places) > last, `${kind} came too early in\n${done.join('\n')}`);
    last = Math.max(...places);
  }
}

const idOf = (data: TenantData, name: string): string =>
  data.users.find(({ userPrincipalName }) => userPrincipalName === `${name}@contoso.com`)?.id ?? '';
const groupOf = (data: TenantData, name: string): string =>
  data.groups.find(({ displayName }) => displayName === name)?.id ?? '';
const planned = (one: Offboarded, step: string): Row | undefined => one.planned.find(({ stepId }) => stepId === step);

describe('the order of an offboarding', () => {
  it('takes what is needed later last: owners, sign-in methods, the hold, sessions', async () => {
    await using world = await startPromptWorld();
    const one = await offboard(world, { who: 'jane', inputs: { hold: 'true' } });
    assertHonest(one);
    const done = changes(world);
    const { before, person } = one;
    const deals = groupOf(before, 'EMEA Key Deals');
    assertInOrder(done, new RegExp(`POST /groups/${deals}/owners/`), new RegExp(`DELETE /groups/${deals}/owners/`));
    assertInOrder(done, new RegExp(`DELETE /groups/${deals}/owners/`), new RegExp(`DELETE /groups/${deals}/members/`));
    assertInOrder(done, /DELETE .*\/(?:phone|fido2)Methods\//, /DELETE .*\/microsoftAuthenticatorMethods\//);
    assertInOrder(done, new RegExp(`PATCH /users/${person.id}$`), /\/revokeSignInSessions$/);
    assertInOrder(done, /LitigationHoldEnabled/, /DELETE .*\/messageRules\//);
    assertInOrder(done, /LitigationHoldEnabled/, /"ForwardingSmtpAddress":null/);
    assertInOrder(done, /\/cancel$/, /"Type":"Shared"/, /Add-MailboxPermission/);
  });

  it('takes roles away before it blocks, and license groups after everything else', async () => {
    await using world = await startPromptWorld();
    const one = await offboard(world, { who: 'anders' });
    const roles = /roleAssignments\/|roleEligibilityScheduleRequests$/;
    for (const later of [new RegExp(`PATCH /users/${one.person.id}$`), /DELETE .*\/microsoftAuthenticatorMethods\//])
      assertInOrder(changes(world), roles, later);
    const e5 = groupOf(one.before, 'E5 Users');
    const done = changes(world);
    assertInOrder(done, /"Type":"Shared"/, /assignLicense/);
    const others = new RegExp(`/groups/(?!${e5})[^/]+/|(?:Set|Add)-`);
    assertInOrder(done, others, new RegExp(`DELETE /groups/${e5}/members/`));
  });

  for (const [endState, done, not] of [
    ['delete', 'delete-account', 'convert-mailbox'],
    ['inactive', 'delete-account', 'convert-mailbox'],
    ['shared', 'convert-mailbox', 'delete-account'],
    ['keep', 'block-sign-in', 'convert-mailbox'],
  ] as const) {
    it(`asks nobody for what does not go with the end state ${endState}`, async () => {
      await using world = await startPromptWorld();
      const one = await offboard(world, { who: 'keisha', inputs: { endState } });
      assertHonest(one);
      assert.equal(planned(one, done)?.lines.length, 1);
      assert.deepEqual([planned(one, not)?.mark, planned(one, not)?.lines], ['–', []]);
      assert.equal(idOf(one.after, 'keisha') === '', endState === 'delete' || endState === 'inactive');
    });
  }
});

describe('licenses of a mailbox that is to be shared', () => {
  const notShared =
    'The mailbox is not shared yet, and would be lost with its license. Convert it and retry, or skip this step.';

  it('stay when the conversion is skipped, with a clear sentence, and so does the mailbox', async () => {
    await using world = await startPromptWorld();
    const said: string[] = [];
    const one = await offboard(world, {
      who: 'jane',
      skip: ['convert-mailbox'],
      skipFailed: ['remove-licenses'],
      onStage: (_stage, rows) => {
        for (const { stepId, state, notes } of rows)
          if (stepId === 'remove-licenses' && state === 'failed') said.push(...notes);
      },
    });
    assert.deepEqual([...new Set(said)], [notShared]);
    assertHonest(one);
    assert.deepEqual(
      one.reported
        .filter(({ section, state }) => section === 'Proof' && state === 'skipped')
        .map(({ stepId }) => stepId),
      ['convert-mailbox', 'remove-licenses'],
    );
    assert.equal(changes(world).filter((call) => call.includes('assignLicense')).length, 0);
  });

  it('go once an administrator has converted it, and the step is tried again', async () => {
    await using world = await startPromptWorld();
    const one = await offboard(world, {
      who: 'jane',
      skip: ['convert-mailbox'],
      retry: { 'remove-licenses': handsOf('luca@contoso.com', () => new Date())['convert-mailbox']! },
    });
    assertHonest(one);
    assert.equal(
      one.reported.find(({ stepId, section }) => stepId === 'remove-licenses' && section === 'Proof')?.state,
      'proved',
    );
  });
});
