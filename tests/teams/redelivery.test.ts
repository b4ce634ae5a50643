import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { deliver, lastDelivered } from '../support/delivery.ts';
import { asked, button, caseIs, caseRow, defaults, entries, submitAs } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('what Teams delivers again', () => {
  let world: World;
  beforeEach(async () => {
    world = await startSimpleWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const cases = async () => (await world.signoff.runtime.db.selectFrom('cases').selectAll().execute()).length;
  const answers = async () => (await world.teams.messages(people.helpdesk)).filter(({ from }) => from.bot).length;

  it('is answered once, though both arrive at the same time', async () => {
    await world.teams.open(people.helpdesk);
    await world.ask(people.helpdesk, 'help');
    const before = await answers();
    const again = { ...lastDelivered(world, people.helpdesk, 'message'), id: randomUUID() };
    const both = await Promise.all([deliver(world, again), deliver(world, again), deliver(world, again)]);
    assert.deepEqual(
      both.map(({ status }) => status),
      [200, 200, 200],
    );
    assert.equal(await answers(), before + 1);
  });

  it('opens no second case, though the first is over by then, also after a restart', async () => {
    const caseId = await asked(world);
    const sentence = lastDelivered(world, people.helpdesk, 'message');
    await world.ask(people.helpdesk, `cancel OFF-${caseId}`);
    await caseIs(world, caseId, 'canceled');
    assert.deepEqual(await deliver(world, sentence), { status: 200, text: '' });
    await world.restart();
    assert.deepEqual(await deliver(world, sentence), { status: 200, text: '' });
    assert.equal(await cases(), 1);
    await deliver(world, { ...sentence, id: randomUUID() });
    assert.equal(await cases(), 2, 'the same words said anew are something new');
  });

  it('changes nothing by a tap that was served, and says so', async () => {
    const caseId = await asked(world);
    await submitAs(world, caseId, defaults);
    await button(world, people.approver, { verb: 'approve', caseId });
    const tap = lastDelivered(world, people.helpdesk, 'invoke');
    const before = (await entries(world, caseId)).length;
    const { status, text } = await deliver(world, tap);
    assert.equal(status, 200);
    assert.match(text, /Signoff has had this tap already; nothing was done twice\./);
    assert.equal((await entries(world, caseId)).length, before);
    assert.equal((await caseRow(world, caseId)).state, 'awaiting-approval');
  });

  it('is carried out when the first time was broken off', async () => {
    await world.ask(people.helpdesk, 'help');
    world.teams.faults({ kind: '412', count: 1 });
    const before = await answers();
    const said = await world.teams.say(people.helpdesk, 'cases');
    assert.equal(said.status, 500, 'Teams learns that it was not answered');
    assert.equal((await deliver(world, lastDelivered(world, people.helpdesk, 'message'))).status, 200);
    assert.equal(await answers(), before + 1);
  });

  it('is something else in another conversation', async () => {
    await world.ask(people.helpdesk, 'help');
    const { id } = lastDelivered(world, people.helpdesk, 'message');
    await world.ask(people.approver, 'help');
    const before = (await world.teams.messages(people.approver)).length;
    await deliver(world, { ...lastDelivered(world, people.approver, 'message'), id });
    assert.equal((await world.teams.messages(people.approver)).length, before + 1);
  });

  it('is remembered for a day, and forgotten then', async () => {
    const { db } = world.signoff.runtime;
    await world.ask(people.helpdesk, 'help');
    await db
      .updateTable('servedActivities')
      .set({ at: new Date(Date.now() - 25 * 3_600_000).toISOString() })
      .execute();
    await world.ask(people.helpdesk, 'cases');
    assert.equal((await db.selectFrom('servedActivities').selectAll().execute()).length, 1);
  });
});
