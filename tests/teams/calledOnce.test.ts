import assert from 'node:assert/strict';
import { hours } from '../../bot/clock.ts';
import { eventually, idle, jumpingClock, letPass } from '../support/clock.ts';
import {
  approved,
  button,
  caseIs,
  defaults,
  findButton,
  press,
  pressed,
  stepIs,
  submitted,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

/** What calls again takes the place of what stands further up, says so, and comes to nobody whom nothing waits for. */
describe('a card that calls again', () => {
  let world: World;
  const clock = jumpingClock();
  const late = 'sofia@contoso.com';
  beforeEach(async () => {
    world = await startSimpleWorld({ parts: () => ({ clock }), notInTeams: [late] });
    await world.teams.open(people.approver);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const fromBot = async (person: string) => (await world.teams.messages(person)).filter(({ from }) => from.bot);
  async function later(ms: number): Promise<void> {
    await letPass(world, clock, ms);
    await idle(world, clock);
  }
  const since = /^Called again: this has waited since \w+ \d+, \d{4}, \d\d:\d\d UTC\. OFF-1: Jane Miller/;

  it('about a plan says since when it waits, has the buttons alone, and tells how it goes on', async () => {
    const caseId = await submitted(world, { inputs: defaults });
    await idle(world, clock);
    await later(hours(4.1));
    const [first, again] = await fromBot(people.approver);
    assert.equal(first?.text, 'OFF-1: called again further down.');
    assert.match(again?.summary ?? '', since);
    const approve = findButton(again!, { verb: 'approve', caseId });
    assert.ok(approve);
    assert.equal((await press(world, people.approver, approve)).kind, 'card');
    await button(world, people.approver, { verb: 'confirm', caseId });
    await idle(world, clock);
    const shown = (await fromBot(people.approver)).find(({ id }) => id === again?.id);
    assert.match(shown?.summary ?? '', /^OFF-1: Jane Miller leaves\./);
  });

  it('about a stage leaves one card with buttons, also where a step of it fails afterwards', async () => {
    const caseId = await approved(world);
    await button(world, people.approver, { verb: 'confirm', caseId });
    await idle(world, clock);
    await later(hours(4.1));
    const withButtons = async () =>
      (await fromBot(people.approver)).filter((one) => findButton(one, { verb: 'confirm', caseId }) !== undefined);
    const [again, ...more] = await withButtons();
    assert.deepEqual(more, []);
    assert.match(again?.summary ?? '', since);
    // Whatever fails in the second of a call was on its card.
    await later(2000);
    world.tenant.setFaults({ kinds: ['refuse'], match: 'DELETE /users/.*/authentication/' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-sign-in-methods' });
    await stepIs(world, caseId, 'remove-sign-in-methods', 'failed');
    const failed = await eventually('the failure is a message of its own', async () => {
      const all = await withButtons();
      return all.length === 1 && Number(all[0]?.id) > Number(again?.id) && all[0];
    });
    assert.ok(findButton(failed, { verb: 'retry', caseId }), 'beside what is still to be confirmed');
  });

  it('does not come to whoever has approved already, while another is waited for', async () => {
    await world.teams.open(people.second);
    const caseId = await submitted(world, { sentence: 'offboard rafael@contoso.com' });
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await idle(world, clock);
    const before = (await fromBot(people.approver)).length;
    const second = (await fromBot(people.second)).length;
    await later(hours(4.1));
    assert.equal((await fromBot(people.second)).length, second + 1);
    assert.equal((await fromBot(people.approver)).length, before);
  });

  it('is not sent any more once it is decided: whoever can be reached only then hears nothing of it', async () => {
    const caseId = await submitted(world, { inputs: defaults });
    await idle(world, clock);
    await later(hours(4.1));
    await pressed(world, people.approver, { verb: 'reject', caseId }, { reason: 'Not yet.' });
    await caseIs(world, caseId, 'rejected');
    await world.teams.open(late);
    await idle(world, clock);
    assert.deepEqual(
      (await fromBot(late)).map(({ text, summary }) => text ?? summary),
      [],
    );
  });
});
