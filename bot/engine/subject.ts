import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Access } from '../graph/access.ts';
import type { GraphReader } from '../graph/graph.ts';

/** What a case is about, as far as the engine knows it; whatever else there is to know belongs to its kind. */
export interface Subject {
  id: string;
  displayName: string;
}

/** What reading a subject takes. */
export interface Reading {
  graph: GraphReader;
  clock: Clock;
  readAccess(): Promise<Access>;
  /** Ids that no case may touch, by the settings: accounts, and the groups whose members ask, decide and own the set-up. */
  untouchable: { accounts: readonly string[]; groups: readonly string[] };
  /** Ids of the subjects of open cases. */
  openSubjects(): Promise<ReadonlySet<string>>;
  /** Of these, the ones that approvers have been asked about: nobody counts on them any more. */
  subjectsUnderWay(): Promise<ReadonlySet<string>>;
  /** What admins have set in the chat: every setting whose name begins so, by the rest of its name. */
  settings(prefix: string): Promise<ReadonlyMap<string, string>>;
  /** The subject as the case that is taken back noted it; null for any other case. */
  noted(): Promise<unknown>;
}

/** What people are shown of a subject. */
export interface About {
  /** Name and address: nobody else can be meant. */
  unmistakable: string;
  /** What they do here, in a line. */
  line: string;
  facts: { title: string; value: string }[];
}

/** A kind of subject: how one is read anew and protected. Methods, as in a step. */
export interface SubjectKind<S extends Subject = Subject, O = unknown> {
  schema: z.ZodType<S>;
  /** @throws Refusal when the subject may not be touched (any more), with the reason */
  read(reading: Reading, id: string, requesterId: string): Promise<S>;
  /**
   * The same for a case that takes another one back: as that one noted it, since the subject may be gone by its doing.
   * @throws Refusal when it may not be touched, or can't be brought back any more
   */
  readBack(reading: Reading, noted: S, requesterId: string): Promise<S>;
  /** Whether it is not there, and comes back only with the step that deleted it. */
  isGone?(subject: S): boolean;
  /** What of it an approval is bound to. */
  binds(subject: S): unknown;
  /** What of it steps go by: where that is the same, so is what they find. */
  matters(subject: S): unknown;
  /** Why an agreement about the subject as it was no longer covers it as it is, in a sentence; null when it does. */
  outgrew(agreed: S, now: S): string | null;
  /** How many people must agree before anything is done. What destroys something needs two anyway, at its own confirm. */
  approvalsNeeded(subject: S): number;
  /** Whether somebody is the subject, or one of theirs: for them its case does not exist. */
  isOf(subject: S, personId: string): boolean;
  /** Why this person may not decide, to follow "You"; null when they may. */
  conflict(subject: S, options: O, actorId: string): string | null;
  about(subject: S): About;
  /** What an approver should know before all else, in sentences. */
  warnings(subject: S, options: O, requesterId: string): string[];
}
