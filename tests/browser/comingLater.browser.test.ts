import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { people, startWorld, type World } from '../support/signoff.ts';
import { ask, runAll } from './journey.ts';
import { openBrowser, openSeats } from './seats.ts';

const phone = { width: 420, height: 1050 };

describe('In the browser', function () {
  this.timeout(120_000);
  let browser: Browser;
  let world: World;

  before(async function () {
    browser = await openBrowser(this, 'A phone, and somebody who installs Signoff later');
  });
  after(() => browser?.close());
  afterEach(() => world[Symbol.asyncDispose]());

  it('all of it is done in a window as narrow as a phone', async () => {
    world = await startWorld();
    const seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver], phone);
    await ask(seats);
    const approver = seats.page.getByRole('tab').nth(1);
    await approver.getByText('New').waitFor();
    await approver.click();
    await seats.button(1, runAll).waitFor();
    const wide = await seats.page.locator('html').evaluate((element) => element.scrollWidth);
    assert.ok(wide <= phone.width, `nothing reaches over the edge, but ${wide} px`);
    await seats.button(1, runAll).evaluate((button) => button.closest('article')?.scrollIntoView({ block: 'end' }));
    await seats.picture('9-phone', 'window');
    await seats.button(1, runAll).click();
    await seats.card(1, 'Jane Miller is offboarded').getByText('Locked out').waitFor();
    assert.deepEqual(seats.complaints, []);
    await seats.page.close();
  });

  it('an approver who installs Signoff later gets what waits for them', async () => {
    world = await startWorld();
    await world.teams.setApp(people.approver, false);
    const seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);
    await seats.seat(1).getByRole('button', { name: 'Install Signoff' }).waitFor();
    await ask(seats);
    await seats.card(0, 'Not reached: Arno Lindqvist (Signoff is not installed for them in Teams).').waitFor();
    await seats.seat(1).getByRole('button', { name: 'Install Signoff' }).click();
    await seats.button(1, runAll).waitFor();
    await seats.card(0, /Asked: .*Arno Lindqvist/).waitFor();
    await seats.button(1, runAll).click();
    await seats.card(0, 'Jane Miller is offboarded').waitFor();
    assert.deepEqual(seats.complaints, []);
    await seats.page.close();
  });
});
