import { z } from 'zod';
import { type Clock, minutes } from '../clock.ts';
import { Refusal } from '../errors.ts';
import { listOfType } from '../graph/directoryObjects.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path } from '../graph/path.ts';
import type { Actor } from './actor.ts';

export type Role = 'helpdesk' | 'approver' | 'admin';

const rememberMs = minutes(5);
const memberGroups = z.object({ value: z.array(z.string()) });
const member = z.object({ id: z.string(), displayName: z.string().nullable(), accountEnabled: z.boolean().nullish() });

export interface Roles {
  /** @param fresh asks Microsoft Entra now: for whatever approves */
  of(actor: Actor, fresh?: 'fresh'): Promise<ReadonlySet<Role>>;
  /** @throws Refusal when the actor has none of the roles */
  require(actor: Actor, roles: readonly Role[], toDo: string, fresh?: 'fresh'): Promise<void>;
  /** Everybody who may approve, for telling them. */
  approvers(): Promise<Actor[]>;
}

/** Roles are membership, also nested, in three groups. An answer that does not come is a no: the call throws. */
export function groupRoles({
  graph,
  groups,
  clock,
}: {
  graph: GraphReader;
  groups: Record<Role, string>;
  clock: Clock;
}): Roles {
  const known = new Map<string, { roles: ReadonlySet<Role>; until: number }>();
  const roles: Roles = {
    async of(actor, fresh) {
      const remembered = known.get(actor.id);
      const now = clock.monotonic();
      if (fresh === undefined && remembered !== undefined && remembered.until > now) return remembered.roles;
      known.delete(actor.id);
      const answer = await graph.ask(
        path`/users/${actor.id}/checkMemberGroups`,
        { groupIds: Object.values(groups) },
        memberGroups,
      );
      const held = new Set(answer.value.map((id) => id.toLowerCase()));
      const found = new Set((Object.keys(groups) as Role[]).filter((role) => held.has(groups[role])));
      known.set(actor.id, { roles: found, until: now + rememberMs });
      return found;
    },
    async require(actor, wanted, toDo, fresh) {
      const held = await roles.of(actor, fresh);
      if (wanted.some((role) => held.has(role))) return;
      throw new Refusal(
        'not-allowed',
        `Only ${inWords(wanted)} can ${toDo}. Ask your Signoff admin if that should be you.`,
      );
    },
    async approvers() {
      const found = await listOfType(
        graph,
        'user',
        `${path`/groups/${groups.approver}/transitiveMembers`}?$select=id,displayName,accountEnabled&$top=999`,
        member,
      );
      return found
        .filter(({ accountEnabled }) => accountEnabled !== false)
        .map(({ id, displayName }) => ({ id: id.toLowerCase(), name: displayName ?? 'an approver' }));
    },
  };
  return roles;
}

const plural: Record<Role, string> = { helpdesk: 'the helpdesk', approver: 'approvers', admin: 'Signoff admins' };

/** “the helpdesk, approvers and Signoff admins” */
const inWords = (roles: readonly Role[]): string =>
  roles
    .map((role) => plural[role])
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' and ');
