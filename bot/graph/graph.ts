import type { z } from 'zod';

/** What a preview and a verify may do: read. */
export interface GraphReader {
  /** @throws GraphFailure; AppError `graph-shape` when the answer is not as the schema says */
  read<T>(path: string, schema: z.ZodType<T>, options?: ReadOptions): Promise<T>;
  /** As `read`, but null when Graph says 404. */
  find<T>(path: string, schema: z.ZodType<T>, options?: ReadOptions): Promise<T | null>;
  /** Every page of a collection. */
  list<T>(path: string, item: z.ZodType<T>, options?: ListOptions): Promise<T[]>;
  /** A POST that only asks, such as checkMemberGroups. */
  ask<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>;
}

export interface ReadOptions {
  /** Sends `ConsistencyLevel: eventual`, which `$search` and `$count` need. */
  eventual?: boolean;
}

export interface ListOptions extends ReadOptions {
  /** Stops reading pages once there are this many. */
  atMost?: number;
}

export interface BatchCall {
  method: 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
}

/** One answer a call, in the order asked. */
export type BatchAnswer = { ok: true } | { ok: false; failure: Error & { kind: string; text: string } };

/** What a run and an undo may do as well: write. A write that got no clear answer is never repeated here. */
export interface Graph extends GraphReader {
  /** @param headers beside our own */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<unknown>;
  /** A POST whose answer is what was made. */
  create<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>;
  patch(path: string, body: unknown): Promise<unknown>;
  delete(path: string): Promise<void>;
  /** What a `$ref` of somebody or something is made with: its address in this very Graph. @param path `/users/…` */
  reference(path: string): Record<string, string>;
  /** Sends any number of calls, 20 a request. */
  batch(calls: BatchCall[]): Promise<BatchAnswer[]>;
}

/** What calls are made for. */
export type Purpose = { caseId: number } | { stepId: string } | { lockOut: true };

/** Graph as the engine holds it. */
export interface GraphConnection extends Graph {
  /** The same; its log lines say what they are for. What is for a lock-out goes before everything else. */
  for(purpose: Purpose): GraphConnection;
  /** The same for one look at everything: it reads each thing once, until it writes. */
  remembering(): GraphConnection;
}
