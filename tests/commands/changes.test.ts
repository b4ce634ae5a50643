import assert from 'node:assert/strict';
import { fits, largestCardBytes } from '../../bot/cards/card.ts';
import type { ActionExecute, SeatMessage } from '../../infra/local/teams/server.ts';
import { textsIn } from '../awkward/texts.ts';
import {
  asked,
  button,
  buttonsOf,
  canceled,
  confirmUntil,
  findButton,
  press,
  pressed,
  step,
  stepIs,
  submitted,
} from '../support/journey.ts';
import { itTeam, people, startWorld, type World } from '../support/signoff.ts';

const groups = 'remove-group-memberships';
const linesOn = (card: unknown): string[] => textsIn(card as never).map(({ text }) => text);
const paging = (card: unknown, title: string): ActionExecute | undefined =>
  buttonsOf(card).find((one) => one.verb === 'changes' && one.title === title);

/** Taps a button that tells more, and reads on to the last page. */
async function readAll(world: World, person: string, message: SeatMessage, action: ActionExecute): Promise<string[]> {
  const before = new Set((await world.teams.messages(person)).map(({ id }) => id));
  await world.teams.tap(person, message.id, action, {});
  const isNew = ({ id, card }: SeatMessage) => !before.has(id) && card !== null;
  let { id, card } = await world.teams.waitFor(person, isNew);
  const all: string[] = [];
  for (;;) {
    assert.ok(fits({ content: card as Record<string, unknown>, summary: '' }, largestCardBytes));
    all.push(...linesOn(card));
    const next = paging(card, 'Next');
    if (next === undefined) return all;
    const outcome = await world.teams.tap(person, id, next, {});
    assert.ok(outcome.kind === 'card', 'the list goes on in its own place');
    card = outcome.card as never;
  }
}

async function assertReadable(
  world: World,
  caseId: number,
  person: string,
  verb: string,
  about?: string,
): Promise<void> {
  const { message } = await button(world, person, { verb, caseId, ...(about && { step: about }) });
  const more = findButton(message, { verb: 'changes', step: groups });
  assert.ok(more, 'a button shows what there is no room for');
  const all = await readAll(world, person, message, more.action);
  const { found, plan } = await step(world, caseId, groups);
  const { changes } = found ?? plan;
  assert.ok(changes.length > 100);
  assert.deepEqual(
    changes.map(({ says }) => says).filter((says) => !all.includes(says)),
    [],
  );
}

describe('Changes that a card has no room for', () => {
  it('can all be read before one asks, approves and confirms, and in the report', async () => {
    await using world = await startWorld();
    const caseId = await submitted(world, { sentence: 'offboard mei-ling@contoso.com' });
    await assertReadable(world, caseId, people.approver, 'approve');
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await confirmUntil(world, caseId, groups);
    await assertReadable(world, caseId, people.approver, 'confirm', groups);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: groups });
    await stepIs(world, caseId, groups, 'proved');
    await canceled(world, people.helpdesk, caseId);
    const { message, action } = await button(world, people.helpdesk, { verb: 'changes', caseId });
    assert.equal(action.title, 'Show every change');
    const before = await readAll(world, people.helpdesk, message, action);
    assert.ok(before.length > 0);
  });

  it('can be read whole with the longest names, and marks of Markdown in them', async () => {
    await using world = await startWorld({
      change(data) {
        for (const group of data.groups) group.displayName = `${group.displayName} ${'漢字'.repeat(105)}*_a_*`;
      },
    });
    const caseId = await asked(world, 'offboard mei-ling@contoso.com');
    await assertReadable(world, caseId, people.helpdesk, 'submit');
  });

  it('are shown in a channel to whoever taps alone, in the place of the card, and back', async () => {
    await using world = await startWorld({ team: itTeam });
    await world.teams.open(people.admin, 'channel');
    await world.teams.say(people.admin, '@Signoff approvals here', { conversation: 'channel' });
    await world.teams.open(people.approver, 'channel');
    await world.teams.say(people.helpdesk, 'offboard mei-ling@contoso.com');
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
    await press(world, people.helpdesk, submit, { successor: '', autoReply: '', endState: 'keep' });
    const isPlan = (one: SeatMessage) => findButton(one, { verb: 'changes', step: groups }) !== undefined;
    const plan = await world.teams.waitFor(people.approver, isPlan, undefined, 'channel');
    const more = findButton(plan, { verb: 'changes', step: groups })?.action as ActionExecute;
    const list = await world.teams.tap(people.approver, plan.id, more, {}, 'channel');
    assert.ok(list.kind === 'card' && paging(list.card, 'Next'));
    const second = await world.teams.tap(
      people.approver,
      plan.id,
      paging(list.card, 'Next') as ActionExecute,
      {},
      'channel',
    );
    assert.ok(second.kind === 'card' && paging(second.card, 'Previous'));
    const back = buttonsOf(second.card).find(({ title }) => title === 'Back') as ActionExecute;
    const whole = await world.teams.tap(people.approver, plan.id, back, {}, 'channel');
    assert.ok(whole.kind === 'card' && buttonsOf(whole.card).some(({ verb }) => verb === 'approve'));
    const others = await world.teams.messages(people.admin, 'channel');
    assert.ok(others.some(isPlan), 'the others still see the plan');
  });

  it('are shown to nobody whose part it is not', async () => {
    await using world = await startWorld();
    const caseId = await asked(world, 'offboard mei-ling@contoso.com');
    const { message } = await button(world, people.helpdesk, { verb: 'submit', caseId });
    const { action } = findButton(message, { verb: 'changes', step: groups }) ?? assert.fail('no button');
    await world.teams.open(people.outsider);
    const hello = await world.ask(people.outsider, 'hello');
    const outcome = await world.teams.tap(people.outsider, hello.id, action, {});
    assert.equal(outcome.kind, 'message');
    assert.doesNotMatch(JSON.stringify(outcome), /Leave|Mei-Ling/);
  });
});
