import { z } from 'zod';
import type { MailboxRoles } from '../exchange/exchange.ts';
import { unlessDenied } from '../graph/failure.ts';
import { allGroupsOf } from '../graph/groups.ts';
import { inIntune } from '../graph/intune.ts';
import { whyNotRemovable } from '../graph/membership.ts';
import type { ReadContext } from './step.ts';

const assignment = z.object({ displayName: z.string().nullish(), members: z.array(z.string()).nullish() });
const mayReadIntune = 'DeviceManagementRBAC.Read.All';

/** Where roles of a service's own are given and taken, for people. */
const places = {
  'Exchange Online': 'Exchange admin center, Roles, Admin roles',
  Intune: 'Intune admin center, Tenant administration, Roles',
  'Microsoft Purview': 'Purview portal, Settings, Role groups',
} as const;

/**
 * What Exchange Online, Intune and Purview give by themselves, beside the roles of the directory: Signoff takes none of it
 * away, and names what it sees and where it can't look.
 */
export async function rolesInServices(context: ReadContext): Promise<string[]> {
  if (context.subject.external) return [];
  const [exchange, intune] = await Promise.all([rolesInExchange(context), rolesInIntune(context)]);
  const unseen = [
    ...(exchange === null ? (['Exchange Online'] as const) : []),
    ...(intune === null ? (['Intune'] as const) : []),
    // Its role groups answer to people alone.
    'Microsoft Purview' as const,
  ];
  return [
    ...(exchange ?? []),
    ...(intune ?? []),
    ...unseen.map((service) => `Roles of ${service}’s own: Signoff can’t see them. Look there: ${places[service]}.`),
  ];
}

async function rolesInExchange({ subject, access, exchange }: ReadContext): Promise<string[] | null> {
  if (!access.exchange.has('hold')) return null;
  const held = await unlessDenied(() => exchange.rolesOf(subject));
  return held === null ? null : named(held);
}

const named = ({ groups, direct }: MailboxRoles): string[] => [
  ...groups.map((name) => `Exchange role group “${name}”: take it away there: ${places['Exchange Online']}.`),
  ...direct.map(
    (name) => `Exchange role “${name}”, given directly: take it away with Remove-ManagementRoleAssignment.`,
  ),
];

/** Only groups are given roles. What is left with a group that Signoff leaves anyway is none of it. */
async function rolesInIntune({ subject, access, graph }: ReadContext): Promise<string[] | null> {
  if (!access.permissions.has(mayReadIntune)) return null;
  const given = await unlessDenied(() => inIntune(() => graph.list('/deviceManagement/roleAssignments', assignment)));
  if (given === null) return null;
  if (given.length === 0) return [];
  const groups = await allGroupsOf(graph, subject.id);
  return given.flatMap(({ displayName, members }) =>
    groups
      .filter((one) => members?.includes(one.id) && whyNotRemovable(one, access) !== null)
      .map(
        (one) =>
          `Intune role assignment “${displayName ?? 'without a name'}”, through the group “${one.displayName ?? 'without a name'}”: take it away there: ${places.Intune}.`,
      ),
  );
}
