import { hours } from '../clock.ts';
import {
  type CaseChange,
  insertApproval,
  insertCase,
  type NewCaseRow,
  type NewStepRow,
  putSteps,
  type StepChange,
  type StepFence,
  updateCase,
  updateStep,
  voidApprovals,
} from '../store/cases.ts';
import type { Tx } from '../store/database.ts';
import { type JournalHead, journal } from '../store/journal.ts';
import { countDueSoon } from '../store/wakeups.ts';
import type { Dispatcher } from './dispatcher.ts';
import { type Case, type CaseStep, findStep, readSteps, requireCase, toCase } from './readCase.ts';
import type { Runtime } from './runtime.ts';
import { type CaseState, caseState, caseStates, requireWay, type StepState, stepStates } from './states.ts';

/**
 * One change of a case: the rows, the journal entries and the wake-ups, all or nothing. Nothing else writes a case,
 * journals or wakes. The case is read when the change begins, and cannot be changed by anybody else until it ends.
 */
export interface CaseRecord {
  readonly tx: Tx;
  readonly at: Date;
  /** As it is now; a move changes it. */
  readonly now: Case;
  /** Whether the case is as it was seen before, so that what was thought of then still holds. */
  isStill(seen: Case): boolean;
  steps(): Promise<CaseStep[]>;
  /** Whether the step is as it was seen, and its attempt nobody else's. */
  isCurrent(seen: StepFence): Promise<boolean>;
  /** A state that closes frees the subject, one that opens again takes it; one that lasts only so long expires, and is woken then. */
  moveCase(to: CaseState, change?: CaseChange): Promise<void>;
  /** Changes a case that stays in its state. */
  noteCase(change: CaseChange): Promise<void>;
  /** False when the step is no longer as it was seen: then nothing was changed. */
  moveStep(seen: StepFence & { state: StepState }, to: StepState, change?: StepChange): Promise<boolean>;
  /** Changes a step that stays in its state. */
  noteStep(seen: StepFence, change: StepChange): Promise<boolean>;
  /** Steps as they are planned now, in place of those of the same id. An attempt is never counted twice: late workers know by it that they are late. */
  putSteps(rows: Omit<NewStepRow, 'caseId' | 'attempt'>[]): Promise<void>;
  approve(approval: Omit<Parameters<typeof insertApproval>[1], 'caseId' | 'at' | 'actorId'>): Promise<void>;
  /** @param actorId whose alone; everybody's without it */
  voidApprovals(actorId?: string): Promise<void>;
  journal(what: string, words: string, data?: unknown): Promise<void>;
  wakeCase(at?: Date): Promise<void>;
  wakeStep(stepId: string, at?: Date): Promise<void>;
}

/** What the messages about a case belong to. */
export const topicOf = (caseId: number): string => `case/${caseId}`;
export const caseKey = (caseId: number): string => String(caseId);
export const stepKey = (caseId: number, stepId: string): string => `${caseId}/${stepId}`;

/**
 * While a case goes on by itself, changes are shown together: to draw each would hold up what they tell of. The more cases
 * have something to show, the longer: a chat takes only so many messages.
 */
const fold = { firstMs: 250, eachMs: 100, longestMs: 10_000 };

async function whenToShow(tx: Tx, { now, at }: CaseRecord): Promise<{ at?: Date }> {
  if (now.state !== 'running') return {};
  const others = await countDueSoon(tx, 'show', new Date(at.getTime() + fold.longestMs));
  return { at: new Date(at.getTime() + Math.min(fold.longestMs, fold.firstMs + fold.eachMs * others)) };
}

/** What a change is made with. */
type Writing = Pick<Runtime, 'db' | 'clock' | 'dispatcher' | 'log'>;

/** @param actor object id of a person, or `signoff` */
export async function changeCase<T>(
  writing: Writing,
  caseId: number,
  actor: string,
  change: (record: CaseRecord) => Promise<T>,
): Promise<T> {
  const heads: JournalHead[] = [];
  const result = await writing.db.transaction().execute(async (tx) => {
    const record = recordOf(writing, tx, await requireCase(tx, caseId), actor, heads);
    const changed = await change(record);
    await writing.dispatcher.wake('show', topicOf(caseId), { on: tx, ...(await whenToShow(tx, record)) });
    return changed;
  });
  logHead(writing, caseId, heads);
  return result;
}

