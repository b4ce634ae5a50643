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

export interface ChannelReaders {
  /**
   * @param fresh asks Teams now: before something goes there that was not there yet
   * @returns null where Teams does not let it be known: then nothing about anybody belongs there. @throws when no answer comes
   */
  of(channel: string, fresh?: 'fresh'): Promise<Readers | null>;
  /** Somebody came or went. */
  forget(): void;
}

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
): ChannelReaders {
  /** `asking` until Teams has answered: whoever asks meanwhile gets the same answer. */
  const known = new Map<string, { readers: Promise<Readers | null>; until: number; asking: boolean }>();

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

  return {
    of(channel, fresh) {
      const now = clock.monotonic();
      const last = known.get(channel);
      if (last !== undefined && (last.asking || (fresh === undefined && last.until > now))) return last.readers;
      const one = { readers: read(channel), until: now + rememberMs, asking: true };
      known.set(channel, one);
      one.readers.then(
        () => {
          one.asking = false;
        },
        () => {
          if (known.get(channel) === one) known.delete(channel);
        },
      );
      return one.readers;
    },
    forget() {
      known.clear();
    },
  };
}
