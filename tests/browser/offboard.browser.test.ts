import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { directoryRole } from '../../bot/graph/access.ts';
import { people, startWorld, type World } from '../support/signoff.ts';
import { ask, runAll, stageByStage } from './journey.ts';
import { openBrowser, openSeats, type Seats } from './seats.ts';

describe('Offboarding in the browser', function () {
  this.timeout(120_000);
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

  const sitDown = () => openSeats(browser, world.teams.url, [people.helpdesk, people.approver]);

  async function askAndApprove(seats: Seats, sentence?: string) {
    await ask(seats, sentence);
    await seats.button(1, stageByStage).click();
  }

  it('takes the helpdesk a sentence and a tap, and the approver a tap', async () => {
    const seats = await sitDown();
    await seats.say(0, 'offboard jane@contoso.com');
    await seats.button(0, 'Ask for approval').waitFor();
    await seats.picture('1-plan', { seat: 0 }, seats.card(0, 'Ask for approval'));
    await seats.button(0, 'Ask for approval').click();
    await seats.button(1, runAll).waitFor();
    await seats.card(0, /Asked: .*Arno Lindqvist/).waitFor();
    await seats.picture('2-approval', 'window', seats.card(0, 'Withdraw'), seats.card(1, runAll));
    await seats.button(1, runAll).click();
    const reports = [0, 1].map((seat) => seats.card(seat, 'Jane Miller is offboarded'));
    for (const report of reports) await report.getByText('Locked out').waitFor();
    await seats.picture('4-report', { seat: 1 }, seats.card(1, 'Jane Miller is offboarded'));

    const jane = world.tenant.person(people.jane);
    assert.equal(jane.accountEnabled, false);
    assert.deepEqual(jane.licenses, []);
    assert.equal(await seats.confirmThese(1).count(), 0, 'nothing is left to confirm');
    assert.deepEqual(seats.complaints, []);
  });

  it('goes stage by stage for an approver who wants to look at each', async () => {
    const seats = await sitDown();
    await askAndApprove(seats);
    const stage = seats.card(1, 'Jane Miller: Lock out · stage 1 of 5');
    await seats.confirmThese(1).waitFor();
    await stage.getByText('Disable devices', { exact: true }).click();
    await stage.getByText('CTS-JANE-01').waitFor();
    await seats.picture('3-stage', { seat: 1 }, stage);
    for (const [title, proved] of [
      ['Lock out', '5 steps proved'],
      ['Mail and files', '10 steps proved'],
      ['Groups and apps', '7 steps proved'],
    ] as const) {
      const card = seats.card(1, `Jane Miller: ${title}`);
      await card.getByRole('button', { name: /^Confirm these/ }).click();
      await card.getByText(proved).waitFor();
    }
    await seats.card(1, 'Jane Miller: Licenses').getByRole('button', { name: 'Confirm', exact: true }).click();
    for (const seat of [0, 1]) await seats.card(seat, 'Jane Miller is offboarded').getByText('Locked out').waitFor();
    assert.deepEqual(seats.complaints, []);
  });

  it('shows the requester on one card how far it is', async () => {
    const seats = await sitDown();
    await askAndApprove(seats);
    await seats.confirmThese(1).click();
    const progress = seats.card(0, 'Jane Miller leaves').getByText('5 of 5 done');
    await progress.waitFor();
    const cards = await seats.seat(0).locator('article.message .ac-adaptiveCard').count();
    assert.equal(cards, 1, 'the plan, and nothing besides it');
    assert.deepEqual(seats.complaints, []);
  });

  it('brings what waits for somebody to the end of their chat', async () => {
    const seats = await sitDown();
    await askAndApprove(seats);
    await seats.confirmThese(1).waitFor();
    await seats.say(1, 'status OFF-1');
    await seats.card(1, 'Journal').getByText('none changed or missing').waitFor();
    await seats.button(1, 'Open what waits for me').click();
    const last = seats.seat(1).locator('article.message').last();
    await last.getByRole('button', { name: /^Confirm these/ }).click();
    await seats.card(0, 'Jane Miller leaves').getByText('5 of 5 done').waitFor();
    assert.deepEqual(seats.complaints, []);
  });

  it('shows a step that failed, and goes on when it is retried', async () => {
    const seats = await sitDown();
    await askAndApprove(seats);
    await seats.confirmThese(1).waitFor();
    const { data } = world.tenant;
    const own = data.roleAssignments.filter(
      ({ roleDefinitionId }) => roleDefinitionId === directoryRole.userAdministrator,
    );
    data.roleAssignments = data.roleAssignments.filter((one) => !own.includes(one));
    await seats.confirmThese(1).click();
    for (const seat of [0, 1]) await seats.card(seat, 'Insufficient privileges').getByText('1 step failed.').waitFor();
    await seats.picture('5-failed', { seat: 0 }, seats.card(0, 'Insufficient privileges'));

    data.roleAssignments.push(...own);
    await seats.button(0, 'Retry').click();
    await seats.card(0, 'Jane Miller leaves').getByText('5 of 5 done').waitFor();
    assert.deepEqual(seats.complaints, []);
  });

  it('refuses a by-hand step that is not done, and accepts it when it is', async () => {
    const seats = await sitDown();
    await askAndApprove(seats, 'offboard dariusz@contoso.com');
    const stage = 'Dariusz Nowak: Lock out';
    const note = 'Reset in Active Directory, twice.';
    const openNote = async () => {
      await seats.card(0, stage).getByRole('button', { name: 'Done…', exact: true }).last().click();
      return seats
        .card(0, stage)
        .getByLabel(/^What was done/)
        .last();
    };
    const sayDone = () => seats.card(0, stage).getByRole('button', { name: 'Done: Reset password' }).click();
    const written = await openNote();
    await sayDone();
    await seats.card(0, stage).getByText('Write what was done.').waitFor();
    await written.fill(note);
    await sayDone();
    await seats.card(0, 'Not done yet').waitFor();
    await seats.picture('7-by-hand', { seat: 0 }, seats.card(0, 'Not done yet'));
    world.tenant.person('dariusz').lastPasswordChangeDateTime = new Date().toISOString();
    assert.equal(await (await openNote()).inputValue(), note, 'what was written is still there');
    await sayDone();
    await seats.card(0, 'Dariusz Nowak leaves').getByText('1 of').waitFor();
    assert.deepEqual(seats.complaints, []);
  });

  it('goes on with an export over a restart of the bot', async () => {
    world.tenant.setDelays({ exportMs: 6000 });
    const seats = await sitDown();
    await ask(seats, 'offboard jane@contoso.com', async () => {
      await seats.card(0, 'More choices').getByText('More choices').click();
      await seats.card(0, 'More choices').getByText('Export mailbox and OneDrive').click();
    });
    await seats.button(1, runAll).click();
    await seats.card(0, 'Export content').getByText('being proved').first().waitFor();
    await world.restart();
    await seats.card(0, 'Jane Miller is offboarded').waitFor({ timeout: 30_000 });
    const exports = world.tenant.exchanges.filter(({ path }) => path.endsWith('/exportResult'));
    assert.equal(exports.length, 1, 'one export, not one more after the restart');
    assert.deepEqual(seats.complaints, []);
  });
});
