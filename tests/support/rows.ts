import type { Insertable } from 'kysely';
import type { CaseTable, StepTable } from '../../bot/store/schema.ts';

const at = '2026-11-20T09:00:00.000Z';

/** A case as the store takes it, for tests that need no more than a row. */
export function newCase(subjectId: string): Insertable<CaseTable> {
  return {
    playbook: 'offboard-person',
    state: 'planning',
    version: 0,
    subject_id: subjectId,
    open_subject_id: subjectId,
    subject: '{}',
    requester_id: 'hana',
    requester_name: 'Hana',
    origin: 'user:hana',
    urgent: 0,
    options: '{}',
    plan_hash: null,
    stage: 0,
    stage_open: 0,
    note: null,
    attempts: 0,
    created_at: at,
    updated_at: at,
    expires_at: null,
    closed_at: null,
  };
}

export function newStep(caseId: number, stepId: string): Insertable<StepTable> {
  return {
    case_id: caseId,
    step_id: stepId,
    position: 0,
    stage: 0,
    state: 'planned',
    attempt: 0,
    plan: '{}',
    before: null,
    words: null,
    request_id: null,
    confirmed_by: null,
    confirmed_name: null,
    reason: null,
    started_at: null,
    verify_until: null,
    tries: 0,
    settled_at: null,
  };
}
