import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Db, Tx } from './database.ts';
import { readRow, type Stored, storedRow } from './rows.ts';
import type { ApprovalTable, CaseTable, StepTable } from './schema.ts';

const ofCases = { json: ['subject', 'options', 'undoes'], flags: ['urgent', 'stageOpen'] } as const;
const ofSteps = { json: ['plan', 'found', 'before'], flags: [] } as const;

export type CaseRow = Stored<Selectable<CaseTable>, typeof ofCases>;
export type StepRow = Stored<Selectable<StepTable>, typeof ofSteps>;
export type NewCaseRow = Stored<Insertable<CaseTable>, typeof ofCases>;
export type NewStepRow = Stored<Insertable<StepTable>, typeof ofSteps>;
export type CaseChange = Stored<Updateable<CaseTable>, typeof ofCases>;
export type StepChange = Stored<Updateable<StepTable>, typeof ofSteps>;
export type ApprovalRow = Selectable<ApprovalTable>;

type CaseColumns = Selectable<CaseTable>;
type StepColumns = Selectable<StepTable>;
const toCase = (row: CaseColumns): CaseRow => readRow(row, ofCases);
const toStep = (row: StepColumns): StepRow => readRow(row, ofSteps);

export async function insertCase(tx: Tx, row: NewCaseRow): Promise<CaseRow> {
  return toCase(await tx.insertInto('cases').values(storedRow(row, ofCases)).returningAll().executeTakeFirstOrThrow());
}

export async function findCase(db: Db, id: number): Promise<CaseRow | undefined> {
  const row = await db.selectFrom('cases').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toCase(row);
}

export async function findOpenCaseOf(db: Db, subjectId: string): Promise<CaseRow | undefined> {
  const row = await db.selectFrom('cases').selectAll().where('openSubjectId', '=', subjectId).executeTakeFirst();
  return row && toCase(row);
}

export async function openCases(db: Db): Promise<CaseRow[]> {
  return (await db.selectFrom('cases').selectAll().where('openSubjectId', 'is not', null).execute()).map(toCase);
}

/** Open cases, and closed ones of which a change is still to be proved. */
export async function casesAtWork(db: Db): Promise<number[]> {
  const rows = await db
    .selectFrom('cases')
    .select('id')
    .where('openSubjectId', 'is not', null)
    .union(db.selectFrom('caseSteps').select('caseId as id').where('state', 'in', ['verifying', 'ordered']))
    .execute();
  return rows.map(({ id }) => id);
}

const openSubjectIds = (db: Db) =>
  db.selectFrom('cases').select('openSubjectId as id').where('openSubjectId', 'is not', null);
const idsOf = (rows: readonly { id: string | null }[]): ReadonlySet<string> =>
  new Set(rows.flatMap(({ id }) => id ?? []));

export async function openSubjects(db: Db): Promise<ReadonlySet<string>> {
  return idsOf(await openSubjectIds(db).execute());
}

/** Subjects of cases that approvers have been asked about, and that are not over. */
export async function subjectsUnderWay(db: Db): Promise<ReadonlySet<string>> {
  return idsOf(await openSubjectIds(db).where('state', 'not in', ['planning', 'draft']).execute());
}

export async function latestCaseOf(db: Db, subjectId: string): Promise<CaseRow | undefined> {
  const row = await db
    .selectFrom('cases')
    .selectAll()
    .where('subjectId', '=', subjectId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toCase(row);
}

/** Every case about somebody, the newest first. */
export async function casesOf(db: Db, subjectId: string): Promise<CaseRow[]> {
  const rows = await db
    .selectFrom('cases')
    .selectAll()
    .where('subjectId', '=', subjectId)
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toCase);
}

/** Whether a case that takes this one back has been agreed to. */
export async function isTakenBack(db: Db, caseId: number): Promise<boolean> {
  const found = await db
    .selectFrom('cases')
    .select('id')
    .where('undoes', 'like', `{"caseId":${caseId},%`)
    .where('state', 'in', ['running', 'finished'])
    .executeTakeFirst();
  return found !== undefined;
}

