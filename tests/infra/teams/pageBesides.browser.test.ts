import assert from 'node:assert/strict';
import type { TurnContext } from 'botbuilder';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../browser/seats.ts';
import { eventually } from '../../support/clock.ts';
import { ARNO, attached, card, HANA, people, startBot, type TinyBot } from './tinyBot.ts';

describe('Besides talking, the page of the local Teams', () => {
  let browser: Browser;
  let bot: TinyBot;
  let page: Page;
  const complaints: string[] = [];

  async function message(context: TurnContext) {
    const mentioned = { id: people[1]!.id, name: 'Arno Vogel' };
    const entities = [{ type: 'mention', text: '<at>Arno Vogel</at>', mentioned }];
    const body = [
      { type: 'TextBlock', text: 'Asked: <at>Arno Vogel</at>, <at>Nobody</at>', wrap: true },
      { type: 'FactSet', facts: [{ title: 'Decides', value: '<at>Arno Vogel</at>' }] },
    ];
    return context.sendActivity({ attachments: [attached(card('', { body, msteams: { entities } }))] });
  }

  before(async function () {
    browser = await openBrowser(this, 'What the page does besides talking');
  });
  after(() => browser?.close());
  beforeEach(async () => {
    bot = await startBot({ message }, { withoutApp: [ARNO] });
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${bot.teams.url}/?seats=${HANA},${ARNO}`);
    await seat(0).getByText('Say hello to Signoff').waitFor();
  });
  afterEach(async () => {
    await page.context().close();
    await bot.close();
    assert.deepEqual(complaints.splice(0), []);
  });

  /** As from a page or a contact card elsewhere. */
  const copy = async (html: string) => {
    const elsewhere = await page.context().newPage();
    await elsewhere.setContent(html);
    await elsewhere.keyboard.press('Control+A');
    await elsewhere.keyboard.press('Control+C');
    await elsewhere.close();
  };
  const seat = (index: number) => page.locator(`[data-seat="${index}"]`);
  const box = (index: number) => seat(index).getByLabel('Type a message');

  it('installs the bot’s app for somebody who lacks it, and takes it away again', async () => {
    await seat(1).getByText('Arno Vogel has not installed Signoff').waitFor();
    assert.equal(await box(1).count(), 0);
    await seat(1).getByRole('button', { name: 'Install Signoff' }).click();
    await box(1).waitFor();
    await seat(1).getByRole('button', { name: 'Uninstall' }).click();
    await seat(1).getByRole('button', { name: 'Install Signoff' }).waitFor();
    const told = () =>
      bot.heard.filter(({ type, from }) => type === 'installationUpdate' && from.name === 'Arno Vogel');
    // The page shows what is so; the bot is told beside it.
    await eventually('the bot has heard of both', async () => told().length === 2);
    assert.deepEqual(
      told().map(({ action }) => action),
      ['add', 'remove'],
    );
  });

  it('keeps where pasted words lead', async () => {
    await box(0).fill('offboard ');
    await copy('<p><a href="mailto:jane@contoso.com">Jane Doe</a> <a href="data:,x">and</a></p>');
    await page.bringToFront();
    await box(0).press('Control+V');
    assert.equal(await box(0).inputValue(), 'offboard Jane Doe and');
    await seat(0).getByText('Jane Doe → mailto:jane@contoso.com').waitFor();
    await box(0).press('Enter');
    await seat(0).locator('.bubble a[href="mailto:jane@contoso.com"]').waitFor();
    await seat(0).locator('.card').waitFor();
    const said = bot.heard.find(({ type }) => type === 'message')!;
    assert.equal(said.text, 'offboard Jane Doe and');
    assert.match(said.attachments?.[0]?.content, /<a href="mailto:jane@contoso.com">Jane Doe<\/a> and/);
    assert.doesNotMatch(said.attachments?.[0]?.content, /data:/);
  });

  it('draws a mention on a card where the card says who it is', async () => {
    await box(0).fill('who');
    await box(0).press('Enter');
    await seat(0).locator('.card .mention').nth(1).waitFor();
    assert.deepEqual(await seat(0).locator('.card .mention').allTextContents(), ['Arno Vogel', 'Arno Vogel']);
  });
});
