import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { itTeam, people, startWorld, type World } from '../support/signoff.ts';
import { ask, stageByStage } from './journey.ts';
import { openBrowser, openSeats, type Seats } from './seats.ts';

const channel = /IT › Offboarding/;

describe('An approvals channel in the browser', function () {
  this.timeout(120_000);
  let browser: Browser;
  let world: World;
  let seats: Seats;
  let others: Seats;

  before(async function () {
    browser = await openBrowser(this, 'The approvals channel');
  });
  after(() => browser?.close());
  beforeEach(async () => {
    world = await startWorld({ team: itTeam });
    seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);
    others = await openSeats(browser, world.teams.url, [people.second, people.admin]);
    await others.open(1, channel);
    await others.say(1, '@Signoff approvals here');
    await others.seat(1).getByRole('log').getByText('Approvals come to this channel from now on').waitFor();
  });
  afterEach(async () => {
    assert.deepEqual([...seats.complaints, ...others.complaints], []);
    for (const { page } of [seats, others]) await page.close();
    await world[Symbol.asyncDispose]();
  });

  it('calls the approvers by name, shows each what they may do, and lets one approve and another confirm', async () => {
    await ask(seats);
    await seats.toast(1, 'Jane Miller leaves').waitFor();
    await seats.open(1, channel);
    await seats.open(0, channel);
    const called = await seats.card(0, 'Open my view').locator('.mention').allTextContents();
    assert.ok(called.includes('Arno Lindqvist') && called.includes('Priya Raman'), String(called));
    await seats.open(0, 'Signoff');
    await seats.picture('8-channel', { seat: 1 }, seats.card(1, stageByStage));
    await seats.button(1, stageByStage).click();
    await others.open(0, channel);
    await others.card(0, 'Jane Miller: Lock out').waitFor();
    await others.confirmThese(0).click();
    await seats.card(0, 'Jane Miller leaves').getByText('5 of 5 done').waitFor();
  });

  it('lets nobody decide there who is no approver, but shows them where it stands', async () => {
    await ask(seats);
    await others.open(1, channel);
    await seats.open(0, channel);
    await seats.button(0, 'Open my view').click();
    await seats.card(0, 'Jane Miller leaves').getByRole('button', { name: 'Withdraw' }).waitFor();
    assert.equal(await seats.button(0, stageByStage).count(), 0);
  });

  it('tells an approver who asks for it in their own chat that it waits in the channel', async () => {
    await ask(seats);
    await seats.toast(1, 'Jane Miller leaves').waitFor();
    await seats.say(1, 'status OFF-1');
    await seats.button(1, 'Open what waits for me').click();
    await seats.seat(1).getByRole('log').getByText('OFF-1 waits for you in the approvals channel').waitFor();
  });
});
