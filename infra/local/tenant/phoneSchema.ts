import { z } from 'zod';
import { guid, text } from './seedFields.ts';

/** A number of the tenant in Teams, given to somebody or free. */
export const phoneNumberSchema = z.strictObject({
  telephoneNumber: z.string().startsWith('+'),
  numberType: z.enum(['directRouting', 'callingPlan', 'operatorConnect']).default('callingPlan'),
  numberSource: z.enum(['online', 'onPremises']).default('online'),
  /** Null for one that is free. */
  assignmentTargetId: guid.nullable().default(null),
  assignmentCategory: z.enum(['primary', 'private', 'alternate']).default('primary'),
  locationId: guid.nullable().default(null),
  city: text,
  isoCountryCode: z.string().default('NL'),
});

/** An order that was taken and is not carried out yet. */
export const phoneOrderSchema = z.strictObject({
  telephoneNumber: z.string(),
  assignmentTargetId: guid.nullable(),
  dueAt: z.number(),
});

export type PhoneNumber = z.infer<typeof phoneNumberSchema>;
