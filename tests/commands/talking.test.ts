import assert from 'node:assert/strict';
import { commandIn } from '../../bot/commands/registry.ts';
import { writes } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

describe('a sentence', () => {
  const understood: [string, string, string][] = [
    ['please offboard jane@contoso.com.', 'offboard', 'jane@contoso.com'],
    ['could you offboard Jane Miller please?', 'offboard', 'Jane Miller'],
    ['Can you, please, offboard Jane Miller for me?', 'offboard', 'Jane Miller'],
    ['Hi! I’d like to offboard jane@contoso.com urgent!!', 'offboard', 'jane@contoso.com urgent'],
    ['@Signoff offboard jane@contoso.com', 'offboard', 'jane@contoso.com'],
    ['Good morning Signoff, status OFF-1?', 'status', 'OFF-1'],
    ['Hello @Signoff: would you cancel OFF-1, thanks.', 'cancel', 'OFF-1'],
    ['ok now offboard jane@contoso.com right now', 'offboard', 'jane@contoso.com'],
    ['offboard Please Adams', 'offboard', 'Please Adams'],
    ['offboard Sean O’Brien', 'offboard', 'Sean O’Brien'],
    ['what waits for me?', 'cases', 'waits for me'],
    ['waits for me', 'cases', 'waits for me'],
    ['What’s waiting for me', 'cases', 'waits for me'],
    ['what can you do?', 'help', ''],
    ['Help!', 'help', ''],
    ['hello', 'hello', ''],
    ['hi there', 'hello', ''],
    ['good morning to you all', 'hello', ''],
    ['Thanks a lot!', 'hello', 'thanks'],
    ['please', 'hello', ''],
    ['@Signoff', 'hello', ''],
    [' \n ', 'hello', ''],
    ['???', 'hello', ''],
  ];
  for (const [said, name, words] of understood) {
    it(`is understood for what is meant: “${said.trim()}”`, () => {
      const found = commandIn(said);
      assert.deepEqual([found.command.name, found.words], [name, words]);
    });
  }

  it('is read in no time, however it is made', () => {
    const began = performance.now();
    for (const part of ['please ', 'thanks, ', '? ', 'now now ', 'signoff '])
      for (const end of ['', 'x', ' please']) {
        try {
          commandIn(part.repeat(Math.floor(1900 / part.length)) + end);
        } catch {
          // What it comes to is not asked here.
        }
      }
    assert.ok(performance.now() - began < 1000);
  });
});

describe('small talk', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(async () => {
    assert.deepEqual(writes(world), []);
    await world[Symbol.asyncDispose]();
  });
  const answer = async (person: string, text: string) => JSON.stringify((await world.ask(person, text)).card);

  const roles: [string, string, string[], string[]][] = [
    ['the helpdesk', people.helpdesk, ['offboard jane@contoso.com', 'cases', 'status OFF-42'], ['You are an approver']],
    ['an approver', people.approver, ['waits for me', 'cases jane', 'status OFF-42'], ['offboard jane@contoso.com']],
    [
      'an admin',
      people.admin,
      ['You are an approver and a Signoff admin', 'offboard jane@contoso.com'],
      ['of the helpdesk'],
    ],
  ];
  for (const [title, person, has, hasNot] of roles) {
    for (const text of ['hello', 'help']) {
      it(`shows ${title} what they may do: ${text}`, async () => {
        const card = await answer(person, text);
        for (const words of has) assert.ok(card.includes(words), words);
        for (const words of hasNot) assert.ok(!card.includes(words), words);
      });
    }
  }

  it('lists as help only what somebody may type', async () => {
    const usages = ['offboard WHO', 'status CASE', 'retry CASE', 'cancel CASE'];
    const helpdesk = await answer(people.helpdesk, 'help');
    for (const usage of usages) assert.ok(helpdesk.includes(usage), usage);
    const approver = await answer(people.approver, 'help');
    assert.deepEqual(
      usages.filter((usage) => approver.includes(usage)),
      ['status CASE', 'retry CASE', 'cancel CASE'],
    );
  });

  it('tells somebody without a role whom to ask for one, and offers nothing', async () => {
    for (const text of ['hello', 'help', 'thank you']) {
      const card = await answer(people.outsider, text);
      assert.match(card, /You have no role in Signoff.*Ask Omar Haddad/, text);
      assert.doesNotMatch(card, /Try one of these|offboard jane/, text);
    }
  });

  it('names nobody among others', async () => {
    await world.teams.say(people.outsider, '@Signoff hello', { conversation: 'channel' });
    const { card } = await world.teams.waitFor(people.outsider, (one) => one.card !== undefined, undefined, 'channel');
    assert.match(JSON.stringify(card), /Ask your Signoff admin if you should have one/);
  });

  it('takes thanks as thanks', async () => {
    assert.match(await answer(people.helpdesk, 'thank you!'), /You are welcome/);
  });

  it('is what a bare @mention of Signoff gets', async () => {
    await world.teams.say(people.helpdesk, '@Signoff', { conversation: 'channel' });
    const { card } = await world.teams.waitFor(
      people.helpdesk,
      (one) => JSON.stringify(one.card ?? '').includes('You are of the helpdesk'),
      30_000,
      'channel',
    );
    assert.match(JSON.stringify(card), /Hello!/);
  });
});
