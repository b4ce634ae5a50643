import assert from 'node:assert/strict';
import { idle, jumpingClock } from '../support/clock.ts';
import {
  approved,
  asked,
  button,
  buttonsOf,
  caseIs,
  caseRow,
  entries,
  findButton,
  journaled,
  press,
  pressed,
  refused,
  stepIs,
  steps,
} from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('a case that somebody wants to cancel', () => {
  const clock = jumpingClock();
  let world: World;
  beforeEach(async () => {
    world = await startSimpleWorld({ parts: () => ({ clock }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const heard = async (person: string) => (await world.teams.messages(person)).filter(({ from }) => from.bot);

  async function blocked(): Promise<number> {
    const caseId = await approved(world);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    await idle(world, clock);
    return caseId;
  }

  it('is canceled at once while nothing is under way, and whoever asked for it is told once', async () => {
    await asked(world);
    const before = (await heard(people.helpdesk)).length;
    await world.teams.say(people.helpdesk, 'cancel OFF-1');
    await caseIs(world, 1, 'canceled');
    await idle(world, clock);
    const since = (await heard(people.helpdesk)).slice(before);
    assert.deepEqual(
      since.map(({ text }) => text),
      ['OFF-1 · Jane Miller leaves: Canceled by Hana Okafor. Nothing was changed.'],
    );
  });

  it('asks first when it is under way: what stays done, what is not done, and why', async () => {
    const caseId = await blocked();
    const question = await world.ask(people.helpdesk, 'cancel OFF-1');
    const card = JSON.stringify(question.card);
    assert.match(card, /Jane Miller: cancel OFF-1\?/);
    assert.match(card, /Done, and not put back.*Block sign-in.*Will not be done.*Reset password/);
    assert.equal((await caseRow(world, caseId)).state, 'running');
    await assert.rejects(world.teams.tap(people.helpdesk, question.id, 'Cancel OFF-1'), /Write why it is ended/);
    const sure = findButton(question, { verb: 'cancel', caseId });
    assert.ok(sure);
    await refused(press(world, people.helpdesk, sure), /^Something was changed already: write why it is canceled/);
    await refused(press(world, people.helpdesk, sure, { reason: 'x'.repeat(501) }), /500 characters at most/);
    await world.teams.tap(people.helpdesk, question.id, 'Cancel OFF-1', { reason: 'She stays.' });
    const row = await caseIs(world, caseId, 'canceled');
    assert.equal(row.note, 'Canceled by Hana Okafor: “She stays.”');
    const [entry] = await journaled(world, caseId, 'canceled');
    assert.equal(entry?.words, 'Hana Okafor canceled the case: “She stays.” What was done before stays done.');
    assert.deepEqual(entry?.data, { reason: 'She stays.' });
    const used = await world.card(people.helpdesk, 'OFF-1 is canceled');
    assert.deepEqual([used.id, buttonsOf(used.card)], [question.id, []]);
    await refused(press(world, people.helpdesk, sure, { reason: 'Again.' }), /is canceled already, so nothing/);
  });

  it('needs no reason before anything was changed', async () => {
    const caseId = await approved(world);
    await button(world, people.approver, { verb: 'confirm', caseId });
    const question = await world.ask(people.helpdesk, 'cancel OFF-1');
    assert.match(JSON.stringify(question.card), /Nothing was changed yet, and nothing will be/);
    await world.teams.tap(people.helpdesk, question.id, 'Cancel OFF-1');
    assert.equal((await caseIs(world, caseId, 'canceled')).note, 'Canceled by Hana Okafor.');
  });

  it('is asked about only whoever may cancel it', async () => {
    const caseId = await blocked();
    const answer = await world.ask('kwame@contoso.com', 'cancel OFF-1');
    assert.match(answer.text ?? '', /^Only approvers and Signoff admins can cancel OFF-1/);
    const question = await world.ask(people.second, 'cancel OFF-1');
    await world.teams.tap(people.second, question.id, 'Cancel OFF-1', { reason: 'Not her.' });
    assert.equal((await caseIs(world, caseId, 'canceled')).note, 'Canceled by Priya Raman: “Not her.”');
  });

  it('is canceled by the card that asked, and by no copy of it', async () => {
    const caseId = await blocked();
    const question = await world.ask(people.helpdesk, 'cancel OFF-1');
    const sure = findButton(question, { verb: 'cancel', caseId });
    assert.ok(sure);
    const help = await world.ask(people.approver, 'help');
    const copy = press(world, people.approver, { ...sure, message: help }, { reason: 'A trick.' });
    await refused(copy, /^This card is not one that Signoff posted here/);
    const other = { ...sure, action: { ...sure.action, verb: 'approve', data: { case: caseId, version: 2 } } };
    await refused(press(world, people.helpdesk, other), /^This card is not one that Signoff posted here/);
    assert.equal((await caseRow(world, caseId)).state, 'running');
  });

  it('is asked about in a personal chat, wherever it was said', async () => {
    const caseId = await blocked();
    await world.teams.say(people.helpdesk, '@Signoff cancel OFF-1', { conversation: 'channel' });
    const question = await world.card(people.helpdesk, 'Jane Miller: cancel OFF-1?');
    assert.equal(question.conversation, 'personal');
    await world.teams.tap(people.helpdesk, question.id, 'Cancel OFF-1', { reason: 'She stays.' });
    await caseIs(world, caseId, 'canceled');
  });

  it('is told of when somebody asks for the same person again, and can be asked for anew', async () => {
    const caseId = await blocked();
    const open = await world.ask('kwame@contoso.com', 'offboard jane@contoso.com');
    assert.match(JSON.stringify(open.card), /Jane Miller is already in OFF-1.*Still to come/);
    const question = await world.ask(people.helpdesk, 'cancel OFF-1');
    await world.teams.tap(people.helpdesk, question.id, 'Cancel OFF-1', { reason: 'She stays.' });
    await caseIs(world, caseId, 'canceled');
    await idle(world, clock);
    const before = (await entries(world, caseId)).length;
    const earlier = await world.ask('kwame@contoso.com', 'offboard jane@contoso.com urgent');
    const words = JSON.stringify(earlier.card);
    assert.match(words, /Offboarding of Jane Miller was stopped/);
    assert.match(words, /Canceled by Hana Okafor: “She stays.”/);
    const [, listed = ''] = /"Not done \(([^)]*)\)"/.exec(words) ?? [];
    const left = (await steps(world, caseId)).filter(({ state }) => !['proved', 'not-needed'].includes(state));
    const changes = left.reduce((sum, { plan }) => sum + plan.changes.length, 0);
    assert.ok(changes > left.length);
    assert.equal(listed, `${left.length} steps, ${changes} changes`, 'as the plan counts, and as the report does');
    assert.match(words, /Done \(1 step\).*Block sign-in.*Not done.*Reset password/);
    assert.match(
      words,
      /\{\{DATE\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, SHORT\)\}\} \{\{TIME\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\)\}\}/,
    );
    await world.teams.tap('kwame@contoso.com', earlier.id, 'Offboard again');
    const row = await caseRow(world, 2);
    assert.deepEqual([row.subjectId, row.urgent], [world.tenant.person('jane').id, true]);
    const used = await world.card('kwame@contoso.com', 'OFF-2: looking at what Jane Miller has');
    assert.deepEqual([used.id, buttonsOf(used.card)], [earlier.id, []]);
    assert.equal((await entries(world, caseId)).length, before);
  });
});
