/**
 * Builds a Graph path; every value put in is encoded, so that an apostrophe or a `#` in a name can't change what is asked.
 * Use {@link quoted} for a value inside `$filter`.
 */
export function path(parts: TemplateStringsArray, ...values: (string | number)[]): string {
  const [first = '', ...rest] = parts;
  return rest.reduce((made, part, index) => made + encodeURIComponent(String(values[index])) + tidy(part), tidy(first));
}

const tidy = (part: string): string => part.replaceAll(' ', '%20');

/** An OData text literal: quotes around, apostrophes doubled. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The link between a group and its member: the only way to take somebody out without touching the person. */
export const memberRef = (groupId: string, memberId: string): string =>
  path`/groups/${groupId}/members/${memberId}/$ref`;

/** As {@link memberRef}, for an owner. */
export const ownerRef = (groupId: string, ownerId: string): string => path`/groups/${groupId}/owners/${ownerId}/$ref`;

/** Without `/$ref`, Graph deletes the member itself from the directory. */
export function isReferenceWithoutRef(url: string): boolean {
  return /\/(members|owners|registeredOwners|registeredUsers)\/[^/?]+\/?(\?.*)?$/i.test(url);
}
