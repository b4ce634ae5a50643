import assert from 'node:assert/strict';
import { hours } from '../../bot/clock.ts';
import type { Exchange } from '../../infra/local/tenant/server.ts';
import { idle, jumpingClock, letPass } from '../support/clock.ts';
import {
  approved,
  asked,
  button,
  calls,
  canceled,
  caseRow,
  entries,
  press,
  pressed,
  refused,
  step,
  stepIs,
  writes,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('a case that is canceled while it runs', () => {
  const clock = jumpingClock();
  let onCall: (exchange: Exchange) => void;
  let world: World;
  beforeEach(async () => {
    onCall = () => undefined;
    world = await startSimpleWorld({ parts: () => ({ clock }), onExchange: (exchange) => onCall(exchange) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('starts nothing more, and says what was done before', async () => {
    const caseId = await approved(world);
    const confirm = await button(world, people.approver, { verb: 'confirm', caseId, step: 'reset-password' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    await canceled(world, people.helpdesk, caseId);
    await refused(press(world, people.approver, confirm), /^OFF-1 has moved on/);
    await idle(world, clock);
    assert.equal(writes(world).length, 1);
    const report = await world.teams.waitFor(people.helpdesk, ({ card }) =>
      JSON.stringify(card ?? '').includes('was stopped'),
    );
    assert.match(
      JSON.stringify(report.card),
      /1 step proved; 5 not done\. Canceled by Hana Okafor: “The wrong person\.”/,
    );
    assert.equal(
      (await entries(world, caseId)).at(-1)?.words,
      'Hana Okafor canceled the case: “The wrong person.” What was done before stays done.',
    );
    assert.equal(
      await asked(world, 'offboard again jane@contoso.com'),
      caseId + 1,
      'the person can be offboarded anew',
    );
  });

  it('makes no change of a step that had only looked so far', async () => {
    const caseId = await approved(world);
    await world.ask(people.helpdesk, 'status OFF-1');
    const looks = `/users/${world.tenant.person('jane').id}?$select=accountEnabled`;
    const confirm = await button(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    const seen = world.tenant.exchanges.length;
    // While the step reads what is there, the requester changes their mind: that answer takes its time.
    onCall = ({ method, path }) => {
      if (method === 'POST' && path.includes('checkMemberGroups')) world.tenant.setLatency({ ms: 1500 });
      if (method === 'GET' && path.includes(looks)) world.tenant.setLatency({ ms: 0 });
    };
    await press(world, people.approver, confirm);
    await stepIs(world, caseId, 'block-sign-in', 'running');
    await canceled(world, people.helpdesk, caseId);
    assert.equal((await caseRow(world, caseId)).state, 'canceled');
    assert.ok(!world.tenant.exchanges.slice(seen).some(({ path }) => path.includes(looks)), 'it still looks');
    await idle(world, clock);
    assert.equal(calls(world, 'PATCH', /users/).length, 0);
    assert.notEqual(world.tenant.person('jane').accountEnabled, false);
    assert.notEqual((await step(world, caseId, 'block-sign-in')).state, 'proved');
  });

  it('does not come back to a step that waited for Microsoft 365', async () => {
    const caseId = await approved(world);
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 3600, match: 'PATCH /users/' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await idle(world, clock);
    assert.equal((await step(world, caseId, 'block-sign-in')).state, 'queued');
    await canceled(world, people.helpdesk, caseId);
    world.tenant.clearFaults();
    await letPass(world, clock, hours(2));
    await idle(world, clock);
    assert.equal(calls(world, 'PATCH', /users/).length, 1);
    assert.notEqual(world.tenant.person('jane').accountEnabled, false);
  });

  it('still proves and records a change that was already on its way', async () => {
    const caseId = await approved(world);
    world.tenant.setFaults({ staleMs: 400 });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'verifying');
    await canceled(world, people.helpdesk, caseId);
    await stepIs(world, caseId, 'block-sign-in', 'proved');
  });

  it('says in the report what was begun and is not proved', async () => {
    const caseId = await approved(world);
    world.tenant.setFaults({ staleMs: 60_000 });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'verifying');
    await canceled(world, people.helpdesk, caseId);
    const report = await world.card(people.helpdesk, 'was stopped', '0 steps proved; 1 begun and not proved');
    assert.match(JSON.stringify(report.card), /Block sign-in \(begun, not proved\): .*Signoff still looks/);
  });

  it('says in the report what was begun and waited for Microsoft 365, and promises no next try', async () => {
    const caseId = await approved(world);
    world.tenant.setFaults({ kinds: ['throttle'], retryAfterSeconds: 3600, match: 'PATCH /users/' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await idle(world, clock);
    await canceled(world, people.helpdesk, caseId);
    const { card } = await world.card(people.helpdesk, 'was stopped');
    const words = JSON.stringify(card);
    assert.match(
      words,
      /Block sign-in \(begun, not proved\): .*the case ended before it was proved: look in Microsoft 365 what of it was done/,
    );
    assert.doesNotMatch(words, /tried again|Next try/i);
    const status = JSON.stringify((await world.ask(people.helpdesk, 'status OFF-1')).card);
    assert.match(status, /begun, not proved/);
    assert.doesNotMatch(status, /waits for an approver/);
  });
});
