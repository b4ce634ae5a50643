import { createHash } from 'node:crypto';
import { isPersonal } from '../cases/audience.ts';
import { backOff, hours, minutes } from '../clock.ts';
import type { Runtime } from '../engine/runtime.ts';
import { openTopicsIn } from '../store/channels.ts';
import {
  beginSending,
  changePost,
  ensurePosts,
  lastHeardFrom,
  type Post,
  readPosts,
  recordSent,
} from '../store/posts.ts';
import type { Outbox } from './outbox.ts';
import type { PostContent } from './postContent.ts';
import { isAboutMessage, statusOf } from './refusals.ts';
import type { Topic, TopicOwner } from './topic.ts';

const shownAgain: PostContent = { text: 'This card is shown again further down.' };

/** Between two tries of an edit that Teams does not let Signoff make. */
const refusedEdit = { first: minutes(1), longest: hours(1) };
const mostRefusedEdits = 6;
/** An edit that gave no answer may still come through, after a later one. */
const overtakenMs = 60_000;

/** Keeps every message of a topic as it should be: sends those that are missing, edits those that have changed. */
export function startMessenger(
  runtime: Pick<Runtime, 'db' | 'clock' | 'log' | 'dispatcher'>,
  outbox: Outbox,
  owner: TopicOwner,
): void {
  const { db, log, dispatcher } = runtime;
  dispatcher.work('show', showTopic);

  async function showTopic(name: string): Promise<void> {
    const topic = await owner.read(name, await readPosts(db, name));
    if (topic === null) return;
    await ensurePosts(db, name, topic.wanted);
    const first = new Set(topic.wanted.map(({ to }) => to));
    const others = async () => {
      await ensurePosts(db, name, await topic.more());
      await showPosts(name, topic, ({ toKey }) => !first.has(toKey));
    };
    await allOf([showPosts(name, topic, ({ toKey }) => first.has(toKey)), others()]);
  }

  async function showPosts(name: string, topic: Topic, which: (post: Post) => boolean): Promise<void> {
    const posts = (await readPosts(db, name)).filter((post) => which(post) && !post.unreachable);
    posts.sort((a, b) => topic.order(a.kind, b.kind) || a.copy - b.copy);
    const chats = Map.groupBy(posts, ({ toKey }) => toKey);
    await allOf([...chats.values()].map((chat) => showChat(topic, chat)));
  }

  async function showChat(topic: Topic, posts: Post[]): Promise<void> {
    for (const post of posts) {
      if (post.activityId === null && (post.replaced || !topic.sendsTo(post.toKey, post.kind))) continue;
      const content = post.replaced ? shownAgain : topic.showsTo(post.toKey, post.kind);
      const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
      const again = post.againAt !== null && post.againAt <= runtime.clock.now().toISOString();
      // What was shown since is no better off: the old edit may still come, and this wake-up was perhaps asked for earlier.
      if (post.againAt !== null && !again) await dispatcher.wake('show', post.topic, { at: new Date(post.againAt) });
      // What Teams did not take has a hash as well, and perhaps no message.
      if (post.shownHash === hash && !again && !post.sending) continue;
      // Drawn anew by then: what changes in between is one message.
      const what = `${post.topic} ${post.kind} ${post.copy}`;
      const waitMs = await outbox.comeBackIn(post.toKey, post.activityId !== null, what);
      if (waitMs > 0) {
        await dispatcher.wake('show', post.topic, { at: new Date(runtime.clock.now().getTime() + waitMs) });
        continue;
      }
      await show(topic, again ? { ...post, againAt: null } : post, content, hash);
    }
  }

  async function show(topic: Topic, post: Post, content: PostContent, hash: string): Promise<void> {
    const heardFrom = await lastHeardFrom(db, post.toKey);
    try {
      if (await deliver(topic, post, content, hash)) await sendOnceMore(post);
    } catch (error) {
      if (!isAboutMessage(error)) return fall(post, error, hash, heardFrom);
      const tooLarge = statusOf(error) === 413;
      log.error({ error, topic: post.topic, kind: post.kind }, `a message is ${tooLarge ? 'too large' : 'not taken'}`);
      if (!('card' in content)) return setAside(post, error, hash);
      const { summary } = content.card;
      // As often as it is asked for, it is not taken: until it changes, this stands for it.
      const instead = {
        text: `${summary} Teams does not take the card${tooLarge ? ': it is too large' : ''}. Tell your Signoff admin.`,
      };
      await deliver(topic, post, instead, hash).catch((again: unknown) =>
        isAboutMessage(again) ? setAside(post, again, hash) : fall(post, again, hash, heardFrom),
      );
    }
  }

  /** Nothing waits for it; when it changes, it is tried again. */
  async function setAside(post: Post, error: unknown, hash: string): Promise<void> {
    log.error({ error, topic: post.topic, kind: post.kind }, 'a message is set aside');
    await changePost(db, post, { failures: post.failures + 1, sending: 0, shownHash: hash });
    // Whoever asked is told whom it did not reach.
    if (post.toName !== null) await dispatcher.wake('show', post.topic);
  }

  /**
   * The intent is on record before anything leaves: after a crash it is known that a message may be out.
   * @returns whether an earlier one may still come through
   */
  async function deliver(topic: Topic, post: Post, content: PostContent, hash: string): Promise<boolean> {
    const { activityId, conversationId } = post;
    if (activityId !== null && conversationId !== null) {
      const doubtful = await beginSending(db, post);
      await outbox.edit(post.toKey, activityId, content);
      await changePost(db, post, { sending: 0, shownHash: hash, failures: 0, againAt: post.againAt });
      return doubtful;
    }
    let doubtful = false;
    const sent = await outbox.send(post.toKey, topic.speaksIn, content, async () => {
      doubtful = await beginSending(db, post);
    });
    await recordSent(db, post, sent, hash);
    // What stood for it until now stands above it, and whoever asked is told whom it has reached.
    await dispatcher.wake('show', post.topic);
    return doubtful;
  }

  async function sendOnceMore(post: Post): Promise<void> {
    const at = new Date(runtime.clock.now().getTime() + overtakenMs);
    await changePost(db, post, { againAt: at.toISOString() });
    await dispatcher.wake('show', post.topic, { at });
  }

  async function fall(post: Post, error: unknown, hash: string, heardFrom: string | null): Promise<void> {
    const status = statusOf(error);
    log.warn({ error, topic: post.topic, kind: post.kind, status }, 'a message could not be delivered');
    // Refused is not sent; whatever else went wrong, also a time-out on Teams’ side, it may have been.
    const refused = status !== undefined && status < 500 && status !== 408;
    const change = { failures: post.failures + 1, ...(refused && { sending: 0 }) };
    // Somebody took this message away, not the chat: it goes out anew.
    if (status === 404 && post.activityId !== null) {
      await changePost(db, post, { ...change, activityId: null, conversationId: null, shownHash: null, againAt: null });
      return dispatcher.wake('show', post.topic);
    }
    if (status === 403 && post.activityId !== null && !isPersonal(post.toKey)) return tryLater(post, change, hash);
    // Blocked, uninstalled or gone: nothing that trying again would mend, unless they came back just while it failed.
    const gone = status === 403 || status === 404;
    const unreachable = await db.transaction().execute(async (tx) => {
      const silent = gone && (await lastHeardFrom(tx, post.toKey)) === heardFrom;
      await changePost(tx, post, { ...change, ...(silent && { unreachable: 1 }) });
      return silent;
    });
    if (!unreachable) throw error;
    // Whoever asked is told whom it did not reach.
    if (post.toName !== null) await dispatcher.wake('show', post.topic);
    // What went well there before does not any more, either.
    if (!isPersonal(post.toKey))
      for (const topic of await openTopicsIn(db, post.toKey)) await dispatcher.wake('show', topic);
  }

  /** One edit that is refused does not tell that nothing can be posted: whether it can be shows with the next new message. */
  async function tryLater(post: Post, change: { failures: number }, hash: string): Promise<void> {
    const givenUp = change.failures >= mostRefusedEdits;
    const at = new Date(runtime.clock.now().getTime() + backOff(post.failures, refusedEdit));
    await changePost(db, post, {
      ...change,
      ...(givenUp ? { shownHash: hash, againAt: null } : { againAt: at.toISOString() }),
    });
    if (!givenUp) await dispatcher.wake('show', post.topic, { at });
  }
}

/** One chat that can't be written to must not keep the others waiting; the dispatcher comes back for it. */
async function allOf(chats: Promise<void>[]): Promise<void> {
  const failure = (await Promise.allSettled(chats)).find((one) => one.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
