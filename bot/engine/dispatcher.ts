import type { Db } from '../store/database.ts';

/** Wakes workers. One adapter lives in this process; another can sit on a queue that several replicas share. */
export interface Dispatcher {
  /**
   * Asks for `work(queue)` to be called with `key`, at once or at a time. Asked for inside a transaction (`on`), it comes
   * only if that commits. It survives a crash; several calls may come as one.
   */
  wake(queue: Queue, key: string, options?: { at?: Date; on?: Db }): Promise<void>;
  /** The handler is never called twice at the same time for one key. What it throws is logged and tried again later. */
  work(queue: Queue, handler: (key: string) => Promise<void>): void;
  start(): Promise<void>;
  /** Resolves when nothing is being worked on. */
  stop(): Promise<void>;
}

export type Queue = 'case' | 'step' | 'show';
