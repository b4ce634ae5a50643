import type { Clock } from '../clock.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Graph } from '../graph/graph.ts';
import type { Log } from '../log.ts';
import { type CaseRow, findCase, openSubjects } from '../store/cases.ts';
import type { Db, Tx } from '../store/database.ts';
import { parseOptions } from './choices.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Playbook } from './playbook.ts';
import type { ReadContext, WriteContext } from './step.ts';
import type { Reading, Subject } from './subject.ts';

/** What the engine works with; `index.ts` puts it together. */
export interface Runtime extends Pick<Reading, 'readAccess' | 'untouchable'> {
  db: Db;
  dispatcher: Dispatcher;
  clock: Clock;
  log: Log;
  graph: Graph;
  exchange: Exchange;
  playbooks: readonly Playbook[];
}

export function playbookOf(runtime: Runtime, row: CaseRow): Playbook {
  const playbook = runtime.playbooks.find(({ id }) => id === row.playbook);
  if (playbook === undefined) throw new Error(`no playbook ${row.playbook}`);
  return playbook;
}

export const caseName = (playbook: Playbook, id: number): string => `${playbook.prefix}-${id}`;
export const subjectOf = (runtime: Runtime, row: CaseRow): Subject =>
  playbookOf(runtime, row).subject.schema.parse(JSON.parse(row.subject));
export const optionsOf = (runtime: Runtime, row: CaseRow) =>
  parseOptions(playbookOf(runtime, row).choices, JSON.parse(row.options));

/** Reads a subject anew. @throws Refusal when it may not be touched (any more) */
export function readSubject(runtime: Runtime, playbook: Playbook, id: string, requesterId: string): Promise<Subject> {
  const { graph, clock, untouchable, readAccess, db } = runtime;
  const reading = { graph, clock, untouchable, readAccess, openSubjects: () => openSubjects(db) };
  return playbook.subject.read(reading, id, requesterId);
}

export async function requireCase(runtime: Pick<Runtime, 'db'>, id: number): Promise<CaseRow> {
  const row = await findCase(runtime.db, id);
  if (row === undefined) throw new Error(`no case ${id}`);
  return row;
}

/** Everything a step may read, and (typed as the wider one) write with. */
export async function contextFor(
  runtime: Runtime,
  row: CaseRow,
  subject = subjectOf(runtime, row),
): Promise<WriteContext & ReadContext> {
  const { graph, exchange, untouchable, clock } = runtime;
  const caseNamed = caseName(playbookOf(runtime, row), row.id);
  return {
    subject,
    options: optionsOf(runtime, row),
    access: await runtime.readAccess(),
    graph,
    exchange,
    untouchable,
    clock,
    caseName: caseNamed,
  };
}

/** One change of state: the rows, the journal and the wake-up of whoever shows it, all or nothing. */
export async function transition<T>(runtime: Runtime, caseId: number, change: (tx: Tx) => Promise<T>): Promise<T> {
  return runtime.db.transaction().execute(async (tx) => {
    const result = await change(tx);
    await runtime.dispatcher.wake('show', String(caseId), { on: tx });
    return result;
  });
}
