import { badRequest, GraphError } from './errors.ts';
import type { QueryOptions } from './odata/options.ts';
import type { TenantData } from './seedSchema.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Who calls, as the access token says. */
export interface Caller {
  appId: string;
  servicePrincipalId: string;
  permissions: ReadonlySet<string>;
}

/** One Graph request, whether it came alone or in a batch. */
export interface Call {
  data: TenantData;
  method: Method;
  /** Path below /v1.0 as sent, without the query. */
  path: string;
  params: Readonly<Record<string, string>>;
  query: QueryOptions;
  headers: Readonly<Record<string, string>>;
  body: unknown;
  caller: Caller;
  now: Date;
  /** `http://127.0.0.1:port/v1.0` */
  root: string;
  /** Remembers what is left of a list and gives the token that asks for it. */
  rememberPage(ids: string[]): string;
  recallPage(token: string): string[] | undefined;
}

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Route {
  method: Method;
  /** Graph's path below /v1.0 with {names} for keys: `/users/{user}/memberOf`. */
  path: string;
  /** The row of permissions.json that speaks for this route, where it is not the path itself. */
  permissionsOf?: string;
  /** Resource units (https://learn.microsoft.com/graph/throttling-limits); 1 where left out. */
  units?: number;
  answer(call: Call): Reply;
}

interface Compiled {
  route: Route;
  pattern: RegExp;
  names: string[];
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

export type Router = (method: string, path: string) => Match;

/** Answers unknown segments and methods the way Graph does: 400 and 405. */
export function createRouter(routes: readonly Route[]): Router {
  const compiled = routes
    .map(compile)
    .sort((a, b) => a.names.length - b.names.length || b.route.path.length - a.route.path.length);
  return (method, path) => {
    const fitting = compiled.filter((candidate) => candidate.pattern.test(path));
    const chosen = fitting.find((candidate) => candidate.route.method === method);
    if (!chosen) {
      if (fitting.length > 0)
        throw new GraphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');
      throw badRequest(`Resource not found for the segment '${firstUnknownSegment(compiled, path)}'.`, 'BadRequest');
    }
    const found = chosen.pattern.exec(path) ?? [];
    const params: Record<string, string> = {};
    for (const [index, name] of chosen.names.entries()) params[name] = decodeKey(found[index + 1] ?? '');
    return { route: chosen.route, params };
  };
}

function compile(route: Route): Compiled {
  const names: string[] = [];
  const source = route.path
    .split(/(\{\w+\})/)
    .map((piece) => {
      if (!piece.startsWith('{')) return piece.replace(/[.$()]/g, '\\$&');
      names.push(piece.slice(1, -1));
      return '([^/]+)';
    })
    .join('');
  return { route, names, pattern: new RegExp(`^${source}$`, 'i') };
}

/** `/users('x')` is the same resource as `/users/x`. */
export const withoutKeyParentheses = (path: string): string =>
  path.replace(/\('((?:[^']|'')*)'\)/g, (_, key: string) => `/${key.replaceAll("''", "'")}`);

function decodeKey(raw: string): string {
  const decoded = decodeURIComponent(raw);
  return /^'.*'$/.test(decoded) ? decoded.slice(1, -1).replaceAll("''", "'") : decoded;
}

function firstUnknownSegment(compiled: readonly Compiled[], path: string): string {
  const segments = path.split('/').filter(Boolean);
  for (let length = 1; length <= segments.length; length += 1) {
    const known = compiled.some(({ route }) => {
      const own = route.path.split('/').filter(Boolean).slice(0, length);
      return (
        own.length === length &&
        own.every(
          (segment, index) => segment.startsWith('{') || segment.toLowerCase() === segments[index]?.toLowerCase(),
        )
      );
    });
    if (!known) return segments[length - 1] ?? '';
  }
  return segments.at(-1) ?? '';
}
