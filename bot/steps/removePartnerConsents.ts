import { z } from 'zod';
import { tenAtATime } from '../graph/inParts.ts';
import { path } from '../graph/path.ts';
import { permissionGrant } from '../graph/permissionGrant.ts';
import { enterpriseApps, who } from '../partners/places.ts';
import type { ReadContext } from '../partners/step.ts';
import { definePartnerSweep } from '../partners/sweep.ts';
import { theirApps } from '../partners/theirs.ts';

const assignment = z.object({
  id: z.string(),
  appRoleId: z.string(),
  principalId: z.string(),
  resourceId: z.string(),
  resourceDisplayName: z.string().nullish(),
});
const consent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('delegated'),
    id: z.string(),
    app: z.string(),
    clientId: z.string(),
    consentType: z.string(),
    principalId: z.string().nullable(),
    resourceId: z.string(),
    scope: z.string(),
  }),
  z.object({
    kind: z.literal('application'),
    id: z.string(),
    app: z.string(),
    principalId: z.string(),
    resourceId: z.string(),
    appRoleId: z.string(),
    resource: z.string(),
  }),
]);
type Consent = z.output<typeof consent>;

/** Once the apps are disabled: a consent that is taken back from an app that still runs is asked for again. */
export const removePartnerConsents = definePartnerSweep<Consent>({
  id: 'remove-partner-consents',
  title: 'Take back consents',
  does: 'Takes back what apps of the partner may do, in people’s names and with nobody signed in.',
  permissions: ['Directory.Read.All', 'DelegatedPermissionGrant.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All'],
  item: consent,
  none: 'No app of theirs may do anything.',
  nouns: ['consent', 'consents'],
  done: ['was taken back', 'were taken back'],
  find: async (context) => ({ items: await consentsOf(context) }),
  // One that is given again has another id.
  key: (one) =>
    one.kind === 'delegated'
      ? [one.clientId, one.resourceId, one.consentType, one.principalId].join(' ')
      : [one.principalId, one.resourceId, one.appRoleId].join(' '),
  says: (one) =>
    one.kind === 'delegated'
      ? `App ${one.app}: ${one.scope || 'nothing'} for ${one.consentType === 'AllPrincipals' ? 'everybody' : 'one person'} → not allowed`
      : `App ${one.app}: a permission in ${one.resource} with nobody signed in → not allowed`,
  name: ({ app }) => app,
  remove: (one) =>
    one.kind === 'delegated'
      ? { method: 'DELETE', path: path`/oauth2PermissionGrants/${one.id}` }
      : { method: 'DELETE', path: path`/servicePrincipals/${one.principalId}/appRoleAssignments/${one.id}` },
  restore(one) {
    if (one.kind === 'application') {
      const { principalId, resourceId, appRoleId } = one;
      const body = { principalId, resourceId, appRoleId };
      return { method: 'POST', path: path`/servicePrincipals/${principalId}/appRoleAssignments`, body };
    }
    const { clientId, consentType, principalId, resourceId, scope } = one;
    const body = { clientId, consentType, ...(principalId !== null && { principalId }), resourceId, scope };
    return { method: 'POST', path: '/oauth2PermissionGrants', body };
  },
  hand: ({ displayName }) => ({
    who: who.appAdmin,
    ...enterpriseApps,
    clicks: [`Open each app that ${displayName} publishes.`, 'Permissions: revoke every permission that was granted.'],
    command: null,
  }),
});

async function consentsOf(context: ReadContext): Promise<Consent[]> {
  const { graph } = context;
  const apps = await theirApps(context);
  if (apps.length === 0) return [];
  const names = new Map(apps.map(({ id, name }) => [id, name]));
  const [grants, assignments] = await Promise.all([
    graph.list('/oauth2PermissionGrants', permissionGrant),
    tenAtATime(apps, ({ id }) => graph.list(path`/servicePrincipals/${id}/appRoleAssignments`, assignment)),
  ]);
  const delegated = grants
    .filter(({ clientId }) => names.has(clientId))
    .map(({ principalId = null, scope, ...one }) => ({
      ...one,
      kind: 'delegated' as const,
      app: names.get(one.clientId) ?? 'of theirs',
      principalId,
      scope: (scope ?? '').trim(),
    }));
  const application = assignments.flat().map(({ resourceDisplayName, ...one }) => ({
    ...one,
    kind: 'application' as const,
    app: names.get(one.principalId) ?? 'of theirs',
    resource: resourceDisplayName ?? 'an app',
  }));
  return [...delegated, ...application].sort((a, b) => a.app.localeCompare(b.app, 'en') || a.id.localeCompare(b.id));
}
