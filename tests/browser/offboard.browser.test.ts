import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { directoryRole } from '../../bot/graph/access.ts';
import { people, startWorld, type World } from '../support/signoff.ts';
import { openBrowser, openSeats, type Seats } from './seats.ts';

describe('Offboarding in the browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let world: World;

  before(async function () {
    browser = await openBrowser(this, 'Offboarding with two people');
  });
  after(() => browser?.close());
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  /** With the choices that `fill` makes on the plan card. */
  async function askAndApprove(seats: Seats, sentence = 'offboard jane@contoso.com', fill?: () => Promise<void>) {
    await seats.say(0, sentence);
    await seats.button(0, 'Ask for approval').waitFor();
    await seats.picture('1-plan', seats.card(0, 'Offboard '));
    await fill?.();
    await seats.button(0, 'Ask for approval').click();
    await seats.button(1, 'Approve').waitFor();
    await seats.picture('2-approval', seats.card(0, 'Offboard '), seats.card(1, 'Offboard '));
    await seats.button(1, 'Approve').click();
  }

  async function settled(seats: Seats, stage: string, words: string) {
    for (const seat of [0, 1]) await seats.card(seat, stage).getByText(words).waitFor();
  }

  it('goes from a sentence to a report with two people, stage by stage', async () => {
    const seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);
    await askAndApprove(seats);
    await seats.confirmAll(1).waitFor();
    await seats.picture('3-stage', seats.card(0, 'Cut off access'), seats.card(1, 'stage 1 of 5'));
    await seats.confirmAll(1).click();
    await settled(seats, 'Cut off access', '5 steps proved');
    await seats
      .card(1, 'Keep what is the company’s')
      .getByRole('button', { name: /^Confirm all/ })
      .click();
    await settled(seats, 'Keep what is the company’s', '9 steps proved');
    await seats
      .card(1, 'Take away access')
      .getByRole('button', { name: /^Confirm all/ })
      .click();
    await settled(seats, 'Take away access', '6 steps proved');
    await seats.card(1, 'Release licenses').getByRole('button', { name: 'Confirm', exact: true }).click();
    const reports = [0, 1].map((seat) => seats.card(seat, 'Jane Miller is offboarded'));
    for (const report of reports) await report.waitFor();
    await seats.picture('4-report', ...reports);

    const jane = world.tenant.person(people.jane);
    assert.equal(jane.accountEnabled, false);
    assert.deepEqual(jane.licenses, []);
    assert.deepEqual(seats.complaints, []);
  });

  it('shows a step that failed, and goes on when it is retried', async () => {
    const seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);
    await askAndApprove(seats);
    await seats.confirmAll(1).waitFor();
    const { data } = world.tenant;
    const own = data.roleAssignments.filter(
      ({ roleDefinitionId }) => roleDefinitionId === directoryRole.userAdministrator,
    );
    data.roleAssignments = data.roleAssignments.filter((one) => !own.includes(one));
    await seats.confirmAll(1).click();
    for (const seat of [0, 1]) await seats.card(seat, 'Insufficient privileges').getByText('1 step failed.').waitFor();
    await seats.picture('5-failed', seats.card(0, 'stage 1 of 5'), seats.card(1, 'stage 1 of 5'));

    data.roleAssignments.push(...own);
    await seats.button(0, 'Retry').click();
    await settled(seats, 'Cut off access', '5 steps proved');
    assert.deepEqual(seats.complaints, []);
  });

  it('wipes a device and deletes only when two approvers confirm, with a reason', async () => {
    const seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);
    await world.teams.open(people.second);
    await askAndApprove(seats, 'offboard jane@contoso.com urgent', async () => {
      await seats.card(0, 'Your choices').getByText('Delete both at the end').click();
      await seats
        .card(0, 'Your choices')
        .getByLabel('Devices in Intune')
        .selectOption({ label: 'Erase company devices; remove company data from personal ones' });
    });
    const other = await openSeats(browser, world.teams.url, [people.second, people.helpdesk]);
    const destroy = async (title: string, reason: string) => {
      const card = seats.card(1, title);
      await card.getByRole('button', { name: 'Confirm…', exact: true }).click();
      await card.getByRole('textbox').last().fill(reason);
      await card.getByRole('button', { name: `Confirm: ${title}` }).click();
      await seats.card(0, 'waits for a second approver').waitFor();
      if (title === 'Retire or wipe devices')
        await seats.picture('6-wipe', seats.card(0, 'stage 1 of 5'), seats.card(1, title));
      await other.button(0, 'Confirm as second approver').click();
    };
    await destroy('Retire or wipe devices', 'Company laptop, goes to the next person.');
    for (const stage of ['Keep what is the company’s', 'Take away access']) {
      await seats
        .card(1, stage)
        .getByRole('button', { name: /^Confirm all/ })
        .click();
    }
    await seats.card(1, 'Release licenses').getByRole('button', { name: 'Confirm', exact: true }).click();
    await seats.card(1, 'Delete the account').getByRole('button', { name: 'Confirm…', exact: true }).waitFor();
    assert.ok(world.tenant.person(people.jane), 'nobody has confirmed the deletion');
    await destroy('Delete the account', 'Left on Friday; nothing to keep.');
    await seats.card(0, 'Jane Miller is offboarded').getByText('Arno Lindqvist, Priya Raman').waitFor();
    const deleted = world.tenant.data.deletedUsers.map(({ user }) => user.userPrincipalName);
    assert.ok(deleted.some((name) => name.includes('jane@contoso.com')));
  });

  it('refuses a by-hand step that is not done, and accepts it when it is', async () => {
    const seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);
    await askAndApprove(seats, 'offboard dariusz@contoso.com');
    const sayDone = async () => {
      const step = seats.card(0, 'Cut off access');
      await step.getByRole('button', { name: 'Done…', exact: true }).nth(1).click();
      await step.getByRole('button', { name: 'Done: Reset password' }).click();
    };
    await sayDone();
    await seats.card(0, 'Not done yet').waitFor();
    await seats.picture('7-by-hand', seats.card(0, 'stage 1 of 5'), seats.card(1, 'stage 1 of 5'));
    world.tenant.person('dariusz').lastPasswordChangeDateTime = new Date().toISOString();
    await sayDone();
    for (const seat of [0, 1]) await seats.card(seat, 'Done by hand. The password was replaced.').waitFor();
    assert.deepEqual(seats.complaints, []);
  });

  it('goes on with an export over a restart of the bot', async () => {
    world.tenant.setDelays({ exportMs: 6000 });
    const seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);
    await askAndApprove(seats, 'offboard jane@contoso.com', async () => {
      await seats.card(0, 'Your choices').getByText('Export mailbox and OneDrive').click();
    });
    await seats.confirmAll(1).click();
    await seats
      .card(1, 'Keep what is the company’s')
      .getByRole('button', { name: /^Confirm all/ })
      .click();
    await seats.card(0, 'Export content').getByText('done, being proved').first().waitFor();
    await seats.card(0, 'Under way: 1 step to go').waitFor();
    await world.restart();
    await seats
      .card(0, 'Keep what is the company’s')
      .getByText('Exported; download it before')
      .waitFor({ timeout: 30_000 });
    await settled(seats, 'Keep what is the company’s', '10 steps proved');
    const exports = world.tenant.exchanges.filter(({ path }) => path.endsWith('/exportResult'));
    assert.equal(exports.length, 1, 'one export, not one more after the restart');
  });
});
