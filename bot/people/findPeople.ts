import { z } from 'zod';
import type { GraphReader } from '../graph/graph.ts';
import { path, quoted } from '../graph/path.ts';
import { identities, isExternal } from './external.ts';
import type { Person } from './person.ts';

const found = z.object({
  id: z.string(),
  displayName: z.string().nullable(),
  userPrincipalName: z.string(),
  mail: z.string().nullable(),
  jobTitle: z.string().nullish(),
  department: z.string().nullish(),
  userType: z.string().nullish(),
  identities,
  accountEnabled: z.boolean().nullish(),
});
const select = Object.keys(found.shape).join(',');

export interface Candidate extends Person {
  jobTitle: string | null;
  department: string | null;
  guest: boolean;
  external: boolean;
  accountEnabled: boolean;
}

const guid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** One more than is shown, so that "there are more" can be said. */
const most = 7;

/**
 * Finds whom somebody means by an object id, a UPN, a mail address or a display name.
 * `exact` says that what was written names this one and nobody else; otherwise a person must choose, also when only one
 * was found: the beginning of a name is nobody's name.
 */
export async function findPeople(graph: GraphReader, who: string): Promise<{ exact: boolean; people: Candidate[] }> {
  if (guid.test(who)) {
    const one = await graph.find(path`/users/${who}?$select=${select}`, found);
    return { exact: one !== null, people: one === null ? [] : [toCandidate(one)] };
  }
  const byAddress = who.includes('@');
  // Asked for by itself, and not looked for among what a search found: a search ends at its limit.
  const people = await filtered(
    graph,
    byAddress
      ? `userPrincipalName eq ${quoted(who)} or mail eq ${quoted(who)} or proxyAddresses/any(p:p eq ${quoted(`smtp:${who}`)})`
      : `displayName eq ${quoted(who)}`,
  );
  if (people.length > 0) return { exact: people.length === 1, people };
  const [local = ''] = who.split('@');
  return { exact: false, people: await search(graph, byAddress ? (local.split(/[._-]/)[0] ?? local) : who) };
}

async function filtered(graph: GraphReader, filter: string): Promise<Candidate[]> {
  const people = await graph.list(path`/users?$filter=${filter}&$select=${select}&$top=${most}`, found, {
    atMost: most,
  });
  return people.map(toCandidate);
}

async function search(graph: GraphReader, words: string): Promise<Candidate[]> {
  const wanted = words.replaceAll(/["\\]/g, ' ').trim();
  if (wanted === '') return [];
  const terms = `"displayName:${wanted}" OR "userPrincipalName:${wanted}"`;
  const people = await graph.list(path`/users?$search=${terms}&$select=${select}&$top=${most}`, found, {
    eventual: true,
    atMost: most,
  });
  return people.map(toCandidate);
}

function toCandidate(user: z.output<typeof found>): Candidate {
  return {
    id: user.id.toLowerCase(),
    displayName: user.displayName ?? user.userPrincipalName,
    userPrincipalName: user.userPrincipalName,
    mail: user.mail,
    jobTitle: user.jobTitle ?? null,
    department: user.department ?? null,
    guest: user.userType === 'Guest',
    external: isExternal(user),
    accountEnabled: user.accountEnabled !== false,
  };
}
