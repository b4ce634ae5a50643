import { z } from 'zod';

/** Whether Conditional Access can keep a service provider out here, and what stands against it. */
const containment = z.enum(['possible', 'no-license', 'security-defaults', 'not-known']);

/** The organization that a case is about, as it showed when the plan was made. */
export const partnerSubjectSchema = z.object({
  /** Its tenant id, or its domain where nobody knows of a tenant. */
  id: z.string(),
  displayName: z.string(),
  tenantId: z.string().nullable(),
  /** Those that its people and addresses have here, its main one first. */
  domains: z.array(z.string()),
  /** It administers this organization by delegated administration. */
  isProvider: z.boolean(),
  containment,
  /** Ids of accounts here that are its people’s, or carry one of its addresses: none of them may ask or decide. */
  accounts: z.array(z.string()),
  /** Those among them whose address tells no organization, and that an admin says are theirs. */
  named: z.array(z.string()).default([]),
});

export type PartnerSubject = z.output<typeof partnerSubjectSchema>;
