import { type Clock, hours, minutes } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Access } from '../graph/access.ts';
import { isDenied } from '../graph/failure.ts';
import type { GraphConnection } from '../graph/graph.ts';
import type { Log } from '../log.ts';
import { everySignal } from './everySignal.ts';
import { noNotes, type PartnerNotes } from './notes.ts';
import { Owners, ownersSignal } from './owners.ts';
import { type Attributed, attribute, type LeftOut, type Partner, partnersOf } from './partner.ts';
import { type Own, Sight } from './sight.ts';
import type { Signal } from './signal.ts';

/** What a look has seen up to now. */
export interface Seen {
  /** When it began. */
  at: Date;
  notes: PartnerNotes;
  own: Own;
  partners: Partner[];
  leftOut: LeftOut;
  /** Names of signals that are still being read. */
  reading: string[];
  /** What could not be looked at, and why: a sentence that ends in what to do. */
  unseen: { name: string; why: string }[];
}

interface Reading {
  graph: GraphConnection;
  clock: Clock;
  readAccess: () => Promise<Access>;
  log: Log;
}

/** One look at everything that other organizations have here. */
export class PartnerLook {
  readonly at: Date;
  readonly #reading: Reading;
  readonly #own: Own;
  readonly #owners: Owners;
  readonly #open = new Set<Signal>(everySignal);
  readonly #found = new Map<Signal, Attributed[]>();
  readonly #unseen = new Map<string, string>();
  #changed = Promise.withResolvers<void>();
  /** Whether something failed that passes by itself. */
  hasPassing = false;
  /** The quick signals are read. */
  readonly first: Promise<void>;
  /** Everything is. */
  readonly whole: Promise<void>;

  private constructor(reading: Reading, sight: Sight) {
    this.#reading = reading;
    this.at = reading.clock.now();
    this.#own = sight.own;
    this.#owners = new Owners(sight.graph, sight.own);
    const all = everySignal.map((signal) => ({ signal, read: this.#read(signal, sight) }));
    this.first = Promise.all(all.filter(({ signal }) => signal.quick).map(({ read }) => read)).then(() => undefined);
    this.whole = Promise.all(all.map(({ read }) => read)).then(() => undefined);
    // Whoever waits hears of it as well; nobody may be waiting any more.
    for (const one of [this.first, this.whole])
      one.catch((error: unknown) => reading.log.error({ error }, 'a look at other organizations failed'));
  }

  static async begin(reading: Reading): Promise<PartnerLook> {
    const graph = reading.graph.remembering();
    return new PartnerLook(reading, await Sight.begin(graph));
  }

  async #read(signal: Signal, sight: Sight): Promise<void> {
    try {
      this.#found.set(signal, await attribute(this.#owners, await signal.read(sight)));
      await this.#tellOwners();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#reading.log.warn({ error, signal: signal.name }, 'other organizations could not be looked at in full');
      if (error.passing) this.hasPassing = true;
      this.#unseen.set(signal.name, await this.#why(signal, error));
    } finally {
      this.#open.delete(signal);
      const { resolve } = this.#changed;
      this.#changed = Promise.withResolvers();
      resolve();
    }
  }

  /** Whatever was not told of owners is no less found. */
  async #tellOwners(): Promise<void> {
    const { trouble } = this.#owners;
    if (trouble === null || this.#unseen.has(ownersSignal.name)) return;
    if (trouble.passing) this.hasPassing = true;
    this.#unseen.set(ownersSignal.name, await this.#why(ownersSignal, trouble));
  }

  async #why({ permissions }: Pick<Signal, 'permissions'>, error: AppError): Promise<string> {
    if (!isDenied(error)) return error.say;
    const held = (await this.#reading.readAccess()).permissions;
    const missing = permissions.filter((name) => !held.has(name) && !held.has(name.replace('.Read.', '.ReadWrite.')));
    if (missing.length === 0) return error.say;
    return `Signoff lacks the permission ${missing.join(' and ')}. A Privileged Role Administrator can grant it.`;
  }

  get isWhole(): boolean {
    return this.#open.size === 0;
  }

  /** Resolves when there is more to see than now. */
  more(): Promise<void> {
    return this.#changed.promise;
  }

  seen(notes = noNotes): Seen {
    const { partners, leftOut } = partnersOf(
      // In one order, whichever was read first.
      everySignal.flatMap((signal) => this.#found.get(signal) ?? []),
      this.#own,
      notes,
    );
    return {
      notes,
      at: this.at,
      own: this.#own,
      partners,
      leftOut,
      reading: [...this.#open].map(({ name }) => name),
      unseen: [...everySignal, ownersSignal].flatMap(({ name }) => {
        const why = this.#unseen.get(name);
        return why === undefined ? [] : [{ name, why }];
      }),
    };
  }
}

const rememberMs = hours(1);
/** What Microsoft 365 could not tell for a moment is asked again soon. */
const rememberPassingMs = minutes(1);

/** Looks at most once an hour: it takes many calls, and partners change seldom. */
export class PartnerLooks {
  readonly #reading: Reading;
  #last: { look: Promise<PartnerLook>; startedAt: number; passing: () => boolean } | undefined;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** @param again looks anew, however young the last look is */
  current(again = false): Promise<PartnerLook> {
    const now = this.#reading.clock.monotonic();
    const last = this.#last;
    if (last !== undefined && !again && now - last.startedAt < (last.passing() ? rememberPassingMs : rememberMs))
      return last.look;
    let begun: PartnerLook | undefined;
    const look = PartnerLook.begin(this.#reading).then((one) => {
      begun = one;
      return one;
    });
    const mine = { look, startedAt: now, passing: () => begun?.hasPassing ?? false };
    this.#last = mine;
    look.catch(() => {
      if (this.#last === mine) this.#last = undefined;
    });
    return look;
  }
}
