import type { Generated } from 'kysely';

/**
 * Times are ISO 8601 texts in UTC, JSON is text, a yes or no is 1 or 0: the same in SQLite and PostgreSQL. Columns are
 * written in camel case here and in snake case there. Above the store nobody sees these rows, but what is read off them.
 */
export interface Schema {
  cases: CaseTable;
  caseSteps: StepTable;
  approvals: ApprovalTable;
  journal: JournalTable;
  wakeups: WakeupTable;
  conversations: ConversationTable;
  posts: PostTable;
  servedActivities: ServedActivityTable;
  settings: SettingTable;
  settingsJournal: SettingsJournalTable;
}

export interface CaseTable {
  id: Generated<number>;
  playbook: string;
  state: string;
  /** Counts every plan that a person may have seen; a button carries it. */
  version: number;
  subjectId: string;
  /** The same id while the case is open, null after: unique, so that nobody is in two open cases. */
  openSubjectId: string | null;
  subject: string;
  requesterId: string;
  requesterName: string;
  /** Conversation key where the request was made. */
  origin: string;
  urgent: number;
  options: string;
  /** The case that it takes back, and how much of it; null for any other. */
  undoes: string | null;
  /** A reason or a ticket number, in the requester's words. */
  ticket: string | null;
  planHash: string | null;
  /** Index of the stage at work. */
  stage: number;
  stageOpen: number;
  /** A sentence for people about why the case waits, if it does. */
  note: string | null;
  attempts: number;
  createdAt: string;
  updatedAt: string;
  /** Since when it is in this state, or its stage open. */
  since: string | null;
  expiresAt: string | null;
  closedAt: string | null;
}

export interface StepTable {
  caseId: number;
  stepId: string;
  position: number;
  stage: number;
  state: string;
  /** Counts starts; a worker's result is taken only while its attempt is the current one. */
  attempt: number;
  /** As it was agreed to. */
  plan: string;
  /** As it was found when its stage opened: a part of what was agreed to. */
  found: string | null;
  before: string | null;
  /** What a person is told: why by hand, what failed, what was proved. */
  words: string | null;
  requestId: string | null;
  confirmedBy: string | null;
  confirmedName: string | null;
  /** The second approver of what destroys something. */
  secondBy: string | null;
  secondName: string | null;
  reason: string | null;
  startedAt: string | null;
  tries: number;
  /** How long it has been waited for Microsoft 365, added up: by no clock, which somebody may set. */
  waitedMs: number;
  settledAt: string | null;
}

export interface ApprovalTable {
  id: Generated<number>;
  caseId: number;
  planHash: string;
  actorId: string;
  actorName: string;
  decision: 'approved' | 'rejected';
  reason: string | null;
  /** Whether it confirms each step that destroys nothing as well, when its stage opens. */
  confirms: 'all' | 'nothing';
  at: string;
  voidedAt: string | null;
}

export interface JournalTable {
  caseId: number;
  n: number;
  at: string;
  actor: string;
  what: string;
  words: string;
  data: string;
  previousHash: string;
  hash: string;
}

export interface WakeupTable {
  queue: string;
  key: string;
  dueAt: number;
  version: number;
  /** 1 while a worker has it. */
  running: number;
  failures: number;
}

/** What admins set in the chat, chained like a case's journal. */
export type SettingsJournalTable = Omit<JournalTable, 'caseId'>;

/** How to reach a person (`user:<object id>`) or a channel (`channel:<id>`): Teams' conversation reference. */
export interface ConversationTable {
  key: string;
  reference: string;
  updatedAt: string;
}

/** One message of ours about a topic, kept up to date. */
export interface PostTable {
  /** `case/42` */
  topic: string;
  kind: string;
  /** Conversation key. */
  toKey: string;
  /** Whose chat it is, for telling the requester; null where that is not told. */
  toName: string | null;
  /** 0, or counts messages that went out more than once. */
  copy: number;
  activityId: string | null;
  conversationId: string | null;
  shownHash: string | null;
  /** 1 from before something leaves until it is known what became of it. */
  sending: number;
  /** How often that never became known. */
  doubts: number;
  /** When to send the same once more, in case an older edit overtook it. */
  againAt: string | null;
  failures: number;
  unreachable: number;
  /** 1 where the same message stands further down by now. */
  replaced: Generated<number>;
}

/** What an admin sets in the chat. */
export interface SettingTable {
  name: string;
  value: string;
}

/** A message or a tap that was carried out: its id is unique in its conversation. */
export interface ServedActivityTable {
  conversationId: string;
  activityId: string;
  at: string;
}
