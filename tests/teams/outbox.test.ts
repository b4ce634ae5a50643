import assert from 'node:assert/strict';
import { readPosts } from '../../bot/store/posts.ts';
import { eventually } from '../support/clock.ts';
import { type Saying, startSaying } from '../support/saying.ts';

const topic = 'today';

describe('what is said in Teams', () => {
  let saying: Saying;
  beforeEach(async () => {
    saying = await startSaying();
  });
  afterEach(() => saying[Symbol.asyncDispose]());

  const posts = () => readPosts(saying.db, topic);
  const say = (words: string) => saying.say(topic, words);

  it('is one message, which is kept up to date', async () => {
    await say('one');
    await saying.hears('one');
    await say('two');
    await saying.hears('two');
  });

  it('is broken off when Teams does not answer, and sent again; which of the two is out stays in doubt', async () => {
    saying.teams.faults({ kind: 'hangs', count: 1, waitMs: 5000 });
    await say('one');
    await saying.hears('one', 'one');
    assert.deepEqual(
      (await posts()).map(({ doubts }) => doubts),
      [1],
    );
    // What was broken off says nothing any more, also when Teams would.
    saying.teams.clearFaults();
    await say('two');
    await saying.hears('one', 'two');
    assert.equal((await posts()).length, 1);
  });

  for (const [when, meanwhile] of [
    ['when an older edit may have come through after it', []],
    ['also when something else was said meanwhile', ['four']],
  ] as const)
    it(`is said once more ${when}`, async () => {
      const last = meanwhile.at(-1) ?? 'three';
      await say('one');
      await saying.hears('one');
      saying.teams.faults({ kind: 'slow', count: 1, waitMs: 5000 });
      await say('two');
      await eventually('it is given up', async () => (await posts()).some(({ failures }) => failures > 0));
      for (const words of ['three', ...meanwhile]) {
        await say(words);
        await saying.hears(words);
      }
      await saying.hears('two');
      await saying.letPass(60_000);
      await saying.hears(last);
      await eventually('it is on record', async () => (await posts()).every(({ againAt }) => againAt === null));
    });

  it('is tried again by nobody but Signoff: a broken connection leaves a doubt on record', async () => {
    saying.teams.faults({ kind: 'lost', count: 1 });
    await say('one');
    await saying.hears('one', 'one');
    assert.deepEqual(
      (await posts()).map(({ doubts }) => doubts),
      [1],
    );
  });

  it('is sent once more after a time-out on Teams’ side, which leaves a doubt, and after a lock, which leaves none', async () => {
    saying.teams.faults({ kind: '408', count: 1, method: 'POST' });
    await say('one');
    await saying.hears('one');
    assert.deepEqual(
      (await posts()).map(({ doubts }) => doubts),
      [1],
    );
    saying.teams.faults({ kind: '412', count: 1, method: 'POST' });
    await saying.say('tomorrow', 'two');
    await saying.hears('one', 'two');
    await eventually('it is on record', async () =>
      (await readPosts(saying.db, 'tomorrow')).every(({ doubts, sending }) => doubts === 0 && !sending),
    );
  });

  it('is set aside where Teams does not take it: it is said so, and nothing waits for it', async () => {
    const card = { card: { summary: 'The plan.', content: { type: 'AdaptiveCard', version: '1.5', body: [] } } };
    saying.teams.faults({ kind: '400', count: 1, method: 'POST' });
    await saying.say(topic, card);
    await saying.hears('The plan. Teams does not take the card. Tell your Signoff admin.');
    saying.teams.faults({ kind: '400', count: 2, method: 'POST' });
    await saying.say('tomorrow', card);
    await eventually('both were refused', async () =>
      saying.lines.some((line) => line.includes('a message is set aside')),
    );
    await saying.idle();
    const sent = saying.teams.requests().length;
    await saying.say('tomorrow', card);
    await saying.idle();
    assert.equal(saying.teams.requests().length, sent, 'it is not tried again until it changes');
    await saying.say('tomorrow', 'two');
    await saying.hears('The plan. Teams does not take the card. Tell your Signoff admin.', 'two');
  });
});
