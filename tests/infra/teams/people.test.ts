import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTeams } from '../../../infra/local/teams/server.ts';
import { CLIENT_ID, HANA, people, startBot, TENANT_ID, type TinyBot } from './tinyBot.ts';

describe('What people send in the local Teams', () => {
  let bot: TinyBot;
  before(async () => {
    bot = await startBot({
      async message(context) {
        if (context.activity.text === 'offer') {
          const content = { description: 'The report', sizeInBytes: 5, acceptContext: { caseId: 'OFF-1' } };
          await context.sendActivity({
            attachments: [
              { contentType: 'application/vnd.microsoft.teams.card.file.consent', name: 'report.txt', content },
            ],
          });
        }
      },
      async invoke(context) {
        const { uploadInfo } = context.activity.value;
        await fetch(uploadInfo.uploadUrl, { method: 'PUT', body: 'proof' });
        await context.sendActivity({
          attachments: [
            {
              contentType: 'application/vnd.microsoft.teams.card.file.info',
              contentUrl: uploadInfo.contentUrl,
              name: uploadInfo.name,
              content: { uniqueId: uploadInfo.uniqueId, fileType: uploadInfo.fileType },
            },
          ],
        });
        return { status: 200 };
      },
    });
  });
  after(() => bot.close());

  it('carries mentions as Teams writes them, and leaves mail addresses alone', async () => {
    const mentions = [{ name: 'Jane Doe', userPrincipalName: 'jane@contoso.com' }];
    await bot.teams.say(HANA, '@Signoff offboard @Jane Doe not x@Signoff.com', { conversation: 'channel', mentions });
    const activity = bot.heard.at(-1)!;
    assert.equal(activity.text, '<at>Signoff</at> offboard <at>Jane Doe</at> not x@Signoff.com');
    const found = activity.entities?.filter((each) => each.type === 'mention').map((each) => each.mentioned);
    assert.deepEqual(found, [
      { id: await bot.teams.mri('jane@contoso.com'), name: 'Jane Doe' },
      { id: `28:${CLIENT_ID}`, name: 'Signoff' },
    ]);
    assert.equal(activity.conversation.id, `${bot.teams.channelId};messageid=${activity.id}`);
    assert.equal(activity.conversation.tenantId, undefined);
  });

  it('carries files that the bot can download', async () => {
    await bot.teams.say(HANA, 'offboard', { files: [{ name: 'leavers.csv', content: 'upn\njane@contoso.com' }] });
    const file = bot.heard.at(-1)?.attachments?.[0];
    assert.equal(file?.contentType, 'application/vnd.microsoft.teams.file.download.info');
    assert.deepEqual([file?.name, file?.content.fileType], ['leavers.csv', 'csv']);
    const answer = await fetch(file?.content.downloadUrl);
    assert.equal(await answer.text(), 'upn\njane@contoso.com');
  });

  it('lets a bot put a file into their OneDrive once they agree', async () => {
    await bot.teams.say(HANA, 'offer');
    const offer = (await bot.teams.messages(HANA)).at(-1)!;
    assert.equal(offer.fileOffer?.name, 'report.txt');
    await bot.teams.answerFileOffer(HANA, offer.id, 'accept');
    const shared = (await bot.teams.messages(HANA)).at(-1)?.files[0];
    assert.equal(shared?.name, 'report.txt');
    assert.equal(await (await fetch(shared?.url ?? '')).text(), 'proof');
  });

  it('arrives two times when it is told to', async () => {
    bot.teams.faults({ kind: 'twice', count: 1 });
    await bot.teams.say(HANA, 'again');
    const ids = bot.heard.filter((each) => each.text === 'again').map((each) => each.id);
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
  });

  it('is signed by the same key after a restart, so that a running bot still believes it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'teams-'));
    const options = {
      botUrl: bot.botUrl,
      clientId: CLIENT_ID,
      tenantId: TENANT_ID,
      people,
      keyFile: join(folder, 'data/key.pem'),
    };
    const keys = [];
    for (const _ of [1, 2]) {
      const teams = await startTeams(options);
      keys.push(await (await fetch(`${teams.url}/openid/keys`)).text());
      await teams.close();
    }
    rmSync(folder, { recursive: true });
    assert.equal(keys[0], keys[1]);
  });
});
