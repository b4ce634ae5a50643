import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { people, startWorld, type World } from '../support/signoff.ts';
import { ask, askAgain, runAll } from './journey.ts';
import { openBrowser, openSeats, type Seats } from './seats.ts';

describe('Destroying in the browser', function () {
  this.timeout(120_000);
  let browser: Browser;
  let world: World;
  let seats: Seats;
  let other: Seats;

  before(async function () {
    browser = await openBrowser(this, 'What destroys something');
  });
  after(() => browser?.close());
  beforeEach(async () => {
    world = await startWorld();
    seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);
    other = await openSeats(browser, world.teams.url, [people.second, people.helpdesk]);
  });
  afterEach(async () => {
    assert.deepEqual([...seats.complaints, ...other.complaints], []);
    for (const { page } of [seats, other]) await page.close();
    await world[Symbol.asyncDispose]();
  });

  const choose = (label: string, option: string) =>
    seats.card(0, 'Ask for approval').getByLabel(label).selectOption({ label: option });
  const deletion = () => choose('Account and mailbox', 'Delete both; can be restored for 30 days');

  /** The first approver with a reason, the second after having read it. */
  async function destroy(title: string, reason: string, picture?: string) {
    const card = seats.card(1, title);
    await card.getByRole('button', { name: 'Confirm…', exact: true }).click();
    await card.getByRole('textbox').last().fill(reason);
    await card.getByRole('button', { name: `Confirm: ${title}` }).click();
    const second = other.card(0, 'Confirm as second approver');
    await second.getByText(reason).waitFor();
    if (picture !== undefined) await other.picture(picture, { seat: 0 }, second);
    await other.button(0, 'Confirm as second approver').click();
  }

  it('runs all but what destroys something: that takes two approvers and a reason', async () => {
    await ask(seats, 'offboard jane@contoso.com', async () => {
      await deletion();
    });
    await askAgain(seats);
    await seats.button(1, runAll).click();
    const card = seats.card(1, 'Jane Miller: Delete');
    await card.getByText('waits for two approvers').first().waitFor();
    assert.equal(world.tenant.person(people.jane).accountEnabled, false, 'all the rest is done');
    await card.getByRole('button', { name: 'Confirm…', exact: true }).click();
    await card.getByRole('button', { name: 'Confirm: Delete the account' }).click();
    await card.getByText('Write a reason.').waitFor();
    await card.getByRole('button', { name: 'Confirm…', exact: true }).click();
    await destroy('Delete the account', 'Left on Friday; nothing to keep.');
    await seats.card(0, 'Jane Miller is offboarded').getByText('Arno Lindqvist and Priya Raman').waitFor();
    const deleted = world.tenant.data.deletedUsers.map(({ user }) => user.userPrincipalName);
    assert.ok(deleted.some((name) => name.includes('jane@contoso.com')));
  });

  it('erases a device of somebody who is locked out already only when two approvers confirm', async () => {
    await ask(seats, 'offboard jane@contoso.com urgent', async () => {
      await choose('Devices in Intune', 'Erase company devices; company data on personal ones');
    });
    await askAgain(seats);
    await seats.button(1, 'Approve, lock out at once').click();
    await seats.card(1, 'Retire or wipe devices').getByText('waits for two approvers').first().waitFor();
    assert.equal(world.tenant.person(people.jane).accountEnabled, false, 'the lock-out waits for nobody');
    await destroy('Retire or wipe devices', 'Company laptop, goes to the next person.', '6-wipe');
    await seats.confirmThese(1).waitFor();
    await seats
      .card(0, 'Jane Miller leaves')
      .getByText(/^\d of \d done/)
      .first()
      .waitFor();
  });
});
