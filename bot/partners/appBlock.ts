import { z } from 'zod';
import { days } from '../clock.ts';
import { isDenied } from '../graph/failure.ts';
import { path, quoted } from '../graph/path.ts';
import { enterpriseApps, who } from './places.ts';
import type { ForeignApp } from './sight.ts';
import type { PartnerStep, ReadContext } from './step.ts';
import { definePartnerSweep, type Found } from './sweep.ts';
import { theirApps, theirPeople } from './theirs.ts';

const app = z.object({
  id: z.string(),
  name: z.string(),
  /** Who of ours uses it, in words; empty for nobody that could be seen. */
  usedBy: z.string(),
});
type App = z.output<typeof app>;

const assignment = z.object({ principalId: z.string(), principalType: z.string().nullish() });
const signIn = z.object({ userId: z.string().nullish(), createdDateTime: z.string() });

/** The logs take five requests in ten seconds: a plan asks for no more of its own. */
const mostAsked = 4;
const lookBackMs = days(30);

interface Named {
  id: string;
  title: string;
  does: string;
  none: string;
}

/**
 * Disables apps that the partner publishes: nobody gets tokens for one any more, one’s own people neither.
 * @param used whether those that people of ours use, which is felt at once, or the others
 */
export function defineAppBlock(used: boolean, named: Named): PartnerStep {
  return definePartnerSweep<App>({
    ...named,
    permissions: ['Application.ReadWrite.All', 'User.Read.All'],
    ...(used && { apart: true as const }),
    item: app,
    nouns: ['app', 'apps'],
    done: ['is disabled', 'are disabled'],
    async find(context): Promise<Found<App>> {
      const { apps, unknown } = await appsOf(context);
      const items = apps.filter(({ usedBy }) => (usedBy !== '') === used);
      return {
        items,
        ...(used &&
          items.length > 0 && {
            warns: [`People of yours use ${items.map(({ name }) => name).join(', ')}, and can’t any more.`],
          }),
        ...(!used &&
          unknown.length > 0 && {
            leaves: [`Whether anybody signs in to ${unknown.join(', ')} could not be seen: nobody is assigned to it.`],
          }),
      };
    },
    key: ({ id }) => id,
    says: ({ name, usedBy }) =>
      `App ${name}: enabled → disabled${usedBy === '' ? '' : `. ${usedBy} can’t use it any more`}`,
    // How many use it changes by the hour.
    binds: ({ name }) => `App ${name}: disabled`,
    name: ({ name }) => name,
    remove: ({ id }) => ({ method: 'PATCH', path: path`/servicePrincipals/${id}`, body: { accountEnabled: false } }),
    restore: ({ id }) => ({ method: 'PATCH', path: path`/servicePrincipals/${id}`, body: { accountEnabled: true } }),
    hand: ({ displayName }) => ({
      who: who.appAdmin,
      ...enterpriseApps,
      clicks: [
        `Find each app that ${displayName} publishes.`,
        'Properties: Enabled for users to sign in, No. Save. Do not delete it: disabled, nobody can consent to it anew.',
      ],
      command: null,
    }),
  });
}

async function appsOf(context: ReadContext): Promise<{ apps: App[]; unknown: string[] }> {
  const enabled = (await theirApps(context)).filter(({ isEnabled }) => isEnabled);
  if (enabled.length === 0) return { apps: [], unknown: [] };
  const theirs = new Set((await theirPeople(context)).map(({ id }) => id));
  const apps: App[] = [];
  const unknown: string[] = [];
  let asked = 0;
  for (const one of enabled) {
    const { id, name } = one;
    const assigned = await assignedTo(context, one, theirs);
    if (assigned !== '') {
      apps.push({ id, name, usedBy: assigned });
      continue;
    }
    const last = asked++ < mostAsked ? await signedIn(context, one, theirs) : null;
    if (last === null) unknown.push(name);
    apps.push({ id, name, usedBy: last ? 'Whoever of yours signed in to it in the last 30 days' : '' });
  }
  return { apps, unknown };
}

async function assignedTo({ graph }: ReadContext, { id }: ForeignApp, theirs: ReadonlySet<string>): Promise<string> {
  const all = await graph.list(path`/servicePrincipals/${id}/appRoleAssignedTo?$top=${999}`, assignment);
  const count = (type: string) =>
    new Set(
      all.filter((one) => one.principalType === type && !theirs.has(one.principalId)).map((one) => one.principalId),
    ).size;
  const [people, groups] = [count('User'), count('Group')];
  return [
    people > 0 ? `${people} ${people === 1 ? 'person' : 'people'}` : '',
    groups > 0 ? `${groups} ${groups === 1 ? 'group' : 'groups'}` : '',
  ]
    .filter(Boolean)
    .join(' and ')
    .replace(/$/, people + groups > 0 ? ' of yours' : '');
}

/** Whether somebody of ours signed in to it lately; null where that can’t be seen (it takes Entra ID P1). */
async function signedIn(
  { graph, clock }: ReadContext,
  { appId }: ForeignApp,
  theirs: ReadonlySet<string>,
): Promise<boolean | null> {
  const since = new Date(clock.now().getTime() - lookBackMs).toISOString().slice(0, 10);
  const filter = `appId eq ${quoted(appId)} and createdDateTime ge ${since}T00:00:00Z`;
  try {
    const found = await graph.list(path`/auditLogs/signIns?$filter=${filter}&$top=${50}`, signIn, { atMost: 50 });
    return found.some(({ userId }) => userId != null && !theirs.has(userId));
  } catch (error) {
    if (isDenied(error)) return null;
    throw error;
  }
}
