import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { deliver, lastDelivered } from '../support/delivery.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

describe('a welcome', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ newcomers: true });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const heard = async (person: string, place: 'personal' | 'channel' = 'personal') =>
    (await world.teams.messages(person, place))
      .filter(({ from }) => from.bot)
      .map(({ text, card }) => text ?? JSON.stringify(card));
  const installed = async (person: string, action: string) => {
    const { text: _text, entities: _entities, attachments: _files, ...said } = lastDelivered(world, person, 'message');
    return deliver(world, { ...said, id: randomUUID(), type: 'installationUpdate', action });
  };

  it('says what Signoff is and what one may do there, by role', async () => {
    for (const [person, role] of [
      [people.helpdesk, /You are of the helpdesk/],
      [people.approver, /You are an approver/],
      [people.admin, /You are an approver and a Signoff admin/],
      [people.outsider, /You have no role in Signoff.*Ask Omar Haddad/],
    ] as const) {
      await world.teams.open(person);
      const [card, ...more] = await heard(person);
      assert.match(card ?? '', /Welcome to Signoff.*takes people and partners out of Microsoft 365/);
      assert.match(card ?? '', role);
      assert.deepEqual(more, []);
    }
  });

  it('comes once, also when Signoff is installed again, and after a restart', async () => {
    await world.teams.say(people.helpdesk, 'help');
    const before = (await heard(people.helpdesk)).length;
    assert.equal((await installed(people.helpdesk, 'add')).status, 200);
    await world.restart();
    assert.equal((await installed(people.helpdesk, 'add')).status, 200);
    assert.equal((await heard(people.helpdesk)).length, before);
  });

  it('is not for an upgrade, which takes the app away and brings it back, nor for its removal', async () => {
    await world.teams.say(people.helpdesk, 'help');
    await world.signoff.runtime.db.deleteFrom('posts').execute();
    const before = (await heard(people.helpdesk)).length;
    for (const action of ['remove-upgrade', 'add-upgrade', 'remove'])
      assert.equal((await installed(people.helpdesk, action)).status, 200);
    assert.equal((await heard(people.helpdesk)).length, before);
    await installed(people.helpdesk, 'add');
    assert.equal((await heard(people.helpdesk)).length, before + 1);
  });

  it('is one sentence among others, which names nobody', async () => {
    await world.teams.open(people.helpdesk, 'channel');
    assert.deepEqual(await heard(people.helpdesk, 'channel'), [
      'Signoff takes people and partners out of Microsoft 365 when they leave. Write “@Signoff help” to see what can be said.',
    ]);
    await world.teams.open(people.outsider, 'channel');
    assert.equal((await heard(people.outsider, 'channel')).length, 1);
  });
});
