import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  asked,
  type Button,
  button,
  caseRow,
  defaults,
  entries,
  press,
  refused,
  submitAs,
  writes,
} from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

const notOurs = 'This card is not one that Signoff posted here. Type “cases” to see the open cases.';
const noButton = 'This button is not one that Signoff can use. Type “help” to see what can be said.';
const noCase = 'This button is not one that Signoff can use. Type “cases” to see the open cases.';

describe('a card whose data was made up', () => {
  let world: World;
  let jane: number;
  let luca: number;
  let approve: Button;
  before(async () => {
    world = await startWorld();
    jane = await asked(world);
    await submitAs(world, jane, { ...defaults, successor: 'tess@contoso.com' });
    approve = await button(world, people.approver, { verb: 'approve', caseId: jane });
    luca = await asked(world, 'offboard luca@contoso.com');
    await submitAs(world, luca, defaults);
    await button(world, people.approver, { verb: 'approve', caseId: luca });
    await world.ask(people.outsider, 'help');
  });
  after(() => world[Symbol.asyncDispose]());

  /** The tap as it would be, with something else in it. */
  const forged = (change: Record<string, unknown>, verb = 'approve'): Button => ({
    message: approve.message,
    action: { ...approve.action, verb, data: { ...(approve.action.data as object), ...change } },
  });
  let entriesBefore: number;
  beforeEach(async () => {
    entriesBefore = (await entries(world, jane)).length + (await entries(world, luca)).length;
  });
  afterEach(async () => {
    assert.equal(
      (await entries(world, jane)).length + (await entries(world, luca)).length,
      entriesBefore,
      'nothing happened',
    );
    for (const caseId of [jane, luca]) assert.equal((await caseRow(world, caseId)).state, 'awaiting-approval');
    assert.deepEqual(writes(world), []);
  });

  it('is not believed about who taps', async () => {
    const arno = { id: world.tenant.person('arno').id, name: 'Arno Lindqvist' };
    const claims = { actor: arno, actorId: arno.id, from: { aadObjectId: arno.id }, aadObjectId: arno.id };
    // Hana asked for it, so she may not approve, whatever the card says of her.
    const own = await world.teams.waitFor(people.helpdesk, ({ card }) =>
      JSON.stringify(card ?? '').includes(`OFF-${jane}`),
    );
    await refused(
      press(world, people.helpdesk, { ...forged(claims), message: own }),
      'Only approvers can approve this plan. Ask your Signoff admin if that should be you.',
    );
  });

  it('is refused when it names another case than its message', async () => {
    await refused(press(world, people.approver, forged({ case: luca })), notOurs);
    await refused(press(world, people.approver, forged({ case: 999 })), notOurs);
  });

  it('is refused when it is another plan than the one on the message', async () => {
    const { version: now } = await caseRow(world, jane);
    for (const version of [0, now - 1, now + 1, 99])
      await refused(press(world, people.approver, forged({ version })), /^OFF-1 has moved on/);
  });

  it('is refused on a message that is not about a case', async () => {
    const help = await world.ask(people.approver, 'help');
    await refused(press(world, people.approver, { ...approve, message: help }), notOurs);
  });

  it('is refused on somebody else’s message, whoever copies it', async () => {
    const mine = await world.ask(people.outsider, 'help');
    await refused(press(world, people.outsider, { ...approve, message: mine }), notOurs);
    // The id of the approver's message, sent from the chat of another.
    const stolen = await fetchTap(people.outsider, approve.message.id, approve.action);
    assert.equal(stolen, notOurs);
    assert.equal(await fetchTap(people.second, approve.message.id, approve.action), notOurs, 'an approver, too');
  });

  it('is refused when the message is not named at all', async () => {
    assert.equal(await fetchTap(people.approver, undefined, approve.action), notOurs);
  });

  for (const verb of ['', 'drop', 'toString', '__proto__', 'constructor', 'Approve', 'x'.repeat(100)]) {
    it(`is refused when its verb is “${verb.slice(0, 20)}”`, async () => {
      await refused(press(world, people.approver, forged({}, verb)), noButton);
    });
  }

  const wrong: [string, Record<string, unknown>, string][] = [
    ['a text for a number', { case: 'one' }, notOurs],
    ['a list for a number', { case: [1, 2] }, notOurs],
    ['nothing for a case', { case: null }, notOurs],
    ['a negative case', { case: -1 }, notOurs],
    ['half a case', { case: 1.5 }, notOurs],
    ['a text for a version', { version: 'two' }, noCase],
    ['an object for a version', { version: {} }, noCase],
    ['no version', { version: undefined }, noCase],
  ];
  for (const [title, change, sentence] of wrong) {
    it(`is refused with ${title}`, async () => {
      await refused(press(world, people.approver, forged(change)), sentence);
    });
  }

  it('is refused without any case', async () => {
    await refused(press(world, people.approver, forged({ case: undefined })), noCase);
  });

  it('is refused when the action is not one, and Teams is told so in a way that it shows', async () => {
    for (const action of [
      undefined,
      null,
      'approve',
      [],
      { type: 'Action.Submit', verb: 'approve' },
      { type: 'Action.Execute', verb: 5 },
    ]) {
      assert.equal(await fetchTap(people.approver, approve.message.id, action), noButton);
    }
  });

  it('is refused for an invoke of another kind', async () => {
    assert.equal(
      await fetchTap(people.approver, approve.message.id, approve.action, 'task/fetch'),
      'Signoff does not know this button.',
    );
  });

  /** A tap as Teams would deliver it, but with whatever a person could have put into it. */
  async function fetchTap(
    person: string,
    replyToId: string | undefined,
    action: unknown,
    name = 'adaptiveCard/action',
  ) {
    const sent = world.teams
      .requests()
      .findLast(
        ({ from, path, body }) =>
          from === 'teams' &&
          path === '/api/messages' &&
          (body as { from?: { aadObjectId?: string } }).from?.aadObjectId === world.tenant.person(person).id,
      )?.body as Record<string, unknown>;
    const activity = {
      ...sent,
      id: randomUUID(),
      type: 'invoke',
      name,
      replyToId,
      text: undefined,
      value: { action, trigger: 'manual' },
    };
    const response = await fetch(`http://127.0.0.1:${world.signoff.port}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await world.teamsToken()}` },
      body: JSON.stringify(activity),
    });
    assert.equal(response.status, 200, 'Teams shows nothing of any other status');
    const body = (await response.json()) as { statusCode: number; type: string; value: string };
    assert.equal(body.statusCode, 200, 'Teams may show no more of an error than that something went wrong');
    assert.equal(body.type, 'application/vnd.microsoft.activity.message');
    return body.value;
  }
});
