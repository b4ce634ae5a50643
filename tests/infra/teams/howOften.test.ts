import assert from 'node:assert/strict';
import type { TurnContext } from 'botbuilder';
import type { Place } from '../../../infra/local/teams/server.ts';
import { callsTo } from './calls.ts';
import { ARNO, answers, attached, card, HANA, PRIYA, people, startBot, type TinyBot } from './tinyBot.ts';

describe('The local Teams, as often as the real one,', () => {
  let bot: TinyBot;
  let clock: number;
  let listed: string[];

  const refresh = () => ({ action: { type: 'Action.Execute', verb: 'refresh', title: 'Refresh' }, userIds: listed });

  const message = (context: TurnContext) =>
    context.sendActivity({ attachments: [attached(card('Everybody’s', { refresh: refresh() }))] });
  const invoke = async () => answers.card(card('Own', { refresh: refresh() }));

  beforeEach(async () => {
    clock = 1_800_000_000_000;
    listed = [];
    bot = await startBot({ message, invoke }, { now: () => clock });
  });
  afterEach(() => bot.close());

  const { ask, create, send, edit, local, last } = callsTo(() => bot.teams);
  const refreshes = () => bot.heard.filter(({ type, value }) => type === 'invoke' && value.trigger === 'automatic');

  describe('limits how often a bot writes, once that is switched on:', () => {
    it('seven times a second in one chat, and as often in the next', async () => {
      const chats = [await create(0), await create(1)].map(({ body }) => body.id as string);
      await local('limits', { on: true });
      const statuses = [];
      for (let count = 0; count < 8; count++) statuses.push((await send(chats[0]!)).status);
      assert.deepEqual(statuses, [...Array(7).fill(201), 429]);
      assert.equal((await send(chats[0]!)).retryAfter, '1');
      assert.equal((await send(chats[1]!)).status, 201);
      clock += 1000;
      assert.equal((await send(chats[0]!)).status, 201);
      assert.equal((await send(chats[0]!)).status, 429, 'the ninth within two seconds');
      bot.teams.limit(false);
      assert.equal((await send(chats[0]!)).status, 201);
    });

    it('sixty times in half a minute, and then not before the first of them is that old', async () => {
      const chat = (await create(0)).body.id as string;
      bot.teams.limit(true);
      for (let count = 0; count < 60; count++) {
        assert.equal((await send(chat)).status, 201);
        clock += 400;
      }
      const refused = await send(chat);
      assert.deepEqual([refused.status, refused.retryAfter], [429, '6']);
      clock += 6000;
      assert.equal((await send(chat)).status, 201);
    });

    it('fifty times a second in the whole tenant', async () => {
      const chats = [];
      for (let index = 0; index < people.length; index++) chats.push((await create(index)).body.id as string);
      bot.teams.limit(true);
      const read = async (chat: string) => (await ask('GET', `/${encodeURIComponent(chat)}/members`)).status;
      const statuses = [];
      for (let count = 0; count < 52; count++) statuses.push(await read(chats[count % chats.length]!));
      assert.deepEqual(statuses, [...Array(50).fill(200), 429, 429]);
    });
  });

  describe('refreshes a card by itself', () => {
    const editIt = async () => {
      const { conversationId, id } = await last(HANA, 'channel');
      const shown = card('Edited', { refresh: refresh() });
      assert.equal((await edit(conversationId, id, { attachments: [attached(shown)] })).status, 200);
      await bot.teams.messages(HANA, 'channel');
    };

    it('for the first sixty that it lists', async () => {
      const others = Array.from({ length: 60 }, (_, index) => `29:${index}`);
      listed = [...others.slice(1), await bot.teams.mri(HANA), await bot.teams.mri(ARNO)];
      for (const upn of [HANA, ARNO]) await bot.teams.open(upn, 'channel');
      await bot.teams.say(PRIYA, '@Signoff card', { conversation: 'channel' });
      await bot.teams.messages(PRIYA, 'channel');
      assert.deepEqual(
        refreshes().map(({ from }) => from.name),
        ['Hana Kim'],
      );
    });

    it('once a minute for each person who looks again, and after an edit for everybody who is listed', async () => {
      listed = [await bot.teams.mri(HANA), await bot.teams.mri(ARNO)];
      const look = async (upn: string, conversation: Place) => {
        await local('look', { client: 'test', seat: upn, person: upn, conversation });
        await bot.teams.messages(HANA);
      };
      await look(ARNO, 'channel');
      await bot.teams.say(HANA, '@Signoff card', { conversation: 'channel' });
      await bot.teams.messages(HANA, 'channel');
      assert.equal(refreshes().length, 2);
      clock += 59_000;
      await look(ARNO, 'channel');
      assert.equal(refreshes().length, 2);
      clock += 1000;
      await look(ARNO, 'channel');
      assert.equal(refreshes().length, 3);
      await look(ARNO, 'personal');
      await editIt();
      assert.equal(refreshes().length, 4, 'only Hana has it before her');
      await look(ARNO, 'channel');
      assert.equal(refreshes().length, 5, 'and Arno when he comes back');
    });
  });
});
