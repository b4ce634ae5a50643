import { z } from 'zod';

const person = z.object({
  id: z.string(),
  displayName: z.string(),
  userPrincipalName: z.string(),
  mail: z.string().nullable(),
});

/** The person a case is about, as the directory showed them when the plan was made. */
export const subjectSchema = person.extend({
  jobTitle: z.string().nullable(),
  department: z.string().nullable(),
  accountEnabled: z.boolean(),
  /** ISO 8601; null when it is not known. */
  lastSignIn: z.string().nullable(),
  guest: z.boolean(),
  /** Mastered by an on-premises directory, which overwrites what is changed here. */
  synced: z.boolean(),
  manager: person.nullable(),
  /** Directory roles held, directly or through a group, or within reach as the owner of a group, in words. */
  roles: z.array(z.string()),
  /** Holds more than the app may touch as User Administrator: needs a second approver and a higher role for the app. */
  privileged: z.boolean(),
});

export type Person = z.output<typeof person>;
export type Subject = z.output<typeof subjectSchema>;

/** What the requester chose on the plan card. */
export const optionsSchema = z.object({
  successor: person.nullable(),
  /** Plain text; empty for none. */
  autoReply: z.string(),
  /** What becomes of account and mailbox; a shared mailbox needs its account, so these exclude each other. */
  endState: z.enum(['shared', 'keep', 'delete']),
  devices: z.enum(['leave', 'retire', 'wipe']),
  hold: z.boolean(),
  cancelMeetings: z.boolean(),
  exportContent: z.boolean(),
});

export type Options = z.output<typeof optionsSchema>;
