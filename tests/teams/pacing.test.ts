import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { documentedLimits, type Limits, paceBy } from '../../bot/teams/pacing.ts';
import { type Saying, startSaying } from '../support/saying.ts';

const said = (thread: string | null = 'a') => ({ thread, edit: false });
const edited = (thread = 'a') => ({ thread, edit: true });

describe('the pace in Teams', () => {
  /** Milliseconds, as far as the test lets them pass. */
  let at = 0;
  beforeEach(() => {
    at = 0;
    mock.timers.enable({ apis: ['setTimeout'] });
  });
  afterEach(() => mock.timers.reset());

  const settled = () => new Promise((resolve) => setImmediate(resolve));
  async function pass(ms: number): Promise<void> {
    for (const end = at + ms; at < end; ) {
      at += 10;
      mock.timers.tick(10);
      await settled();
    }
  }
  const most = (times: number[], ms: number) =>
    Math.max(...times.map((from) => times.filter((one) => one >= from && one < from + ms).length));

  it('keeps what Microsoft documents for one conversation, and uses it', async () => {
    const pace = paceBy(documentedLimits, () => at);
    const times: number[] = [];
    for (let n = 0; n < 150; n++) void pace.turn(said(), async () => void times.push(at));
    await pass(75_000);
    assert.equal(times.length, 150);
    for (const [ms, limit] of [
      [1000, 7],
      [2000, 8],
      [30_000, 60],
    ] as const)
      assert.equal(most(times, ms), limit, `${ms} ms`);
  });

  it('keeps what Microsoft documents for the app over all conversations', async () => {
    const pace = paceBy(documentedLimits, () => at);
    const times: number[] = [];
    for (let n = 0; n < 120; n++) void pace.turn(said(`chat ${n}`), async () => void times.push(at));
    await pass(4000);
    assert.equal(times.length, 120);
    assert.equal(most(times, 1000), 50);
  });

  it('lets what somebody waits for go before edits, and keeps the order otherwise', async () => {
    const pace = paceBy(few, () => at);
    const went: string[] = [];
    const go = (name: string, call: { thread: string; edit: boolean }) =>
      void pace.turn({ ...call }, async () => void went.push(name));
    for (const name of ['one', 'two', 'three', 'four']) go(name, { thread: 'a', edit: false });
    go('edit 1', edited());
    go('edit 2', edited());
    go('new', { thread: 'a', edit: false });
    await pass(10);
    assert.deepEqual(went, ['one', 'two', 'three', 'four']);
    await pass(1000);
    assert.deepEqual(went.slice(4), ['new', 'edit 1']);
    await pass(2000);
    assert.deepEqual(went.slice(4), ['new', 'edit 1', 'edit 2']);
  });

  it('does not let one conversation hold up another', async () => {
    const pace = paceBy(few, () => at);
    const went: string[] = [];
    for (let n = 0; n < 6; n++) void pace.turn(said('a'), async () => void went.push('a'));
    void pace.turn(said('b'), async () => void went.push('b'));
    await pass(10);
    assert.deepEqual(went.toSorted(), ['a', 'a', 'a', 'a', 'b']);
  });

  it('leaves a part to what somebody waits for', async () => {
    const pace = paceBy(few, () => at);
    for (let n = 0; n < 2; n++) await pace.turn(edited(), async () => undefined);
    assert.deepEqual([pace.roomIn(edited()), pace.roomIn(said()), pace.roomIn(said(null))], [1000, 0, 0]);
  });

  it('says nothing where Teams refused, as long as it asked, and goes on elsewhere', async () => {
    const pace = paceBy(documentedLimits, () => at);
    pace.close(said(), 60_000);
    pace.close(said(), 1000);
    assert.deepEqual([pace.roomIn(said()), pace.roomIn(edited()), pace.roomIn(said('b'))], [60_000, 60_000, 0]);
    let went = false;
    void pace.turn(said(), async () => {
      went = true;
    });
    await pass(59_000);
    assert.equal(went, false);
    await pass(1000);
    assert.equal(went, true);
  });

  it('gives each of what comes back a moment of its own, and the same one when it asks again', async () => {
    const pace = paceBy(few, () => at);
    for (let n = 0; n < 2; n++) await pace.turn(edited(), async () => undefined);
    const asked = ['x', 'y', 'z'].map((what) => pace.comeBackIn(edited(), what));
    assert.deepEqual(asked, [1000, 1500, 2000]);
    at += 400;
    assert.deepEqual([pace.comeBackIn(edited(), 'y'), pace.comeBackIn(edited(), 'x')], [1100, 600]);
    at += 600;
    assert.equal(pace.comeBackIn(edited(), 'x'), 0);
  });
});

/** Four a second in a conversation, of which edits may have two. */
const few: Limits = {
  thread: [{ most: 4, ms: 1000 }],
  app: [{ most: 100, ms: 1000 }],
  keptFromEdits: 0.5,
};

describe('where a chat has no room', () => {
  let saying: Saying;
  afterEach(() => saying[Symbol.asyncDispose]());
  const edits = () =>
    saying.teams
      .requests()
      .filter(({ from, method }) => from === 'bot' && method === 'PUT')
      .map(({ body }) => (body as { text: string }).text);

  it('edits that wait are one, and what is new goes before them', async () => {
    // For each minute two edits, and twice as much that is new.
    saying = await startSaying({ limits: { ...few, thread: [{ most: 4, ms: 60_000 }] } });
    await saying.say('today', 'rain');
    await saying.hears('rain');
    for (const words of ['wind', 'hail', 'snow']) await saying.say('today', words);
    await saying.say('tomorrow', 'sun');
    await saying.hears('rain', 'sun');
    assert.deepEqual(edits(), []);
    await saying.letPass(61_000);
    await saying.hears('snow', 'sun');
    assert.deepEqual(edits(), ['snow']);
  });

  it('nothing is sent before the time that Teams asked for, and then only the last', async () => {
    saying = await startSaying();
    await saying.say('today', 'rain');
    await saying.hears('rain');
    saying.teams.faults({ kind: '429', count: 1, retryAfterSeconds: 600 });
    await saying.say('today', 'wind');
    await saying.refused();
    const before = saying.teams.requests().length;
    for (const words of ['hail', 'snow']) {
      await saying.say('today', words);
      await saying.letPass(100_000);
    }
    await saying.idle();
    assert.equal(saying.teams.requests().length, before);
    await saying.letPass(500_000);
    await saying.hears('snow');
    assert.deepEqual(edits().slice(-1), ['snow']);
    assert.equal(saying.teams.requests().length, before + 1);
  });
});
