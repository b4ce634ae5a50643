import { z } from 'zod';
import type { GraphReader } from './graph.ts';
import { path } from './path.ts';

const purpose = z.object({ value: z.string() });

/** `user`, `shared`, `room`…, or null when there is no mailbox. */
export async function mailboxPurpose(graph: GraphReader, userId: string): Promise<string | null> {
  return (await graph.find(path`/users/${userId}/mailboxSettings/userPurpose`, purpose))?.value ?? null;
}
