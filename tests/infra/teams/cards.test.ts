import assert from 'node:assert/strict';
import type { InvokeResponse, TurnContext } from 'botbuilder';
import { ARNO, answers, attached, card, HANA, PRIYA, startBot, type TinyBot } from './tinyBot.ts';

const execute = (verb: string, title: string, rest: Record<string, unknown> = {}) => ({
  type: 'Action.Execute',
  id: verb,
  verb,
  title,
  data: { caseId: 'OFF-1' },
  ...rest,
});

const WRONG = 'Something went wrong. Please try again.';

describe('A card in the local Teams', () => {
  let bot: TinyBot;
  let clock = 1_800_000_000_000;
  let listed: string[] = [];
  let slow: Promise<void> | undefined;
  let release: () => void = () => undefined;

  const shared = (text: string) =>
    card(text, {
      refresh: { action: { type: 'Action.Execute', verb: 'refresh', data: { caseId: 'OFF-1' } }, userIds: listed },
      actions: [execute('confirm', 'Confirm')],
    });

  const plain = () =>
    card('Plan', {
      fallbackText: 'Open a newer Teams.',
      body: [
        { type: 'TextBlock', text: 'Plan' },
        { type: 'Input.Text', id: 'reason', label: 'Why', isRequired: true, errorMessage: 'Say why.' },
        { type: 'Input.Toggle', id: 'wipe', title: 'Wipe', value: 'false' },
        { type: 'Input.Text', id: 'note', label: 'Note' },
      ],
      actions: [
        execute('confirm', 'Confirm'),
        execute('talk', 'Talk', { associatedInputs: 'none' }),
        execute('refuse', 'Refuse', { associatedInputs: 'none' }),
        execute('crash', 'Crash', { associatedInputs: 'none' }),
        execute('late', 'Late', { associatedInputs: 'none' }),
        execute('never', 'Never', { isEnabled: false }),
      ],
    });

  async function invoke(context: TurnContext): Promise<InvokeResponse> {
    const { action, trigger } = context.activity.value;
    if (trigger === 'automatic') return answers.card(card(`For ${context.activity.from.name}`));
    switch (action.verb) {
      case 'confirm':
        return answers.card(card(`Confirmed by ${context.activity.from.name}`));
      case 'talk':
        return answers.message('I hear you.');
      case 'refuse':
        return answers.error('You may not do this.');
      case 'late':
        await slow;
        return answers.message('At last.');
      default:
        return { status: 500 };
    }
  }

  async function message(context: TurnContext) {
    const { text } = context.activity;
    if (text.includes('shared')) return context.sendActivity({ attachments: [attached(shared('Base'))] });
    if (text.includes('edit')) {
      return context.updateActivity({
        type: 'message',
        id: text.split(' ').at(-1) ?? '',
        attachments: [attached(shared('Edited'))],
      });
    }
    if (text.includes('big')) return context.sendActivity({ attachments: [attached(card('x'.repeat(60_000)))] });
    return context.sendActivity({ attachments: [attached(plain())] });
  }

  const text = (content: unknown) => (content as { body: { text: string }[] } | undefined)?.body[0]?.text;
  const invokes = () => bot.heard.filter((each) => each.type === 'invoke');

  beforeEach(async () => {
    listed = [];
    bot = await startBot({ message, invoke }, { now: () => clock, invokeTimeoutMs: 300 });
  });
  afterEach(() => bot.close());

  const newCard = async () => {
    await bot.teams.say(HANA, 'plan');
    return (await bot.teams.messages(HANA)).at(-1)!;
  };

  it('sends a tap with the inputs in its data', async () => {
    const { id, fallback } = await newCard();
    assert.equal(fallback, 'Open a newer Teams.');
    const outcome = await bot.teams.tap(HANA, id, 'Confirm', { reason: 'She left' });
    assert.equal(outcome.kind, 'card');
    const activity = invokes().at(-1)!;
    assert.equal(activity.name, 'adaptiveCard/action');
    assert.equal(activity.replyToId, id);
    assert.deepEqual(activity.value, {
      action: {
        type: 'Action.Execute',
        id: 'confirm',
        verb: 'confirm',
        title: 'Confirm',
        data: { caseId: 'OFF-1', reason: 'She left', wipe: 'false' },
      },
      trigger: 'manual',
    });
    assert.equal(text((await bot.teams.messages(HANA)).at(-1)?.card), 'Confirmed by Hana Kim');
  });

  it('is not sent while a required input is empty, and not by a button that is switched off', async () => {
    const { id } = await newCard();
    await assert.rejects(bot.teams.tap(HANA, id, 'Confirm'), /Say why\./);
    await assert.rejects(bot.teams.tap(HANA, id, 'Never', { reason: 'x' }), /switched off/);
    await assert.rejects(bot.teams.tap(HANA, id, 'Escape'), /has no button "Escape"/);
    assert.equal(invokes().length, 0);
  });

  it('shows a message or an error below itself and stays as it is', async () => {
    const { id } = await newCard();
    await bot.teams.tap(HANA, id, 'Talk');
    assert.deepEqual((await bot.teams.messages(HANA)).at(-1)?.notice, { kind: 'message', text: 'I hear you.' });
    const refused = await bot.teams.tap(HANA, id, 'refuse');
    assert.deepEqual(refused, { kind: 'error', status: 403, text: 'You may not do this.' });
    const seen = (await bot.teams.messages(HANA)).at(-1)!;
    assert.deepEqual([text(seen.card), seen.notice?.kind], ['Plan', 'error']);
  });

  it('says that something went wrong when the bot answers badly or too late', async () => {
    const { id } = await newCard();
    assert.deepEqual(await bot.teams.tap(HANA, id, 'Crash'), { kind: 'error', status: 500, text: WRONG });
    slow = new Promise((resolve) => {
      release = resolve;
    });
    assert.deepEqual(await bot.teams.tap(HANA, id, 'Late'), { kind: 'error', status: 0, text: WRONG });
    release();
  });

  it('is refreshed for the people that it lists, and for nobody else', async () => {
    listed = [await bot.teams.mri(ARNO)];
    await bot.teams.open(ARNO, 'channel');
    await bot.teams.open(PRIYA, 'channel');
    await bot.teams.say(HANA, '@Signoff shared', { conversation: 'channel' });
    const seenBy = async (upn: string) => text((await bot.teams.messages(upn, 'channel')).at(-1)?.card);
    assert.equal(await seenBy(ARNO), 'For Arno Vogel');
    assert.equal(await seenBy(PRIYA), 'Base');
    assert.equal(await seenBy(HANA), 'Base');
    assert.equal(invokes().length, 1);
    assert.equal(invokes()[0]?.value.trigger, 'automatic');
  });

  it('is refreshed again after an edit at once, else not within a minute', async () => {
    listed = [await bot.teams.mri(HANA)];
    await bot.teams.say(HANA, 'shared');
    const { id } = (await bot.teams.messages(HANA)).at(-1)!;
    await bot.teams.say(HANA, `edit ${id}`);
    await bot.teams.messages(HANA);
    assert.equal(invokes().length, 2);
    clock += 30_000;
    await bot.teams.open(HANA);
    await bot.teams.messages(HANA);
    assert.equal(invokes().length, 2);
  });

  it('loses what one person got in answer when the bot edits it for everyone', async () => {
    await bot.teams.say(HANA, '@Signoff shared', { conversation: 'channel' });
    const { id } = (await bot.teams.messages(HANA, 'channel')).at(-1)!;
    await bot.teams.tap(HANA, id, 'Confirm');
    const seenBy = async (upn: string) =>
      text((await bot.teams.messages(upn, 'channel')).find((each) => each.id === id)?.card);
    assert.equal(await seenBy(HANA), 'Confirmed by Hana Kim');
    assert.equal(await seenBy(ARNO), 'Base');
    await bot.teams.say(ARNO, `@Signoff edit ${id}`, { conversation: 'channel' });
    assert.equal(await seenBy(HANA), 'Edited');
    assert.equal(await seenBy(ARNO), 'Edited');
  });

  it('is refused when the message is larger than Teams takes', async () => {
    const quiet = console.error;
    console.error = () => undefined;
    await bot.teams.say(HANA, 'big');
    console.error = quiet;
    const refused = bot.teams.requests().filter((each) => each.from === 'bot' && each.status === 413);
    assert.equal(refused.length, 1);
  });
});
