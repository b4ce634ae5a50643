import assert from 'node:assert/strict';
import type { Browser, Locator } from 'playwright-core';
import { days } from '../../bot/clock.ts';
import { jumpingClock, letPass } from '../support/clock.ts';
import { people, startWorld, type World } from '../support/signoff.ts';
import { ask, runAll } from './journey.ts';
import { openBrowser, openSeats, type Seats } from './seats.ts';

/** Three people take each partner of the seed out: Hana asks, Arno and Priya approve, and all three see to what is by hand. */
describe('Removing a partner in the browser', function () {
  this.timeout(120_000);
  const clock = jumpingClock();
  let browser: Browser;
  let world: World;
  let seats: Seats;
  let other: Seats;

  before(async function () {
    browser = await openBrowser(this, 'The removal of a partner');
  });
  after(() => browser?.close());
  beforeEach(async () => {
    world = await startWorld({ partners: true, parts: () => ({ clock }) });
    const { data } = world.tenant;
    data.delays.providerEntryMs = 0;
    data.partners.is.logsPaced = false;
    for (const one of data.applications)
      if (one.displayName === 'Backup Connector') one.owners.push(world.tenant.person('luca').id);
    seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);
    other = await openSeats(browser, world.teams.url, [people.second]);
  });
  afterEach(async () => {
    assert.deepEqual([...seats.complaints, ...other.complaints], []);
    for (const { page } of [seats, other]) await page.close();
    await world[Symbol.asyncDispose]();
  });

  /** Says of one by-hand step that it is done; a card that is drawn anew meanwhile is filled in once more. */
  async function sayDone(title: string) {
    const card = seats
      .seat(0)
      .locator('.ac-adaptiveCard')
      .filter({ hasText: title, has: seats.page.getByRole('button', { name: 'Done…', exact: true }) })
      .last();
    const form = card.getByRole('button', { name: `Done: ${title}`, exact: true });
    await card.waitFor();
    for (let tries = 0; ; tries++) {
      try {
        await fillIn(card, form);
        return;
      } catch (error) {
        if (tries === 5) throw error;
      }
    }
  }

  async function fillIn(card: Locator, form: Locator) {
    const opens = card.getByRole('button', { name: 'Done…', exact: true });
    const timeout = 1500;
    // Several may wait on one card: the one whose form it is.
    for (let at = 0; at < (await opens.count()) && !(await form.isVisible()); at++) {
      await opens.nth(at).click({ timeout });
      const isOpen = await form.waitFor({ timeout: 400 }).then(
        () => true,
        () => false,
      );
      if (!isOpen) await opens.nth(at).click({ timeout });
    }
    const note = card
      .getByLabel(/^What was done/)
      .locator('visible=true')
      .last();
    await note.fill('Seen to by our own people.', { timeout });
    await form.click({ timeout });
    await form.waitFor({ state: 'hidden' });
  }

  async function approveBoth() {
    await seats.button(1, runAll).click();
    await other.button(0, runAll).click();
  }

  async function deleteTheirPeople() {
    const title = 'Delete their guests and members';
    const card = seats.card(1, title);
    await card.getByRole('button', { name: 'Confirm…', exact: true }).click();
    await card.getByRole('textbox').last().fill('They leave for good.');
    await card.getByRole('button', { name: `Confirm: ${title}` }).click();
    await other.button(0, 'Confirm as second approver').click();
  }

  /** What people of ours use is in no “all”. */
  async function confirmAlone(title: string) {
    const card = seats.card(1, title);
    await card.getByRole('button', { name: 'Confirm', exact: true }).last().click();
  }

  const elsewhere = [
    'End the reseller relationship',
    'Look into Azure and the security portals',
    'Look into Exchange',
    'Look into sharing and automation',
    'Rotate what they know',
  ];
  const isProvider = { Relecloud: true, 'Trey Research': false, VanArsdel: false };
  for (const [name, provider] of Object.entries(isProvider))
    it(`takes ${name} out, and watches for a week`, async () => {
      await ask(seats, `remove partner ${name}`);
      if (provider)
        await seats.picture(
          '11-remove-partner',
          'window',
          seats.card(0, `Remove ${name}`),
          seats.card(1, `Remove ${name}`),
        );
      await approveBoth();
      await sayDone('Take over what runs in their name');
      if (name !== 'VanArsdel') await confirmAlone('Disable apps of theirs that your people use');
      await sayDone('Wait for complaints');
      if (provider) {
        await sayDone('End delegated administration');
        await seats.card(0, 'End delegated administration').getByText('Still seen: groups of Relecloud hold').waitFor();
        for (const one of world.tenant.data.partners.delegatedAdmin)
          one.endedAt = new Date(Date.now() - 1000).toISOString();
        await sayDone('End delegated administration');
      }
      for (const title of elsewhere) await sayDone(title);
      await deleteTheirPeople();
      const report = seats.card(0, `${name} is removed as a partner`);
      await report.getByText('Watched until').first().waitFor({ state: 'attached' });
      if (provider) await seats.picture('12-partner-removed', { seat: 0 }, report);
      await letPass(world, clock, days(8));
      await report.getByText('For 7 days nothing of theirs was seen').first().waitFor({ state: 'attached' });
    });
});
