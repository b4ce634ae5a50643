import assert from 'node:assert/strict';
import { listFor } from '../../bot/cases/caseLists.ts';
import { groupRoles } from '../../bot/cases/roles.ts';
import { days, hours } from '../../bot/clock.ts';
import { PartnerLooks } from '../../bot/partners/partnerLooks.ts';
import { insertCase } from '../../bot/store/cases.ts';
import type { SeatMessage } from '../../infra/local/teams/server.ts';
import { jumpingClock, letPass } from '../support/clock.ts';
import { approved, asked, buttonsOf, caseIs, caseRow, pressed, stepIs, submitted } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('the list of cases', () => {
  const clock = jumpingClock();
  let world: World;
  beforeEach(async () => {
    world = await startSimpleWorld({ parts: () => ({ clock }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  /** Every text that a card shows, in the order in which it is read. */
  const textsOf = (node: unknown): string[] => {
    if (Array.isArray(node)) return node.flatMap(textsOf);
    if (typeof node !== 'object' || node === null) return [];
    const { text, ...rest } = node as Record<string, unknown>;
    return [...(typeof text === 'string' ? [text] : []), ...Object.values(rest).flatMap(textsOf)];
  };
  const list = async (person: string, sentence = 'cases') => {
    const before = new Set((await world.teams.messages(person)).map((one) => one.id));
    await world.teams.say(person, sentence);
    // A case may send a card of its own at the same moment.
    const isList = (one: SeatMessage) => one.from.bot && !before.has(one.id) && !/^OFF-/.test(one.summary ?? '');
    const { id, card, text } = await world.teams.waitFor(person, isList);
    return { id, card, texts: card === undefined ? [text ?? ''] : textsOf(card) };
  };
  const row = (texts: string[], name: string) => texts[texts.indexOf(name) + 1] ?? 'not there';

  /** Closed cases like the first, as many as there were long ago or just now. */
  async function closed(count: number, closedAt: string): Promise<void> {
    const { id: _, ...like } = await caseRow(world, 1);
    const { db } = world.signoff.runtime;
    for (let n = 0; n < count; n++)
      await db
        .transaction()
        .execute((tx) => insertCase(tx, { ...like, state: 'finished', openSubjectId: null, closedAt }));
  }

  it('says for a plan whom it waits for, and for the one it waits for that it is they', async () => {
    await asked(world);
    const mine = await list(people.helpdesk);
    assert.ok(mine.texts.includes('Waits for you (1)'), mine.texts.join('\n'));
    assert.match(
      row(mine.texts, 'Jane Miller · OFF-1'),
      /^Waits for you to fill in the plan · asked for by Hana Okafor · since \{\{DATE/,
    );
    const theirs = await list(people.approver);
    assert.ok(theirs.texts.includes('Waits for others (1)'));
    assert.match(row(theirs.texts, 'Jane Miller · OFF-1'), /^Waits for Hana Okafor to fill in the plan/);
  });

  it('says of an approval who is asked, and leaves out whoever can’t decide', async () => {
    await submitted(world);
    const theirs = await list(people.helpdesk);
    assert.match(
      row(theirs.texts, 'Jane Miller · OFF-1'),
      /^Waits for .*(Arno Lindqvist|Priya Raman).* to approve the plan/,
    );
    const mine = await list(people.approver, 'what waits for me?');
    assert.match(mine.texts.join('\n'), /What waits for you[\s\S]*Waits for you to approve the plan/);
    assert.deepEqual(
      buttonsOf(mine.card).map(({ title, verb }) => [title, verb]),
      [['Open', 'status']],
    );
    assert.match((await list(people.helpdesk, 'waits for me')).texts[0] ?? '', /^Nothing waits for you/);
  });

  it('says of a stage what is to be confirmed, and of one that failed who can go on', async () => {
    const caseId = await approved(world);
    await stepIs(world, caseId, 'block-sign-in', 'awaiting-confirmation');
    assert.match(row((await list(people.approver)).texts, 'Jane Miller · OFF-1'), /^Waits for you to confirm \d steps/);
    world.tenant.setFaults({ kinds: ['refuse'], match: 'PATCH /users/' });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await stepIs(world, caseId, 'block-sign-in', 'failed');
    world.tenant.clearFaults();
    assert.match(
      row((await list(people.helpdesk)).texts, 'Jane Miller · OFF-1'),
      /^Waits for you to retry or skip (a step|\d steps) that failed/,
    );
    assert.match(row((await list(people.second)).texts, 'Jane Miller · OFF-1'), /^Waits for you to retry or skip/);
  });

  it('has what was closed within a week, and by “open” nothing that is', async () => {
    await asked(world);
    const now = clock.now().getTime();
    await closed(2, new Date(now - days(6)).toISOString());
    await closed(3, new Date(now - days(8)).toISOString());
    const { texts } = await list(people.approver);
    assert.ok(texts.includes('Done this week (2)'), texts.join('\n'));
    assert.match(row(texts, 'Jane Miller · OFF-2'), /^Finished \{\{DATE/);
    assert.doesNotMatch((await list(people.approver, 'cases open')).texts.join('\n'), /OFF-2/);
    assert.ok((await list(people.approver, 'cases all')).texts.includes('Closed (5)'));
    assert.equal((await list(people.approver, 'cases mine')).texts[0]?.startsWith('You have asked for no cases'), true);
  });

  it('is turned page by page on the same card, with counts that are true', async () => {
    await asked(world);
    await closed(18, clock.now().toISOString());
    const first = await list(people.approver);
    assert.ok(first.texts.includes('1–8 of 19'), first.texts.join('\n'));
    assert.ok(first.texts.includes('Done this week (18)'));
    const second = await world.teams.tap(people.approver, first.id, 'Next');
    assert.ok('card' in second && textsOf(second.card).includes('9–16 of 19'));
    const third = await world.teams.tap(people.approver, first.id, 'Next');
    const texts = textsOf('card' in third && third.card);
    assert.ok(texts.includes('17–19 of 19') && texts.includes('Done this week (18)'));
    const turned = await world.card(people.approver, '17–19 of 19');
    assert.deepEqual([turned.id, buttonsOf(turned.card).some(({ title }) => title === 'Next')], [first.id, false]);
    const back = await world.teams.tap(people.approver, first.id, 'Back');
    assert.ok('card' in back && textsOf(back.card).includes('9–16 of 19'));
  });

  it('reads whole cases only where they are open or on the page', async () => {
    await asked(world);
    await closed(40, clock.now().toISOString());
    const { runtime } = world.signoff;
    let read = 0;
    const db = runtime.db.withPlugin({
      transformQuery({ node }) {
        if (node.kind === 'SelectQueryNode' && /case_?steps/i.test(JSON.stringify(node.from))) read++;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const { helpdeskGroupId, approverGroupId, adminGroupId } = world.tenant.data.signoff;
    const groups = { helpdesk: helpdeskGroupId, approver: approverGroupId, admin: adminGroupId };
    const roles = groupRoles({ graph: runtime.graph, groups, guestsMay: [], clock });
    const partners = new PartnerLooks(runtime);
    const desk = { runtime: { ...runtime, db }, roles, partners, rules: { ticket: 'off', confirm: 'stage' } } as const;
    const viewer = { id: world.tenant.person('arno').id, name: 'Arno Lindqvist' };
    const page = (from: number) => listFor(desk, viewer, { list: 'all', search: '' }, { from, most: 8 });
    const first = await page(0);
    assert.deepEqual([first.total, first.counts.done, first.counts.others, first.cases.length], [41, 40, 1, 8]);
    assert.equal(read, 8);
    read = 0;
    assert.deepEqual(
      (await page(8)).cases.map(({ view }) => view.row.id),
      [34, 33, 32, 31, 30, 29, 28, 27],
    );
    assert.equal(read, 9, 'the open one, and the page');
  });

  it('finds somebody’s cases by their name or address, also closed ones, with accents or without', async () => {
    await asked(world, 'offboard noemi@contoso.com');
    await asked(world);
    for (const words of ['jane', 'miller', 'JANE MILLER', 'jane@contoso.com', 'OFF-2']) {
      const { texts } = await list(people.helpdesk, `cases ${words}`);
      assert.ok(texts.includes('Jane Miller · OFF-2'), words);
      assert.ok(!texts.includes('Noémi Szabó · OFF-1'), words);
    }
    assert.ok((await list(people.helpdesk, 'cases szabo')).texts.includes('Noémi Szabó · OFF-1'));
    await world.teams.say(people.helpdesk, 'cancel OFF-2');
    await caseIs(world, 2, 'canceled');
    await world.card(people.helpdesk, 'OFF-2 · Jane');
    assert.match(row((await list(people.helpdesk, 'cases jane')).texts, 'Jane Miller · OFF-2'), /^Canceled/);
  });

  it('names first what has waited longest', async () => {
    await asked(world, 'offboard noemi@contoso.com');
    await letPass(world, clock, hours(1));
    await asked(world);
    await letPass(world, clock, hours(1));
    await asked(world, 'offboard kwame@contoso.com');
    const names = (await list(people.helpdesk)).texts.filter((text) => / · OFF-\d$/.test(text));
    assert.deepEqual(
      names.map((text) => text.slice(-5)),
      ['OFF-1', 'OFF-2', 'OFF-3'],
    );
  });

  it('has no case about whoever asks', async () => {
    await asked(world, 'offboard kwame@contoso.com');
    assert.match((await list('kwame@contoso.com')).texts[0] ?? '', /^No case is open/);
    assert.match((await list('kwame@contoso.com', 'cases kwame')).texts[0] ?? '', /^There is no case about/);
  });
});
