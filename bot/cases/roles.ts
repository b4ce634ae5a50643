import { z } from 'zod';
import { type Clock, minutes } from '../clock.ts';
import { Refusal } from '../errors.ts';
import { listOfType } from '../graph/directoryObjects.ts';
import { isMissing } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path } from '../graph/path.ts';
import type { Actor } from './actor.ts';

const roleNames = ['helpdesk', 'approver', 'admin'] as const;
export type Role = (typeof roleNames)[number];

const rememberMs = minutes(5);
const memberGroups = z.object({ value: z.array(z.string()) });
const account = z.object({
  id: z.string(),
  displayName: z.string().nullable(),
  accountEnabled: z.boolean().nullish(),
  userType: z.string().nullish(),
});
const fields = `$select=${Object.keys(account.shape)}`;

/** Somebody from outside, whatever else the directory lets them be. */
const isGuest = ({ userType }: z.output<typeof account>): boolean => userType === 'Guest';

export interface Roles {
  /** None for whoever is not in the directory. @param fresh asks Microsoft Entra now: for whatever approves */
  of(actor: Pick<Actor, 'id'>, fresh?: 'fresh'): Promise<ReadonlySet<Role>>;
  /** @throws Refusal when the actor has none of the roles */
  require(actor: Actor, roles: readonly Role[], toDo: string, fresh?: 'fresh'): Promise<void>;
  /** The name in the directory, for somebody whom Teams did not name. */
  nameOf(actorId: string): Promise<string>;
  /** Everybody who may approve, for telling them. */
  approvers(): Promise<Actor[]>;
  /** Everybody with a role. */
  holders(role: Role): Promise<Actor[]>;
}

/**
 * Roles are membership, also nested, in three groups, of somebody who is no guest and whose sign-in is not blocked. An
 * answer that does not come is a no: the call throws.
 */
export function groupRoles({
  graph,
  groups,
  guestsMay,
  clock,
}: {
  graph: GraphReader;
  groups: Record<Role, string>;
  /** Roles that a guest may have. */
  guestsMay: readonly Role[];
  clock: Clock;
}): Roles {
  /** While it is asked, everybody gets the same answer. */
  let asking: Promise<Actor[]> | undefined;
  const known = new Map<string, { name: string; roles: ReadonlySet<Role>; until: number }>();

  const mayHave = (person: z.output<typeof account>, role: Role): boolean =>
    person.accountEnabled === true && (!isGuest(person) || guestsMay.includes(role));

  async function read(actorId: string, fresh?: 'fresh') {
    const remembered = known.get(actorId);
    const now = clock.monotonic();
    if (fresh === undefined && remembered !== undefined && remembered.until > now) return remembered;
    known.delete(actorId);
    const [person, answer] = await Promise.all([
      graph.read(`${path`/users/${actorId}`}?${fields}`, account),
      graph.ask(path`/users/${actorId}/checkMemberGroups`, { groupIds: Object.values(groups) }, memberGroups),
    ]);
    const held = new Set(answer.value.map((id) => id.toLowerCase()));
    const found = {
      name: person.displayName ?? 'somebody without a name',
      roles: new Set(roleNames.filter((role) => held.has(groups[role]) && mayHave(person, role))),
      until: now + rememberMs,
    };
    known.set(actorId, found);
    return found;
  }

  async function holders(role: Role): Promise<Actor[]> {
    const members = `${path`/groups/${groups[role]}/transitiveMembers`}?${fields}&$top=999`;
    return (await listOfType(graph, 'user', members, account))
      .filter((person) => mayHave(person, role))
      .map(({ id, displayName }) => ({ id: id.toLowerCase(), name: displayName ?? unnamed[role] }));
  }

  const roles: Roles = {
    async of(actor, fresh) {
      try {
        return (await read(actor.id, fresh)).roles;
      } catch (error) {
        if (isMissing(error)) return new Set();
        throw error;
      }
    },
    nameOf: async (actorId) => (await read(actorId)).name,
    async require(actor, wanted, toDo, fresh) {
      const held = await roles.of(actor, fresh);
      if (wanted.some((role) => held.has(role))) return;
      throw new Refusal(
        'not-allowed',
        `Only ${inWords(wanted)} can ${toDo}. Ask your Signoff admin if that should be you.`,
      );
    },
    approvers() {
      asking ??= holders('approver').finally(() => {
        asking = undefined;
      });
      return asking;
    },
    holders,
  };
  return roles;
}

const unnamed: Record<Role, string> = { helpdesk: 'somebody', approver: 'an approver', admin: 'an admin' };
const plural: Record<Role, string> = { helpdesk: 'the helpdesk', approver: 'approvers', admin: 'Signoff admins' };

/** “the helpdesk, approvers and Signoff admins” */
const inWords = (roles: readonly Role[]): string =>
  roles
    .map((role) => plural[role])
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' and ');
