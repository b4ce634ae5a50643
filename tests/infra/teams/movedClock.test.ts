import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../infra/local/freePort.ts';
import { type Rehearsal, startRehearsal } from '../../../infra/local/rehearsal.ts';
import { openBrowser } from '../../browser/seats.ts';
import { eventually } from '../../support/clock.ts';

const HANA = 'hana@contoso.com';
const ARNO = 'arno@contoso.com';
const hour = 3_600_000;
const day = 24 * hour;

describe('A rehearsal whose clock is moved on', function () {
  this.timeout(120_000);
  let rehearsal: Rehearsal;
  let folder: string;
  let port: number;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'signoff-clock-'));
    port = await freePort();
    rehearsal = await startRehearsal({
      folder,
      port,
      databaseUrl: `file:${join(folder, 'signoff.db')}`,
      movesOn: true,
    });
  });
  after(async () => {
    const { bot, teams, tenant } = rehearsal;
    bot.kill();
    if (bot.exitCode === null) await once(bot, 'exit');
    await teams.close();
    await tenant.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const moveOn = async (ms: unknown) => {
    const answer = await fetch(`${rehearsal.teams.url}/_local/clock`, { method: 'POST', body: JSON.stringify({ ms }) });
    return { status: answer.status, body: (await answer.json()) as { now: number } };
  };
  const shows = (person: string, words: RegExp) =>
    rehearsal.teams.waitFor(
      person,
      ({ from, card, text }) => from.bot && words.test(JSON.stringify([card, text])),
      30_000,
    );

  it('shows at once what falls due later, and everybody goes on talking', async () => {
    const { teams } = rehearsal;
    await teams.say(HANA, 'offboard jane@contoso.com');
    const plan = await shows(HANA, /Ask for approval/);
    await teams.tap(HANA, plan.id, 'Ask for approval');
    await shows(ARNO, /Approve/);

    const began = Date.now();
    const moved = await moveOn(8 * day);
    assert.equal(moved.status, 200);
    assert.ok(Math.abs(moved.body.now - began - 8 * day) < 60_000);
    await shows(HANA, /expired|Nobody decided/);

    // A token of the new time in each direction, and to the tenant.
    await teams.say(HANA, 'offboard luca@contoso.com');
    const next = await shows(HANA, /OFF-2/);
    assert.ok(Date.parse(next.sentAt) >= began + 8 * day, 'it is sent at the new time');
    const refused = teams.requests().filter(({ status }) => status === 401 || status === 403);
    assert.deepEqual(refused, []);
  });

  it('goes on only, and not for ever', async () => {
    for (const ms of [0, -day, 'soon', 400 * day]) assert.equal((await moveOn(ms)).status, 400, String(ms));
  });

  it('is moved on from the page, in every window', async function () {
    const browser = await openBrowser(this, 'The clock of a rehearsal');
    const windows = [await browser.newPage(), await browser.newPage()] as const;
    for (const window of windows) await window.goto(`${rehearsal.teams.url}/?seats=${HANA},${ARNO}`);
    const time = async (index: 0 | 1) =>
      Date.parse((await windows[index].locator('#bot-time').getAttribute('datetime')) ?? '');
    const began = await time(0);
    const [page] = windows;
    await page.locator('#move-4-hours').click();
    await page.locator('#move-1-day:enabled').click();
    await page.locator('#move-1-day:enabled').waitFor();
    for (const index of [0, 1] as const) {
      const isAhead = async () => (await time(index)) - began >= day + 4 * hour;
      await eventually(`window ${index} shows the new time`, isAhead);
    }
    await page.locator('[data-seat="0"]').getByLabel('Type a message').fill('help');
    await page.keyboard.press('Enter');
    await page.locator('[data-seat="0"]').getByText('What you can do with Signoff').first().waitFor();
    assert.ok((await page.locator('[data-seat="0"] .day').count()) > 0, 'another day has a line of its own');
    await browser.close();
  });

  it('has no such control in the bot', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/_local/clock`, { method: 'POST', body: '{"ms":1}' });
    assert.equal(answer.status, 404);
  });
});
