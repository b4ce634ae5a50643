import { z } from 'zod';
import * as store from '../store/cases.ts';
import type { Db } from '../store/database.ts';
import { type Planned, plannedSchema } from './planned.ts';
import { type CaseState, caseStates, type StepState, statesWith, stepStates } from './states.ts';

/** A case as everybody above the store knows it. `subject` and `options` are for the playbook's own schemas to read. */
export interface Case extends store.CaseRow {
  state: CaseState;
  undoes: Undoes | null;
}

export const undoesSchema = z.object({
  caseId: z.number(),
  /** Ids of the steps that are taken back; null for all of them. */
  steps: z.array(z.string()).nullable(),
});
/** The case that another one takes back, and how much of it. */
export type Undoes = z.output<typeof undoesSchema>;

/** One step of a case. `before` is for the step's own schema to read. */
export interface CaseStep extends store.StepRow {
  state: StepState;
  plan: Planned;
  found: Planned | null;
}

/** Whether anything may have been changed by it, or was said to be, so that it keeps the plan it was done by. */
export const hasBegun = ({ before, state }: Pick<CaseStep, 'before' | 'state'>): boolean =>
  before !== null || ['verifying', 'ordered', 'not-seen', 'proved', 'vouched'].includes(state);

/**
 * Whether an approver may leave it out. What is being proved only where that takes long enough to be told (it has words then),
 * and never in the seconds in which somebody's word about their own hands is looked at.
 */
export const maySkip = ({ state, words, found, plan }: CaseStep): boolean =>
  statesWith('skip').includes(state) &&
  (state !== 'verifying' || (words !== null && (found ?? plan).kind !== 'by-hand'));

const caseStateName = z.enum(Object.keys(caseStates) as CaseState[]);
export const stepStateName = z.enum(Object.keys(stepStates) as StepState[]);

export const toCase = (row: store.CaseRow): Case => ({
  ...row,
  state: caseStateName.parse(row.state),
  undoes: undoesSchema.nullable().parse(row.undoes),
});
const toStep = (row: store.StepRow): CaseStep => ({
  ...row,
  state: stepStateName.parse(row.state),
  plan: plannedSchema.parse(row.plan),
  found: plannedSchema.nullable().parse(row.found),
});

export async function findCase(db: Db, id: number): Promise<Case | undefined> {
  const row = await store.findCase(db, id);
  return row && toCase(row);
}

export async function requireCase(db: Db, id: number): Promise<Case> {
  const found = await findCase(db, id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
}

/** The open case that somebody is the subject of; the latest where none is open. */
export async function caseOf(db: Db, subjectId: string): Promise<Case | undefined> {
  const row = (await store.findOpenCaseOf(db, subjectId)) ?? (await store.latestCaseOf(db, subjectId));
  return row && toCase(row);
}

/** Every case about somebody, the newest first. */
export async function casesOf(db: Db, subjectId: string): Promise<Case[]> {
  return (await store.casesOf(db, subjectId)).map(toCase);
}

export async function listCases(db: Db, filter: store.CaseFilter): Promise<Case[]> {
  return (await store.listCases(db, filter)).map(toCase);
}

export async function readSteps(db: Db, caseId: number): Promise<CaseStep[]> {
  return (await store.readSteps(db, caseId)).map(toStep);
}

export async function findStep(db: Db, caseId: number, stepId: string): Promise<CaseStep | undefined> {
  const row = await store.findStep(db, caseId, stepId);
  return row && toStep(row);
}
