import { z } from 'zod';
import { tenAtATime } from '../../graph/inParts.ts';
import { path } from '../../graph/path.ts';
import type { Finding } from '../finding.ts';
import type { Sight } from '../sight.ts';
import type { Signal } from '../signal.ts';

const assignment = z.object({
  principalId: z.string(),
  principalType: z.string().nullish(),
  resourceId: z.string().toLowerCase(),
  appRoleId: z.string().toLowerCase(),
});
const resource = z.object({
  appRoles: z.array(z.object({ id: z.string().toLowerCase(), value: z.string().nullish() })).nullish(),
});
const grant = z.object({
  clientId: z.string().toLowerCase(),
  consentType: z.string().nullish(),
  scope: z.string().nullish(),
});

/** What an app may do with nobody signed in, by name: each resource keeps the names of its own permissions. */
function permissionNames({ graph }: Sight) {
  const known = new Map<string, Promise<z.output<typeof resource> | null>>();
  return async ({ resourceId, appRoleId }: z.output<typeof assignment>): Promise<string> => {
    const asked =
      known.get(resourceId) ?? graph.find(path`/servicePrincipals/${resourceId}?$select=appRoles`, resource);
    known.set(resourceId, asked);
    return (await asked)?.appRoles?.find(({ id }) => id === appRoleId)?.value ?? 'a permission without a name';
  };
}

/** “User.Read for everybody”, “Mail.Read for 3 people” */
function consentsOf(grants: readonly z.output<typeof grant>[]): string[] {
  const scopes = (one: z.output<typeof grant>) => (one.scope ?? '').split(' ').filter(Boolean);
  const everybody = grants.filter(({ consentType }) => consentType === 'AllPrincipals').flatMap(scopes);
  const single = grants.filter(({ consentType }) => consentType !== 'AllPrincipals');
  const ofSome = [...new Set(single.flatMap(scopes))];
  return [
    ...(everybody.length > 0 ? [`${[...new Set(everybody)].join(', ')} for everybody`] : []),
    ...(ofSome.length > 0
      ? [`${ofSome.join(', ')} for ${single.length} ${single.length === 1 ? 'person' : 'people'}`]
      : []),
  ];
}

/** Apps that another organization publishes: what they may do, and who of ours uses them. */
export const apps: Signal = {
  name: 'apps and their consents',
  quick: false,
  permissions: [],
  async read(sight) {
    const { graph } = sight;
    const [all, grants] = await Promise.all([sight.apps(), graph.list('/oauth2PermissionGrants', grant)]);
    const nameOf = permissionNames(sight);
    return tenAtATime(all, async ({ id, name, isEnabled, tenantId }): Promise<Finding> => {
      const [mayDo, users] = await Promise.all([
        graph.list(path`/servicePrincipals/${id}/appRoleAssignments`, assignment),
        graph.list(path`/servicePrincipals/${id}/appRoleAssignedTo?$top=${999}`, assignment),
      ]);
      const count = (type: string) =>
        new Set(users.filter((one) => one.principalType === type).map(({ principalId }) => principalId)).size;
      return {
        of: { tenantId },
        what: 'app',
        id,
        name,
        isEnabled,
        mayDo: [...new Set(await Promise.all(mayDo.map(nameOf)))].sort(),
        consents: consentsOf(grants.filter(({ clientId }) => clientId === id)),
        users: count('User'),
        groups: count('Group'),
      };
    });
  },
};
