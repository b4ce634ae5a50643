import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Db, Tx } from './database.ts';
import type { ApprovalTable, CaseState, CaseTable, StepState, StepTable } from './schema.ts';

export type CaseRow = Selectable<CaseTable>;
export type StepRow = Selectable<StepTable>;
export type ApprovalRow = Selectable<ApprovalTable>;

export const openStates: readonly CaseState[] = ['planning', 'draft', 'submitted', 'awaiting-approval', 'running'];

export function insertCase(tx: Tx, row: Insertable<CaseTable>): Promise<CaseRow> {
  return tx.insertInto('cases').values(row).returningAll().executeTakeFirstOrThrow();
}

export function findCase(db: Db, id: number): Promise<CaseRow | undefined> {
  return db.selectFrom('cases').selectAll().where('id', '=', id).executeTakeFirst();
}

export function findOpenCaseOf(db: Db, subjectId: string): Promise<CaseRow | undefined> {
  return db.selectFrom('cases').selectAll().where('open_subject_id', '=', subjectId).executeTakeFirst();
}

export async function openSubjects(db: Db): Promise<ReadonlySet<string>> {
  const open = await db
    .selectFrom('cases')
    .select('open_subject_id')
    .where('open_subject_id', 'is not', null)
    .execute();
  return new Set(open.flatMap(({ open_subject_id }) => open_subject_id ?? []));
}

export function latestCaseOf(db: Db, subjectId: string): Promise<CaseRow | undefined> {
  return db
    .selectFrom('cases')
    .selectAll()
    .where('subject_id', '=', subjectId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export interface CaseFilter {
  requesterId?: string;
  onlyOpen: boolean;
}

/** Newest first, `limit` at most, with the count of all that match. */
export async function listCases(
  db: Db,
  filter: CaseFilter,
  limit: number,
): Promise<{ rows: CaseRow[]; total: number }> {
  let query = db.selectFrom('cases');
  if (filter.requesterId !== undefined) query = query.where('requester_id', '=', filter.requesterId);
  if (filter.onlyOpen) query = query.where('state', 'in', [...openStates]);
  const rows = await query.selectAll().orderBy('id', 'desc').limit(limit).execute();
  const { total } = await query
    .select(({ fn }) => fn.countAll<number | string>().as('total'))
    .executeTakeFirstOrThrow();
  return { rows, total: Number(total) };
}

/**
 * Changes a case only while it is in one of the states named; false when it is not.
 * The condition is what makes a double tap, a late worker and a replay harmless.
 */
export async function changeCase(
  tx: Tx,
  id: number,
  from: readonly CaseState[],
  change: Updateable<CaseTable>,
  at: Date,
): Promise<boolean> {
  const result = await tx
    .updateTable('cases')
    .set({ ...change, updated_at: at.toISOString() })
    .where('id', '=', id)
    .where('state', 'in', [...from])
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export function readSteps(db: Db, caseId: number): Promise<StepRow[]> {
  return db.selectFrom('case_steps').selectAll().where('case_id', '=', caseId).orderBy('position').execute();
}

export function findStep(db: Db, caseId: number, stepId: string): Promise<StepRow | undefined> {
  return db
    .selectFrom('case_steps')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('step_id', '=', stepId)
    .executeTakeFirst();
}

export async function putSteps(tx: Tx, rows: Insertable<StepTable>[]): Promise<void> {
  for (const row of rows) {
    await tx
      .insertInto('case_steps')
      .values(row)
      .onConflict((on) => on.columns(['case_id', 'step_id']).doUpdateSet(row))
      .execute();
  }
}

/** Like {@link changeCase}; `attempt`, when given, must match too. */
export async function changeStep(
  tx: Tx,
  step: { caseId: number; stepId: string; attempt?: number },
  from: readonly StepState[],
  change: Updateable<StepTable>,
): Promise<boolean> {
  let query = tx
    .updateTable('case_steps')
    .set(change)
    .where('case_id', '=', step.caseId)
    .where('step_id', '=', step.stepId)
    .where('state', 'in', [...from]);
  if (step.attempt !== undefined) query = query.where('attempt', '=', step.attempt);
  const result = await query.executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function insertApproval(tx: Tx, row: Insertable<ApprovalTable>): Promise<void> {
  await tx.insertInto('approvals').values(row).execute();
}

export function readApprovals(db: Db, caseId: number): Promise<ApprovalRow[]> {
  return db.selectFrom('approvals').selectAll().where('case_id', '=', caseId).orderBy('id').execute();
}

export async function voidApprovals(tx: Tx, caseId: number, at: Date): Promise<void> {
  await tx
    .updateTable('approvals')
    .set({ voided_at: at.toISOString() })
    .where('case_id', '=', caseId)
    .where('voided_at', 'is', null)
    .execute();
}