export interface CaseFilter {
  requesterId?: string;
  /** Closed ones only since then; none where it is null. */
  closedSince?: string | null;
}

/** Newest first. */
export async function listCases(db: Db, { requesterId, closedSince }: CaseFilter): Promise<CaseRow[]> {
  let query = db.selectFrom('cases').selectAll();
  if (requesterId !== undefined) query = query.where('requesterId', '=', requesterId);
  if (closedSince !== undefined)
    query = query.where((is) =>
      is.or([
        is('openSubjectId', 'is not', null),
        ...(closedSince === null ? [] : [is('closedAt', '>=', closedSince)]),
      ]),
    );
  return (await query.orderBy('id', 'desc').execute()).map(toCase);
}

/** What a change of a case may rely on: whoever finds it otherwise comes too late. */
export type CaseFence = Pick<CaseRow, 'state' | 'stage' | 'stageOpen' | 'version'>;

/** Changes a case only while it is as it was seen; false when it is not. */
export async function updateCase(tx: Tx, id: number, seen: CaseFence, change: CaseChange, at: Date): Promise<boolean> {
  const { state, stage, stageOpen, version } = seen;
  const result = await tx
    .updateTable('cases')
    .set({ ...storedRow(change, ofCases), updatedAt: at.toISOString() })
    .where('id', '=', id)
    .where('state', '=', state)
    .where('stage', '=', stage)
    .where('stageOpen', '=', stageOpen ? 1 : 0)
    .where('version', '=', version)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function readSteps(db: Db, caseId: number): Promise<StepRow[]> {
  const rows = await db
    .selectFrom('caseSteps')
    .selectAll()
    .where('caseId', '=', caseId)
    .orderBy('position')
    .orderBy('stepId')
    .execute();
  return rows.map(toStep);
}

export async function findStep(db: Db, caseId: number, stepId: string): Promise<StepRow | undefined> {
  const row = await db
    .selectFrom('caseSteps')
    .selectAll()
    .where('caseId', '=', caseId)
    .where('stepId', '=', stepId)
    .executeTakeFirst();
  return row && toStep(row);
}

export async function putSteps(tx: Tx, rows: NewStepRow[]): Promise<void> {
  for (const row of rows) {
    const stored = storedRow(row, ofSteps);
    await tx
      .insertInto('caseSteps')
      .values(stored)
      .onConflict((on) => on.columns(['caseId', 'stepId']).doUpdateSet(stored))
      .execute();
  }
}

/** What a change of a step may rely on: a late worker, a double tap and a replay find it otherwise. */
export type StepFence = Pick<StepRow, 'stepId' | 'state' | 'attempt'>;

export async function updateStep(tx: Tx, caseId: number, seen: StepFence, change: StepChange): Promise<boolean> {
  const result = await tx
    .updateTable('caseSteps')
    .set(storedRow(change, ofSteps))
    .where('caseId', '=', caseId)
    .where('stepId', '=', seen.stepId)
    .where('state', '=', seen.state)
    .where('attempt', '=', seen.attempt)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** @throws when the person has a decision on this plan already (a unique index) */
export async function insertApproval(tx: Tx, row: Omit<ApprovalRow, 'id' | 'voidedAt'>): Promise<void> {
  await tx
    .insertInto('approvals')
    .values({ ...row, voidedAt: null })
    .execute();
}

export function readApprovals(db: Db, caseId: number): Promise<ApprovalRow[]> {
  return db.selectFrom('approvals').selectAll().where('caseId', '=', caseId).orderBy('id').execute();
}

/** @param actorId whose alone; everybody's without it */
export async function voidApprovals(tx: Tx, caseId: number, at: Date, actorId?: string): Promise<void> {
  let counting = tx
    .updateTable('approvals')
    .set({ voidedAt: at.toISOString() })
    .where('caseId', '=', caseId)
    .where('voidedAt', 'is', null);
  if (actorId !== undefined) counting = counting.where('actorId', '=', actorId);
  await counting.execute();
}
