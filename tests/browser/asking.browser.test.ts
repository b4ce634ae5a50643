import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { people, startWorld, type World } from '../support/signoff.ts';
import { ask, askAgain, runAll, stageByStage } from './journey.ts';
import { openBrowser, openSeats, type Seats } from './seats.ts';

describe('Asking in the browser', function () {
  this.timeout(120_000);
  let browser: Browser;
  let world: World;
  let seats: Seats;

  before(async function () {
    browser = await openBrowser(this, 'Asking for approval, and asking again');
  });
  after(() => browser?.close());
  beforeEach(async () => {
    world = await startWorld();
    seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);
  });
  afterEach(async () => {
    assert.deepEqual(seats.complaints, []);
    await seats.page.close();
    await world[Symbol.asyncDispose]();
  });

  const choose = (label: string, option: string) =>
    seats.card(0, 'Ask for approval').getByLabel(label).selectOption({ label: option });
  const cardsOf = (seat: number) => seats.seat(seat).locator('article.message:has(.ac-adaptiveCard)').count();

  it('takes a plan back, and asks again with other choices on the same card', async () => {
    await ask(seats);
    await seats.button(1, runAll).waitFor();
    await seats.button(0, 'Withdraw').click();
    await seats.card(0, 'Taken back by Hana Okafor').getByText('nobody can approve it now').waitFor();
    await seats.button(1, runAll).waitFor({ state: 'detached' });

    await choose('Devices in Intune', 'Leave as they are');
    await choose('Account and mailbox', 'No mailbox after 30 days; the account stays, blocked');
    await seats.button(0, 'Update plan').click();
    await seats.card(0, 'Choose, then ask for approval').waitFor();
    await seats.button(0, 'Ask for approval').click();
    await seats.button(1, runAll).waitFor();
    await seats.card(1, runAll).getByText('mailbox goes 30 days after its license').waitFor();
    assert.equal(await cardsOf(0), 1, 'the requester has one card for the whole case');
  });

  it('opens a rejected plan again, as the same case', async () => {
    await ask(seats);
    await seats.button(1, 'Reject…').click();
    await seats.card(1, 'Why do you reject it?').getByRole('textbox').fill('Her files go to Priya.');
    await seats.button(1, 'Reject').click();
    await seats.card(0, 'Her files go to Priya.').waitFor();
    await seats.button(0, 'Edit and ask again').click();
    const successor = seats.card(0, 'Ask for approval').getByLabel('Successor (gets');
    await successor.fill('Nadia');
    await seats.seat(0).locator('[role=option]').filter({ hasText: 'Nadia' }).click();
    await seats.button(0, 'Ask for approval').click();
    const plan = seats.card(1, runAll);
    await plan.getByText('Nadia').first().waitFor();
    await plan.getByText(/^OFF-1 ·/).waitFor();
    await seats.button(1, stageByStage).click();
    await seats.confirmThese(1).waitFor();
    const { length } = await world.signoff.runtime.db.selectFrom('cases').selectAll().execute();
    assert.equal(length, 1);
  });

  it('shows the plan once more where the choices destroy more than it had shown', async () => {
    await ask(seats, 'offboard jane@contoso.com', async () => {
      await choose('Account and mailbox', 'Delete both; can be restored for 30 days');
    });
    await seats.card(0, 'With these choices').getByText('Destroys:').first().waitFor();
    assert.equal(await cardsOf(1), 0, 'no approver has been asked');
    await askAgain(seats);
    await seats.card(1, runAll).getByText('Destroys:').first().waitFor();
  });
});
