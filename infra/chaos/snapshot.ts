import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { z } from 'zod';

const json = z.string().transform((text): unknown => JSON.parse(text));
const change = z.object({ says: z.string(), touches: z.array(z.string()) });
const plan = z.object({ kind: z.string(), changes: z.array(change) });

const tables = {
  cases: z.object({
    id: z.number(),
    state: z.string(),
    subject_id: z.string(),
    requester_id: z.string(),
    options: json.pipe(z.object({ successor: z.object({ id: z.string() }).nullish() })),
    note: z.string().nullable(),
  }),
  case_steps: z.object({
    case_id: z.number(),
    step_id: z.string(),
    stage: z.number(),
    state: z.string(),
    attempt: z.number(),
    plan: json.pipe(plan),
    before: json.nullable(),
    words: z.string().nullable(),
  }),
  journal: z.object({
    case_id: z.number(),
    n: z.number(),
    at: z.string(),
    actor: z.string(),
    what: z.string(),
    words: z.string(),
    data: z.string(),
    previous_hash: z.string(),
    hash: z.string(),
  }),
  posts: z.object({
    topic: z.string(),
    kind: z.string(),
    to_key: z.string(),
    copy: z.number(),
    activity_id: z.string().nullable(),
    conversation_id: z.string().nullable(),
    unreachable: z.number(),
  }),
  wakeups: z.object({ queue: z.string(), key: z.string(), due_at: z.number(), running: z.number() }),
};

export type Snapshot = { [T in keyof typeof tables]: z.output<(typeof tables)[T]>[] };
export type CaseRow = Snapshot['cases'][number];
export type StepRow = Snapshot['case_steps'][number];
export type JournalRow = Snapshot['journal'][number];

/** The bot keeps its database for itself, so a copy is read: what was committed when it was made. */
export function readSnapshot(database: string): Snapshot {
  const folder = mkdtempSync(join(tmpdir(), 'signoff-snapshot-'));
  try {
    const copy = join(folder, 'copy.db');
    for (const end of ['', '-wal']) {
      if (existsSync(`${database}${end}`)) copyFileSync(`${database}${end}`, `${copy}${end}`);
    }
    const sqlite = new BetterSqlite3(copy);
    try {
      const known = new Set(
        sqlite
          .prepare("select name from sqlite_master where type = 'table'")
          .pluck()
          .all()
          .map((name) => String(name)),
      );
      const read = (name: keyof typeof tables) =>
        known.has(name) ? z.array(tables[name] as z.ZodType).parse(sqlite.prepare(`select * from ${name}`).all()) : [];
      return Object.fromEntries(
        (Object.keys(tables) as (keyof typeof tables)[]).map((name) => [name, read(name)]),
      ) as Snapshot;
    } finally {
      sqlite.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const closedStates = ['finished', 'rejected', 'canceled', 'expired', 'refused'];
export const isClosed = ({ state }: CaseRow): boolean => closedStates.includes(state);
export const isStarted = (snapshot: Snapshot, { id }: CaseRow): boolean =>
  snapshot.case_steps.some((step) => step.case_id === id && step.attempt > 0);
