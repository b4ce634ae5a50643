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

  async function askAndApprove(seats: Seats): Promise<void> {
    await seats.say(0, 'offboard jane@contoso.com');
    await seats.button(0, 'Ask for approval').waitFor();
    await seats.picture('1-plan');
    await seats.button(0, 'Ask for approval').click();
    await seats.button(1, 'Approve').waitFor();
    await seats.picture('2-approval');
    await seats.button(1, 'Approve').click();
  }

  it('goes from a sentence to a report with two people, stage by stage', async () => {
    const seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);
    await askAndApprove(seats);
    await seats.button(1, 'Confirm all 4').waitFor();
    await seats.picture('3-stage');
    await seats.button(1, 'Confirm all 4').click();
    for (const seat of [0, 1]) await seats.card(seat, 'Cut off access').getByText('4 steps proved.').waitFor();

    for (const [stage, proof] of [
      ['Keep what is the company’s', 'The automatic reply is on.'],
      ['Take away access', 'Left 4 groups.'],
      ['Release licenses', '4 licenses were taken back.'],
    ] as const) {
      await seats.card(1, stage).getByRole('button', { name: 'Confirm', exact: true }).click();
      for (const seat of [0, 1]) await seats.card(seat, proof).waitFor();
    }
    for (const seat of [0, 1]) {
      const report = seats.card(seat, 'Jane Miller is offboarded');
      await report.waitFor();
      await report.evaluate((element) => element.scrollIntoView({ block: 'start' }));
    }
    await seats.picture('4-report');

    const jane = world.tenant.person(people.jane);
    assert.equal(jane.accountEnabled, false);
    assert.deepEqual(jane.licenses, []);
    assert.deepEqual(seats.complaints, []);
  });

  it('shows a step that failed, and goes on when it is retried', async () => {
    const seats = await openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);
    await askAndApprove(seats);
    await seats.button(1, 'Confirm all 4').waitFor();
    const { data } = world.tenant;
    const own = data.roleAssignments.filter(
      ({ roleDefinitionId }) => roleDefinitionId === directoryRole.userAdministrator,
    );
    data.roleAssignments = data.roleAssignments.filter((one) => !own.includes(one));
    await seats.button(1, 'Confirm all 4').click();
    for (const seat of [0, 1]) await seats.card(seat, 'Insufficient privileges').getByText('1 step failed.').waitFor();
    await seats.picture('5-failed');

    data.roleAssignments.push(...own);
    await seats.button(0, 'Retry').click();
    for (const seat of [0, 1]) await seats.card(seat, 'Cut off access').getByText('4 steps proved.').waitFor();
    assert.deepEqual(seats.complaints, []);
  });

  it('deletes only when two approvers confirm, with a reason', async () => {
    const seats = await openSeats(
      browser,
      world.teams.url,
      [people.helpdesk, people.approver, people.second].slice(0, 2),
    );
    await world.teams.open(people.second);
    await seats.say(0, 'offboard jane@contoso.com urgent');
    await seats.card(0, 'Your choices').getByText('deleted (can be restored for 30 days)').click();
    await seats.button(0, 'Ask for approval').click();
    await seats.button(1, 'Approve').click();
    for (const stage of ['Keep what is the company’s', 'Take away access', 'Release licenses']) {
      await seats.card(1, stage).getByRole('button', { name: 'Confirm', exact: true }).click();
    }
    await seats.button(1, 'Confirm…').click();
    await seats.card(1, 'Delete the account').getByRole('textbox').fill('Left on Friday; nothing to keep.');
    await seats.button(1, 'Confirm: Delete the account').click();
    await seats.card(0, 'waits for a second approver').waitFor();
    assert.ok(world.tenant.person(people.jane), 'one approver is not enough');

    const other = await openSeats(browser, world.teams.url, [people.second, people.helpdesk]);
    await other.button(0, 'Confirm as second approver').click();
    await seats.card(0, 'Jane Miller is offboarded').getByText('Arno Lindqvist, Priya Raman').waitFor();
    assert.equal(
      world.tenant.data.deletedUsers.some(({ user }) => user.userPrincipalName.includes('jane@contoso.com')),
      true,
    );
  });
});
