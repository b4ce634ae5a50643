import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { chromiumArguments, chromiumMissing, chromiumPath } from '../../infra/local/teams/chromium.ts';

/** Starts the browser, or says loudly why these tests are skipped. */
export async function openBrowser(test: Mocha.Context, what: string): Promise<Browser> {
  const missing = chromiumMissing();
  if (missing) {
    console.error(`\n  !! ${what} was NOT tested in a browser. ${missing}\n`);
    test.skip();
  }
  return chromium.launch({ executablePath: chromiumPath, args: chromiumArguments });
}

export interface Seats {
  page: Page;
  /** What the browser complained about. */
  complaints: string[];
  seat(index: number): Locator;
  say(seat: number, text: string): Promise<void>;
  /** A button of the newest card that has one of this name. */
  button(seat: number, name: string | RegExp): Locator;
  /** "Confirm these N steps" of the newest stage that has one. */
  confirmThese(seat: number): Locator;
  /** The newest card in a seat that shows this text. */
  card(seat: number, text: string | RegExp): Locator;
  /** What a toast in a seat says. */
  toast(seat: number, text: string | RegExp): Locator;
  /** Goes to the chat with Signoff, or to a channel. */
  open(seat: number, conversation: string | RegExp): Promise<void>;
  /**
   * Writes a picture when `SCREENSHOTS` names a folder: of one seat's conversation, or of the whole window, as high as
   * these cards, which stand at the top.
   */
  picture(name: string, of: 'window' | { seat: number }, ...cards: Locator[]): Promise<void>;
}

const window = { width: 1440, height: 1000 };
/** A seat's conversation is then as wide as Teams’ is on a usual screen; `besides` is what stands above and below a card. */
const forPictures = { width: 1560, highest: 1100, besides: 260 };

/** Opens the page with these people side by side, or one at a time where it is narrow. */
export async function openSeats(
  browser: Browser,
  teamsUrl: string,
  people: string[],
  viewport: { width: number; height: number } = window,
): Promise<Seats> {
  const page = await browser.newPage({ viewport, reducedMotion: 'reduce' });
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`${teamsUrl}/?seats=${people.join(',')}&theme=light`);
  const seat = (index: number) => page.locator(`[data-seat="${index}"]`);
  const cards = (index: number) => seat(index).locator('.ac-adaptiveCard');
  return {
    page,
    complaints,
    seat,
    async say(index, text) {
      await seat(index).getByLabel('Type a message').fill(text);
      await page.keyboard.press('Enter');
    },
    button: (index, name) => cards(index).getByRole('button', { name, exact: true }).last(),
    confirmThese: (index) =>
      cards(index)
        .getByRole('button', { name: /^Confirm these \d+ steps$/ })
        .last(),
    card: (index, text) => cards(index).filter({ hasText: text }).last(),
    toast: (index, text) =>
      seat(index).getByRole('status', { name: 'Notifications' }).getByRole('button').filter({ hasText: text }),
    async open(index, conversation) {
      await seat(index).getByRole('button', { name: conversation }).first().click();
    },
    async picture(name, of, ...cards) {
      const folder = process.env.SCREENSHOTS;
      if (!folder) return;
      // Nobody looks at the picture for what came in meanwhile.
      await page.addStyleTag({ content: '.toasts { visibility: hidden; }' });
      await page.mouse.move(0, 0);
      if (viewport === window) await page.setViewportSize({ width: forPictures.width, height: forPictures.highest });
      const heights = await Promise.all(cards.map(async (card) => (await card.boundingBox())?.height ?? 0));
      const height = Math.min(forPictures.highest, Math.max(...heights) + forPictures.besides);
      if (viewport === window) await page.setViewportSize({ width: forPictures.width, height });
      for (const card of cards)
        await card.evaluate((element) => element.closest('article.message')?.scrollIntoView({ block: 'start' }));
      mkdirSync(folder, { recursive: true });
      const file = { path: join(folder, `${name}.png`) };
      if (of === 'window') await page.screenshot(file);
      else await seat(of.seat).locator('.pane').screenshot(file);
      await page.setViewportSize(viewport);
    },
  };
}
