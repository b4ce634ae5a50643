import assert from 'node:assert/strict';
import { buttonsOf, caseRow, entries, submitted, writes } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

const onlyStaff = (toDo: string) =>
  `Only the helpdesk, approvers and Signoff admins can ${toDo}. Ask your Signoff admin if that should be you.`;

describe('what a person types', () => {
  let world: World;
  let caseId: number;
  let written: number;
  before(async () => {
    world = await startWorld();
    caseId = await submitted(world);
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(async () => {
    written = (await entries(world, caseId)).length;
  });
  afterEach(async () => {
    assert.deepEqual(writes(world), []);
    assert.equal((await entries(world, caseId)).length, written, 'nothing happened to the case');
    assert.equal((await caseRow(world, caseId)).state, 'awaiting-approval');
  });

  const unknown = (word: string) =>
    `Signoff does not know “${word}”. Type “help” to see what can be said, or something like “offboard jane@contoso.com”.`;
  const tooLong = 'That is too long for a command. Type “help” to see what can be said.';
  const answers: [string, string, string][] = [
    ['a word that is none', 'frobnicate', unknown('frobnicate')],
    ['HTML', '<b>help</b>', unknown('<b>help</b>')],
    ['a very long word', 'y'.repeat(100), unknown('y'.repeat(40))],
    ['10,000 characters', 'a '.repeat(5000), tooLong],
    ['3,000 characters', `offboard ${'b'.repeat(3000)}`, tooLong],
    ['the name of a property', 'constructor', unknown('constructor')],
    [
      'a verb that only buttons have',
      'approve OFF-1',
      'To approve something is done by a button on the case’s card. Type “status OFF-1” to see the case.',
    ],
    [
      'another word for it',
      'please terminate jane@contoso.com!',
      'There is no “terminate”. Do you mean “offboard jane@contoso.com”?',
    ],
    ['a typo alone', 'cancle', 'There is no “cancle”. Do you mean “cancel OFF-42”?'],
    ['undo', 'undo OFF-1', 'OFF-1 changed nothing, so there is nothing to undo. To end it, type “cancel OFF-1”.'],
    ['a typo', 'ofboard jane@contoso.com', 'There is no “ofboard”. Do you mean “offboard jane@contoso.com”?'],
    ['another typo', 'stauts OFF-1', 'There is no “stauts”. Do you mean “status OFF-1”?'],
    ['a typo in capitals', 'HLEP', 'There is no “HLEP”. Do you mean “help”?'],
    [
      'a bare address',
      'jane@contoso.com',
      'What about jane@contoso.com? To offboard them, type “offboard jane@contoso.com”.',
    ],
    ['status of nothing', 'status', 'Which case? Write its number, like “status OFF-42”.'],
    ['status of an unknown case', 'status OFF-99', 'There is no case “OFF-99”. Type “cases all” to see every case.'],
    [
      'status of a case beyond any number',
      'status OFF-99999999999999999999',
      'There is no case “OFF-99999999999999999999”. Type “cases all” to see every case.',
    ],
    ['status of a negative case', 'status OFF--1', 'There is no case “OFF--1”. Type “cases all” to see every case.'],
    [
      'status of somebody without a case',
      'status luca@contoso.com',
      'There is no case “luca@contoso.com”. Type “cases all” to see every case.',
    ],
    ['status of nobody', 'status Nobody Atall', 'There is no case “Nobody Atall”. Type “cases all” to see every case.'],
    [
      'status of a long text',
      `status ${'z'.repeat(300)}`,
      'That is too long. Write the number of a case, like “status OFF-42”.',
    ],
    ['cancel of nothing', 'cancel', 'Which case? Write its number, like “cancel OFF-42”.'],
    ['cancel of an unknown case', 'cancel 77', 'There is no case “77”. Type “cases all” to see every case.'],
    ['retry of nothing', 'retry', 'Which case? Write its number, like “retry OFF-42”.'],
    ['retry of a case that does not run', 'retry OFF-1', 'No step of OFF-1 has failed; there is nothing to retry.'],
    [
      'cases about nobody',
      'cases yesterday',
      'There is no case about “yesterday”. Type “cases all” to see every case.',
    ],
    ['cases of a long text', `cases ${'z'.repeat(300)}`, 'That is too long for a name. Write “cases jane”.'],
    [
      'what waits for whoever asked',
      'what waits for me?',
      'Nothing waits for you. Type “cases” to see everybody’s cases.',
    ],
  ];
  for (const [title, sentence, answer] of answers) {
    it(`is answered clearly: ${title}`, async () => {
      assert.equal((await world.ask(people.helpdesk, sentence)).text, answer);
    });
  }

  for (const sentence of [
    'status OFF-1',
    'status off 1',
    'status 1',
    'STATUS jane@contoso.com',
    'status Jane Miller',
  ]) {
    it(`shows the case with its journal in words: ${sentence}`, async () => {
      const card = JSON.stringify((await world.ask(people.helpdesk, sentence)).card);
      for (const words of [
        'OFF-1: Jane Miller',
        'Waits for approval',
        'The plan went to the approvers',
        'entries, none changed or missing',
      ])
        assert.ok(card.includes(words), words);
    });
  }

  it('shows that a journal is not as it was written', async () => {
    const { db } = world.signoff.runtime;
    const [, second] = await entries(world, caseId);
    await db.updateTable('journal').set({ words: 'Nothing to see here.' }).where('n', '=', 2).execute();
    const card = JSON.stringify((await world.ask(people.approver, 'status OFF-1')).card);
    assert.match(card, /Entry 2 is not as it was written\. Tell your Signoff admin/);
    await db
      .updateTable('journal')
      .set({ words: second?.words ?? '' })
      .where('n', '=', 2)
      .execute();
  });

  it('lists cases, and each with a button to its status', async () => {
    for (const sentence of ['cases', 'cases open', 'cases ALL', 'cases mine']) {
      const list = await world.ask(people.helpdesk, sentence);
      assert.match(JSON.stringify(list.card), /Jane Miller/, sentence);
      const [status] = buttonsOf(list.card);
      assert.ok(status);
      const seen = new Set((await world.teams.messages(people.helpdesk)).map(({ id }) => id));
      const outcome = await world.teams.tap(people.helpdesk, list.id, status);
      assert.equal('text' in outcome && outcome.text, 'Shown below.');
      const shown = await world.teams.waitFor(people.helpdesk, ({ id, card }) => !seen.has(id) && card !== undefined);
      assert.match(JSON.stringify(shown.card), /OFF-1: Jane Miller/);
    }
    assert.equal(
      (await world.ask(people.approver, 'cases mine')).text,
      'You have asked for no cases yet. Type “cases all” to see everybody’s.',
    );
  });

  const forStaff: [string, string][] = [
    [
      'offboard luca@contoso.com',
      'Only the helpdesk and Signoff admins can offboard people. Ask your Signoff admin if that should be you.',
    ],
    ['status OFF-1', onlyStaff('look at cases')],
    ['cases', onlyStaff('look at cases')],
    ['cancel OFF-1', onlyStaff('cancel a case')],
    ['retry OFF-1', onlyStaff('retry a case')],
    ['status OFF-99', onlyStaff('look at cases')],
  ];
  for (const [sentence, answer] of forStaff) {
    it(`is refused to an outsider: ${sentence}`, async () => {
      assert.equal((await world.ask(people.outsider, sentence)).text, answer);
    });
  }

  it('is refused to an approver who is not of the helpdesk: offboard', async () => {
    const { text } = await world.ask(people.approver, 'offboard luca@contoso.com');
    assert.equal(text, forStaff[0]?.[1]);
  });

  it('is refused to a colleague: cancelling what somebody else asked for', async () => {
    assert.equal(
      (await world.ask('kwame@contoso.com', 'cancel OFF-1')).text,
      'Only approvers and Signoff admins can cancel OFF-1, which Hana Okafor asked for. Ask your Signoff admin if that should be you.',
    );
  });

  it('is answered clearly while Microsoft 365 does not answer', async () => {
    const said =
      /^Microsoft 365 does not answer at the moment, so nothing was changed\. Try again in a minute\. \(Reference [0-9a-f]{8}\)$/;
    world.tenant.setFaults({ kinds: ['reset', 'unavailable'] });
    assert.match((await world.ask(people.helpdesk, 'offboard noor@contoso.com')).text ?? '', said);
    assert.match((await world.ask('bjarne@contoso.com', 'status OFF-1')).text ?? '', said, 'nobody is let in on trust');
    world.tenant.clearFaults();
    assert.equal((await world.signoff.runtime.db.selectFrom('cases').selectAll().execute()).length, 1);
  });
});
