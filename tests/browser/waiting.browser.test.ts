import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { freePort } from '../../infra/local/freePort.ts';
import { type Rehearsal, startRehearsal } from '../../infra/local/rehearsal.ts';
import { people } from '../support/signoff.ts';
import { ask, runAll } from './journey.ts';
import { openBrowser, openSeats, type Seats } from './seats.ts';

describe('Waiting in the browser', function () {
  this.timeout(90_000);
  let browser: Browser;
  let folder: string;
  let rehearsal: Rehearsal;
  let seats: Seats;

  before(async function () {
    browser = await openBrowser(this, 'Reminders, by the clock of the page');
    folder = mkdtempSync(join(tmpdir(), 'signoff-waiting-'));
    const databaseUrl = `file:${join(folder, 'signoff.db')}`;
    rehearsal = await startRehearsal({ folder, port: await freePort(), databaseUrl, movesOn: true });
    seats = await openSeats(browser, rehearsal.teams.url, [people.helpdesk, people.approver]);
  });
  after(async () => {
    await browser?.close();
    if (rehearsal === undefined) return;
    rehearsal.bot.kill();
    if (rehearsal.bot.exitCode === null) await once(rehearsal.bot, 'exit');
    await rehearsal.teams.close();
    await rehearsal.tenant.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const plans = () =>
    seats
      .seat(1)
      .locator('article.message')
      .filter({ has: seats.page.getByRole('button', { name: runAll }) });

  it('calls the approver again after four hours and after a day, and warns the requester before it expires', async () => {
    await ask(seats);
    await plans().first().waitFor();
    await seats.page.locator('#move-4-hours').click();
    // The one before is a line by now, so that it is clear which one waits.
    const calledAgain = seats.seat(1).getByRole('log').getByText('OFF-1: called again further down.');
    await calledAgain.waitFor();
    await plans().last().waitFor();
    await seats.toast(1, 'Jane Miller leaves').first().waitFor();
    await seats.page.locator('#move-1-day:enabled').click();
    await calledAgain.nth(1).waitFor();
    await plans().last().waitFor();
    await seats.page.locator('#move-1-day:enabled').click();
    await seats.seat(0).getByRole('log').getByText('nobody has decided yet, and it expires on').waitFor();
    await seats.button(1, runAll).click();
    await seats.card(0, 'Jane Miller is offboarded').waitFor();
  });
});
