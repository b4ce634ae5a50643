import { z } from 'zod';
import type { Reading } from '../engine/subject.ts';
import { Refusal, together } from '../errors.ts';
import { type Access, directoryRole } from '../graph/access.ts';
import { listOfType } from '../graph/directoryObjects.ts';
import { unlessDenied } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import { mailboxPurpose } from '../graph/mailboxes.ts';
import { path, quoted } from '../graph/path.ts';
import { identities, isExternal } from './external.ts';
import type { Subject } from './person.ts';
import { assignmentsOf, privilegesOf } from './privileges.ts';

const person = z.object({
  id: z.string(),
  displayName: z.string().nullable(),
  userPrincipalName: z.string(),
  mail: z.string().nullable(),
});
const account = person.extend({
  jobTitle: z.string().nullish(),
  department: z.string().nullish(),
  accountEnabled: z.boolean(),
  identities,
  onPremisesSyncEnabled: z.boolean().nullish(),
  manager: person.partial({ mail: true }).extend({ accountEnabled: z.boolean().nullish() }).nullish(),
});
const select = Object.keys(account.omit({ manager: true }).shape).join(',');

/** Reads a person with their privileges. @throws Refusal when they may never be offboarded, with the reason. */
export async function readPerson(reading: Reading, id: string, requesterId: string): Promise<Subject> {
  const { graph } = reading;
  if (id === requesterId)
    throw new Refusal('protected', 'You can’t offboard yourself. Ask a colleague of the helpdesk.');
  const access = await requireTouchable(reading, id);

  // All at once: a lock-out waits for it. Of somebody who is gone, the rest is not found either.
  const [user, { held, ...privileges }, lastSignIn, mailboxOf] = await together([
    readAccount(graph, id),
    privilegesOf(reading, id),
    lastSignInOf(graph, id, access),
    mailboxKindOf(graph, id, access),
  ]);
  if (
    held.has(directoryRole.globalAdministrator) &&
    user.accountEnabled &&
    !(await hasAnotherGlobalAdministrator(graph, new Set([id, ...(await reading.openSubjects())])))
  ) {
    throw new Refusal(
      'protected',
      `${user.displayName} is the last Global Administrator (whoever else is being offboarded does not count). Make somebody else one first.`,
    );
  }
  return {
    ...named(user),
    jobTitle: user.jobTitle ?? null,
    department: user.department ?? null,
    accountEnabled: user.accountEnabled,
    lastSignIn,
    external: isExternal(user),
    synced: user.onPremisesSyncEnabled === true,
    manager: user.manager ? { ...named(user.manager), blocked: user.manager.accountEnabled === false } : null,
    mailboxOf,
    deleted: false,
    ...privileges,
  };
}

const known = z.object({ id: z.string() });

/**
 * A person whose offboarding is taken back: with the privileges that they had, since these come back as well.
 * @throws Refusal when they may not be touched, or are gone for good
 */
export async function readPersonBack(reading: Reading, noted: Subject, requesterId: string): Promise<Subject> {
  const { graph } = reading;
  const { id, displayName } = noted;
  if (id === requesterId) throw new Refusal('protected', 'You can’t bring yourself back. Ask a colleague.');
  await requireTouchable(reading, id);
  const user = await graph.find(path`/users/${id}?$select=id,accountEnabled`, enabled);
  if (user !== null) return { ...noted, accountEnabled: user.accountEnabled ?? noted.accountEnabled, deleted: false };
  if ((await graph.find(path`/directory/deletedItems/${id}?$select=id`, known)) !== null)
    return { ...noted, accountEnabled: false, deleted: true };
  throw new Refusal(
    'gone',
    `${displayName}’s account is gone for good: a deleted one can be restored for 30 days. Somebody makes a new account.`,
  );
}

/** @throws Refusal for whom no case may touch */
async function requireTouchable({ untouchable, readAccess }: Reading, id: string): Promise<Access> {
  if (untouchable.accounts.includes(id)) {
    throw new Refusal(
      'protected',
      'This is a break-glass account: it must be there when everything else is locked. Signoff never touches it.',
    );
  }
  const access = await readAccess();
  if (id === access.ownId || id === access.clientId)
    throw new Refusal('protected', 'This is Signoff’s own identity. Signoff can’t remove itself.');
  return access;
}

/** @throws Refusal when there is none (any more) */
async function readAccount(graph: GraphReader, id: string): Promise<z.output<typeof account>> {
  const user = await graph.find(
    path`/users/${id}?$select=${select}&$expand=manager($select=id,displayName,userPrincipalName,mail,accountEnabled)`,
    account,
  );
  if (user === null) throw new Refusal('gone', 'This account is no longer in the directory.');
  return user;
}

function named(user: {
  id: string;
  displayName: string | null;
  userPrincipalName: string;
  mail?: string | null | undefined;
}) {
  const { id, displayName, userPrincipalName, mail } = user;
  return { id: id.toLowerCase(), displayName: displayName ?? userPrincipalName, userPrincipalName, mail: mail ?? null };
}

const activity = z.object({ signInActivity: z.object({ lastSignInDateTime: z.string().nullish() }).nullish() });

/** Good to know, but no reason to stop: it takes a permission of its own, and a tenant with Entra ID P1. */
async function lastSignInOf(graph: GraphReader, id: string, { permissions }: Access): Promise<string | null> {
  if (!permissions.has('AuditLog.Read.All')) return null;
  const found = await unlessDenied(() => graph.read(path`/users/${id}?$select=signInActivity`, activity));
  return found?.signInActivity?.lastSignInDateTime ?? null;
}

const kindsOfMailbox = ['shared', 'room', 'equipment'] as const;

/** Good to know, too: an account that stands for a mailbox is no person who leaves. */
async function mailboxKindOf(graph: GraphReader, id: string, { permissions }: Access): Promise<Subject['mailboxOf']> {
  if (!permissions.has('MailboxSettings.Read') && !permissions.has('MailboxSettings.ReadWrite')) return null;
  const purpose = await unlessDenied(() => mailboxPurpose(graph, id));
  return kindsOfMailbox.find((kind) => kind === purpose) ?? null;
}

/** @param leaving ids of those who do not count, because they leave as well */
async function hasAnotherGlobalAdministrator(graph: GraphReader, leaving: ReadonlySet<string>): Promise<boolean> {
  const holders = await assignmentsOf(graph, `roleDefinitionId eq ${quoted(directoryRole.globalAdministrator)}`);
  for (const { principalId } of holders) {
    if (leaving.has(principalId)) continue;
    const people = await graph.find(path`/users/${principalId}?$select=id,accountEnabled`, enabled);
    if (people?.accountEnabled) return true;
    if (people === null && (await hasEnabledMember(graph, principalId, leaving))) return true;
  }
  return false;
}

const enabled = z.object({ id: z.string(), accountEnabled: z.boolean().nullish() });

/** The holder may be a group; a service principal that holds the role is no person who can let others in. */
async function hasEnabledMember(graph: GraphReader, groupId: string, leaving: ReadonlySet<string>): Promise<boolean> {
  if ((await graph.find(path`/groups/${groupId}?$select=id`, z.object({ id: z.string() }))) === null) return false;
  const members = await listOfType(
    graph,
    'user',
    path`/groups/${groupId}/transitiveMembers?$select=id,accountEnabled`,
    enabled,
  );
  return members.some((one) => one.accountEnabled && !leaving.has(one.id));
}
