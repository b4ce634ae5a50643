import { z } from 'zod';

export const personSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  userPrincipalName: z.string(),
  mail: z.string().nullable(),
});

/** The person a case is about, as the directory showed them when the plan was made. */
export const subjectSchema = personSchema.extend({
  jobTitle: z.string().nullable(),
  department: z.string().nullable(),
  accountEnabled: z.boolean(),
  /** ISO 8601; null when it is not known. */
  lastSignIn: z.string().nullable(),
  guest: z.boolean(),
  /** Mastered by an on-premises directory, which overwrites what is changed here. */
  synced: z.boolean(),
  manager: personSchema.nullable(),
  /** Directory roles held, directly or through a group, or within reach as the owner of a group, in words. */
  roles: z.array(z.string()),
  /** Holds more than the app may touch as User Administrator: needs a second approver and a higher role for the app. */
  privileged: z.boolean(),
});

export type Person = z.output<typeof personSchema>;
export type Subject = z.output<typeof subjectSchema>;
