import assert from 'node:assert/strict';
import { days } from '../../bot/clock.ts';
import { readSettingsJournal } from '../../bot/store/journal.ts';
import type { SeatMessage } from '../../infra/local/teams/server.ts';
import { eventually, jumpingClock } from '../support/clock.ts';
import { asked, buttonsOf, caseRow, press, refused } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

/** What no directory tells, and admins note. */
describe('what is noted about other organizations', () => {
  const clock = jumpingClock();
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ partners: true, parts: () => ({ clock }) });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const inDays = (n: number) => new Date(clock.now().getTime() + days(n)).toISOString().slice(0, 10);
  const saying = ({ card, text }: SeatMessage) => JSON.stringify(card ?? text);
  const said = async (text: string, person: string = people.admin) => saying(await world.ask(person, text));
  /** The list, when all of it is read. */
  async function list(): Promise<string> {
    const first = await world.ask(people.admin, 'partners');
    return eventually('all is read', async () => {
      const now = (await world.teams.messages(people.admin)).find(({ id }) => id === first.id);
      return now !== undefined && saying(now).includes('Look again') && saying(now);
    });
  }

  it('is until when one is kept, by whom and why, and that the day is over', async () => {
    await list();
    const card = await world.ask(people.admin, 'partners relecloud');
    assert.match(saying(card), /Nobody has decided yet to keep it\./);
    const action = buttonsOf(card.card).find(({ verb }) => verb === 'keep');
    assert.ok(action);
    const keep = (inputs: Record<string, string>) => press(world, people.admin, { message: card, action }, inputs);
    await refused(keep({ until: '2020-01-01', why: 'They run our network.' }), /^That day is over, or today\./);
    await refused(keep({ until: 'soon', why: 'They run our network.' }), /^“soon” is not a day\./);
    assert.equal((await keep({ until: inDays(30), why: 'They run our network.' })).kind, 'card');
    assert.match(await list(), /Kept until .* by Omar Haddad: “They run our network\.”/);
    clock.jump(days(31));
    const due = await list();
    assert.match(due, /To be decided anew: Relecloud\./);
    assert.match(due, /To be decided anew: Omar Haddad kept it until .*, because “They run our network\.”/);
    assert.match(await said(`keep vanarsdel until ${inDays(90)} because of the archive`), /VanArsdel is kept until/);
    const journal = await readSettingsJournal(world.signoff.runtime.db);
    assert.deepEqual(
      journal.map(({ words }) => words.replace(/until .*?:/, 'until …:')),
      [
        'Omar Haddad keeps Relecloud until …: “They run our network.”.',
        'Omar Haddad keeps VanArsdel until …: “of the archive”.',
      ],
    );
  });

  it('is which tenants are one partner: shown together, and each removed by itself', async () => {
    await list();
    assert.match(await said('join wide with relecloud'), /Wide World Importers is shown with Relecloud from now on/);
    assert.match(await list(), /Other organizations \(7, .*with Wide World Importers/s);
    const card = await said('partners relecloud');
    assert.match(card, /Also theirs, and removed by themselves.*Wide World Importers: .*seats/s);
    assert.match(await said('partners wide'), /"Wide World Importers"/);
    assert.match(
      await said('join trey with wide'),
      /Wide World Importers can’t be the one that others are joined with/,
    );
    assert.match(await said('join relecloud with trey'), /Others are joined with Relecloud/);
    assert.match(await said('join wide with nobody'), /stands alone again/);
    assert.match(await list(), /Other organizations \(8, /);
  });

  it('is whose somebody with a private address is: shown with them, and removed with them', async () => {
    assert.match(await list(), /Other organizations \(8/);
    assert.match(
      await said('belongs oscar.lind.it@gmail.com to vanarsdel'),
      /is of VanArsdel from now on: shown there, and removed with it\./,
    );
    const oscar = world.tenant.data.users.find(({ mail }) => mail === 'oscar.lind.it@gmail.com');
    const caseId = await asked(world, 'remove partner vanarsdel', 'PRT');
    const { subject } = await caseRow(world, caseId);
    assert.deepEqual((subject as { named: string[] }).named, [oscar?.id]);
    const { domains } = subject as { domains: string[] };
    assert.equal(domains.includes('gmail.com'), false, 'nobody else with such an address is theirs');
    assert.match(await said('belongs luca@contoso.com to vanarsdel'), /has no private address/);
    assert.match(await said('belongs nobody.there@gmail.com to vanarsdel'), /It is not clear whom/);
    assert.match(await said('belongs oscar.lind.it@gmail.com to nobody'), /is of no partner any more/);
  });

  it('is for admins to note', async () => {
    for (const text of [
      'join wide with relecloud',
      `keep trey until ${inDays(5)} because x`,
      'belongs a@gmail.com to trey',
    ])
      assert.match(await said(text, people.helpdesk), /admin/);
    assert.match(await said('keep trey'), /^"Write it like “keep relecloud until/);
    assert.match(await said('join trey'), /^"Which ones\?/);
    assert.match(await said('belongs trey'), /^"Who, and to which partner\?/);
    assert.deepEqual(await readSettingsJournal(world.signoff.runtime.db), []);
  });
});
