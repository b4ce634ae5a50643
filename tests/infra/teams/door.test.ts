import assert from 'node:assert/strict';
import type { ConversationParameters } from 'botbuilder';
import { TeamsInfo } from 'botbuilder';
import { generateKeyPair, SignJWT } from 'jose';
import { ARNO, attached, CLIENT_ID, card, HANA, people, startBot, TENANT_ID, type TinyBot } from './tinyBot.ts';

describe('A real botbuilder bot and the local Teams', () => {
  let bot: TinyBot;
  before(async () => {
    bot = await startBot({
      async message(context) {
        const { text } = context.activity;
        if (text === 'card') {
          return context.sendActivity({ type: 'message', attachments: [attached(card('First'))] });
        }
        if (text === 'edit') {
          const sent = await context.sendActivity('before');
          return context.updateActivity({ type: 'message', id: sent?.id ?? '', text: 'after' });
        }
        if (text === 'delete') {
          const sent = await context.sendActivity('gone');
          return context.deleteActivity(sent?.id ?? '');
        }
        if (text.includes('who')) {
          const page = await TeamsInfo.getPagedMembers(context, 2);
          const rest = await TeamsInfo.getPagedMembers(context, 2, page.continuationToken);
          const one = await TeamsInfo.getMember(context, context.activity.from.id);
          const names = [...page.members, ...rest.members].map((each) => each.name).join(', ');
          return context.sendActivity(`${names} / ${one.userPrincipalName} ${one.tenantId} ${one.userRole}`);
        }
        return context.sendActivity(`You said ${text}`);
      },
    });
  });
  after(() => bot.close());

  it('let each other in and speak', async () => {
    const said = await bot.teams.say(HANA, 'hello');
    assert.deepEqual([said.delivered, said.status], [true, 200]);
    const [mine, answer] = await bot.teams.messages(HANA);
    assert.equal(mine?.text, 'hello');
    assert.equal(mine?.from.bot, false);
    assert.equal(answer?.text, 'You said hello');
    assert.equal(answer?.from.bot, true);
  });

  it('introduce themselves once, with an installation and a conversation update', async () => {
    await bot.teams.say(ARNO, 'one');
    await bot.teams.say(ARNO, 'two');
    const types = bot.heard.filter((each) => each.from.aadObjectId === people[1]?.id).map((each) => each.type);
    assert.deepEqual(types, ['installationUpdate', 'conversationUpdate', 'message', 'message']);
  });

  it('exchange activities in the shape of Teams', async () => {
    await bot.teams.say(HANA, 'shape');
    const activity = bot.heard.at(-1)!;
    assert.equal(activity.channelId, 'msteams');
    assert.equal(activity.serviceUrl, bot.teams.serviceUrl);
    assert.match(activity.from.id, /^29:/);
    assert.equal(activity.from.aadObjectId, people[0]?.id);
    assert.equal(activity.recipient.id, `28:${CLIENT_ID}`);
    assert.equal(activity.conversation.conversationType, 'personal');
    assert.equal(activity.conversation.tenantId, TENANT_ID);
    assert.match(activity.conversation.id, /^a:/);
    assert.equal(activity.channelData.tenant.id, TENANT_ID);
    assert.ok(activity.entities?.some((entity) => entity.type === 'clientInfo'));
  });

  it('edit and delete, which reaches everyone', async () => {
    await bot.teams.say(HANA, 'edit');
    const edited = (await bot.teams.messages(HANA)).at(-1)!;
    assert.deepEqual([edited.text, edited.edited], ['after', true]);
    await bot.teams.say(HANA, 'delete');
    const deleted = (await bot.teams.messages(HANA)).at(-1)!;
    assert.deepEqual([deleted.text, deleted.deleted], [undefined, true]);
  });

  it('list the members of a channel page by page, and one by one', async () => {
    await bot.teams.say(HANA, '@Signoff who', { conversation: 'channel' });
    const answer = await bot.teams.waitFor(HANA, (each) => each.from.bot, 2000, 'channel');
    assert.equal(answer.text, `Hana Kim, Arno Vogel, Priya Nair, Jane Doe / ${HANA} ${TENANT_ID} user`);
  });

  it('start a personal chat from a channel with the object id alone', async () => {
    await bot.adapter.createConversationAsync(
      CLIENT_ID,
      'msteams',
      bot.teams.serviceUrl,
      'https://api.botframework.com',
      {
        isGroup: false,
        bot: { id: `28:${CLIENT_ID}`, name: 'Signoff' },
        members: [{ id: people[2]!.id, name: '' }],
        tenantId: TENANT_ID,
        channelData: { tenant: { id: TENANT_ID } },
      } as ConversationParameters,
      async (context) => {
        await context.sendActivity('Something waits for you.');
      },
    );
    const seen = await bot.teams.waitFor('priya@contoso.com', (each) => each.from.bot);
    assert.equal(seen.text, 'Something waits for you.');
  });

  it('part ways when a message is signed by a foreign key', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const token = await new SignJWT({ serviceurl: bot.teams.serviceUrl })
      .setProtectedHeader({ alg: 'RS256', kid: 'foreign' })
      .setIssuer('https://api.botframework.com')
      .setAudience(CLIENT_ID)
      .setExpirationTime('1h')
      .sign(privateKey);
    const before = bot.heard.length;
    const quiet = console.error; // botbuilder prints every refusal.
    console.error = () => undefined;
    const answer = await fetch(bot.botUrl, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        type: 'message',
        channelId: 'msteams',
        serviceUrl: bot.teams.serviceUrl,
        text: 'let me in',
      }),
    });
    console.error = quiet;
    assert.equal(answer.status, 401);
    assert.equal(bot.heard.length, before);
  });
});
