import { createHash } from 'node:crypto';
import { type Json, type Person, TeamsError } from './types.ts';

export interface People {
  all(): Promise<Person[]>;
  /** Takes a user principal name, an object id or an MRI. */
  find(reference: string): Promise<Person | undefined>;
  known(reference: string): Promise<Person>;
  byId(id: string): Person | undefined;
  search(text: string): Promise<Person[]>;
  mri(person: Person): string;
}

const FRESH_FOR_MS = 10_000;

export function openPeople(
  source: Person[] | (() => Promise<Person[]>),
  clientId: string,
  tenantUrl: string | undefined,
): People {
  const seen = new Map<string, Person>();
  let list: Person[] = [];
  let readAt = Number.NEGATIVE_INFINITY;

  // Teams gives every bot its own name for a person, so that two bots can't compare notes.
  const mri = (person: Person) =>
    `29:1${createHash('sha256').update(`${clientId}/${person.id}`).digest('base64url').slice(0, 60)}`;

  const remember = (people: Person[]) =>
    people.map((each) => {
      const person = { ...each, id: each.id.toLowerCase() };
      seen.set(person.id, person);
      return person;
    });

  async function all(): Promise<Person[]> {
    if (Date.now() - readAt > FRESH_FOR_MS) {
      try {
        list = remember(typeof source === 'function' ? await source() : source);
        readAt = Date.now();
      } catch (cause) {
        if (list.length === 0) throw new TeamsError(502, 'NoDirectory', `The people can't be read: ${reason(cause)}`);
      }
    }
    return list;
  }

  async function searchTenant(text: string): Promise<Person[] | undefined> {
    if (!tenantUrl) return undefined;
    try {
      const answer = await fetch(`${tenantUrl}/_local/people?search=${encodeURIComponent(text)}`);
      return answer.ok ? remember(readPeople(await answer.json())) : undefined;
    } catch {
      return undefined; // The picker still offers whom it knows while the tenant restarts.
    }
  }

  const matches = (person: Person, reference: string) =>
    person.id === reference || person.userPrincipalName.toLowerCase() === reference || mri(person) === reference;

  async function find(reference: string): Promise<Person | undefined> {
    const wanted = reference.startsWith('29:') ? reference : reference.toLowerCase();
    const here = (await all()).find((person) => matches(person, wanted));
    if (here) return here;
    for (const person of seen.values()) if (matches(person, wanted)) return person;
    if (wanted.startsWith('29:')) return undefined;
    return (await searchTenant(wanted))?.find((person) => matches(person, wanted));
  }

  return {
    all,
    find,
    mri,
    byId: (id) => seen.get(id),
    async known(reference) {
      const person = await find(reference);
      if (!person) throw new TeamsError(404, 'NoSuchPerson', `Nobody is called ${reference} here.`);
      return person;
    },
    async search(text) {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const found =
        (await searchTenant(text)) ??
        (await all()).filter((person) => {
          const line = `${person.displayName} ${person.userPrincipalName} ${person.jobTitle ?? ''}`.toLowerCase();
          return words.every((word) => line.includes(word));
        });
      return found.slice(0, 20);
    },
  };
}

/** Everyone in the local tenant, which hands its people out page by page. */
export async function peopleOfTenant(tenantUrl: string): Promise<Person[]> {
  const people: Person[] = [];
  let skip: unknown = 0;
  while (typeof skip === 'number') {
    const answer = await fetch(`${tenantUrl}/_local/people?skip=${skip}`);
    if (!answer.ok) throw new Error(`the tenant answered ${answer.status}`);
    const page: unknown = await answer.json();
    people.push(...readPeople(page));
    skip = (page as Json).next;
  }
  return people;
}

/** Accepts a bare list and Graph's `{value: […]}`. */
function readPeople(body: unknown): Person[] {
  const rows = Array.isArray(body) ? body : ((body as Json | null)?.value ?? (body as Json | null)?.people);
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((row: Json) =>
    typeof row.id === 'string' && typeof row.userPrincipalName === 'string'
      ? [
          {
            id: row.id.toLowerCase(),
            userPrincipalName: row.userPrincipalName,
            displayName: String(row.displayName ?? row.userPrincipalName),
            jobTitle: (row.jobTitle as string | null | undefined) ?? undefined,
            userType: (row.userType as string | null | undefined) ?? undefined,
          },
        ]
      : [],
  );
}

export function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? `${cause.message} (${cause.cause.message})` : cause.message;
}
