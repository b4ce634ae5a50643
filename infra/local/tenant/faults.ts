import { z } from 'zod';

export const faultKinds = ['throttle', 'unavailable', 'reset', 'timeoutAfter', 'refuse'] as const;
export type FaultKind = (typeof faultKinds)[number];

export const faultsSchema = z.strictObject({
  /** 0 = never, 1 = every matching call. */
  share: z.number().min(0).max(1).default(1),
  kinds: z.array(z.enum(faultKinds)).default([]),
  /** A beginning of `METHOD /path` (below /v1.0) or a regular expression for it; every Graph call where left out. */
  match: z.string().optional(),
  /** Stops after so many faults. */
  count: z.int().min(0).optional(),
  retryAfterSeconds: z.number().min(0).default(1),
  hangMs: z.number().min(0).default(200),
  /** For so long after a write, reads of what was written give the old state. */
  staleMs: z.number().min(0).default(0),
});

export type Faults = z.input<typeof faultsSchema>;
export type ActiveFaults = z.output<typeof faultsSchema>;

export interface FaultInjector {
  set(faults: Faults): void;
  clear(): void;
  readonly active: ActiveFaults;
  /** What befalls this call, if anything. */
  strike(method: string, path: string): FaultKind | null;
}

export function createFaults(): FaultInjector {
  let active = faultsSchema.parse({ share: 0 });
  let left = Number.POSITIVE_INFINITY;
  let random = sequence();
  const set = (faults: Faults) => {
    active = faultsSchema.parse(faults);
    left = active.count ?? Number.POSITIVE_INFINITY;
    random = sequence();
  };
  return {
    set,
    clear: () => set({ share: 0 }),
    get active() {
      return active;
    },
    strike(method, path) {
      if (left <= 0 || active.kinds.length === 0 || !isHit(active.match, `${method} ${path}`)) return null;
      if (random() >= active.share) return null;
      left -= 1;
      return active.kinds[Math.floor(random() * active.kinds.length)] ?? null;
    },
  };
}

function isHit(match: string | undefined, call: string): boolean {
  if (match === undefined || call.startsWith(match)) return true;
  try {
    return new RegExp(match, 'i').test(call);
  } catch {
    return false;
  }
}

/** The same numbers every time, so that a failing rehearsal can be repeated. */
function sequence(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
