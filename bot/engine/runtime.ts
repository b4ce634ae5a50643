import type { Clock } from '../clock.ts';
import type { Cloud } from '../clouds.ts';
import type { ExchangeConnection } from '../exchange/exchange.ts';
import type { GraphConnection } from '../graph/graph.ts';
import type { Log } from '../log.ts';
import { subjectsUnderWay } from '../store/cases.ts';
import type { Db } from '../store/database.ts';
import { parseOptions } from './choices.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Looks } from './looks.ts';
import type { Playbook } from './playbook.ts';
import { type Case, readSteps, requireCase } from './readCase.ts';
import type { Deed, WriteContext } from './step.ts';
import type { Reading, Subject } from './subject.ts';
import type { Subjects } from './subjects.ts';

/** What the engine works with; `index.ts` puts it together. */
export interface Runtime extends Pick<Reading, 'readAccess' | 'untouchable'> {
  db: Db;
  dispatcher: Dispatcher;
  clock: Clock;
  cloud: Cloud;
  log: Log;
  graph: GraphConnection;
  exchange: ExchangeConnection;
  subjects: Subjects;
  looks: Looks;
  /** Whether somebody may (still) approve, as Microsoft Entra says now. */
  isApprover(personId: string): Promise<boolean>;
  playbooks: readonly Playbook[];
}

export function playbookOf({ playbooks }: Pick<Runtime, 'playbooks'>, row: Pick<Case, 'playbook'>): Playbook {
  const playbook = playbooks.find(({ id }) => id === row.playbook);
  if (playbook === undefined) throw new Error(`no playbook ${row.playbook}`);
  return playbook;
}

export const caseName = (playbook: Playbook, id: number): string => `${playbook.prefix}-${id}`;
export const subjectOf = (runtime: Runtime, row: Case): Subject =>
  playbookOf(runtime, row).subject.schema.parse(row.subject);
/** Whether somebody is what the case is about, or belongs to it. */
export const isAboutThem = (runtime: Runtime, row: Case, personId: string): boolean =>
  playbookOf(runtime, row).subject.isOf(subjectOf(runtime, row), personId);
export const optionsOf = (runtime: Runtime, row: Case): Record<string, unknown> =>
  parseOptions(playbookOf(runtime, row).choices, row.options);

/** What the steps of a case are given; what they may only read with is a part of it. */
export interface CaseContext extends WriteContext {
  graph: GraphConnection;
  exchange: ExchangeConnection;
}

export async function contextFor(runtime: Runtime, row: Case, subject = subjectOf(runtime, row)): Promise<CaseContext> {
  const { db, exchange, untouchable, clock, cloud } = runtime;
  const graph = runtime.graph.for({ caseId: row.id });
  return {
    subject,
    ...chosenIn(runtime, row),
    access: await runtime.readAccess(),
    graph: row.state === 'running' && row.stage === 0 ? graph.for({ lockOut: true }) : graph,
    exchange: exchange.for({ caseId: row.id }),
    untouchable,
    subjectsUnderWay: () => subjectsUnderWay(db),
    clock,
    cloud,
    attempt: 1,
    note: () => Promise.reject(new Error('nothing is noted outside a run')),
    ...(await undoneBy(runtime, row)),
  };
}

const chosenIn = (runtime: Runtime, row: Case): Pick<CaseContext, 'options' | 'openedAt' | 'caseName'> => ({
  options: optionsOf(runtime, row),
  openedAt: new Date(row.createdAt),
  caseName: caseName(playbookOf(runtime, row), row.id),
});

/** What a case that takes another one back goes by: the choices of that one, and what it did as far as it is taken back. */
async function undoneBy(runtime: Runtime, { undoes }: Case): Promise<Pick<CaseContext, 'undone'>> {
  if (undoes === null) return { undone: null };
  const row = await requireCase(runtime.db, undoes.caseId);
  const undone = new Map<string, Deed>();
  for (const { stepId, before, state, found, plan, words } of await readSteps(runtime.db, row.id)) {
    if (undoes.steps !== null && !undoes.steps.includes(stepId)) continue;
    if (before !== null) undone.set(stepId, { before, changes: (found ?? plan).changes });
    else if ((found ?? plan).kind === 'by-hand' && (state === 'proved' || state === 'vouched'))
      undone.set(stepId, { byHand: words ?? '' });
  }
  return { undone, ...chosenIn(runtime, row) };
}

/** The same for one step of the case: the log says which step a call is made for. */
export const forStep = (context: CaseContext, stepId: string): CaseContext => ({
  ...context,
  graph: context.graph.for({ stepId }),
  exchange: context.exchange.for({ stepId }),
});
