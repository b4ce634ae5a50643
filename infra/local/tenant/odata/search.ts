import { badRequest } from '../errors.ts';
import { ownValue, type Resource } from './resource.ts';

interface Clause {
  property: string;
  words: string[];
}

/** Groups joined by OR, each a list of clauses joined by AND. */
export type Search = Clause[][];

/** `"displayName:jane" OR "userPrincipalName:jane"`; every clause is quoted, words match the beginnings of words. */
export function parseSearch(source: string): Search {
  const form = /\s*("(?:[^"\\]|\\.)*"|AND|OR)\s*/y;
  const groups: Clause[][] = [[]];
  let at = 0;
  while (at < source.length) {
    form.lastIndex = at;
    const found = form.exec(source);
    if (!found?.[1])
      throw badRequest(`Syntax error: character '${source.charAt(at)}' is not valid at position ${at} in '${source}'.`);
    at = form.lastIndex;
    if (found[1] === 'OR') groups.push([]);
    else if (found[1] !== 'AND') groups.at(-1)?.push(toClause(found[1].slice(1, -1).replace(/\\(.)/g, '$1')));
  }
  if (groups.some((group) => group.length === 0))
    throw badRequest(`Syntax error: invalid search clause in '${source}'.`);
  return groups;
}

function toClause(text: string): Clause {
  const colon = text.indexOf(':');
  if (colon < 1) throw badRequest('The search clause must name a property, as in \'"displayName:value"\'.');
  return { property: text.slice(0, colon), words: wordsOf(text.slice(colon + 1)) };
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

export const found = (search: Search, resource: Resource): boolean =>
  search.some((group) =>
    group.every((clause) => {
      const value = ownValue(resource, clause.property);
      const present = typeof value === 'string' ? wordsOf(value) : [];
      return clause.words.length > 0 && clause.words.every((word) => present.some((own) => own.startsWith(word)));
    }),
  );
