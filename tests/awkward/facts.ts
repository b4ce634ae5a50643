import type { TenantData } from '../../infra/local/tenant/server.ts';

/** Everything in a tenant, one fact a path: `users[id].accountEnabled` → `true`, `groups[id].members[id]` → `there`. */
export type Facts = ReadonlyMap<string, string>;

export interface Difference {
  path: string;
  was: string | undefined;
  now: string | undefined;
}

export function factsOf(data: TenantData): Facts {
  const facts = new Map<string, string>();
  flatten(JSON.parse(JSON.stringify(data)), '', facts);
  return facts;
}

function flatten(value: unknown, path: string, facts: Map<string, string>): void {
  if (Array.isArray(value)) {
    for (const item of value) flatten(item, `${path}[${keyOf(item)}]`, facts);
  } else if (typeof value === 'object' && value !== null) {
    if (path !== '') facts.set(path, 'there');
    for (const [name, content] of Object.entries(value))
      flatten(content, path === '' ? name : `${path}.${name}`, facts);
  } else facts.set(path, path.endsWith(`[${String(value)}]`) ? 'there' : String(value));
}

/** What an entry of a list is known by. */
function keyOf(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item);
  const known = item as {
    id?: unknown;
    telephoneNumber?: unknown;
    deviceId?: unknown;
    skuId?: unknown;
    meetingId?: unknown;
    user?: { id?: unknown };
  };
  return String(
    known.id ??
      known.telephoneNumber ??
      known.deviceId ??
      known.skuId ??
      known.meetingId ??
      known.user?.id ??
      JSON.stringify(item),
  );
}

export function differences(before: Facts, after: Facts): Difference[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((path) => ({ path, was: before.get(path), now: after.get(path) }))
    .filter(({ was, now }) => was !== now);
}

/** Gathered once for each set of facts: looking through all of them for each promise took a second a person. */
const areas = new WeakMap<Facts, ReadonlySet<string>>();

/** Whether something is at the path or below it. */
export function hasArea(facts: Facts, path: string): boolean {
  const known = areas.get(facts) ?? new Set([...facts.keys()].flatMap(pathsTo));
  areas.set(facts, known);
  return known.has(path);
}

const pathsTo = (path: string): string[] => [
  ...[...path.matchAll(/[.[]/g)].map(({ index }) => path.slice(0, index)),
  path,
];

/** At the path itself or below it. */
export const isWithin = (path: string, area: string): boolean =>
  path === area || (path.startsWith(area) && /^[.[]/.test(path.slice(area.length)));

/** Ids as names, for whoever reads a failure. */
export function named(text: string, data: TenantData): string {
  const names = new Map<string, string>();
  for (const { id, userPrincipalName } of data.users) names.set(id, userPrincipalName);
  for (const { id, displayName } of [...data.groups, ...data.devices, ...data.servicePrincipals])
    names.set(id, displayName);
  return text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => names.get(id) ?? id);
}
