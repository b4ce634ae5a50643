import { z } from 'zod';
import type { Roles } from '../cases/roles.ts';
import { type Clock, minutes } from '../clock.ts';
import type { Outbox } from './outbox.ts';

/** A member of the team that a channel belongs to. */
export interface Member {
  /** Teams’ id of them, for this app alone. */
  teamsId: string;
  /** Object id, lower case; null where Teams does not tell. */
  id: string | null;
  address: string | null;
}

/** Who reads what is posted in a channel. */
export interface Readers {
  members: readonly Member[];
  /** Whether there are people among them from outside, without a role. */
  others: boolean;
}

/** @returns null where Teams does not let it be known: then nothing about anybody belongs there. @throws when no answer comes */
export type ReadersOf = (channel: string) => Promise<Readers | null>;

const account = z.object({
  id: z.string(),
  /** Named by Teams in one way or the other (teams.ts, resolveAadObjectId). */
  aadObjectId: z.string().nullish(),
  objectId: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  tenantId: z.string().nullish(),
  userRole: z.string().nullish(),
});
const rememberMs = minutes(1);

export function channelReaders(
  outbox: Pick<Outbox, 'members'>,
  roles: Pick<Roles, 'of'>,
  { clock, tenantId }: { clock: Clock; tenantId: string },
): ReadersOf {
  const known = new Map<string, { readers: Promise<Readers | null>; until: number }>();

  async function read(channel: string): Promise<Readers | null> {
    const roster = await outbox.members(channel);
    if (roster === null) return null;
    const people = z
      .array(account)
      .parse(roster)
      .map((one) => ({ ...one, aadObjectId: one.aadObjectId ?? one.objectId }));
    const fromOutside = people.filter(
      ({ userRole, tenantId: home, userPrincipalName, aadObjectId }) =>
        aadObjectId == null ||
        (userRole ?? 'user') !== 'user' ||
        (home ?? tenantId).toLowerCase() !== tenantId ||
        userPrincipalName?.toUpperCase().includes('#EXT#'),
    );
    const held = await Promise.all(
      fromOutside.map(async ({ aadObjectId: id }) =>
        id == null ? 0 : (await roles.of({ id: id.toLowerCase() })).size,
      ),
    );
    return {
      members: people.map(({ id, aadObjectId, userPrincipalName }) => ({
        teamsId: id,
        id: aadObjectId?.toLowerCase() ?? null,
        address: userPrincipalName ?? null,
      })),
      others: held.some((size) => size === 0),
    };
  }

  return (channel) => {
    const now = clock.monotonic();
    const last = known.get(channel);
    if (last !== undefined && last.until > now) return last.readers;
    const readers = read(channel);
    known.set(channel, { readers, until: now + rememberMs });
    readers.catch(() => known.delete(channel));
    return readers;
  };
}
