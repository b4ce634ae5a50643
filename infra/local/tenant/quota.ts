import { z } from 'zod';
import { GraphError } from './errors.ts';

/** https://learn.microsoft.com/graph/throttling-limits, identity and access: one app in one tenant. */
export const quotaSchema = z.strictObject({
  /** 3,000 in the real service. */
  writesPer150s: z.int().positive().optional(),
  /** 3,500, 5,000 or 8,000 by the size of the tenant. */
  unitsPer10s: z.int().positive().optional(),
});

export type Quota = z.infer<typeof quotaSchema>;

export interface QuotaMeter {
  set(quota: Quota): void;
  /** Counts a call; throws Graph's 429 when it is one too many. */
  spend(units: number, isWrite: boolean, now: number): void;
}

interface Spent {
  at: number;
  amount: number;
}

export function createQuota(): QuotaMeter {
  let quota: Quota = {};
  let writes: Spent[] = [];
  let units: Spent[] = [];

  const check = (
    spent: Spent[],
    windowMs: number,
    limit: number | undefined,
    amount: number,
    now: number,
    reason: string,
  ): Spent[] => {
    const recent = spent.filter((entry) => entry.at > now - windowMs);
    const total = recent.reduce((sum, entry) => sum + entry.amount, 0);
    if (limit === undefined || total + amount <= limit) return recent;
    const oldest = recent[0]?.at ?? now;
    throw new GraphError(
      429,
      'TooManyRequests',
      'Too many requests. Please retry after the time in the Retry-After header.',
      {
        'retry-after': String(Math.max(1, Math.ceil((oldest + windowMs - now) / 1000))),
        'x-ms-throttle-scope': 'Tenant_Application/ReadWrite',
        'x-ms-throttle-information': reason,
      },
    );
  };

  return {
    set(next) {
      quota = quotaSchema.parse(next);
      writes = [];
      units = [];
    },
    spend(amount, isWrite, now) {
      units = check(units, 10_000, quota.unitsPer10s, amount, now, 'ResourceUnitLimitExceeded');
      if (isWrite) writes = check(writes, 150_000, quota.writesPer150s, 1, now, 'WriteLimitExceeded');
      if (quota.unitsPer10s !== undefined) units.push({ at: now, amount });
      if (quota.writesPer150s !== undefined && isWrite) writes.push({ at: now, amount: 1 });
    },
  };
}
