import { z } from 'zod';
import { cameLater } from '../engine/cameLater.ts';
import { forEach, ofEach, powerShell } from '../exchange/exchange.ts';
import { isMissing } from '../graph/failure.ts';
import { path } from '../graph/path.ts';
import { entraUser, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const grant = z.object({
  id: z.string(),
  clientId: z.string(),
  consentType: z.string(),
  principalId: z.string().nullish(),
  resourceId: z.string(),
  scope: z.string().nullish(),
});
const kept = z.object({
  id: z.string(),
  clientId: z.string(),
  resourceId: z.string(),
  scope: z.string(),
  app: z.string(),
});
const servicePrincipal = z.object({ displayName: z.string().nullish() });

/** What the person allowed apps to do in their name. */
export const revokeConsents = definePersonStep({
  id: 'revoke-consents',
  title: 'Revoke consents',
  does: 'Takes back what the person allowed apps to do in their name.',
  permissions: ['Directory.Read.All', 'DelegatedPermissionGrant.ReadWrite.All'],
  before: z.object({ grants: z.array(kept) }),

  async preview(context) {
    const grants = await grantsOf(context);
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
    const left = now.filter(isAmong(grants));
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

/** By app and resource: a consent that is given again may have another id. */
const isAmong =
  (grants: Kept[]) =>
  ({ clientId, resourceId }: Kept): boolean =>
    grants.some((one) => one.clientId === clientId && one.resourceId === resourceId);

async function grantsOf({ subject, graph }: ReadContext): Promise<Kept[]> {
  const found = await graph.list(path`/users/${subject.id}/oauth2PermissionGrants`, grant);
  const own = found.filter(({ consentType, principalId }) => consentType === 'Principal' && principalId === subject.id);
  const grants = await Promise.all(
    own.map(async ({ id, clientId, resourceId, scope }) => {
      const app = await graph.find(path`/servicePrincipals/${clientId}?$select=displayName`, servicePrincipal);
      return { id, clientId, resourceId, scope: (scope ?? '').trim(), app: app?.displayName ?? 'without a name' };
    }),
  );
  return grants.sort((a, b) => a.id.localeCompare(b.id));
}
