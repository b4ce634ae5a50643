import { lookUpUser } from './directory.ts';
import type { TenantData } from './seedSchema.ts';

interface OldState {
  until: number;
  data: TenantData;
}

export interface StaleReads {
  /** Before a write: keeps the old state of everything that the call names. */
  remember(data: TenantData, path: string, body: unknown, staleMs: number, now: number): void;
  /** For a read: the old state while it lasts, else the present one. */
  dataFor(data: TenantData, path: string, now: number): TenantData;
  clear(): void;
}

export function createStaleReads(): StaleReads {
  const old = new Map<string, OldState>();
  const forget = (now: number) => {
    for (const [id, state] of old) if (state.until <= now) old.delete(id);
  };
  return {
    remember(data, path, body, staleMs, now) {
      forget(now);
      const copy = structuredClone(data);
      // The first write of a burst decides what the others still show.
      for (const id of namedObjects(data, `${path} ${JSON.stringify(body ?? '')}`)) {
        old.set(id, { until: now + staleMs, data: old.get(id)?.data ?? copy });
      }
    },
    dataFor(data, path, now) {
      forget(now);
      if (old.size === 0) return data;
      const named = namedObjects(data, path);
      // A list is as old as the oldest thing that may be in it.
      const states = named.length > 0 ? named.flatMap((id) => old.get(id) ?? []) : [...old.values()];
      return states[0]?.data ?? data;
    },
    clear: () => old.clear(),
  };
}

function namedObjects(data: TenantData, source: string): string[] {
  const ids = source.toLowerCase().match(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g) ?? [];
  const owners = ownersNamed(data, source);
  const names = (source.match(/(?<=\/users\/)[^/?\s"]+/gi) ?? []).map(decoded).filter((name) => name.includes('@'));
  return [...new Set([...ids, ...owners, ...names.flatMap((name) => lookUpUser(data, name)?.id ?? [])])];
}

/** Whose it is that a path names: lists of what somebody has name the person alone. */
function ownersNamed(data: TenantData, source: string): string[] {
  const named = new Set(source.split(/[/?\s"]/).map(decoded));
  const of = <T extends { id: string }>(list: readonly T[], ownersOf: (one: T) => (string | null)[]) =>
    list.filter(({ id }) => named.has(id)).flatMap(ownersOf);
  return [
    ...of(data.devices, (device) => [...device.registeredOwners, ...device.registeredUsers]),
    ...of(data.appRegistrations, ({ userId }) => [userId]),
    ...of(data.managedDevices, ({ userId }) => [userId]),
    ...of(data.roleAssignments, ({ principalId }) => [principalId]),
    ...of(
      data.phoneNumbers.map((one) => ({ ...one, id: one.telephoneNumber })),
      ({ assignmentTargetId }) => [assignmentTargetId],
    ),
    ...of(data.permissionGrants, ({ principalId }) => [principalId]),
  ].filter((id) => id !== null);
}

/** A body is no path: what is in it may be anything, a password too. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
