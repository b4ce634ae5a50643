import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { denied } from './errors.ts';
import type { Caller, Route } from './route.ts';

const table = z.record(z.string(), z.record(z.string(), z.array(z.string())));
const file = z.object({
  source: z.string(),
  reading: z.string(),
  paths: table,
  supplement: z.record(z.string(), z.looseObject({ comment: z.string() })),
});

export interface PermissionCheck {
  /** Any one of these is enough; `A+B` asks for both. The least privileged come first. */
  needed: string[];
  /** The first of them that the token carries. */
  matched: string | null;
}

export type Permissions = (route: Route) => string[];

/** `/users/{user}/memberOf/microsoft.graph.group` and `/users/{id}/memberof` are one row. */
const rowKey = (path: string): string =>
  path
    .toLowerCase()
    .replace(/\{[^}]*\}/g, '{id}')
    .replace(/\/microsoft\.graph\.\w+/g, '')
    .replace(/\/\$(ref|count)$/, '');

export function readPermissions(): Permissions {
  const { paths, supplement } = file.parse(
    JSON.parse(readFileSync(new URL('./permissions.json', import.meta.url), 'utf8')),
  );
  const rows = new Map<string, Set<string>>();
  const addAll = (path: string, methods: Record<string, unknown>) => {
    for (const [method, names] of Object.entries(methods)) {
      if (!Array.isArray(names)) continue;
      const key = `${method} ${rowKey(path)}`;
      rows.set(key, new Set([...(rows.get(key) ?? []), ...names.map(String)]));
    }
  };
  for (const [path, methods] of Object.entries(paths)) addAll(path, methods);
  for (const [path, methods] of Object.entries(supplement)) addAll(path, methods);
  return (route) => {
    const names = [...(rows.get(`${route.method} ${rowKey(route.permissionsOf ?? route.path)}`) ?? [])];
    return names.toSorted((a, b) => breadth(a) - breadth(b)).map((name) => name.replace('*', ''));
  };
}

/** The least privileged first, those over the whole directory last. */
function breadth(name: string): number {
  if (name.endsWith('*')) return 0;
  return name.startsWith('Directory.') ? 2 : 1;
}

export function checkPermission(needed: string[], caller: Caller): PermissionCheck {
  const matched = needed.find((name) => name.split('+').every((part) => caller.permissions.has(part)));
  return { needed, matched: matched ?? null };
}

export function demand(check: PermissionCheck): void {
  if (check.matched === null) throw denied();
}
