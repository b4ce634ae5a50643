import assert from 'node:assert/strict';
import { type Db, openDatabase } from '../../bot/store/database.ts';
import { changePost, ensurePosts, findPost, reachAgain, readPosts, recordSent } from '../../bot/store/posts.ts';

const topic = 'case/1';

describe('the messages on record', () => {
  let db: Db;
  beforeEach(async () => {
    db = await openDatabase('file::memory:');
  });
  afterEach(() => db.destroy());

  const key = (to: string) => ({ topic, kind: 'plan', toKey: to, copy: 0 });

  it('are put down all at once or not at all: whoever is missing would never be told', async () => {
    const nobody = null as unknown as string;
    await assert.rejects(
      ensurePosts(db, topic, [
        { to: 'user:arno', kind: 'plan' },
        { to: nobody, kind: 'plan' },
      ]),
    );
    assert.deepEqual(await readPosts(db, topic), []);
    await ensurePosts(db, topic, [{ to: 'user:arno', kind: 'plan' }]);
    await ensurePosts(db, topic, [
      { to: 'user:arno', kind: 'plan' },
      { to: 'user:priya', kind: 'plan' },
    ]);
    assert.deepEqual((await readPosts(db, topic)).map(({ toKey }) => toKey).sort(), ['user:arno', 'user:priya']);
  });

  it('are told apart by their conversation: two of them may have the same id', async () => {
    await ensurePosts(db, topic, [
      { to: 'user:arno', kind: 'plan' },
      { to: 'user:priya', kind: 'plan' },
    ]);
    for (const person of ['arno', 'priya'])
      await recordSent(db, key(`user:${person}`), { activityId: '1795646222509', conversationId: person }, 'hash');
    for (const person of ['arno', 'priya'])
      assert.equal((await findPost(db, person, '1795646222509'))?.toKey, `user:${person}`);
    assert.equal(await findPost(db, 'omar', '1795646222509'), undefined);
  });

  it('go out to a channel again once something is heard from any of its threads', async () => {
    await ensurePosts(db, topic, [
      { to: 'channel:19:a@thread.tacv2', kind: 'approval:1' },
      { to: 'channel:19:b@thread.tacv2', kind: 'approval:1' },
    ]);
    for (const { copy, kind, toKey } of await readPosts(db, topic))
      await changePost(db, { topic, kind, toKey, copy }, { unreachable: 1 });
    assert.deepEqual(await reachAgain(db, 'channel:19:a@thread.tacv2;messageid=17'), [topic]);
    assert.deepEqual(
      (await readPosts(db, topic)).map(({ toKey, unreachable }) => [toKey, unreachable]),
      [
        ['channel:19:a@thread.tacv2', false],
        ['channel:19:b@thread.tacv2', true],
      ],
    );
  });

  it('keep both when one went out twice, and none twice when the same is told again', async () => {
    await ensurePosts(db, topic, [{ to: 'user:arno', kind: 'plan' }]);
    for (const activityId of ['1', '2', '2', '1'])
      await recordSent(db, key('user:arno'), { activityId, conversationId: 'arno' }, 'hash');
    assert.deepEqual(
      (await readPosts(db, topic)).map(({ copy, activityId }) => [copy, activityId]),
      [
        [0, '1'],
        [1, '2'],
      ],
    );
  });
});
