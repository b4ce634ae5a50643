import assert from 'node:assert/strict';
import type { InvokeResponse, TurnContext } from 'botbuilder';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { chromiumArguments, chromiumMissing, chromiumPath } from '../../../infra/local/teams/chromium.ts';
import { ARNO, answers, attached, card, HANA, people, startBot, type TinyBot } from './tinyBot.ts';

const execute = (verb: string, title: string, rest = {}) => ({ type: 'Action.Execute', verb, title, ...rest });

const planCard = () =>
  card('Offboard Jane Doe', {
    body: [
      { type: 'TextBlock', text: 'Offboard **Jane Doe**', wrap: true },
      {
        type: 'Input.ChoiceSet',
        id: 'successor',
        label: 'Successor',
        isRequired: true,
        errorMessage: 'Choose a successor.',
        choices: [],
        'choices.data': { type: 'Data.Query', dataset: 'graph.microsoft.com/users' },
      },
      { type: 'Badge', text: 'New', fallback: { type: 'TextBlock', text: 'In place of a badge' } },
    ],
    actions: [execute('approve', 'Approve'), execute('refuse', 'Refuse', { associatedInputs: 'none' })],
  });

describe('The page of the local Teams', () => {
  let browser: Browser;
  let bot: TinyBot;
  let page: Page;
  let answered: Promise<void> | undefined;
  const complaints: string[] = [];

  async function message(context: TurnContext) {
    if (context.activity.text.includes('offboard')) {
      return context.sendActivity({ attachments: [attached(planCard())], summary: 'A plan for Jane Doe' });
    }
    return context.sendActivity('Hello **there**, <b>friend</b>');
  }

  async function invoke(context: TurnContext): Promise<InvokeResponse> {
    await answered;
    if (context.activity.value.action.verb === 'refuse') return answers.error('Only an approver may refuse.');
    const done = card(`Approved for ${context.activity.from.name}`);
    await context.updateActivity({
      type: 'message',
      id: context.activity.replyToId ?? '',
      attachments: [attached(card('Approved'))],
    });
    return answers.card(done);
  }

  before(async function () {
    const missing = chromiumMissing();
    if (missing) {
      console.error(`\n  !! The page of the local Teams was NOT tested. ${missing}\n`);
      this.skip();
    }
    browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments });
  });
  after(async () => {
    await browser?.close();
  });

  beforeEach(async () => {
    answered = undefined;
    bot = await startBot({ message, invoke });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
    page = await context.newPage();
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterEach(async () => {
    await page.context().close();
    await bot.close();
    assert.deepEqual(complaints.splice(0), []);
  });

  const seat = (index: number) => page.locator(`[data-seat="${index}"]`);
  const posts = (index: number) => seat(index).getByRole('log');
  const option = (index: number, name: RegExp) => posts(index).getByRole('listbox').getByRole('option', { name });
  const open = async (query = '') => {
    await page.goto(`${bot.teams.url}/${query}`);
    await seat(0).getByLabel('Type a message').waitFor();
  };
  const say = async (at: Locator, words: string) => {
    await at.getByLabel('Type a message').fill(words);
    await at.getByLabel('Type a message').press('Enter');
  };
  const showChannel = async (at: Locator) => {
    await at.getByRole('button', { name: /IT › Offboarding/ }).click();
    await at.getByRole('heading', { name: 'IT › Offboarding' }).waitFor();
  };

  it('seats the helpdesk and an approver side by side and lets them talk', async () => {
    await open();
    assert.equal(await seat(0).getAttribute('aria-label'), 'Seat 1: Hana Kim');
    assert.equal(await seat(1).getAttribute('aria-label'), 'Seat 2: Arno Vogel');
    await say(seat(0), 'hi');
    await posts(0).getByText('Hello there, <b>friend</b>').waitFor();
    assert.equal(await seat(0).locator('.bubble strong').textContent(), 'there');
    assert.equal(await seat(1).locator('[data-message-id]').count(), 0);
  });

  it('gives the people picker’s object id to the bot, once somebody was picked', async () => {
    await open();
    await say(seat(0), 'offboard jane');
    await seat(0).getByText('In place of a badge').waitFor();
    await seat(0).getByRole('button', { name: 'Approve' }).click();
    await seat(0).getByText('Choose a successor.').waitFor();
    const picker = seat(0).getByLabel('Successor');
    await picker.fill('priya');
    await option(0, /Priya Nair/).waitFor();
    await picker.press('Enter');
    assert.equal(await picker.inputValue(), 'Priya Nair');
    await seat(0).getByRole('button', { name: 'Approve' }).click();
    await seat(0).getByText('Approved for Hana Kim').waitFor();
    const tap = bot.heard.find((each) => each.type === 'invoke');
    assert.equal(tap?.value.action.data.successor, people[2]?.id);
  });

  it('shows an edit to everyone and the answer to a tap only to whoever tapped', async () => {
    await open();
    await showChannel(seat(0));
    await showChannel(seat(1));
    await say(seat(0), '@Signoff offboard jane');
    await seat(1).getByLabel('Successor').fill('jane');
    await option(1, /Jane Doe/).click();
    await seat(1).getByRole('button', { name: 'Approve' }).click();
    await seat(1).getByText('Approved for Arno Vogel').waitFor();
    await posts(0).getByText('Approved', { exact: true }).waitFor();
    assert.equal(await seat(0).getByText('Edited', { exact: true }).count(), 1);
  });

  it('lets nothing be pressed twice and shows errors in red below the card', async () => {
    let release: () => void = () => undefined;
    answered = new Promise((resolve) => {
      release = resolve;
    });
    await open();
    await say(seat(0), 'offboard jane');
    const refuse = seat(0).getByRole('button', { name: 'Refuse' });
    await refuse.click();
    await seat(0).locator('.waiting').waitFor();
    assert.equal(await seat(0).getByRole('button', { name: 'Approve' }).isDisabled(), true);
    release();
    await seat(0).locator('.notice.error', { hasText: 'Only an approver may refuse.' }).waitFor();
    assert.equal(await refuse.isEnabled(), true);
  });

  it('hands a post in the channel to the bot only when it mentions it, with the keyboard alone', async () => {
    await open();
    await showChannel(seat(0));
    await say(seat(0), 'only among us');
    const box = seat(0).getByLabel('Type a message');
    await box.pressSequentially('@Sig');
    await seat(0)
      .getByRole('option', { name: /Signoff/ })
      .waitFor();
    await box.press('Enter');
    await box.pressSequentially('hello');
    await box.press('Enter');
    await posts(0).getByText('Hello there').waitFor();
    const heard = bot.heard.filter((each) => each.type === 'message').map((each) => each.text);
    assert.deepEqual(heard, ['<at>Signoff</at> hello']);
  });

  it('marks what is unread and clears the mark when it is read', async () => {
    await open();
    await bot.teams.say(HANA, '@Signoff hello', { conversation: 'channel' });
    const tab = seat(1).getByRole('button', { name: /IT › Offboarding/ });
    await tab.getByText('Unread').waitFor();
    await tab.click();
    await tab.getByText('Unread').waitFor({ state: 'hidden' });
  });

  it('takes seats, theme and layout from the address and keeps them there', async () => {
    await open(`?seats=${ARNO},jane@contoso.com&theme=dark&layout=narrow`);
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    assert.equal((await seat(0).boundingBox())?.width, 360);
    assert.equal(await seat(1).getAttribute('aria-label'), 'Seat 2: Jane Doe');
    await page.getByRole('button', { name: 'Dark' }).click();
    await page.getByRole('button', { name: 'One seat' }).click();
    await seat(0).getByLabel('Who sits here').selectOption({ label: 'Priya Nair · second approver' });
    await seat(0).and(page.getByLabel('Seat 1: Priya Nair')).waitFor();
    assert.match(page.url(), /seats=priya@contoso\.com,jane@contoso\.com&theme=light&layout=one$/);
    assert.equal(await seat(1).isVisible(), false);
  });
});
