import { z } from 'zod';
import { changeSchema, handSchema } from './step.ts';

/** One step of a plan, as people saw it. */
export const plannedSchema = z.object({
  kind: z.enum(['change', 'not-needed', 'by-hand', 'unseen']),
  /** Why it is not needed, or who must do it, or what came of looking. */
  why: z.string().nullable(),
  changes: z.array(changeSchema),
  leaves: z.array(z.string()),
  /** What hurts, to be read first: data that nobody gets, access that stays, what can't come back. */
  warns: z.array(z.string()).optional(),
  destructive: z.boolean(),
  /** Confirmed by itself alone. */
  apart: z.literal(true).optional(),
  /** How a person does it, where the app does not. */
  hand: handSchema.nullable(),
  /** It was skipped before this plan was drawn up, and stays so. */
  skipped: z.literal(true).optional(),
});
export type Planned = z.output<typeof plannedSchema>;
