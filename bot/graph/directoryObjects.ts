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
  const wanted = typed.transform((one, context) => {
    if (one['@odata.type'] !== `#microsoft.graph.${type}`) return null;
    const read = item.safeParse(one);
    if (read.success) return { read: read.data };
    for (const issue of read.error.issues) context.addIssue({ ...issue });
    return z.NEVER;
  });
  return (await graph.list(path, wanted)).flatMap((one) => (one === null ? [] : [one.read]));
}
