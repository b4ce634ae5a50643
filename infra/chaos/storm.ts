import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../local/teams/server.ts';
import type { Random } from './random.ts';
import type { Rehearsal } from './rehearsal.ts';

export const troubles = ['kill', 'graph', 'teams', 'disk', 'clock'] as const;
export type Trouble = (typeof troubles)[number];

export interface Weather {
  /** How often each thing was done. */
  readonly counts: Record<string, number>;
  /** The disk was full at this moment, by `performance.now()`. */
  diskWasFull(at: number): boolean;
}

const minute = 60_000;
const mostKills = 8;

/** What goes wrong in one round, and when; all of it drawn from the round's numbers. */
export class Storm implements Weather {
  readonly counts: Record<string, number> = {};
  /** Changes in the tenant so far. */
  writes = 0;
  readonly #random: Random;
  readonly #troubles: readonly Trouble[];
  readonly #full: { from: number; to: number }[] = [];
  #rehearsal: Rehearsal | undefined;
  #raging = false;

  constructor(random: Random, wanted: readonly Trouble[]) {
    this.#random = random;
    this.#troubles = wanted;
  }

  /** For the rehearsal: just after Microsoft 365 or Teams has done something, and before the bot hears of it. */
  readonly watch = {
    onWrite: () => {
      this.writes++;
      if (this.#raging) this.#count('changes meanwhile');
      this.#killSometimes('after a write', 0.12);
    },
    onMessage: () => this.#killSometimes('after a message', 0.03),
  };

  diskWasFull(at: number): boolean {
    return this.#full.some(({ from, to }) => at >= from && at <= to + 3000);
  }

  /** While people work. */
  async rage(rehearsal: Rehearsal, work: () => Promise<void>): Promise<void> {
    this.#rehearsal = rehearsal;
    this.#raging = true;
    const over = () => !this.#raging;
    rehearsal.tenant.setLatency({ ms: 2, jitterMs: 20 });
    const again = async (what: Trouble, everyMs: number, once: () => Promise<void>) => {
      while (this.#has(what) && !over()) {
        await sleep(this.#random.between(everyMs / 3, everyMs * 1.5));
        if (!over()) await once();
      }
    };
    const worked = work().finally(() => {
      this.#raging = false;
    });
    await Promise.all([
      worked,
      again('kill', 12_000, async () => this.#kill('at any moment')),
      again('graph', 1500, () => this.#spoilGraph(rehearsal)),
      again('teams', 3500, async () => this.#spoilTeams(rehearsal)),
      again('disk', 20_000, () => this.#fillDisk(rehearsal)),
      again('clock', 30_000, () => this.#moveClock(rehearsal)),
    ]);
    rehearsal.tenant.clearFaults();
    rehearsal.tenant.setLatency({});
    rehearsal.teams.clearFaults();
  }

  #has = (what: Trouble): boolean => this.#troubles.includes(what);

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  #kill(when: string): void {
    const { bot } = this.#rehearsal ?? {};
    if (bot === undefined || bot.kills >= mostKills) return;
    const before = bot.kills;
    bot.kill();
    if (bot.kills > before) this.#count(`kill ${when}`);
  }

  #killSometimes(when: string, share: number): void {
    if (this.#raging && this.#has('kill') && this.#random.chance(share)) this.#kill(when);
  }

  /** In gusts: Microsoft 365 does not let a plan be drawn up in the middle of one. */
  async #spoilGraph({ tenant }: Rehearsal): Promise<void> {
    tenant.setFaults({
      share: this.#random.between(20, 40) / 100,
      kinds: ['throttle', 'unavailable', 'reset', 'timeoutAfter'],
      retryAfterSeconds: this.#random.oneOf([0, 1]),
      hangMs: this.#random.oneOf([50, 200, 600]),
      staleMs: this.#random.oneOf([0, 300, 1500]),
    });
    this.#count('graph');
    await sleep(this.#random.between(500, 4000));
    tenant.clearFaults();
  }

  #spoilTeams({ teams }: Rehearsal): void {
    const kind = this.#random.oneOf<Fault['kind']>(['429', '502', '412', '403', 'twice', 'slow', 'hangs', 'lost']);
    // Seldom longer than the bot waits for an answer.
    const waitMs = this.#random.chance(0.05) ? 21_000 : this.#random.between(200, 3000);
    teams.faults({
      kind,
      count: this.#random.between(1, 4),
      retryAfterSeconds: this.#random.oneOf([undefined, 1]),
      waitMs,
    });
    this.#count(`teams ${kind}`);
  }

  async #fillDisk({ disk }: Rehearsal): Promise<void> {
    if (disk.endless !== null) return;
    const from = performance.now();
    const window = { from, to: Number.POSITIVE_INFINITY };
    this.#full.push(window);
    disk.fill();
    this.#count('disk');
    await sleep(this.#random.between(200, 2000));
    disk.free();
    window.to = performance.now();
  }

  async #moveClock({ bot }: Rehearsal): Promise<void> {
    bot.shiftClock(this.#random.oneOf([-60 * minute, -3 * minute, 3 * minute, 50 * minute]));
    this.#count('clock');
    await sleep(this.#random.between(500, 2500));
    bot.shiftClock(0);
  }
}
