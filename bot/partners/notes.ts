import { z } from 'zod';
import type { Db } from '../store/database.ts';
import { readSettings } from '../store/settings.ts';

const keeping = z.object({
  /** The last day for which it was decided: `2027-03-31`. */
  until: z.iso.date(),
  why: z.string(),
  by: z.string(),
});
/** Somebody's decision to keep a partner, for so long. */
export type Keeping = z.output<typeof keeping>;

/** What admins noted about other organizations, which no directory tells. */
export interface PartnerNotes {
  /** By the partner's key. */
  kept: ReadonlyMap<string, Keeping>;
  /** Keys of tenants that belong to another one, whose key it says. */
  joined: ReadonlyMap<string, string>;
  /** Ids of accounts with a private address, and the key of the partner that they are of. */
  people: ReadonlyMap<string, string>;
}

export const noNotes: PartnerNotes = { kept: new Map(), joined: new Map(), people: new Map() };

/** Each note is a setting of its own, named after what it is about. */
export const noteNames = { kept: 'partner-kept/', joined: 'partner-joined/', people: 'partner-person/' } as const;

export async function readPartnerNotes(db: Db): Promise<PartnerNotes> {
  const [kept, joined, people] = await Promise.all([
    readSettings(db, noteNames.kept),
    readSettings(db, noteNames.joined),
    readSettings(db, noteNames.people),
  ]);
  return {
    kept: new Map([...kept].map(([key, value]) => [key, keeping.parse(JSON.parse(value))])),
    joined,
    people,
  };
}

/** Whether it is decided for now, was decided until a day that is over, or never was. */
export function decisionOn(key: string, { kept }: PartnerNotes, now: Date): 'decided' | 'due' | 'open' {
  const found = kept.get(key);
  if (found === undefined) return 'open';
  return found.until >= now.toISOString().slice(0, 10) ? 'decided' : 'due';
}
