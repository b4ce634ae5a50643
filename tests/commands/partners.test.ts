import assert from 'node:assert/strict';
import { minutes } from '../../bot/clock.ts';
import type { SeatMessage } from '../../infra/local/teams/server.ts';
import { jumpingClock } from '../support/clock.ts';
import { buttonsOf, press } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

describe('partners', () => {
  const clock = jumpingClock();
  let world: World;
  before(async () => {
    world = await startWorld({ partners: true, parts: () => ({ clock }) });
    await world.ask(people.admin, 'partners');
    await world.card(people.admin, 'Other organizations (8, and 4 that only publish apps)');
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (text: string, person: string = people.admin) => world.ask(person, text);
  const saying = ({ card, text }: SeatMessage) => JSON.stringify(card ?? text);
  const isFull = (...words: string[]) => world.card(people.admin, ...words);

  it('lists who holds something here, with who can do most first and a page to turn', async () => {
    const { card } = await ask('partners');
    const words = JSON.stringify(card);
    assert.match(words, /Relecloud.*VanArsdel.*Trey Research.*Wide World Importers/s);
    assert.match(words, /1–6 of 8/);
    const next = buttonsOf(card).find(({ title }) => title === 'Next');
    assert.deepEqual([next?.verb, next?.data], ['partners', { from: 6 }]);
  });

  it('turns the page on the card, shows one, and comes back to that page', async () => {
    const message = await ask('partners');
    const action = (title: string, from: SeatMessage) => {
      const found = buttonsOf(from.card).find((one) => one.title === title);
      assert.ok(found, title);
      return { message: from, action: found };
    };
    const now = async () => (await world.teams.messages(people.admin)).find(({ id }) => id === message.id)!;
    await press(world, people.admin, action('Next', message));
    assert.match(saying(await now()), /7–8 of 8/);
    assert.match(saying(await now()), /Nothing but apps that people of yours may use: Northwind Traders, Proseware/);
    await press(world, people.admin, action('Show', await now()));
    assert.match(saying(await now()), /Fabrikam/);
    await press(world, people.admin, action('Back to the list', await now()));
    assert.match(saying(await now()), /7–8 of 8/);
  });

  const whom: [string, string, RegExp][] = [
    ['a name', 'Relecloud', /"Relecloud"/],
    ['the beginning of one', 'trey', /"Trey Research"/],
    ['a domain', 'vanarsdel.com', /"VanArsdel"/],
    ['an address', 'someone@treyresearch.net', /"Trey Research"/],
    ['a tenant id', '19DEE021-b601-4f27-add2-2a5d43ba2734', /"Fabrikam"/],
    ['somebody who only publishes apps', 'Proseware', /"Proseware".*Proseware Sign: assigned to 1 person/s],
  ];
  for (const [what, who, expected] of whom)
    it(`shows one by ${what}`, async () => {
      const answer = await ask(`partners ${who}`);
      assert.match(saying(answer), expected);
      assert.match(saying(answer), /Looked at on/);
    });

  it('asks which one, where several could be meant', async () => {
    const answer = await ask('partners re');
    assert.match(saying(answer), /Which one do you mean by “re”\?/);
    assert.deepEqual(
      buttonsOf(answer.card).map(({ tooltip }) => tooltip),
      ['Show Relecloud', 'Show Trey Research'],
    );
  });

  it('asks which one, where two have the same name', async () => {
    const { tenants } = world.tenant.data.partners;
    const adatum = tenants.find(({ displayName }) => displayName === 'Adatum')!;
    adatum.displayName = 'Litware';
    await ask('partners again');
    await isFull('Other organizations (8, and 4 that only publish apps)');
    const answer = await ask('partners litware');
    assert.match(saying(answer), /Which one do you mean.*litware\.com.*adatum\.com/s);
    adatum.displayName = 'Adatum';
    await ask('partners again');
    await isFull('Other organizations (8, and 4 that only publish apps)', 'Adatum');
  });

  const refused: [string, string, RegExp][] = [
    ['nobody', 'Umbrella', /“Umbrella” has nothing in your organization that Signoff can see\. Type “partners”/],
    ['one’s own name', 'Contoso', /your own organization/],
    ['one’s own domain', 'contoso.onmicrosoft.com', /your own organization/],
    ['one’s own tenant', '7d3c9a54-2b1e-4f60-9c85-6a0e41d7b318', /your own organization/],
    ['an organization of one’s own', 'contosoretail.com', /of your own multitenant organization/],
    ['Microsoft by name', 'Microsoft', /never among partners/],
    ['Microsoft by tenant', 'f8cdef31-a31e-4b4a-93e4-5f571e91255a', /never among partners/],
    ['far too much', 'x'.repeat(300), /too long for a name/],
  ];
  for (const [what, who, expected] of refused)
    it(`says so for ${what}`, async () => {
      const { text, card } = await ask(`partners ${who}`);
      assert.equal(card, undefined);
      assert.match(text ?? '', expected);
    });

  it('is for whoever has a role alone', async () => {
    for (const person of [people.helpdesk, people.approver]) assert.ok((await ask('partners', person)).card);
    const { text } = await ask('partners', people.outsider);
    assert.match(text ?? '', /^Only the helpdesk, approvers and Signoff admins can look at other organizations/);
  });

  it('asks Microsoft 365 once an hour, and says how old it is', async () => {
    const asked = () => world.tenant.requests().filter(({ path }) => path.includes('/organization?')).length;
    const before = asked();
    await ask('partners');
    clock.jump(minutes(30));
    await ask('partners');
    assert.equal(asked(), before);
    clock.jump(minutes(31));
    await ask('partners');
    assert.equal(asked(), before + 1);
    await isFull('Other organizations (8, and 4 that only publish apps)');
  });

  it('answers with what is quickly read, and fills the card in', async () => {
    world.tenant.setFaults({ kinds: ['timeoutAfter'], match: 'GET /users?$filter', hangMs: 1200, count: 1 });
    const first = await ask('partners again');
    assert.match(saying(first), /Still looking at .*guests and members from outside/);
    assert.doesNotMatch(saying(first), /12 guests/);
    const full = await world.teams.waitFor(
      people.admin,
      ({ id, card }) => id === first.id && JSON.stringify(card).includes('12 guests'),
      30_000,
    );
    assert.doesNotMatch(saying(full), /Still looking/);
  });

  it('leaves a card alone that shows something else by now', async () => {
    world.tenant.setFaults({ kinds: ['timeoutAfter'], match: 'GET /oauth2PermissionGrants', hangMs: 1500, count: 1 });
    const first = await ask('partners again');
    assert.match(saying(first), /Still looking/);
    const action = buttonsOf(first.card).find(({ title }) => title === 'Show')!;
    await press(world, people.admin, { message: first, action });
    const shown = await world.teams.waitFor(
      people.admin,
      ({ id, card }) => id === first.id && /Relecloud Backup may use/.test(JSON.stringify(card)),
      30_000,
    );
    assert.doesNotMatch(saying(shown), /Other organizations|Still looking/);
  });

  it('is no card but a sentence where Microsoft 365 does not answer', async () => {
    world.tenant.setFaults({ kinds: ['timeoutAfter'], match: 'GET /organization', hangMs: 3000, count: 1 });
    const { text } = await ask('partners again');
    assert.match(text ?? '', /does not answer at the moment\. Try again in a minute/);
    world.tenant.clearFaults();
  });

  it('answers in the personal chat what was asked in a channel', async () => {
    await world.teams.say(people.admin, '@Signoff partners', { conversation: 'channel' });
    await isFull('Other organizations (8, and 4 that only publish apps)');
  });

  it('asks for a name, and tells a person from a partner', async () => {
    assert.match((await ask('remove partner')).text ?? '', /Type “partners” to see them, then “remove partner NAME”/);
    assert.match((await ask('remove jane@contoso.com')).text ?? '', /“offboard jane@contoso\.com” for a person/);
  });
});
