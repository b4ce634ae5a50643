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
  say(seat: number, text: string): Promise<void>;
  /** A button of the newest card that has one of this name. */
  button(seat: number, name: string): Locator;
  /** "Confirm all N" of the newest stage that has one. */
  confirmAll(seat: number): Locator;
  /** The newest card in a seat that shows this text. */
  card(seat: number, text: string): Locator;
  /** Writes a picture when `SCREENSHOTS` names a folder, with these scrolled to the top. */
  picture(name: string, ...atTop: Locator[]): Promise<void>;
}

/** Opens the page with these people side by side. */
export async function openSeats(browser: Browser, teamsUrl: string, people: string[]): Promise<Seats> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`${teamsUrl}/?seats=${people.join(',')}&theme=light`);
  const seat = (index: number) => page.locator(`[data-seat="${index}"]`);
  return {
    page,
    complaints,
    async say(index, text) {
      await seat(index).getByLabel('Type a message').fill(text);
      await page.keyboard.press('Enter');
    },
    button: (index, name) => seat(index).locator('.ac-adaptiveCard').getByRole('button', { name, exact: true }).last(),
    confirmAll: (index) =>
      seat(index)
        .locator('.ac-adaptiveCard')
        .getByRole('button', { name: /^Confirm all \d+$/ })
        .last(),
    card: (index, text) => seat(index).locator('.ac-adaptiveCard').filter({ hasText: text }).last(),
    async picture(name, ...atTop) {
      const folder = process.env.SCREENSHOTS;
      if (!folder) return;
      for (const one of atTop) await one.evaluate((element) => element.scrollIntoView({ block: 'start' }));
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`) });
    },
  };
}
