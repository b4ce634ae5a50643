import type { TenantData } from '../../infra/local/tenant/server.ts';

/** Ids of what comes later. */
export const newId = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;

/** A copy of the first of them, to be made into something new. */
export function aLike<T>(all: readonly T[], is: (one: T) => boolean): T {
  const found = all.find(is);
  if (found === undefined) throw new Error('The tenant has none like it');
  return structuredClone(found);
}

export function groupNamed(data: TenantData, name: string): TenantData['groups'][number] {
  const found = data.groups.find(({ displayName }) => displayName === name);
  if (!found) throw new Error(`The tenant has no group ${name}`);
  return found;
}

export function idOf(data: TenantData, name: string): string {
  const found = data.users.find(({ userPrincipalName }) => userPrincipalName === `${name}@contoso.com`);
  if (!found) throw new Error(`The tenant has no ${name}`);
  return found.id;
}

/** Every mailbox is on hold, as the plan of a deletion with a hold has it by then. */
export function held({ users }: TenantData): void {
  for (const { mailbox } of users)
    if (mailbox) mailbox.litigationHold ??= { since: '2026-11-01T09:00:00Z', by: 'omar', durationDays: null };
}
