import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { people, startWorld, type World } from '../support/signoff.ts';
import { openBrowser, openSeats, type Seats } from './seats.ts';

describe('Other organizations in the browser', function () {
  this.timeout(120_000);
  let browser: Browser;
  let world: World;
  let seats: Seats;

  before(async function () {
    browser = await openBrowser(this, 'The list of partners');
    world = await startWorld({ partners: true });
    seats = await openSeats(browser, world.teams.url, [people.admin, people.approver]);
  });
  after(async () => {
    await seats?.page.close();
    await world?.[Symbol.asyncDispose]();
    await browser?.close();
  });

  it('are listed, shown one by one, and left for the list again', async () => {
    await seats.say(0, 'partners');
    const list = seats.card(0, 'Other organizations (8, and 4 that only publish apps)');
    await list.waitFor();
    await list.getByRole('button', { name: 'Show' }).first().click();
    const one = seats.card(0, 'Directory roles');
    await one.getByText('Global Administrator: Relecloud Tier 2 (through delegated administration)').waitFor();
    await seats.picture('10-partner', { seat: 0 }, one);
    await one.getByRole('button', { name: 'Back to the list' }).click();
    await list.getByText('treyresearch.net · synchronizes accounts').waitFor();
    await list.getByRole('button', { name: 'Next' }).click();
    await seats.card(0, '7–8 of 8').getByText('Nothing but apps that people of yours may use').waitFor();
    assert.deepEqual(seats.complaints, []);
  });
});
