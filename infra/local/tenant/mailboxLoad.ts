import { lookUpUser } from './directory.ts';
import { GraphError } from './errors.ts';
import type { TenantData } from './seedSchema.ts';

/** https://learn.microsoft.com/graph/throttling-limits, Outlook: one app in one mailbox. */
const atOnce = 4;

export interface MailboxLoad {
  /** How many requests to this mailbox are under way, this one included. */
  enter(mailbox: string): number;
  leave(mailbox: string): void;
}

export function createMailboxLoad(): MailboxLoad {
  const underWay = new Map<string, number>();
  return {
    enter(mailbox) {
      const count = (underWay.get(mailbox) ?? 0) + 1;
      underWay.set(mailbox, count);
      return count;
    },
    leave(mailbox) {
      const count = (underWay.get(mailbox) ?? 1) - 1;
      if (count > 0) underWay.set(mailbox, count);
      else underWay.delete(mailbox);
    },
  };
}

/** The mailbox that a Graph request goes to, `target` being below /v1.0; undefined for what isn't Outlook's. */
export function mailboxIn(data: TenantData, target: string): string | undefined {
  const found =
    /^\/users[/(]'?([^/()]+?)'?\)?\/(?:mailboxSettings|calendarView|calendar|events|mailFolders|messages)\b/i.exec(
      target,
    );
  if (!found?.[1]) return undefined;
  try {
    const name = decodeURIComponent(found[1]);
    return lookUpUser(data, name)?.id ?? name.toLowerCase();
  } catch {
    return undefined;
  }
}

export const isTooMany = (underWay: number): boolean => underWay > atOnce;

export const mailboxThrottled = (retryAfterSeconds: number): GraphError =>
  new GraphError(429, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.', {
    'retry-after': String(retryAfterSeconds),
  });
