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
  /** Resolves when nothing is being worked on, or after some seconds: what hangs is left to the next start. */
  stop(): Promise<void>;
  /** False when wake-ups can't be read, or when one has been due for long and nobody serves it. */
  healthy(): boolean;
}

/** The most important first. Steps of the first stage, which lock somebody out, wait for nothing else. */
export const queues = ['lock-out', 'step', 'case', 'show', 'watch'] as const;
export type Queue = (typeof queues)[number];
