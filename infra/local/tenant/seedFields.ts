import { z } from 'zod';

/** What the parts of a tenant file are made of. */
export const guid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'must be a lower case GUID');
export const dateTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, 'must be a UTC date and time such as 2026-03-01T08:30:00Z');
export const text = z.string().nullable().default(null);
export const moment = dateTime.nullable().default(null);
export const flag = z.boolean().nullable().default(null);
export const ids = z.array(guid).default([]);
export const texts = z.array(z.string()).default([]);
