import { z } from 'zod';
import { listOfType } from './directoryObjects.ts';
import type { GraphReader } from './graph.ts';
import { membershipRules } from './membership.ts';
import { path } from './path.ts';

const group = membershipRules.extend({
  id: z.string(),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  assignedLicenses: z.array(z.unknown()),
  resourceProvisioningOptions: z.array(z.string()).nullish(),
  membershipRule: z.string().nullish(),
  membershipRuleProcessingState: z.string().nullish(),
});

/** A group that somebody is in, with all that any step asks of it: so one reading serves them all. */
export type Group = z.output<typeof group>;

const select = `?$select=${Object.keys(group.shape).join(',')}`;
const query = `${select}&$top=999`;

/** Those that somebody was put into. Without Member.Read.Hidden, Graph leaves out those with hidden membership. */
export const groupsOf = (graph: GraphReader, userId: string): Promise<Group[]> =>
  listOfType(graph, 'group', `${path`/users/${userId}/memberOf`}${query}`, group);

/** Null when it is gone. */
export const findGroup = (graph: GraphReader, id: string): Promise<Group | null> =>
  graph.find(`${path`/groups/${id}`}${select}`, group);

/** Those as well that they are in through another. */
export const allGroupsOf = (graph: GraphReader, userId: string): Promise<Group[]> =>
  listOfType(graph, 'group', `${path`/users/${userId}/transitiveMemberOf`}${query}`, group);
