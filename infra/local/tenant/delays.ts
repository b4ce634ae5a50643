import { z } from 'zod';

const ms = z.number().min(0);

/** How long the real service takes to do what it only promised; 0 does it at once. */
export const delaysSchema = z.strictObject({
  /** From a PIM request to its effect. */
  pimMs: ms.default(0),
  /** From retire or wipe to the device's disappearance; `…Issued` shows from the middle on. */
  deviceMs: ms.default(500),
  /** From applyHold or removeHold to the hold's state. */
  holdMs: ms.default(500),
  /** From exportResult to the end of the operation. */
  exportMs: ms.default(2000),
  /** From estimateStatistics to the end of the operation. */
  estimateMs: ms.default(0),
  /** From Set-Mailbox -Type until Exchange and Graph show the new type. */
  conversionMs: ms.default(0),
  /** From an order of a phone number to its effect. */
  phoneMs: ms.default(0),
  /** From a conversion that directory sync does not know of until it is turned back. */
  syncMs: ms.default(1_800_000),
  /** From a blocked sign-in until a dynamic group whose rule wants it allowed lets somebody go. */
  dynamicMs: ms.default(3_600_000),
  /** From the end of the last relationship with a service provider until its cross-tenant entry goes. */
  providerEntryMs: ms.default(0),
  /** From a deletion here until another tenant's synchronization makes its account again. */
  partnerSyncMs: ms.default(0),
  /** From the request to end a relationship with a customer to its end. */
  relationshipMs: ms.default(0),
  /** How late sign-ins and audits show. */
  logMs: ms.default(0),
});

/** What `POST /_local/delays` takes: what is left out stays as it is. */
export const delaysChangeSchema = z.strictObject({
  pimMs: ms.optional(),
  deviceMs: ms.optional(),
  holdMs: ms.optional(),
  exportMs: ms.optional(),
  estimateMs: ms.optional(),
  conversionMs: ms.optional(),
  phoneMs: ms.optional(),
  syncMs: ms.optional(),
  dynamicMs: ms.optional(),
  providerEntryMs: ms.optional(),
  partnerSyncMs: ms.optional(),
  relationshipMs: ms.optional(),
  logMs: ms.optional(),
});

export type Delays = z.infer<typeof delaysSchema>;
