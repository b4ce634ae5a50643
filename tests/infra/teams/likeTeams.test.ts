import assert from 'node:assert/strict';
import { TeamsInfo, type TurnContext } from 'botbuilder';
import { callsTo } from './calls.ts';
import { ARNO, answers, attached, card, HANA, people, startBot, TENANT_ID, type TinyBot } from './tinyBot.ts';

const execute = (verb: string, title: string) => ({ type: 'Action.Execute', verb, title });

describe('The local Teams, like the real one,', () => {
  let bot: TinyBot;
  let clock: number;

  async function message(context: TurnContext): Promise<unknown> {
    const { text } = context.activity;
    if (text.includes('channels')) {
      const [names, details] = [await TeamsInfo.getTeamChannels(context), await TeamsInfo.getTeamDetails(context)];
      const { members } = await TeamsInfo.getPagedMembers(context);
      const lines = [names.map(({ name, type }) => `${name} ${type}`), [details.name], members.map(({ name }) => name)];
      return context.sendActivity(lines.map((each) => each.join(', ')).join(' | '));
    }
    if (text.includes('quiet')) return undefined;
    if (text.includes('mention')) {
      const mentioned = { id: people[1]!.id, name: 'Arno Vogel' };
      const entities = [{ type: 'mention', text: '<at>Arno Vogel</at>', mentioned }];
      return context.sendActivity({ attachments: [attached(card('<at>Arno Vogel</at>', { msteams: { entities } }))] });
    }
    const shown = card('Everybody’s', {
      actions: [execute('tap', 'Tap')],
    });
    return context.sendActivity({ attachments: [attached(shown)] });
  }

  async function invoke() {
    return answers.message('Heard.');
  }

  beforeEach(async () => {
    clock = 1_800_000_000_000;
    bot = await startBot({ message, invoke }, { now: () => clock, invokeTimeoutMs: 500 });
  });
  afterEach(() => bot.close());

  const { ask, create, send, edit, local, last } = callsTo(() => bot.teams);
  const taps = () => bot.heard.filter(({ type, value }) => type === 'invoke' && value.trigger === 'manual');

  describe('numbers messages by the millisecond, in each conversation by itself:', () => {
    it('two chats have the same number, and a tap goes to the one that was tapped', async () => {
      await bot.teams.say(HANA, 'one');
      await bot.teams.say(HANA, '@Signoff two', { conversation: 'channel' });
      const [chat, post] = [await last(HANA), await last(HANA, 'channel')];
      assert.equal(chat.id, post.id);
      assert.equal(chat.id, String(clock + 1));
      await bot.teams.tap(HANA, post.id, 'Tap', {}, 'channel');
      assert.equal(taps().at(-1)?.conversation.conversationType, 'channel');
      await local('tap', { person: HANA, messageId: chat.id, conversation: 'personal', action: 'Tap' });
      assert.equal(taps().at(-1)?.conversation.conversationType, 'personal');
    });

    it('an edit in one of them leaves the other as it is', async () => {
      const chats = [await create(0), await create(1)].map(({ body }) => body.id as string);
      const sent = await Promise.all(chats.map(send));
      assert.equal(sent[0]?.body.id, sent[1]?.body.id);
      assert.equal((await edit(chats[0]!, sent[0]!.body.id as string, { text: 'changed' })).status, 200);
      assert.deepEqual([(await last(HANA)).text, (await last(ARNO)).text], ['changed', 'hello']);
    });
  });

  describe('does not let the bot write to somebody without its app:', () => {
    it('no chat can be begun until they install it', async () => {
      await local('app', { person: ARNO, installed: false });
      const refused = await create(1);
      assert.deepEqual([refused.status, refused.body.error?.code], [403, 'ForbiddenOperationException']);
      assert.equal((await create(0)).status, 201);
      await bot.teams.open(ARNO);
      assert.deepEqual(bot.heard, []);
      await assert.rejects(bot.teams.say(ARNO, 'hello'), /has not installed the app/);
      await bot.teams.setApp(ARNO, true);
      assert.deepEqual(
        bot.heard.map(({ type, action }) => [type, action]),
        [
          ['installationUpdate', 'add'],
          ['conversationUpdate', undefined],
        ],
      );
      assert.equal((await create(1)).status, 201);
    });

    it('a chat that was open is closed to it, also for edits, and the bot is told', async () => {
      await bot.teams.say(HANA, 'hello');
      const { id, conversationId } = await last(HANA);
      await bot.teams.setApp(HANA, false);
      assert.equal(bot.heard.at(-1)?.action, 'remove');
      const refused = await send(conversationId);
      assert.deepEqual([refused.status, refused.body.error?.code], [403, 'BotNotInConversationRoster']);
      assert.equal((await edit(conversationId, id, { text: 'changed' })).status, 403);
    });
  });

  it('keeps the address of a pasted contact in the HTML alone', async () => {
    const links = [{ text: 'Jane Doe', href: 'mailto:jane@contoso.com' }];
    await bot.teams.say(HANA, 'offboard Jane Doe', { links });
    const { text, attachments } = bot.heard.at(-1)!;
    assert.equal(text, 'offboard Jane Doe');
    assert.deepEqual(attachments, [
      {
        contentType: 'text/html',
        content: '<div><div>offboard <a href="mailto:jane@contoso.com">Jane Doe</a></div></div>',
      },
    ]);
  });

  it('says that something went wrong when an answer comes late, though the bot did it', async () => {
    await bot.teams.say(HANA, 'card');
    const { id } = await last(HANA);
    await local('faults', { kind: 'late', waitMs: 600 });
    const late = await bot.teams.tap(HANA, id, 'Tap');
    assert.deepEqual(late, { kind: 'error', status: 0, text: 'Something went wrong. Please try again.' });
    assert.equal(taps().length, 1);
    await local('faults', { kind: 'late', waitMs: 1 });
    assert.equal((await bot.teams.tap(HANA, id, 'Tap')).kind, 'message');
  });

  describe('tells what kind a channel is:', () => {
    it('in each activity, and in the list of the team', async () => {
      for (const conversation of ['channel', 'private', 'shared'] as const) {
        await bot.teams.say(HANA, '@Signoff quiet', { conversation });
        const { channelData, conversation: where } = bot.heard.filter(({ type }) => type === 'message').at(-1)!;
        const kind = conversation === 'channel' ? 'standard' : conversation;
        assert.deepEqual(channelData.channel, { id: bot.teams.channelIdOf(conversation), type: kind });
        assert.ok(where.id.startsWith(bot.teams.channelIdOf(conversation)));
      }
      await bot.teams.say(HANA, '@Signoff channels', { conversation: 'channel' });
      const [channels, team, members] = (await last(HANA, 'channel')).text?.split(' | ') ?? [];
      assert.equal(channels, 'null standard, Offboarding standard, Leavers private, Partners shared');
      assert.equal(team, 'IT');
      assert.equal(members, 'Hana Kim, Arno Vogel, Priya Nair, Jane Doe');
    });

    it('a shared one has somebody of another tenant, a private one only whom was let in', async () => {
      await bot.teams.open(HANA, 'private');
      const members = async (place: 'private' | 'shared') => {
        const { body } = await ask('GET', `/${encodeURIComponent(bot.teams.channelIdOf(place))}/pagedmembers`);
        return body.members?.map((each) => [each.name, each.tenantId === TENANT_ID]);
      };
      assert.deepEqual(await members('private'), [['Hana Kim', true]]);
      assert.deepEqual((await members('shared'))?.at(-1), ['Fatima Berg', false]);
      const { body } = await ask('GET', `/${encodeURIComponent(bot.teams.channelIdOf('shared'))}/pagedmembers`);
      const outsider = body.members?.at(-1);
      for (const id of [outsider?.id, outsider?.aadObjectId]) {
        const one = await ask('GET', `/${encodeURIComponent(bot.teams.channelIdOf('shared'))}/members/${id}`);
        assert.deepEqual(one.body, outsider);
      }
    });

    it('a bot can’t speak in a private one', async () => {
      const refused = await send(bot.teams.channelIdOf('private'));
      assert.deepEqual([refused.status, refused.body.error?.code], [403, 'BotNotInConversationRoster']);
      assert.equal((await send(bot.teams.channelIdOf('shared'))).status, 201);
    });
  });

  it('rings for every new message of the bot in a chat, and in a channel only for whom it mentions', async () => {
    await bot.teams.say(HANA, 'card');
    const [own, answer] = await bot.teams.messages(HANA);
    assert.deepEqual([own?.rings, answer?.rings], [false, true]);
    await bot.teams.say(HANA, '@Signoff card', { conversation: 'channel' });
    assert.equal((await last(ARNO, 'channel')).rings, false);
    await bot.teams.say(HANA, '@Signoff mention', { conversation: 'channel' });
    assert.deepEqual([(await last(ARNO, 'channel')).rings, (await last(HANA, 'channel')).rings], [true, false]);
  });
});
