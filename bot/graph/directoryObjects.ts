import { z } from 'zod';
import type { GraphReader } from './graph.ts';

const typed = z.looseObject({ '@odata.type': z.string() });

/**
 * Lists the objects of one type in a collection of several. Asking Graph itself for one type would be answered from
 * an index that lags behind, and membership decides who may approve and what is proved.
 */
export async function listOfType<T>(
  graph: GraphReader,
  type: 'group' | 'user',
  path: string,
  item: z.ZodType<T>,
): Promise<T[]> {
  const all = await graph.list(path, typed);
  return all.filter((one) => one['@odata.type'] === `#microsoft.graph.${type}`).map((one) => item.parse(one));
}
