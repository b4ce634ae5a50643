import { z } from 'zod';
import type { Finding } from '../finding.ts';
import type { Signal } from '../signal.ts';

const outsiders = z
  .looseObject({
    guestOrExternalUserTypes: z.string().nullish(),
    externalTenants: z.looseObject({ members: z.array(z.string().toLowerCase()).nullish() }).nullish(),
  })
  .nullish();
const policy = z.object({
  displayName: z.string().nullish(),
  state: z.string().nullish(),
  conditions: z.looseObject({
    users: z
      .looseObject({
        excludeUsers: z.array(z.string().toLowerCase()).nullish(),
        excludeGuestsOrExternalUsers: outsiders,
      })
      .nullish(),
  }),
});
const location = z.looseObject({ displayName: z.string().nullish(), isTrusted: z.boolean().nullish() });
const base = '/identity/conditionalAccess';

/** Whom policies leave out, and places that carry an organization’s name. */
export const conditionalAccess: Signal = {
  name: 'Conditional Access',
  quick: false,
  permissions: ['Policy.Read.All'],
  async read(sight) {
    const [policies, locations, people] = await Promise.all([
      sight.graph.list(`${base}/policies?$select=displayName,state,conditions`, policy),
      sight.graph.list(`${base}/namedLocations`, location),
      sight.people(),
    ]);
    const excluded = policies.flatMap(({ displayName, state, conditions: { users } }): Finding[] => {
      const fact = { what: 'exclusion', policy: displayName ?? 'a policy', isOn: state === 'enabled' } as const;
      const types = users?.excludeGuestsOrExternalUsers?.guestOrExternalUserTypes ?? '';
      const who = types === 'serviceProvider' ? 'their technicians' : 'their people';
      const tenants = users?.excludeGuestsOrExternalUsers?.externalTenants?.members ?? [];
      const single = people.filter(({ id }) => users?.excludeUsers?.includes(id));
      return [
        ...tenants.map((tenantId) => ({ of: { tenantId }, ...fact, who })),
        ...single.flatMap(({ domain, name }) => (domain === null ? [] : [{ of: { domain }, ...fact, who: name }])),
      ];
    });
    const places = locations.flatMap(({ displayName, isTrusted }): Finding[] =>
      displayName
        ? [{ of: { named: displayName }, what: 'location', name: displayName, isTrusted: isTrusted === true }]
        : [],
    );
    return [...excluded, ...places];
  },
};
