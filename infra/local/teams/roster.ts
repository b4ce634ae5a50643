import type { Conversation } from './conversations.ts';
import type { People } from './people.ts';
import type { Json, Person } from './types.ts';

/** Teams pages by 50 to 500; a smaller wish is granted here, so that a test can page through a few people. */
const LARGEST_PAGE = 500;

/**
 * Everyone but guests belongs to the team unless it was given; whoever opened the channel joined it. A private channel has
 * only whom was let in, here those who opened it.
 */
export async function membersOf(
  conversation: Conversation,
  people: People,
  team: string[] | undefined,
): Promise<Person[]> {
  if (conversation.person) return [conversation.person];
  if (conversation.place === 'private') return (await people.all()).filter(({ id }) => conversation.members.has(id));
  const wanted = team?.map((each) => each.toLowerCase());
  return (await people.all()).filter(
    (person) =>
      conversation.members.has(person.id) ||
      (wanted ? wanted.includes(person.userPrincipalName.toLowerCase()) : person.userType !== 'Guest'),
  );
}

export function member(person: Person, people: People, tenantId: string): Json {
  const [givenName, ...rest] = person.displayName.split(' ');
  return {
    id: people.mri(person),
    name: person.displayName,
    objectId: person.id,
    aadObjectId: person.id,
    givenName,
    surname: rest.join(' '),
    email: person.userPrincipalName,
    userPrincipalName: person.userPrincipalName,
    tenantId,
    userRole: person.userType === 'Guest' ? 'guest' : 'user',
  };
}

/** A shared channel also has people of other tenants, who are in no directory here. */
export function membersFromElsewhere(conversation: Conversation): Json[] {
  if (conversation.place !== 'shared') return [];
  return [
    {
      id: '29:1FabrikamFatimaBergIsNobodyOfThisTenantAndStillReadsThisHere01',
      name: 'Fatima Berg',
      objectId: '4b1d6f0e-8f53-4c6e-9a57-2f30c1d5e8aa',
      aadObjectId: '4b1d6f0e-8f53-4c6e-9a57-2f30c1d5e8aa',
      givenName: 'Fatima',
      surname: 'Berg',
      email: 'fatima.berg@fabrikam.com',
      userPrincipalName: 'fatima.berg@fabrikam.com',
      tenantId: 'fab21c0e-51d7-4b1a-9d27-0e6a7c3f9b44',
      userRole: 'user',
    },
  ];
}

export function pageOf(members: Json[], query: URLSearchParams): Json {
  const size = Math.min(Math.max(Number(query.get('pageSize') ?? 200) || 200, 1), LARGEST_PAGE);
  const from = Number(query.get('continuationToken') ?? 0) || 0;
  const next = from + size;
  return {
    members: members.slice(from, next),
    ...(next < members.length ? { continuationToken: String(next) } : {}),
  };
}
