import { z } from 'zod';
import type { Reading, SubjectKind } from '../engine/subject.ts';
import { Refusal } from '../errors.ts';
import { isOf, readRelationships } from './relationships.ts';

/** An organization that one's own administers, by delegated administration. */
export const customerSchema = z.object({
  /** Its tenant id. */
  id: z.string(),
  displayName: z.string(),
});
export type Customer = z.output<typeof customerSchema>;

/** @throws Refusal for whom there is no relationship with */
async function readCustomer({ graph }: Reading, id: string): Promise<Customer> {
  const [one] = (await readRelationships(graph)).filter(isOf(id));
  if (one === undefined) throw new Refusal('gone', 'There is no delegated administration of this customer.');
  return { id, displayName: one.customer?.displayName ?? id };
}

export const customer: SubjectKind<Customer, unknown> = {
  schema: customerSchema,
  read: readCustomer,
  readBack: async (_reading, noted) => noted,
  binds: ({ id }) => ({ id }),
  matters: (subject) => subject,
  outgrew: () => null,
  // A customer whose administrator is gone may stand alone.
  approvalsNeeded: () => 2,
  isOf: () => false,
  conflict: () => null,
  about: ({ id, displayName }) => ({
    unmistakable: `${displayName} (${id})`,
    line: 'a customer whom you administer',
    facts: [{ title: 'Tenant', value: id }],
  }),
  warnings: ({ displayName }) => [
    `Your technicians lose every role that they have at ${displayName} through these relationships. To come back, ${displayName} has to accept a new one.`,
  ],
};
