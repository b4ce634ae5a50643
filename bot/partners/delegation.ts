import { z } from 'zod';
import type { NoChange } from '../engine/step.ts';
import type { GraphReader } from '../graph/graph.ts';
import { foreignGroups } from './foreignGroups.ts';
import { partnerRelationships, who } from './places.ts';
import { definePartnerStep, type PartnerStep } from './step.ts';
import type { PartnerSubject } from './subject.ts';
import { readEntry } from './tenantEntry.ts';

const assignment = z.object({
  principalId: z.string().toLowerCase(),
  roleDefinitionId: z.string(),
  principalOrganizationId: z.string().toLowerCase().nullish(),
});
const definition = z.object({ id: z.string(), displayName: z.string().nullish() });

/** Roles that groups of the partner hold here. No customer sees a relationship itself: this is what shows of it. */
async function delegatedRoles(graph: GraphReader, tenantId: string): Promise<string[]> {
  const rows = await graph.list(
    '/roleManagement/directory/roleAssignments?$select=id,principalId,roleDefinitionId,principalOrganizationId',
    assignment,
  );
  // Neither way of telling whose a holder is stands on a page of v1.0: either will do.
  const groups = await foreignGroups(graph, [...new Set(rows.map(({ principalId }) => principalId))]);
  const named = new Set(groups.flatMap((one) => (one.externalPartnerTenantId === tenantId ? one.id : [])));
  const theirs = rows.filter(
    ({ principalId, principalOrganizationId }) => principalOrganizationId === tenantId || named.has(principalId),
  );
  if (theirs.length === 0) return [];
  const all = await graph.list('/roleManagement/directory/roleDefinitions?$select=id,displayName', definition);
  const names = theirs.map(
    (row) => all.find(({ id }) => id === row.roleDefinitionId)?.displayName ?? 'a directory role',
  );
  return [...new Set(names)].sort();
}

/** What shows that delegated administration is not over, in words; all of it must be gone. */
export async function delegationOf(graph: GraphReader, { tenantId, displayName }: PartnerSubject): Promise<string[]> {
  if (tenantId === null) return [];
  const [roles, entry] = await Promise.all([delegatedRoles(graph, tenantId), readEntry(graph, tenantId)]);
  return [
    roles.length > 0 ? `groups of ${displayName} hold ${roles.join(', ')}` : '',
    entry?.isServiceProvider ? 'Microsoft Entra knows them as a service provider' : '',
  ].filter(Boolean);
}

interface Named {
  id: string;
  title: string;
  does: string;
  appliesTo(subject: PartnerSubject): NoChange | null;
}

/** Only people end it, in the admin center; what they did is seen by what no longer shows. */
export function defineEndOfDelegation(named: Named): PartnerStep {
  return definePartnerStep({
    ...named,
    permissions: ['Policy.Read.All', 'RoleManagement.Read.Directory', 'Directory.Read.All'],
    before: z.object({}),

    async preview({ subject, graph }) {
      const left = await delegationOf(graph, subject);
      if (left.length === 0) return { notNeeded: 'Nothing shows of delegated administration.' };
      return {
        byHand:
          'Only people can end delegated administration. There may be several relationships with one partner: none may be left, and invitations that wait are declined, too.',
      };
    },
    async run() {},
    async verify() {
      return { notYet: 'Only people can end it.' };
    },
    byHand({ displayName }) {
      return {
        who: `${who.globalAdmin}, or Customer Delegated Admin Relationship Administrator`,
        ...partnerRelationships,
        clicks: [
          `Open ${displayName}. There may be several rows; the one of type Reseller with Global Administrator is the older kind.`,
          'Remove roles, then Yes. Again for each row, until none of theirs is left.',
          'Decline invitations of theirs that wait: they can be accepted for 90 days.',
          'Both sides get a mail. It may take some minutes until it shows.',
        ],
        command: null,
      };
    },
    async verifyByHand({ subject, graph }) {
      const left = await delegationOf(graph, subject);
      return left.length === 0
        ? { proved: 'No group of theirs holds a role, and Microsoft Entra knows them as no service provider any more.' }
        : { notYet: `Still seen: ${left.join('; ')}. It may take a while after the last one is ended.` };
    },
    cannotUndo: 'They would have to ask for a new relationship, and somebody to accept it.',
  });
}
