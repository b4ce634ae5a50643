import assert from 'node:assert/strict';
import type { TurnContext } from 'botbuilder';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../browser/seats.ts';
import { ARNO, answers, attached, CLIENT_ID, card, HANA, startBot, type TinyBot } from './tinyBot.ts';

const line = (text: string) => ({ type: 'TextBlock', text, wrap: true, size: 'extraLarge' });
/** Longer than any screen. */
const long = (title: string) => {
  const lines = Array.from({ length: 60 }, (_, index) => line(`Line ${index}`));
  const edit = { type: 'Action.Execute', verb: 'edit', title: 'Edit' };
  return card(title, { body: [line(title), ...lines], actions: [edit] });
};

describe('What is new on the page of the local Teams', () => {
  let browser: Browser;
  let bot: TinyBot;
  let page: Page;
  const complaints: string[] = [];

  async function message(context: TurnContext) {
    const { text } = context.activity;
    if (text.includes('words')) return context.sendActivity('Just **words**');
    if (!text.includes('form'))
      return context.sendActivity({ attachments: [attached(long('The plan'))], summary: 'A plan for Jane' });
    const input = { type: 'Input.Text', id: 'reason', label: 'Reason' };
    return context.sendActivity({ attachments: [attached(card('A form', { body: [line('A form'), input] }))] });
  }

  async function invoke(context: TurnContext) {
    const id = context.activity.replyToId ?? '';
    await context.updateActivity({ type: 'message', id, attachments: [attached(long('The plan, edited'))] });
    return answers.message('It is edited.');
  }

  before(async function () {
    browser = await openBrowser(this, 'What is new on the page');
  });
  after(() => browser?.close());
  beforeEach(async () => {
    bot = await startBot({ message, invoke });
  });
  afterEach(async () => {
    await page.context().close();
    await bot.close();
    assert.deepEqual(complaints.splice(0), []);
  });

  const seat = (index: number) => page.locator(`[data-seat="${index}"]`);
  const log = (index: number) => seat(index).getByRole('log');
  const toasts = (index: number) => seat(index).getByRole('status', { name: 'Notifications' }).getByRole('button');
  const open = async (width: number, fakeClock = false, seen = 'Say hello to Signoff') => {
    const context = await browser.newContext({ viewport: { width, height: 700 }, reducedMotion: 'reduce' });
    page = await context.newPage();
    page.on('console', (each) => each.type() === 'error' && complaints.push(each.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    if (fakeClock) await page.clock.install();
    await page.goto(`${bot.teams.url}/?seats=${HANA},${ARNO}`);
    await seat(0).getByText(seen).first().waitFor();
  };
  const scroll = (index: number, top: number) =>
    log(index).evaluate((element, to) => {
      element.scrollTop = to;
    }, top);
  /** How far below the top of the list something begins; negative when it is scrolled away. */
  const below = async (index: number, text: string) => {
    const found = log(index).getByText(text, { exact: true }).last();
    await found.waitFor();
    const [own, list] = [await found.boundingBox(), await log(index).boundingBox()];
    return (own?.y ?? Number.NaN) - (list?.y ?? Number.NaN);
  };
  const beginsWith = async (index: number, text: string) => {
    const px = await below(index, text);
    assert.ok(px >= 0 && px < 150, `“${text}” begins ${px} px below the top`);
  };
  const speakFirst = (title: string) =>
    bot.adapter.continueConversationAsync(CLIENT_ID, chatWithHana(bot), async (context) => {
      await context.sendActivity({ attachments: [attached(long(title))] });
    });
  const edit = async () => {
    const { id } = (await bot.teams.messages(HANA)).at(-1)!;
    await bot.teams.tap(HANA, id, 'Edit');
    await log(0).getByText('The plan, edited').last().waitFor();
  };

  it('begins with the top of a new card, and stays where it is for an edit', async () => {
    await open(1280);
    await bot.teams.say(HANA, 'plan');
    await beginsWith(0, 'The plan');
    await scroll(0, 700);
    const before = await below(0, 'Line 20');
    await edit();
    assert.equal(await below(0, 'Line 20'), before);
    await bot.teams.say(HANA, 'words');
    await log(0).getByText('Just words').waitFor();
    assert.ok((await below(0, 'words')) > 0, 'what was said is in view again');
  });

  it('leaves alone whoever fills in a card, and says that there is more', async () => {
    await open(1280);
    await bot.teams.say(HANA, 'form');
    await seat(0).getByLabel('Reason').focus();
    const before = await below(0, 'A form');
    await speakFirst('The plan');
    const more = seat(0).getByRole('button', { name: 'New message' });
    await more.waitFor();
    assert.equal(await below(0, 'A form'), before);
    await more.click();
    await beginsWith(0, 'The plan');
    await more.waitFor({ state: 'hidden' });
  });

  it('leaves alone whoever reads further up, too', async () => {
    await open(1280);
    for (const title of ['The first', 'The second']) {
      await bot.teams.say(HANA, 'words');
      await speakFirst(title);
      await beginsWith(0, title);
    }
    await scroll(0, 0);
    await speakFirst('The third');
    await seat(0).getByRole('button', { name: 'New message' }).waitFor();
    assert.equal(await log(0).evaluate((element) => element.scrollTop), 0);
  });

  it('calls by a toast for a new message, never for an edit, and forgets it after a while', async () => {
    await open(1280, true);
    await bot.teams.say(HANA, 'words');
    await toasts(0).filter({ hasText: 'Just words' }).waitFor();
    await bot.teams.say(HANA, 'plan');
    await toasts(0).filter({ hasText: 'A plan for Jane' }).waitFor();
    const [toast, cards] = await Promise.all([toasts(0).boundingBox(), log(0).boundingBox()]);
    assert.ok(toast && cards && toast.y + toast.height <= cards.y, 'it lies over no card');
    assert.equal(await toasts(1).count(), 0);
    await page.clock.fastForward(7000);
    await toasts(0).first().waitFor({ state: 'detached' });
    await edit();
    assert.equal(await toasts(0).count(), 0);
  });

  it('goes to the message that a toast is about', async () => {
    await open(1280);
    await seat(0)
      .getByRole('button', { name: /IT › Offboarding/ })
      .click();
    await seat(0).getByRole('heading', { name: 'IT › Offboarding' }).waitFor();
    await bot.teams.say(HANA, 'plan');
    await toasts(0).click();
    await seat(0).getByRole('heading', { name: 'Signoff' }).waitFor();
    await beginsWith(0, 'The plan');
    assert.equal(await toasts(0).count(), 0);
    assert.match((await page.locator(':focus').getAttribute('aria-label')) ?? '', /^Signoff,/);
  });

  it('shows one seat at a time where it is narrow, and marks the other when it has something new', async () => {
    await open(420);
    const [first, second] = [page.getByRole('tab').nth(0), page.getByRole('tab').nth(1)];
    assert.deepEqual([await seat(0).isVisible(), await seat(1).isVisible()], [true, false]);
    await bot.teams.say(ARNO, 'plan');
    await second.getByText('New').waitFor();
    await second.click();
    assert.deepEqual([await seat(0).isVisible(), await seat(1).isVisible()], [false, true]);
    await second.getByText('New').waitFor({ state: 'hidden' });
    await beginsWith(1, 'The plan');
    await second.press('ArrowLeft');
    assert.equal(await first.getAttribute('aria-selected'), 'true');
    assert.equal(await page.locator(':focus').getAttribute('id'), await first.getAttribute('id'));
    for (const width of [420, 320]) {
      await page.setViewportSize({ width, height: 700 });
      const wide = await page.locator('html').evaluate((element) => element.scrollWidth);
      assert.ok(wide <= width, `nothing reaches over the edge of ${width}, but ${wide} px`);
    }
  });

  it('opens at the top of the newest message, which has been read', async () => {
    await bot.teams.say(HANA, 'words');
    await bot.teams.say(HANA, 'plan');
    await open(1280, false, 'The plan');
    await beginsWith(0, 'The plan');
    assert.equal(await toasts(0).count(), 0);
  });

  it('has both seats side by side again once there is room', async () => {
    await open(420);
    await page.setViewportSize({ width: 1280, height: 700 });
    await seat(1).waitFor();
    assert.equal(await seat(0).isVisible(), true);
    assert.equal(await page.getByRole('tab').count(), 0);
  });
});

/** Where the bot speaks first. Either seat may have come first. */
function chatWithHana({ heard }: TinyBot) {
  const { conversation, serviceUrl, channelId, recipient } = heard.find(({ from }) => from.name === 'Hana Kim')!;
  return { conversation, serviceUrl, channelId, bot: recipient };
}
