import { z } from 'zod';
import type { GraphReader } from '../graph/graph.ts';
import { path, quoted } from '../graph/path.ts';
import type { Person } from './person.ts';

const found = z.object({
  id: z.string(),
  displayName: z.string().nullable(),
  userPrincipalName: z.string(),
  mail: z.string().nullable(),
  jobTitle: z.string().nullish(),
  department: z.string().nullish(),
  userType: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
});
const select = Object.keys(found.shape).join(',');

export interface Candidate extends Person {
  jobTitle: string | null;
  department: string | null;
  guest: boolean;
  accountEnabled: boolean;
}

const guid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** One more than is shown, so that "there are more" can be said. */
const most = 7;

/**
 * Finds whom somebody means by an object id, a UPN, a mail address or a display name.
 * `exact` says that what was written names this one and nobody else; otherwise a person must choose.
 */
export async function findPeople(graph: GraphReader, who: string): Promise<{ exact: boolean; people: Candidate[] }> {
  if (guid.test(who)) {
    const one = await graph.find(path`/users/${who}?$select=${select}`, found);
    return { exact: one !== null, people: one === null ? [] : [toCandidate(one)] };
  }
  if (who.includes('@')) {
    const same = `userPrincipalName eq ${quoted(who)} or mail eq ${quoted(who)} or proxyAddresses/any(p:p eq ${quoted(`smtp:${who}`)})`;
    const people = await graph.list(path`/users?$filter=${same}&$select=${select}`, found);
    if (people.length > 0) return { exact: people.length === 1, people: people.map(toCandidate) };
    const [local = ''] = who.split('@');
    return { exact: false, people: await search(graph, local.split(/[._-]/)[0] ?? local) };
  }
  const people = await search(graph, who);
  const named = people.filter(({ displayName }) => displayName.toLowerCase() === who.toLowerCase());
  if (named.length > 0) return { exact: named.length === 1, people: named };
  return { exact: people.length === 1, people };
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
    accountEnabled: user.accountEnabled !== false,
  };
}
