import type { NewCaseRow, NewStepRow } from '../../bot/store/cases.ts';

const at = '2026-11-20T09:00:00.000Z';

/** A case as the store takes it, for tests that need no more than a row. */
export function newCase(subjectId: string): NewCaseRow {
  return {
    playbook: 'offboard-person',
    state: 'planning',
    version: 0,
    subjectId: subjectId,
    openSubjectId: subjectId,
    subject: {},
    requesterId: 'hana',
    requesterName: 'Hana',
    origin: 'user:hana',
    urgent: false,
    options: {},
    planHash: null,
    stage: 0,
    stageOpen: false,
    note: null,
    attempts: 0,
    createdAt: at,
    updatedAt: at,
    expiresAt: null,
    closedAt: null,
  };
}

export function newStep(caseId: number, stepId: string): NewStepRow {
  return {
    caseId: caseId,
    stepId: stepId,
    position: 0,
    stage: 0,
    state: 'planned',
    attempt: 0,
    plan: {},
    found: null,
    before: null,
    words: null,
    requestId: null,
    confirmedBy: null,
    confirmedName: null,
    secondBy: null,
    secondName: null,
    reason: null,
    startedAt: null,
    tries: 0,
    waitedMs: 0,
    settledAt: null,
  };
}
