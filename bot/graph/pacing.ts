/** So much within any stretch of so many milliseconds. */
interface Allowance {
  limit: number;
  ms: number;
}

export interface Quotas {
  writes: Allowance;
  /** Resource units. */
  units: Allowance;
  /** Requests to one mailbox at the same time. */
  atOnceAMailbox: number;
  /** Part of the writes that only a lock-out may use: it never waits for what others have used up. */
  keptForLockOut: number;
}

/**
 * What Microsoft documents for one app in one tenant (learn.microsoft.com/graph/throttling-limits, identity and access, and
 * Outlook): of the resource units those of the smallest tenants. The stretches are longer by what an answer may take, since
 * Microsoft 365 counts a call when it comes there.
 */
export const documentedQuotas: Quotas = {
  writes: { limit: 3000, ms: 152_000 },
  units: { limit: 3500, ms: 10_500 },
  atOnceAMailbox: 4,
  keptForLockOut: 0.04,
};

/** What a call takes of the quotas. */
export interface Demand {
  writes: number;
  units: number;
  /** The mailbox that it goes to, or null. */
  mailbox: string | null;
  /** Goes before all that is not. */
  lockOut: boolean;
}

/** Resource units that a tenant with so many users may have in the same stretch. */
export const unitsOfTenant = (users: number): number => (users < 50 ? 3500 : users <= 500 ? 5000 : 8000);

/** Lets calls go as fast as Microsoft 365 takes them, and no faster: one for everything that calls in the app's name. */
export interface Pace {
  /** @throws whatever `call` throws */
  turn<T>(demand: Demand, call: () => Promise<T>): Promise<T>;
}

interface Waiting {
  demand: Demand;
  go: () => void;
}

/** @param readUnits what the tenant may have; asked for once, when what any tenant has is used up for the first time */
export function paceBy(quotas: Quotas, readUnits?: () => Promise<number>): Pace {
  const writes = new Spent(quotas.writes);
  const units = new Spent(quotas.units);
  const inMailbox = new Map<string, number>();
  const lockOuts: Waiting[] = [];
  const others: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let asked = false;

  function askForUnits(): void {
    if (asked || readUnits === undefined) return;
    asked = true;
    readUnits().then(
      (limit) => {
        units.limit = limit;
        look();
      },
      // It goes on as with the smallest; whoever reads it has told the log.
      () => undefined,
    );
  }

  /** Milliseconds until there is room; 0 when there is. */
  function roomIn({ writes: wanted, units: cost, lockOut }: Demand): number {
    const kept = lockOut || wanted === 0 ? 0 : Math.floor(quotas.writes.limit * quotas.keptForLockOut);
    const forUnits = units.roomIn(cost, 0);
    if (forUnits > 0) askForUnits();
    return Math.max(wanted === 0 ? 0 : writes.roomIn(wanted, kept), forUnits);
  }
  const isCrowded = ({ mailbox }: Demand): boolean =>
    mailbox !== null && (inMailbox.get(mailbox) ?? 0) >= quotas.atOnceAMailbox;

  function look(): void {
    clearTimeout(timer);
    timer = undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const queue of [lockOuts, others]) {
      for (let at = 0; at < queue.length; ) {
        const { demand, go } = queue[at] as Waiting;
        if (isCrowded(demand)) {
          at++;
          continue;
        }
        const waitMs = roomIn(demand);
        if (waitMs > 0) {
          soonest = Math.min(soonest, waitMs);
          // A read may still go where the writes are used up, and the other way round.
          if (at++ > mostLookedAt) break;
          continue;
        }
        queue.splice(at, 1);
        take(demand);
        go();
      }
    }
    // What waits for its turn must not keep a process alive that was told to end.
    if (soonest < Number.POSITIVE_INFINITY) timer = setTimeout(look, soonest).unref();
  }

  function take({ writes: wanted, units: cost, mailbox }: Demand): void {
    writes.add(wanted);
    units.add(cost);
    if (mailbox !== null) inMailbox.set(mailbox, (inMailbox.get(mailbox) ?? 0) + 1);
  }
  function leave({ mailbox }: Demand): void {
    if (mailbox === null) return;
    const left = (inMailbox.get(mailbox) ?? 1) - 1;
    if (left > 0) inMailbox.set(mailbox, left);
    else inMailbox.delete(mailbox);
    look();
  }

  return {
    async turn(demand, call) {
      if (isCrowded(demand) || roomIn(demand) > 0) {
        await new Promise<void>((go) => {
          (demand.lockOut ? lockOuts : others).push({ demand, go });
          look();
        });
      } else take(demand);
      try {
        return await call();
      } finally {
        leave(demand);
      }
    },
  };
}

/** Resource units of a read, before what its query adds or takes; 1 where nothing is said. */
const costs: readonly [RegExp, number][] = [
  [/^\/groups\/[^/]+\/transitiveMembers/, 5],
  [/^\/(groups\/[^/]+\/members|subscribedSkus)\b/, 3],
  [/^\/users(\/[^/]+\/(memberOf|transitiveMemberOf|ownedObjects|licenseDetails|oauth2PermissionGrants))?(\?|$)/, 2],
];
const mailbox = /^\/users\/([^/?]+)\/(?:mailboxSettings|calendarView|calendar|events|mailFolders|messages)\b/;

/** @param calls as Graph counts them: of a batch, those that are in it */
export function demandOf(calls: readonly { method: string; path: string }[], lockOut: boolean): Demand {
  return {
    writes: calls.filter(({ method }) => method !== 'GET').length,
    units: calls.reduce((sum, call) => sum + unitsOf(call), 0),
    mailbox: calls.length === 1 ? (mailbox.exec(calls[0]?.path ?? '')?.[1] ?? null) : null,
    lockOut,
  };
}

function unitsOf({ method, path }: { method: string; path: string }): number {
  if (method !== 'GET') return 1;
  const cost = costs.find(([pattern]) => pattern.test(path))?.[1] ?? 1;
  return Math.max(1, cost - Number(path.includes('$select=')) + Number(path.includes('$expand=')));
}

/** How far one that can't go lets others by. */
const mostLookedAt = 200;

/** What was used of an allowance within its stretch. */
class Spent {
  limit: number;
  readonly #ms: number;
  #entries: { at: number; amount: number }[] = [];
  #from = 0;
  #total = 0;

  constructor({ limit, ms }: Allowance) {
    this.limit = limit;
    this.#ms = ms;
  }

  add(amount: number): void {
    if (amount === 0) return;
    this.#entries.push({ at: performance.now(), amount });
    this.#total += amount;
  }

  /** Milliseconds until `amount` is free beside what is kept back; one that is larger than all waits for an empty stretch. */
  roomIn(amount: number, kept: number): number {
    const now = performance.now();
    const oldest = () => this.#entries[this.#from];
    for (let entry = oldest(); entry !== undefined && entry.at <= now - this.#ms; entry = oldest()) {
      this.#total -= entry.amount;
      this.#from++;
    }
    if (this.#from > 1000) {
      this.#entries = this.#entries.slice(this.#from);
      this.#from = 0;
    }
    let over = Math.min(this.#total + amount - (this.limit - kept), this.#total);
    if (over <= 0) return 0;
    let waitMs = 0;
    for (let at = this.#from; over > 0 && at < this.#entries.length; at++) {
      const entry = this.#entries[at] as { at: number; amount: number };
      over -= entry.amount;
      waitMs = entry.at + this.#ms - now;
    }
    return Math.max(1, Math.ceil(waitMs));
  }
}
