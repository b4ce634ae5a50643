import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { people, startWorld, type World } from '../support/signoff.ts';
import { ask, runAll } from './journey.ts';
import { openBrowser, openSeats, type Seats } from './seats.ts';

describe('Taking something back in the browser', function () {
  this.timeout(120_000);
  let browser: Browser;
  let world: World;
  let seats: Seats;

  before(async function () {
    browser = await openBrowser(this, 'Undo');
  });
  after(() => browser?.close());
  beforeEach(async () => {
    world = await startWorld({ partners: true });
    world.tenant.data.partners.is.logsPaced = false;
    seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);
  });
  afterEach(async () => {
    assert.deepEqual(seats.complaints, []);
    await seats.page.close();
    await world[Symbol.asyncDispose]();
  });

  it('brings Jane back from an offboarding that is over', async () => {
    await ask(seats);
    await seats.button(1, runAll).click();
    await seats.card(0, 'Jane Miller is offboarded').waitFor();
    await ask(seats, 'undo OFF-1');
    const plan = seats.card(1, 'Undo for Jane Miller');
    await plan.getByText('takes back OFF-1').waitFor();
    await seats.picture('13-undo', 'window', seats.card(0, 'Undo for Jane Miller'), plan);
    await seats.button(1, runAll).click();
    await seats.card(0, 'Undone for Jane Miller').waitFor();
    assert.equal(world.tenant.person('jane').accountEnabled, true);
  });

  it('undoes the containment of a partner from its card, for a reason', async () => {
    const other = await openSeats(browser, world.teams.url, [people.second]);
    await ask(seats, 'remove partner trey');
    await seats.button(1, runAll).click();
    await other.button(0, runAll).click();
    const card = seats.card(0, 'Take over what runs in their name');
    await card.getByRole('button', { name: 'Done…', exact: true }).first().click();
    await card.getByLabel(/^What was done/).fill('Our own people took over.');
    await card.getByRole('button', { name: 'Done: Take over what runs in their name' }).click();
    const undo = seats.button(0, 'Undo containment…');
    await undo.waitFor();
    await undo.click();
    const question = seats.card(0, 'Trey Research: undo containment (PRT-1)?');
    await question.getByRole('textbox').fill('The shop is down.');
    await question.getByRole('button', { name: 'End PRT-1, plan the undo' }).click();
    await seats.card(0, 'Undo for Trey Research').getByRole('button', { name: 'Ask for approval' }).click();
    await seats.card(1, 'Undo for Trey Research').getByRole('button', { name: runAll }).click();
    await other.card(0, 'Undo for Trey Research').getByRole('button', { name: runAll }).click();
    await seats.card(0, 'Undone for Trey Research').waitFor();
    await other.page.close();
  });

  it('keeps a partner until a day, with a reason', async () => {
    const admin = await openSeats(browser, world.teams.url, [people.admin]);
    await admin.say(0, 'partners relecloud');
    const card = admin.card(0, 'Nobody has decided yet to keep it.');
    await card.getByRole('button', { name: 'Keep…' }).click();
    await card.getByLabel('Keep until when?').fill('2030-03-31');
    await card.getByLabel('Why?').fill('They run our network.');
    await card.getByRole('button', { name: 'Keep it until then' }).click();
    await admin.card(0, 'Kept until').getByText('by Omar Haddad: “They run our network.”').waitFor();
    assert.deepEqual(admin.complaints, []);
    await admin.page.close();
  });
});
