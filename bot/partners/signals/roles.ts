import { z } from 'zod';
import { lacksPremium } from '../../graph/failure.ts';
import type { Fact, Finding, Of } from '../finding.ts';
import { foreignGroups } from '../foreignGroups.ts';
import type { Sight } from '../sight.ts';
import type { Signal } from '../signal.ts';

const assignment = z.object({
  principalId: z.string().toLowerCase(),
  roleDefinitionId: z.string().toLowerCase(),
  principalOrganizationId: z.string().toLowerCase().nullish(),
});
const roleDefinition = z.object({ id: z.string().toLowerCase(), displayName: z.string().nullish() });

interface Holder {
  of: Of;
  holder: string;
  how: Extract<Fact, { what: 'role' }>['how'];
}

async function held(
  sight: Sight,
  rows: readonly z.output<typeof assignment>[],
  isEligible: boolean,
): Promise<Finding[]> {
  if (rows.length === 0) return [];
  const ids = [...new Set(rows.map(({ principalId }) => principalId))];
  const [groups, people, apps, definitions] = await Promise.all([
    foreignGroups(sight.graph, ids),
    sight.people(),
    sight.apps(),
    sight.graph.list('/roleManagement/directory/roleDefinitions?$select=id,displayName', roleDefinition),
  ]);
  const holders = new Map<string, Holder>();
  for (const { id, name, domain } of people)
    if (domain !== null) holders.set(id, { of: { domain }, holder: name, how: 'person' });
  for (const { id, name, tenantId } of apps) holders.set(id, { of: { tenantId }, holder: name, how: 'app' });
  for (const { id, displayName, externalPartnerTenantId: tenantId } of groups)
    if (tenantId) holders.set(id, { of: { tenantId }, holder: displayName ?? 'a group of theirs', how: 'delegated' });
  return rows.flatMap(({ principalId, roleDefinitionId, principalOrganizationId: tenantId }): Finding[] => {
    const ofAnother = tenantId && tenantId !== sight.own.id ? { of: { tenantId }, how: 'delegated' as const } : null;
    const holder = holders.get(principalId) ?? (ofAnother && { ...ofAnother, holder: 'a group of theirs' });
    if (!holder) return [];
    const role = definitions.find(({ id }) => id === roleDefinitionId)?.displayName ?? 'a directory role';
    return [{ ...holder, what: 'role', role, roleTemplateId: roleDefinitionId, isEligible }];
  });
}

/** Directory roles of service providers’ groups, of people from outside and of their apps. */
export const roles: Signal = {
  name: 'directory roles',
  quick: false,
  permissions: [],
  // Without their principals: a list with them is throttled.
  read: async (sight) =>
    held(sight, await sight.graph.list('/roleManagement/directory/roleAssignments', assignment), false),
};

export const eligibleRoles: Signal = {
  name: 'roles that can be activated',
  quick: false,
  permissions: ['RoleEligibilitySchedule.Read.Directory'],
  async read(sight) {
    try {
      const all = await sight.graph.list('/roleManagement/directory/roleEligibilityScheduleInstances', assignment);
      return await held(sight, all, true);
    } catch (error) {
      // A tenant without Entra ID P2 has none.
      if (lacksPremium(error)) return [];
      throw error;
    }
  },
};
