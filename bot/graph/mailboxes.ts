import { z } from 'zod';
import type { GraphReader } from './graph.ts';
import { path } from './path.ts';

const purpose = z.object({ value: z.string() });

/** `user`, `shared`, `room`…, or null when there is no mailbox. */
export async function mailboxPurpose(graph: GraphReader, userId: string): Promise<string | null> {
  return (await graph.find(path`/users/${userId}/mailboxSettings/userPurpose`, purpose))?.value ?? null;
}

const freeBytes = 50 * 1024 ** 3;

/** Why a shared mailbox would need Exchange Online (Plan 2), or null (learn.microsoft.com, "About shared mailboxes"). */
export function whyPlan2(mailbox: { onHold: boolean; hasArchive: boolean }, bytes: number): string | null {
  if (bytes > freeBytes) return `It holds ${(bytes / 1024 ** 3).toFixed(1)} GB, more than 50 GB`;
  if (mailbox.hasArchive) return 'It has an archive';
  return mailbox.onHold ? 'It is on litigation hold' : null;
}
