import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Runtime } from '../engine/runtime.ts';
import {
  beginSending,
  changePost,
  ensurePosts,
  lastHeardFrom,
  type Post,
  readPosts,
  recordSent,
  type WantedPost,
} from '../store/posts.ts';
import type { Outbox } from './outbox.ts';
import type { PostContent } from './postContent.ts';

/** What there is to say about a topic now. */
export interface Topic {
  wanted: readonly WantedPost[];
  /** As `wanted`, where it takes Microsoft 365 to know: whoever can be told already does not wait for it. */
  more(): Promise<readonly WantedPost[]>;
  /** Whether anything new may go there; what is there already is kept as it should be in any case. After `more`. */
  sendsTo(to: string, kind: string): boolean;
  /** What one message shows, to whom it was sent. After `more`, but for those who are `wanted`. */
  showsTo(to: string, kind: string): PostContent;
  order(a: string, b: string): number;
  /** A conversation that is known: where the personal chat of somebody new is opened from. */
  speaksIn: string;
}

/** Whoever a topic belongs to says what its messages show. @returns null when there is no such topic */
export interface TopicOwner {
  read(topic: string, posts: readonly Post[]): Promise<Topic | null>;
}

const shownAgain: PostContent = { text: 'This card is shown again further down.' };

const failed = z.object({ statusCode: z.number() });
const isTooLarge = (error: unknown): boolean => failed.safeParse(error).data?.statusCode === 413;
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
      // What Teams found too large has a hash as well, and no message.
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
      if (!isTooLarge(error) || !('card' in content)) return fall(post, error, hash, heardFrom);
      log.error({ topic: post.topic, kind: post.kind }, 'a card is too large for Teams');
      // As often as it is asked for, it stays too large: until it changes, this stands for it.
      const instead = {
        text: `${content.card.summary} Teams does not take the card: it is too large. Tell your Signoff admin.`,
      };
      await deliver(topic, post, instead, hash).catch((again: unknown) => fall(post, again, hash, heardFrom));
    }
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
    // Whoever asked is told whom it has reached.
    if (post.toName !== null) await dispatcher.wake('show', post.topic);
    return doubtful;
  }

  async function sendOnceMore(post: Post): Promise<void> {
    const at = new Date(runtime.clock.now().getTime() + overtakenMs);
    await changePost(db, post, { againAt: at.toISOString() });
    await dispatcher.wake('show', post.topic, { at });
  }

  async function fall(post: Post, error: unknown, hash: string, heardFrom: string | null): Promise<void> {
    const status = failed.safeParse(error).data?.statusCode;
    log.warn({ error, topic: post.topic, kind: post.kind, status }, 'a message could not be delivered');
    const refused = status !== undefined && status < 500;
    // Refused is not sent; whatever else went wrong, it may have been.
    const change = { failures: post.failures + 1, ...(refused && { sending: 0 }) };
    // It stays too large until it changes.
    if (status === 413) return changePost(db, post, { ...change, shownHash: hash });
    // Somebody took this message away, not the chat: it goes out anew.
    if (status === 404 && post.activityId !== null) {
      await changePost(db, post, { ...change, activityId: null, conversationId: null, shownHash: null, againAt: null });
      return dispatcher.wake('show', post.topic);
    }
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
  }
}

/** One chat that can't be written to must not keep the others waiting; the dispatcher comes back for it. */
async function allOf(chats: Promise<void>[]): Promise<void> {
  const failure = (await Promise.allSettled(chats)).find((one) => one.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
