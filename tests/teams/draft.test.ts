import assert from 'node:assert/strict';
import { hours } from '../../bot/clock.ts';
import { idle, jumpingClock, letPass } from '../support/clock.ts';
import { asked, button, caseIs, caseRow, defaults, findButton, press } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

/** Whoever asked is the one who is waited for, as long as the plan is a draft. */
describe('a draft', () => {
  let world: World;
  const clock = jumpingClock();
  beforeEach(async () => {
    world = await startSimpleWorld({ parts: () => ({ clock }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const fromBot = async () => (await world.teams.messages(people.helpdesk)).filter(({ from }) => from.bot);
  const plans = async (caseId: number) =>
    (await fromBot()).filter((one) => findButton(one, { verb: 'submit', caseId }) !== undefined);
  async function later(ms: number): Promise<void> {
    await letPass(world, clock, ms);
    await idle(world, clock);
  }

  it('that came back from the asking calls its requester by a new message, and is asked for there', async () => {
    const caseId = await asked(world);
    const { message, action } = await button(world, people.helpdesk, { verb: 'submit', caseId });
    await world.teams.tap(people.helpdesk, message.id, action, defaults);
    await caseIs(world, caseId, 'draft');
    await idle(world, clock);
    const [plan, ...more] = await plans(caseId);
    assert.ok(plan && Number(plan.id) > Number(message.id), 'a new message, which rings');
    assert.deepEqual(more, [], 'the older one has no buttons any more');
    assert.match(plan.summary ?? '', /^OFF-1: Jane Miller leaves\. With these choices more is destroyed or lost/);
    await press(world, people.helpdesk, findButton(plan, { verb: 'submit' })!, defaults);
    await caseIs(world, caseId, 'awaiting-approval');
    await idle(world, clock);
    const last = (await fromBot()).at(-1)!;
    assert.equal(last.id, plan.id);
    assert.ok(findButton(last, { verb: 'withdraw', caseId }), 'it goes on where it was tapped');
  });

  for (const [sentence, moments] of [
    ['offboard jane@contoso.com', [4.1, 16]],
    ['offboard jane@contoso.com urgent', [1.1, 3, 16]],
  ] as const)
    it(`calls its requester once more while it lies, before it expires: ${sentence}`, async () => {
      const caseId = await asked(world, sentence);
      await idle(world, clock);
      for (const after of moments) {
        const [before] = await plans(caseId);
        await later(hours(after));
        const [plan, ...more] = await plans(caseId);
        assert.ok(before && plan && Number(plan.id) > Number(before.id), `after ${after} hours more`);
        assert.deepEqual(more, []);
      }
      assert.equal((await caseRow(world, caseId)).state, 'draft');
      await later(hours(4.1));
      await caseIs(world, caseId, 'expired');
    });

  it('is shown anew at the end of the chat, where it was called for last', async () => {
    const caseId = await asked(world);
    await idle(world, clock);
    await later(hours(4.1));
    const [called] = await plans(caseId);
    const status = await world.ask(people.helpdesk, `status OFF-${caseId}`);
    const open = findButton(status, { verb: 'open', caseId });
    assert.ok(open && called);
    await press(world, people.helpdesk, open);
    await idle(world, clock);
    const all = await plans(caseId);
    assert.equal(all.length, 1);
    assert.ok(Number(all[0]!.id) > Number(status.id));
  });
});
