import { z } from 'zod';
import type { GraphReader } from '../graph/graph.ts';

const reference = z.object({
  id: z.string().toLowerCase(),
  displayName: z.string().nullish(),
  externalPartnerTenantId: z.string().toLowerCase().nullish(),
});
const references = z.object({ value: z.array(reference) });

/** Microsoft's limit for one question. */
const mostIds = 1000;

/**
 * Groups of other tenants that hold something here. Names come only to whoever asks for them by this type.
 * @param ids of whatever holds a role
 */
export async function foreignGroups(graph: GraphReader, ids: readonly string[]): Promise<z.output<typeof reference>[]> {
  const found: z.output<typeof reference>[] = [];
  for (let at = 0; at < ids.length; at += mostIds) {
    const body = { ids: ids.slice(at, at + mostIds), types: ['directoryObjectPartnerReference'] };
    found.push(...(await graph.ask('/directoryObjects/getByIds', body, references)).value);
  }
  return found;
}
