import type { Clock } from '../clock.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Access } from '../graph/access.ts';
import type { Graph } from '../graph/graph.ts';
import type { Log } from '../log.ts';
import { type CaseRow, findCase } from '../store/cases.ts';
import type { Db, Tx } from '../store/database.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Playbook } from './playbook.ts';
import type { ReadContext, WriteContext } from './step.ts';
import { optionsSchema, type Subject, subjectSchema } from './subject.ts';

/** What the engine works with; `index.ts` puts it together. */
export interface Runtime {
  db: Db;
  dispatcher: Dispatcher;
  clock: Clock;
  log: Log;
  graph: Graph;
  exchange: Exchange;
  playbooks: readonly Playbook[];
  readAccess(): Promise<Access>;
  /** Reads a person anew. @throws Refusal when they may not be touched (any more) */
  readSubject(id: string, requesterId: string): Promise<Subject>;
}

export function playbookOf(runtime: Runtime, row: CaseRow): Playbook {
  const playbook = runtime.playbooks.find(({ id }) => id === row.playbook);
  if (playbook === undefined) throw new Error(`no playbook ${row.playbook}`);
  return playbook;
}

export const caseName = (playbook: Playbook, id: number): string => `${playbook.prefix}-${id}`;
export const subjectOf = (row: CaseRow): Subject => subjectSchema.parse(JSON.parse(row.subject));
export const optionsOf = (row: CaseRow) => optionsSchema.parse(JSON.parse(row.options));

export async function requireCase(runtime: Pick<Runtime, 'db'>, id: number): Promise<CaseRow> {
  const row = await findCase(runtime.db, id);
  if (row === undefined) throw new Error(`no case ${id}`);
  return row;
}

/** Everything a step may read, and (typed as the wider one) write with. */
export async function contextFor(
  runtime: Runtime,
  row: CaseRow,
  subject = subjectOf(row),
): Promise<WriteContext & ReadContext> {
  const { graph, exchange } = runtime;
  const caseNamed = caseName(playbookOf(runtime, row), row.id);
  return { subject, options: optionsOf(row), access: await runtime.readAccess(), graph, exchange, caseName: caseNamed };
}

/** One change of state: the rows, the journal and the wake-up of whoever shows it, all or nothing. */
export async function transition<T>(runtime: Runtime, caseId: number, change: (tx: Tx) => Promise<T>): Promise<T> {
  return runtime.db.transaction().execute(async (tx) => {
    const result = await change(tx);
    await runtime.dispatcher.wake('show', String(caseId), { on: tx });
    return result;
  });
}
