import type { Post, WantedPost } from '../store/posts.ts';
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

/** Each topic belongs to the first that knows it. */
export const ownersOf = (...owners: readonly TopicOwner[]): TopicOwner => ({
  async read(topic, posts) {
    for (const owner of owners) {
      const found = await owner.read(topic, posts);
      if (found !== null) return found;
    }
    return null;
  },
});
