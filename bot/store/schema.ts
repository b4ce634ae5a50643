import type { Generated } from 'kysely';

/** Times are ISO 8601 texts in UTC, JSON is text: the same in SQLite and PostgreSQL. */
export interface Schema {
  cases: CaseTable;
  case_steps: StepTable;
  approvals: ApprovalTable;
  journal: JournalTable;
  wakeups: WakeupTable;
  conversations: ConversationTable;
  posts: PostTable;
}

export type CaseState =
  | 'planning' // previews are being read for the requester
  | 'draft' // the requester fills the plan card
  | 'submitted' // previews are being read again, with the requester's options
  | 'awaiting-approval'
  | 'running'
  | 'finished'
  | 'rejected'
  | 'canceled'
  | 'expired'
  | 'refused';

export interface CaseTable {
  id: Generated<number>;
  playbook: string;
  state: CaseState;
  /** Counts every plan that a person may have seen; a button carries it. */
  version: number;
  subject_id: string;
  /** The same id while the case is open, null after: unique, so that nobody is in two open cases. */
  open_subject_id: string | null;
  subject: string;
  requester_id: string;
  requester_name: string;
  /** Conversation key where the request was made. */
  origin: string;
  urgent: number;
  options: string;
  plan_hash: string | null;
  /** Index of the stage at work. */
  stage: number;
  stage_open: number;
  /** A sentence for people about why the case waits, if it does. */
  note: string | null;
  attempts: number;
  created_at: string;
  updated_at: string;
  expires_at: string | null;
  closed_at: string | null;
}

export type StepState =
  | 'planned'
  | 'not-needed'
  | 'waiting' // for a person's Confirm
  | 'hand' // for a person to do it, and to say so
  | 'second' // confirmed once; destroys something, so a second approver must agree
  | 'queued'
  | 'running'
  | 'verifying'
  | 'proved'
  | 'vouched' // done by hand where Signoff can't look, with a person's note
  | 'failed'
  | 'skipped';

export interface StepTable {
  case_id: number;
  step_id: string;
  position: number;
  stage: number;
  state: StepState;
  /** Counts starts; a worker's result is taken only while its attempt is the current one. */
  attempt: number;
  plan: string;
  before: string | null;
  /** What a person is told: why by hand, what failed, what was proved. */
  words: string | null;
  request_id: string | null;
  confirmed_by: string | null;
  confirmed_name: string | null;
  /** The second approver of what destroys something. */
  second_name: string | null;
  reason: string | null;
  started_at: string | null;
  verify_until: string | null;
  tries: number;
  settled_at: string | null;
}

export interface ApprovalTable {
  id: Generated<number>;
  case_id: number;
  plan_hash: string;
  actor_id: string;
  actor_name: string;
  decision: 'approved' | 'rejected';
  reason: string | null;
  at: string;
  voided_at: string | null;
}

export interface JournalTable {
  case_id: number;
  n: number;
  at: string;
  actor: string;
  what: string;
  words: string;
  data: string;
  previous_hash: string;
  hash: string;
}

export interface WakeupTable {
  queue: string;
  key: string;
  due_at: number;
  version: number;
  /** 1 while a worker has it. */
  running: number;
  failures: number;
}

/** How to reach a person (`user:<object id>`) or a channel (`channel:<id>`): Teams' conversation reference. */
export interface ConversationTable {
  key: string;
  reference: string;
  updated_at: string;
}

/** One message of ours about a case, kept up to date. */
export interface PostTable {
  case_id: number;
  kind: string;
  to_key: string;
  activity_id: string | null;
  conversation_id: string | null;
  shown_hash: string | null;
  failures: number;
  unreachable: number;
}
