import assert from 'node:assert/strict';
import { eventually } from '../support/clock.ts';
import { button, defaults, findButton, press, refused, submitted } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('a card that is opened again', () => {
  let world: World;
  beforeEach(async () => {
    world = await startSimpleWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const fromBot = async (person: string) => (await world.teams.messages(person)).filter(({ from }) => from.bot);
  async function open(person: string, caseId: number) {
    const message = await world.ask(person, `status OFF-${caseId}`);
    return press(world, person, { message, action: { type: 'Action.Execute', verb: 'open', data: { case: caseId } } });
  }

  it('has its buttons at the end of the chat alone, however often it is opened', async () => {
    const caseId = await submitted(world, { inputs: defaults });
    await button(world, people.approver, { verb: 'approve', caseId });
    for (let times = 1; times <= 4; times++) {
      await refused(open(people.approver, caseId), 'Shown below.');
      await eventually('one has buttons, and it is the last', async () => {
        const all = await fromBot(people.approver);
        const live = all.filter((one) => findButton(one, { verb: 'approve', caseId }));
        return live.length === 1 && live[0]?.id === all.at(-1)?.id;
      });
    }
    const plain = (await fromBot(people.approver)).filter(
      ({ text }) => text === 'This card is shown again further down.',
    );
    assert.equal(plain.length, 4);
    const rows = await world.signoff.runtime.db
      .selectFrom('posts')
      .selectAll()
      .where('kind', 'like', 'approval:%')
      .execute();
    const arno = `user:${world.tenant.person(people.approver).id}`;
    assert.ok(rows.filter(({ toKey }) => toKey === arno).length <= 3, 'what is over is forgotten');
    await press(world, people.approver, await button(world, people.approver, { verb: 'approve', caseId }));
  });

  it('is none for an approver who is the successor: nothing waits for them', async () => {
    const caseId = await submitted(world, { inputs: { ...defaults, successor: people.second } });
    await refused(open(people.second, caseId), 'Nothing of OFF-1 waits for you now.');
  });
});
