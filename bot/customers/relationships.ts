import { z } from 'zod';
import { Refusal } from '../errors.ts';
import { isDenied } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path } from '../graph/path.ts';

const relationshipsPath = '/tenantRelationships/delegatedAdminRelationships';
export const mayEnd = 'DelegatedAdminRelationship.ReadWrite.All';

const relationship = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  status: z.string(),
  endDateTime: z.string().nullish(),
  customer: z.object({ tenantId: z.string().toLowerCase().nullish(), displayName: z.string().nullish() }).nullish(),
  accessDetails: z.object({ unifiedRoles: z.array(z.object({ roleDefinitionId: z.string() })).nullish() }).nullish(),
});
/** Delegated administration of a customer, as the service provider's own tenant shows it. */
export type Relationship = z.output<typeof relationship>;

/**
 * Every one that this tenant has with a customer; none where it is no service provider.
 * @throws Refusal where the app may not see them
 */
export async function readRelationships(graph: GraphReader): Promise<Relationship[]> {
  try {
    return await graph.list(`${relationshipsPath}?$top=300`, relationship);
  } catch (error) {
    if (!isDenied(error)) throw error;
    throw new Refusal(
      'not-yet',
      `Signoff may not see which customers you administer. In the service provider’s own tenant, a Privileged Role Administrator can grant it ${mayEnd}.`,
    );
  }
}

export const readRelationship = (graph: GraphReader, id: string): Promise<Relationship | null> =>
  graph.find(path`/tenantRelationships/delegatedAdminRelationships/${id}`, relationship);

export const isOf =
  (tenantId: string) =>
  ({ customer }: Relationship): boolean =>
    customer?.tenantId === tenantId;
