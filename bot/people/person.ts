import { z } from 'zod';

export const personSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  userPrincipalName: z.string(),
  mail: z.string().nullable(),
});

const known = personSchema.extend({
  jobTitle: z.string().nullable(),
  department: z.string().nullable(),
  accountEnabled: z.boolean(),
  /** ISO 8601; null when it is not known. */
  lastSignIn: z.string().nullable(),
  /** Among the deleted users: only a restore brings them back. */
  deleted: z.boolean().default(false),
  /** Signs in with an account of another organization, of which nothing can be changed here. */
  external: z.boolean(),
  /** Mastered by an on-premises directory, which overwrites what is changed here. */
  synced: z.boolean(),
  manager: personSchema.extend({ blocked: z.boolean().default(false) }).nullable(),
  /** Of what else than one person the mailbox is; null also where that is not known. */
  mailboxOf: z.enum(['shared', 'room', 'equipment']).nullable().default(null),
  /** Directory roles held, directly or through a group, or within reach: eligible, or as the owner of a group; in words. */
  roles: z.array(z.string()),
  /** Those among them, held or eligible, that are more than a User Administrator may touch. */
  strongRoles: z.array(z.string()),
  /** Microsoft 365 lets no mere User Administrator touch them: by a strong role, or a group that can be given roles. */
  guarded: z.boolean(),
  /** Why two approvers must agree, in sentences; nobody asks for it where there is none. */
  privileges: z.array(z.string()),
});

/**
 * The person a case is about, as the directory showed them when the plan was made. Cases from before noted whether they
 * were a guest, and took that for it.
 */
export const subjectSchema = z.preprocess(
  (noted) => (isRecord(noted) && 'guest' in noted ? { external: noted.guest, ...noted } : noted),
  known,
);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

export type Person = z.output<typeof personSchema>;
export type Subject = z.output<typeof subjectSchema>;
