import { badRequest, unsupportedQuery } from '../errors.ts';
import { type Filter, parseFilter } from './filter.ts';
import { parseSearch, type Search } from './search.ts';

export interface Expand {
  property: string;
  select?: string[];
}

export interface QueryOptions {
  /** name and value as sent, decoded, in order */
  raw: readonly (readonly [string, string])[];
  select?: string[];
  expand: Expand[];
  filter?: Filter;
  search?: Search;
  orderBy: { property: string; descending: boolean }[];
  top?: number;
  count: boolean;
  skipToken?: string;
}

export function parseOptions(query: string): QueryOptions {
  const raw = [...new URLSearchParams(query)] as [string, string][];
  const options: QueryOptions = { raw, expand: [], orderBy: [], count: false };
  for (const [name, value] of raw) readOption(options, name.toLowerCase(), value);
  return options;
}

function readOption(options: QueryOptions, name: string, value: string): void {
  switch (name) {
    case '$select':
      options.select = names(value);
      return;
    case '$expand':
      options.expand = splitOutside(value, ',').map(toExpand);
      return;
    case '$filter':
      options.filter = parseFilter(value);
      return;
    case '$search':
      options.search = parseSearch(value);
      return;
    case '$orderby':
      options.orderBy = names(value).map((part) => {
        const [property = '', direction] = part.split(/\s+/);
        return { property, descending: direction === 'desc' };
      });
      return;
    case '$top':
      options.top = Number(value);
      if (!Number.isInteger(options.top) || options.top < 1 || options.top > 999)
        throw unsupportedQuery(`Invalid page size specified: '${value}'. Must be between 1 and 999 inclusive.`);
      return;
    case '$count':
      options.count = value === 'true';
      return;
    case '$skiptoken':
      options.skipToken = value;
      return;
    case '$skip':
      throw badRequest("'$skip' is not supported by the service.");
    default:
      if (name.startsWith('$')) throw badRequest(`The query parameter '${name}' is not supported.`, 'BadRequest');
  }
}

const names = (value: string): string[] =>
  value
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

function toExpand(source: string): Expand {
  const parsed = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/s.exec(source);
  if (!parsed?.[1]) throw badRequest(`Parsing OData Select and Expand failed: '${source}'.`, 'BadRequest');
  const inner = splitOutside(parsed[2] ?? '', ';').map((option) => option.trim());
  const select = inner.find((option) => option.toLowerCase().startsWith('$select='));
  return select ? { property: parsed[1], select: names(select.slice('$select='.length)) } : { property: parsed[1] };
}

/** Splits at a separator that is not inside parentheses. */
function splitOutside(source: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of source) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part.trim() !== '');
}
