import { badRequest, unsupportedQuery } from '../errors.ts';
import { type Resource, valueAt } from './resource.ts';

type Literal = string | number | boolean | null;
type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type Filter =
  | { kind: 'and' | 'or'; left: Filter; right: Filter }
  | { kind: 'not'; of: Filter }
  | { kind: 'compare'; path: string; operator: Operator; value: Literal }
  | { kind: 'in'; path: string; values: Literal[] }
  | { kind: 'startsWith' | 'endsWith'; path: string; value: string }
  | { kind: 'any'; path: string; variable: string; of: Filter };

const tokenForm = /\s*('(?:[^']|'')*'|[A-Za-z_$@.][\w$@.-]*(?:\/[\w$.]+)*|-?\d[\w:.+-]*|[(),:]|\S)/y;
const operators = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);

/** Parses the part of `$filter` that directory objects answer to; anything else is Graph's 400. */
export function parseFilter(source: string): Filter {
  const tokens = tokenize(source);
  let at = 0;
  const peek = () => tokens[at];
  const invalid = () =>
    badRequest(`Invalid filter clause: Syntax error at position ${source.length} in '${source}'.`, 'BadRequest');
  const next = (): string => {
    const token = tokens[at];
    if (token === undefined) throw invalid();
    at += 1;
    return token;
  };
  const expect = (wanted: string) => {
    if (next() !== wanted) throw invalid();
  };
  const literal = (): Literal => toLiteral(next(), invalid);
  const text = (): string => {
    const value = literal();
    if (typeof value !== 'string') throw invalid();
    return value;
  };

  const or = (): Filter => {
    let left = and();
    while (peek() === 'or') {
      next();
      left = { kind: 'or', left, right: and() };
    }
    return left;
  };
  const and = (): Filter => {
    let left = unary();
    while (peek() === 'and') {
      next();
      left = { kind: 'and', left, right: unary() };
    }
    return left;
  };
  const unary = (): Filter => {
    const token = next();
    if (token === 'not') return { kind: 'not', of: unary() };
    if (token === '(') {
      const inner = or();
      expect(')');
      return inner;
    }
    if (peek() === '(') return call(token);
    const operator = next();
    if (operator === 'in') return { kind: 'in', path: token, values: list() };
    if (!isOperator(operator)) throw invalid();
    return { kind: 'compare', path: token, operator, value: literal() };
  };
  const list = (): Literal[] => {
    expect('(');
    const values = [literal()];
    while (peek() === ',') {
      next();
      values.push(literal());
    }
    expect(')');
    return values;
  };
  const call = (name: string): Filter => {
    expect('(');
    if (name.endsWith('/any')) {
      const variable = next();
      expect(':');
      const of = or();
      expect(')');
      return { kind: 'any', path: name.slice(0, -4), variable, of };
    }
    const kind = { startswith: 'startsWith', endswith: 'endsWith' }[name.toLowerCase()];
    if (kind !== 'startsWith' && kind !== 'endsWith') throw unsupportedQuery('Unsupported Query.');
    const path = next();
    expect(',');
    const value = text();
    expect(')');
    if (peek() === 'eq') {
      next();
      const positive = literal() === true;
      return positive ? { kind, path, value } : { kind: 'not', of: { kind, path, value } };
    }
    return { kind, path, value };
  };

  const filter = or();
  if (at < tokens.length) throw invalid();
  return filter;
}

function tokenize(source: string): string[] {
  const tokens: string[] = [];
  tokenForm.lastIndex = 0;
  const trimmed = source.trimEnd();
  while (tokenForm.lastIndex < trimmed.length) {
    const found = tokenForm.exec(trimmed);
    if (!found?.[1]) break;
    tokens.push(found[1]);
  }
  return tokens;
}

const isOperator = (token: string): token is Operator => operators.has(token);

function toLiteral(token: string, invalid: () => Error): Literal {
  if (token.startsWith("'"))
    return token.length > 1 && token.endsWith("'") ? token.slice(1, -1).replaceAll("''", "'") : fail(invalid);
  if (token === 'true' || token === 'false') return token === 'true';
  if (token === 'null') return null;
  if (/^-?\d+(\.\d+)?$/.test(token)) return Number(token);
  if (/^[0-9a-f-]{36}$/i.test(token) || /^\d{4}-\d\d-\d\d/.test(token)) return token;
  return fail(invalid);
}

function fail(invalid: () => Error): never {
  throw invalid();
}

/** The first property that is only answered with `ConsistencyLevel: eventual` and `$count=true`. */
export function advancedProperty(filter: Filter): string | undefined {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return advancedProperty(filter.left) ?? advancedProperty(filter.right);
    case 'not':
      return firstPath(filter.of);
    case 'compare':
      return filter.operator === 'ne' || filter.path.endsWith('/$count') ? filter.path : undefined;
    case 'endsWith':
      return filter.path;
    case 'any':
      return advancedProperty(filter.of) && filter.path;
    default:
      return undefined;
  }
}

const firstPath = (filter: Filter): string => pathsOf(filter)[0] ?? '';

export function pathsOf(filter: Filter): string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return [...pathsOf(filter.left), ...pathsOf(filter.right)];
    case 'not':
      return pathsOf(filter.of);
    default:
      return [filter.path];
  }
}

export function matches(filter: Filter, resource: Resource, variables: Record<string, unknown> = {}): boolean {
  const read = (path: string): unknown => {
    const [head = '', ...rest] = path.split('/');
    return head in variables ? valueAt(variables[head], rest) : valueAt(resource, [head, ...rest]);
  };
  switch (filter.kind) {
    case 'and':
      return matches(filter.left, resource, variables) && matches(filter.right, resource, variables);
    case 'or':
      return matches(filter.left, resource, variables) || matches(filter.right, resource, variables);
    case 'not':
      return !matches(filter.of, resource, variables);
    case 'in':
      return filter.values.some((value) => compare(read(filter.path), 'eq', value));
    case 'startsWith':
      return lower(read(filter.path)).startsWith(filter.value.toLowerCase());
    case 'endsWith':
      return lower(read(filter.path)).endsWith(filter.value.toLowerCase());
    case 'any': {
      const items = read(filter.path);
      return (
        Array.isArray(items) &&
        items.some((item) => matches(filter.of, resource, { ...variables, [filter.variable]: item }))
      );
    }
    default:
      return compare(read(filter.path), filter.operator, filter.value);
  }
}

const lower = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');

function compare(actual: unknown, operator: Operator, wanted: Literal): boolean {
  const left = typeof actual === 'string' ? actual.toLowerCase() : (actual ?? null);
  const right = typeof wanted === 'string' ? wanted.toLowerCase() : wanted;
  if (operator === 'eq') return left === right;
  if (operator === 'ne') return left !== right;
  if (left === null || right === null || typeof left !== typeof right) return false;
  const order = left < right ? -1 : left > right ? 1 : 0;
  return { gt: order > 0, ge: order >= 0, lt: order < 0, le: order <= 0 }[operator];
}
