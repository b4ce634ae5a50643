import { z } from 'zod';
import { dateTime, guid, moment } from './seedFields.ts';

/** What stands between a consented app and the eDiscovery calls. */
export const ediscoverySetUpSchema = z.strictObject({
  /** The service principal is in the role group eDiscovery Manager of Microsoft Purview. */
  roleGroup: z.boolean().default(true),
  /** Pay-as-you-go billing, which exports need where licenses don't cover them. */
  billing: z.boolean().default(true),
  /** How an export ends. */
  exportEndsAs: z.enum(['succeeded', 'partiallySucceeded', 'failed']).default('succeeded'),
});

const userSource = z.strictObject({
  id: z.string(),
  email: z.string(),
  includedSources: z.string(),
  createdDateTime: dateTime,
});

const custodian = z.strictObject({
  id: z.string(),
  userId: guid,
  email: z.string(),
  displayName: z.string(),
  createdDateTime: dateTime,
  lastModifiedDateTime: dateTime,
  userSources: z.array(userSource).default([]),
  hold: z.enum(['notApplied', 'applied']).default('notApplied'),
  /** A hold that is being applied or removed. */
  pendingHold: z
    .strictObject({ dueAt: z.number(), to: z.enum(['notApplied', 'applied']) })
    .nullable()
    .default(null),
});

const search = z.strictObject({
  id: z.string(),
  displayName: z.string(),
  description: z.string().nullable().default(null),
  contentQuery: z.string().default(''),
  dataSourceScopes: z.string().default('none'),
  createdDateTime: dateTime,
  lastModifiedDateTime: dateTime,
  /** Ids of user sources. */
  sources: z.array(z.string()).default([]),
});

const operation = z.strictObject({
  id: z.string(),
  action: z.enum(['holdUpdate', 'estimateStatistics', 'exportResult']),
  createdDateTime: dateTime,
  startsAt: z.number(),
  endsAt: z.number(),
  endsAs: z.enum(['succeeded', 'partiallySucceeded', 'failed']),
  /** Of an export. */
  searchId: z.string().nullable().default(null),
  request: z.record(z.string(), z.unknown()).default({}),
});

export const ediscoveryCaseSchema = z.strictObject({
  id: guid,
  displayName: z.string(),
  description: z.string().default(''),
  externalId: z.string().default(''),
  status: z.enum(['active', 'closed']).default('active'),
  createdDateTime: dateTime,
  lastModifiedDateTime: dateTime,
  closedDateTime: moment,
  custodians: z.array(custodian).default([]),
  searches: z.array(search).default([]),
  operations: z.array(operation).default([]),
});

export type EdiscoveryCase = z.infer<typeof ediscoveryCaseSchema>;
export type Custodian = EdiscoveryCase['custodians'][number];
export type Search = EdiscoveryCase['searches'][number];
export type CaseOperation = EdiscoveryCase['operations'][number];
