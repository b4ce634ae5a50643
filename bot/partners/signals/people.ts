import { z } from 'zod';
import { assignmentPolicy, connectedOrganization, entitlements } from '../connected.ts';
import type { Finding } from '../finding.ts';
import type { Signal } from '../signal.ts';

/** Guests, and members whose account is elsewhere. */
export const people: Signal = {
  name: 'guests and members from outside',
  quick: false,
  permissions: [],
  read: async (sight) =>
    (await sight.people()).flatMap(({ id, name, domain, isGuest, isEnabled, isPending, lastSignIn }): Finding[] =>
      domain === null ? [] : [{ of: { domain }, what: 'person', id, name, isGuest, isEnabled, isPending, lastSignIn }],
    ),
};

const assignment = z.object({
  target: z.object({ objectId: z.string().toLowerCase().nullish() }).nullish(),
  accessPackage: z.object({ displayName: z.string().nullish() }).nullish(),
});

/** Whose people may ask for access packages, and who of them has one. */
export const connectedOrganizations: Signal = {
  name: 'connected organizations and access packages',
  quick: false,
  permissions: ['EntitlementManagement.Read.All'],
  async read(sight) {
    const [organizations, policies, assignments, outsiders] = await Promise.all([
      sight.graph.list(`${entitlements}/connectedOrganizations`, connectedOrganization),
      sight.graph.list(`${entitlements}/assignmentPolicies`, assignmentPolicy),
      sight.graph.list(
        `${entitlements}/assignments?$filter=state eq 'delivered'&$expand=target,accessPackage`.replaceAll(' ', '%20'),
        assignment,
      ),
      sight.people(),
    ]);
    const ofOrganizations = organizations.flatMap(({ id, displayName, identitySources }) =>
      (identitySources ?? []).flatMap(({ tenantId, domainName }): Finding[] => {
        const of = tenantId ? { tenantId } : domainName ? { domain: domainName } : null;
        const named = policies.filter(({ specificAllowedTargets }) =>
          specificAllowedTargets?.some(({ connectedOrganizationId }) => connectedOrganizationId === id),
        );
        const names = named.map((one) => one.displayName ?? 'a policy');
        return of === null ? [] : [{ of, what: 'connected', name: displayName ?? '', policies: names }];
      }),
    );
    const ofPeople = assignments.flatMap(({ target, accessPackage }): Finding[] => {
      const one = outsiders.find(({ id }) => id === target?.objectId);
      if (!one?.domain) return [];
      const name = accessPackage?.displayName ?? 'an access package';
      return [{ of: { domain: one.domain }, what: 'package', name, person: one.name }];
    });
    return [...ofOrganizations, ...ofPeople];
  },
};