/** Opens a case. @param claim looks, in the same transaction, whether there may be one */
export async function openCaseRecord(
  writing: Writing,
  row: NewCaseRow,
  actor: string,
  claim: (tx: Tx) => Promise<void>,
  change: (record: CaseRecord) => Promise<void>,
): Promise<Case> {
  const heads: JournalHead[] = [];
  const opened = await writing.db.transaction().execute(async (tx) => {
    await claim(tx);
    const created = toCase(await insertCase(tx, row));
    await change(recordOf(writing, tx, created, actor, heads));
    return created;
  });
  logHead(writing, opened.id, heads);
  return opened;
}

/** The end of the chain, kept where the database is not: entries that are cut off at the end show by it. */
function logHead({ log }: Writing, caseId: number, heads: readonly JournalHead[]): void {
  const head = heads.at(-1);
  if (head !== undefined) log.info({ caseId, ...head }, 'journal');
}

function recordOf(
  { clock, dispatcher }: Writing,
  tx: Tx,
  opened: Case,
  actor: string,
  heads: JournalHead[],
): CaseRecord {
  const at = clock.now();
  const { id } = opened;
  let now = opened;

  async function write(change: CaseChange): Promise<void> {
    if (!(await updateCase(tx, id, now, change, at))) throw new Error(`case ${id} was changed from elsewhere`);
    now = await requireCase(tx, id);
  }
  const wake = (queue: Parameters<Dispatcher['wake']>[0], key: string, when?: Date) =>
    dispatcher.wake(queue, key, when === undefined ? { on: tx } : { at: when, on: tx });

  return {
    tx,
    at,
    get now() {
      return now;
    },
    isStill: ({ state, stage, stageOpen, version }) =>
      now.state === state && now.stage === stage && now.stageOpen === stageOpen && now.version === version,
    steps: () => readSteps(tx, id),
    async isCurrent({ stepId, state, attempt }) {
      const step = await findStep(tx, id, stepId);
      return step?.state === state && step.attempt === attempt;
    },
    async moveCase(to, change = {}) {
      requireWay(caseStates, now.state, to);
      const { closed, lasts } = caseState(to);
      const until = lasts === undefined ? null : new Date(at.getTime() + hours(lasts));
      await write({
        ...change,
        state: to,
        expiresAt: until?.toISOString() ?? null,
        since: at.toISOString(),
        ...(closed
          ? { openSubjectId: null, closedAt: at.toISOString(), stageOpen: false }
          : { openSubjectId: now.subjectId, closedAt: null }),
      });
      if (until !== null) await wake('case', caseKey(id), until);
    },
    noteCase: write,
    async moveStep(seen, to, change = {}) {
      requireWay(stepStates, seen.state, to);
      return updateStep(tx, id, seen, { ...change, state: to });
    },
    noteStep: (seen, change) => updateStep(tx, id, seen, change),
    async putSteps(rows) {
      const there = new Map((await readSteps(tx, id)).map((step) => [step.stepId, step]));
      for (const { stepId, state } of rows) {
        const old = there.get(stepId)?.state;
        if (old !== undefined && old !== state) requireWay(stepStates, old, state);
      }
      await putSteps(
        tx,
        rows.map((row) => ({ ...row, caseId: id, attempt: there.get(row.stepId)?.attempt ?? 0 })),
      );
    },
    approve: (approval) => insertApproval(tx, { ...approval, caseId: id, at: at.toISOString(), actorId: actor }),
    voidApprovals: (actorId) => voidApprovals(tx, id, at, actorId),
    async journal(what, words, data) {
      heads.push(await journal(tx, id, { at, actor, what, words, data }));
    },
    wakeCase: (when) => wake('case', caseKey(id), when),
    wakeStep: (stepId, when) => wake(now.stage === 0 ? 'lock-out' : 'step', stepKey(id, stepId), when),
  };
}
