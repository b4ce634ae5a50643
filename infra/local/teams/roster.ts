import type { Conversation } from './conversations.ts';
import type { People } from './people.ts';
import type { Json, Person } from './types.ts';

/** Teams pages by 50 to 500; a smaller wish is granted here, so that a test can page through a few people. */
const LARGEST_PAGE = 500;

/** Everyone but guests belongs to the team unless it was given; whoever opened the channel joined it. */
export async function membersOf(
  conversation: Conversation,
  people: People,
  team: string[] | undefined,
): Promise<Person[]> {
  if (conversation.person) return [conversation.person];
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

export function pageOf(members: Json[], query: URLSearchParams): Json {
  const size = Math.min(Math.max(Number(query.get('pageSize') ?? 200) || 200, 1), LARGEST_PAGE);
  const from = Number(query.get('continuationToken') ?? 0) || 0;
  const next = from + size;
  return {
    members: members.slice(from, next),
    ...(next < members.length ? { continuationToken: String(next) } : {}),
  };
}
