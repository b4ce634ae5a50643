import { z } from 'zod';
import { cameLater } from '../engine/cameLater.ts';
import { forEach, ofEach, powerShell } from '../exchange/exchange.ts';
import { isMissing } from '../graph/failure.ts';
import { path, quoted } from '../graph/path.ts';
import { permissionGrant } from '../graph/permissionGrant.ts';
import { entraUser, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const kept = z.object({
  id: z.string(),
  clientId: z.string(),
  resourceId: z.string(),
  scope: z.string(),
  app: z.string(),
});
const servicePrincipal = z.object({ id: z.string(), displayName: z.string().nullish() });

/** What the person allowed apps to do in their name. */
export const revokeConsents = definePersonStep({
  id: 'revoke-consents',
  title: 'Revoke consents',
  does: 'Takes back what the person allowed apps to do in their name.',
  permissions: ['Directory.Read.All', 'DelegatedPermissionGrant.ReadWrite.All'],
  before: z.object({ grants: z.array(kept) }),

  async preview(context) {
    const grants = await named(context, await grantsOf(context));
    if (grants.length === 0) return { notNeeded: 'They allowed no apps anything.' };
    return {
      before: { grants },
      changes: grants.map(({ id, app, scope }) => ({
        says: `App ${app}: allowed ${scope || 'nothing'} → not allowed`,
        touches: [id],
      })),
    };
  },
  async run(context, { grants }) {
    for (const { id } of (await grantsOf(context)).filter(isAmong(grants))) {
      try {
        await context.graph.delete(path`/oauth2PermissionGrants/${id}`);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
  },
  async verify(context, { grants }) {
    const now = await grantsOf(context);
    const left = grants.filter(isAmong(now));
    if (left.length > 0) return { notYet: `Still allowed: ${left.map(({ app }) => app).join(', ')}.` };
    const done = grants.length === 1 ? '1 consent was taken back.' : `${grants.length} consents were taken back.`;
    return { proved: `${done}${cameLater(now.length, 'consent')}` };
  },
  byHand(subject) {
    return {
      who: who.appAdmin,
      ...entraUser(subject),
      clicks: [
        'Open Microsoft Graph PowerShell and paste the line below: the admin center has no page for one person’s consents.',
      ],
      command: [
        powerShell('Get-MgUserOauth2PermissionGrant', { UserId: subject.id, All: true }),
        forEach(powerShell('Remove-MgOauth2PermissionGrant', { OAuth2PermissionGrantId: ofEach('Id') })),
      ].join(' | '),
    };
  },
  async undo(context, { grants }) {
    const isThere = isAmong(await grantsOf(context));
    for (const one of grants) {
      if (isThere(one)) continue;
      const { clientId, resourceId, scope } = one;
      await context.graph.post('/oauth2PermissionGrants', {
        clientId,
        consentType: 'Principal',
        principalId: context.subject.id,
        resourceId,
        scope,
      });
    }
  },
});

type Kept = z.output<typeof kept>;
type Consent = Omit<Kept, 'app'>;

/** By app and resource: a consent that is given again may have another id. */
const isAmong =
  (grants: Consent[]) =>
  ({ clientId, resourceId }: Consent): boolean =>
    grants.some((one) => one.clientId === clientId && one.resourceId === resourceId);

async function grantsOf({ subject, graph }: ReadContext): Promise<Consent[]> {
  const found = await graph.list(path`/users/${subject.id}/oauth2PermissionGrants`, permissionGrant);
  const own = found.filter(({ consentType, principalId }) => consentType === 'Principal' && principalId === subject.id);
  return own
    .map(({ id, clientId, resourceId, scope }) => ({ id, clientId, resourceId, scope: (scope ?? '').trim() }))
    .sort((a, b) => a.id.localeCompare(b.id));
}

/** Graph takes no more values than this in one `in`. */
const mostNames = 15;

/** An app that is gone by now has no name. */
async function named({ graph }: ReadContext, consents: Consent[]): Promise<Kept[]> {
  const ids = [...new Set(consents.map(({ clientId }) => clientId))];
  const parts = Array.from({ length: Math.ceil(ids.length / mostNames) }, (_part, index) =>
    ids.slice(index * mostNames, (index + 1) * mostNames),
  );
  const apps = await Promise.all(
    parts.map((part) => {
      const filter = `id in (${part.map(quoted).join(',')})`;
      return graph.list(path`/servicePrincipals?$filter=${filter}&$select=id,displayName`, servicePrincipal);
    }),
  );
  const names = new Map(apps.flat().map(({ id, displayName }) => [id, displayName]));
  return consents.map((one) => ({ ...one, app: names.get(one.clientId) ?? 'without a name' }));
}
